"""No text of anybody gets into a statement but through the two helpers that quote it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
STATEMENT = re.compile(
    r"\s*(?:select|insert|update|delete|create|drop|alter|copy|attach|describe|set|comment|from|with)\b"
    r"|project\s*=",
    re.IGNORECASE,
)
LATER = re.compile(
    r"\b(?:select\b.*\bfrom|insert\s+into|update\s+\S+\s+set|delete\s+from|union\s+all"
    r"|(?:create|drop|alter)\s+(?:or\s+replace\s+)?(?:temp\s+)?(?:table|view|schema|database)"
    r"|attach\s+'|order\s+by|group\s+by|where\s+\S+\s*(?:=|<|>|in\b|is\b))",
    re.IGNORECASE | re.DOTALL,
)
"""What tells a statement that begins with something put in."""
CALLS = {"execute", "executemany", "sql", "query", "run_query"}
QUOTING = {"name", "literal", "quoted", "_value"}
"""Helpers that quote: of ``pipelines.warehouse.sql_text``, of PostgreSQL's names, and of JQL."""
OURS = {
    "connectors/index.py": {"marks", "sql"},  # question marks, one for each value; a text of ours
    "connectors/jira/cloud.py": {"jql"},  # which quotes, as the next two
    "connectors/jira/data_center.py": {"Window(each.id).jql()"},
    "connectors/jira/plans.py": {"window.jql()", "order"},  # ASC or DESC
    "pipelines/quality/border.py": {"copies", "sums", "NEWEST_HOURS"},  # counts; a number
    # counts of what a rule of ours says, over what the catalogue of promises names
    "pipelines/quality/exit.py": {
        "sums",
        "groups",
        "amount",
        "rows",
        "made_of",
        "ALLOCATED",
        "AMOUNT",
    },
    "pipelines/report/figures.py": {"table", "where"},  # what the report itself is written with
    "pipelines/report/other_side.py": {"_NO_EFFORT"},  # a number
    "pipelines/report/workbook.py": {"select", "table"},  # tables and orders of the same file
    "pipelines/warehouse/engine.py": {
        *("schema", "table", "source"),  # names of ours, and what is quoted just before
        *("columns", "listed", "_read_all(files)", "_read_all(content)"),
    },
    "pipelines/warehouse/engine_lock.py": {"SCHEMA", "paths", "threads"},  # quoted before; a number
    "pipelines/warehouse/erase_files.py": {"text", "place"},  # quoted just before
    "pipelines/warehouse/ingest_tables.py": {"column", "email", "time_zone"},  # as we declare them
    "pipelines/warehouse/postgres/staging.py": {"selected"},  # columns, quoted just before
    "pipelines/warehouse/postgres/tables.py": {"lengths"},  # of columns, quoted just before
    "pipelines/warehouse/publish_tables.py": {
        *("source", "target", "table", "place", "published", "file"),  # quoted just before
        *("', '.join(columns)", "STORAGE_VERSION"),
    },
    "pipelines/warehouse/working_tables.py": {"counts"},  # of tables, quoted just before
}
"""What files put into statements that no helper quotes on the spot. Whoever adds one says why."""
SENTENCES = {
    "connectors/absences.py": {"len(here)", "known", "source"},
    "pipelines/commands/init.py": {"variable", "meaning"},
    "pipelines/commands/trace_node.py": {"node_id"},
    "pipelines/demo/sheets.py": {"person.joined.isoformat()"},
    "pipelines/warehouse/postgres/probe.py": {"address.schema", "user"},
    "pipelines/warehouse/postgres/publishing.py": {"row and row[0]"},
    "pipelines/warehouse/postgres/server.py": {"said", "address.variable", "address.schema"},
}
"""Not statements, though they begin like one."""


