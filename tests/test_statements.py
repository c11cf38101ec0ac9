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
CALLS = {"execute", "executemany", "sql", "query", "run_query"}
QUOTING = {"name", "literal", "quoted", "_value"}
"""Helpers that quote: of ``pipelines.warehouse.sql_text``, of PostgreSQL's names, and of JQL."""
OURS = {
    "connectors/index.py": {"marks"},  # question marks, one for each value
    "pipelines/quality/border.py": {"copies", "sums", "NEWEST_HOURS"},  # counts; a number
    # counts of what a rule of ours says, over what the catalogue of promises names
    "pipelines/quality/exit.py": {"sums", "groups", "amount", "rows", "made_of", "ALLOCATED"},
    "pipelines/report/figures.py": {"table", "where"},  # what the report itself is written with
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
    "pipelines/commands/init.py": {"variable", "meaning"},
    "pipelines/commands/trace_node.py": {"node_id"},
    "pipelines/demo/sheets.py": {"person.joined.isoformat()"},
}
"""Not statements, though they begin like one."""


def statements(path: Path) -> Iterator[ast.JoinedStr | ast.BinOp | ast.Call]:
    """Texts that are put together and begin like a statement, or are executed."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.JoinedStr) and node.values:
            first = node.values[0]
            if isinstance(first, ast.Constant) and STATEMENT.match(str(first.value)):
                yield node
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            built = node.args and isinstance(node.args[0], ast.BinOp)
            if node.func.attr in CALLS and built:
                yield node


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


def test_a_statement_with_a_foreign_part_is_found(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text(
        'a = f"select * from {table}"\n'
        "c.execute('drop table ' + table)\n"
        'd = f"select * from {name(table)}"\n'
    )

    found = sorted(foreign(node) for node in statements(path))
    assert found == [[], ["c.execute('drop table ' + table)"], ["table"]]