def statements(path: Path) -> Iterator[ast.expr]:
    """Texts that are put together and read like a statement, or are executed."""
    tree = ast.parse(path.read_text())
    parts = {id(part) for node in ast.walk(tree) for part in _sides(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and node.values and id(node) not in parts:
            first = node.values[0]
            begins = isinstance(first, ast.Constant) and STATEMENT.match(str(first.value))
            if begins or LATER.search(" x ".join(_texts(node))):
                yield node
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
            is_part = id(node) in parts
            if not is_part and _is_text(node) and _reads_as_one(_texts(node)):
                yield node
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called = node.func
            is_filled_in = called.attr == "format" and _reads_as_one(_texts(called.value))
            is_built = node.args and isinstance(node.args[0], ast.BinOp)
            if is_filled_in or (called.attr in CALLS and is_built):
                yield node


def _sides(node: ast.AST) -> list[ast.expr]:
    """What is put together here; it is judged as a whole."""
    return [node.left, node.right] if isinstance(node, ast.BinOp) else []


def _is_text(node: ast.BinOp) -> bool:
    """Whether a text stands in it: at its beginning, if it is filled in by `%`."""
    texts = [node.left] if isinstance(node.op, ast.Mod) else [node.left, node.right]
    return any(
        isinstance(each, ast.JoinedStr)
        or (isinstance(each, ast.Constant) and isinstance(each.value, str))
        or (isinstance(each, ast.BinOp) and _is_text(each))
        for each in texts
    )


def _texts(node: ast.AST) -> list[str]:
    """The texts of ours in an expression, in order."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.BinOp):
        return [*_texts(node.left), *_texts(node.right)]
    if isinstance(node, ast.JoinedStr):
        return [text for part in node.values for text in _texts(part)]
    return []


def _reads_as_one(texts: list[str]) -> bool:
    return bool(texts) and bool(STATEMENT.match(texts[0]) or LATER.search(" x ".join(texts)))


def foreign(node: ast.AST) -> list[str]:
    """What is put into a statement without being quoted by a helper."""
    if not isinstance(node, ast.JoinedStr):
        return [ast.unparse(node)]
    found = []
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            value = part.value
            called = value.func if isinstance(value, ast.Call) else None
            helper = called.id if isinstance(called, ast.Name) else ""
            found += [] if helper in QUOTING else [ast.unparse(value)]
    return found


def unquoted() -> dict[str, list[str]]:
    """By file: what stands in its statements without being quoted."""
    found: dict[str, list[str]] = {}
    for path in sorted([*ROOT.glob("pipelines/**/*.py"), *ROOT.glob("connectors/**/*.py")]):
        parts = [each for node in statements(path) for each in foreign(node)]
        if parts:
            found[path.relative_to(ROOT).as_posix()] = parts
    return found


@pytest.mark.requirement("S10", "0 statements put together from anything but quoted or own parts")
def test_only_files_that_say_why_put_parts_into_statements(figure) -> None:
    found = {file: set(parts) for file, parts in unquoted().items()}

    assert found == OURS | SENTENCES
    figure.reached(f"0 elsewhere than in {len(OURS)} files that say why")


VAR = re.compile(r"""\bvar\(\s*["'](\w+)""")
JINJA = re.compile(r"\{\{(.*?)\}\}|\{%-?\s*set\s+(\w+)\s*=(.*?)%\}", re.DOTALL)
ESCAPED = re.compile(r"""\|\s*replace\(\s*"'"\s*,\s*"''"\s*\)""")


def unescaped(sql: str) -> list[str]:
    """The expressions of a model or macro that put a variable in quotes without escaping it."""
    sql = re.sub(r"\{#.*?#\}", "", sql, flags=re.DOTALL)
    found, foreign_names = [], set[str]()
    for match in JINJA.finditer(sql):
        expression, is_set, value = match.groups()
        text = value if is_set else expression
        words = set(re.findall(r"\w+", text))
        if (not VAR.search(text) and not words & foreign_names) or ESCAPED.search(text):
            continue
        if is_set:
            foreign_names.add(is_set)
        elif JINJA.sub("", sql[: match.start()]).count("'") % 2:
            found.append(text.strip())
    return found


@pytest.mark.requirement("S10", "0 variables in quotes that no macro escapes")
def test_no_model_puts_a_variable_in_quotes_as_it_is(figure) -> None:
    files = sorted((ROOT / "dbt_project").rglob("*.sql"))
    found = {path.name: each for path in files if (each := unescaped(path.read_text()))}
    with_variables = [path.name for path in files if VAR.search(path.read_text())]

    assert found == {}
    assert "identifiers.sql" in with_variables
    figure.reached(f"0 in {len(files)} files, of which {len(with_variables)} use a variable")


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("select '{{ var(\"a\") }}'", ['var("a")']),
        ("select 'x {{ before }}{{ var('a') | upper }}'", ["var('a') | upper"]),
        ("{%- set a = var('b') %}\nselect '{{ a }}', {{ a }}", ["a"]),
        ("""select '{{ var("a") | replace("'", "''") }}'""", []),
        ("select {{ var('number') }}, 'x'", []),
        ("{#- '{{ var('a') }}' -#}", []),
    ],
)
def test_a_variable_in_quotes_is_found(sql: str, found: list[str]) -> None:
    assert unescaped(sql) == found


def test_a_statement_with_a_foreign_part_is_found(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text(
        'a = f"select * from {table}"\n'
        "c.execute('drop table ' + table)\n"
        'd = f"select * from {name(table)}"\n'
        'e = f"{start} select * from {table}"\n'
        "f = 'select * from {}'.format(table)\n"
        "g = 'select * from %s' % table\n"
        "h = start + ' select x from ' + table\n"
        'i = f"{columns} from x where a = {value}"\n'
        "j = 'delete from ' + table + ' where x'\n"
    )

    found = sorted(foreign(node) for node in statements(path))
    assert found == sorted(
        [
            ["table"],
            ["c.execute('drop table ' + table)"],
            ["'drop table ' + table"],
            [],
            ["start", "table"],
            ["'select * from {}'.format(table)"],
            ["'select * from %s' % table"],
            ["start + ' select x from ' + table"],
            ["columns", "value"],
            ["'delete from ' + table + ' where x'"],
        ]
    )


def test_what_is_no_statement_is_not_taken_for_one(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text(
        'a = f"{count} of {all}"\n'
        "b = 'words ' + more\n"
        "c = one + other\n"
        "d = '%d selected' % count\n"
        "e = '{} people'.format(count)\n"
    )

    assert list(statements(path)) == []
