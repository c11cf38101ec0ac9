"""What somebody writes or a tracker gives, made to do harm: settings, names, patterns, bombs."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from connectors.errors import SettingsError, ThroughlineError
from connectors.jira.windows import Window
from connectors.landing import Landing
from pipelines.defs.resources import RunUnderWay
from pipelines.defs.schedules import nightly_job
from pipelines.home.home import check_home
from pipelines.home.identifiers import check_pattern, not_matching
from pipelines.home.imports.draft import ImportRefusedError
from pipelines.home.imports.importing import import_strategy
from pipelines.home.parts import SECRETIVE
from pipelines.home.problems import Document, Place, Problems
from pipelines.warehouse.sql_text import literal, name
from tests.homes import ROOT
from tests.pipelines.home.conftest import make_home  # noqa: F401 - a fixture

CANARY = "ATATT3xFfGF0-c4n4ry+T0ken/9="
JIRA = "{{name: eng, type: jira, url: 'https://j.example', {}}}"
TRELLO = "{{name: old, type: trello, {}}}"
ASANA = "{{name: ops, type: asana, workspace: '1', {}}}"
LITERAL = [
    *(
        (JIRA, text)
        for text in (
            "token_env: '{}'",
            "token_env: T, token: '{}'",
            "token_env: T, api_token: '{}'",
            "token_env: T, user_env: 'ana@example.org', password: '{}'",
            "token_env: T, headers: {{Authorization: 'Bearer {}'}}",
            "token_env: T, proxy: 'http://ana:{}@proxy.example:8080'",
            "token_env: 'env:{}'",
            "token_env: '${{{}}}'",
            "token_env: [T, '{}']",
            "token_env: T, auth: '{}'",
            "token_env: T, cloud_secret: '{}'",
        )
    ),
    *(
        (TRELLO, text)
        for text in (
            "key_env: '{}', token_env: T",
            "key: '{}', token_env: T",
            "key_env: K, token: '{}'",
            "key_env: K, token_env: 'OAuth {}'",
            "key_env: K, token_env: T, api: 'https://x:{}@trello.example/1'",
            "key_env: K, token_env: T, apikey: '{}'",
        )
    ),
    *(
        (ASANA, text)
        for text in (
            "token_env: '{}'",
            "token_env: T, access_token: '{}'",
            "token_env: T, client_secret: '{}'",
        )
    ),
]


def settings_with(source: str, more: str = "") -> str:
    return f"organisation: {{name: Example}}\n{more}sources:\n  - {source}\n"


@pytest.mark.requirement("S03", "20 settings with literal tokens refused, the right way named")
def test_no_literal_token_is_taken_and_none_is_shown(tmp_path: Path, monkeypatch, figure) -> None:
    for variable in "TK":
        monkeypatch.setenv(variable, "x")
    named = 0
    for kind, text in LITERAL:
        written = settings_with(kind.format(text.format(CANARY)))
        (tmp_path / "throughline.yml").write_text(written)
        errors = [str(each) for each in check_home(tmp_path) if each.severity == "error"]

        assert errors, text
        assert not any(CANARY[:12] in each or CANARY in each for each in errors), text
        ways = ("NAME_OF_A_VARIABLE", "environment variable", "without a user or a token")
        named += any(way in each for each in errors for way in ways)
    assert len(LITERAL) >= 20
    assert named == len(LITERAL)
    figure.reached(f"{len(LITERAL)} of {len(LITERAL)} refused, {named} with the right way named")


@pytest.mark.requirement("S03", "no run configuration of Dagster holds a secret")
def test_the_run_configuration_has_no_place_for_a_secret(figure) -> None:
    @dg.asset
    def thing(run: RunUnderWay) -> None:
        raise AssertionError("nothing runs under a configuration that is refused")

    resources = {"run": RunUnderWay(home="/nowhere")}
    definitions = dg.Definitions(assets=[thing], resources=resources, jobs=[nightly_job()])
    job = definitions.resolve_job_def("nightly")
    secrets = ("token", "api_key", "password", "token_env", "dsn")
    for field in secrets:
        config = {"resources": {"run": {"config": {field: CANARY}}}}
        with pytest.raises(dg.DagsterInvalidConfigError) as told:
            dg.validate_run_config(job, config)
        assert f'unexpected config entry "{field}"' in str(told.value)
        assert CANARY not in str(told.value)
    taken = [name for name in RunUnderWay.model_fields if SECRETIVE.search(name)]
    assert taken == []
    figure.reached(f"{len(secrets)} of {len(secrets)} refused")


def hostile_names(number: int) -> list[str]:
    """Names that would change a statement if they were put into it as they are."""
    dice = random.Random(10)
    parts = ['"', "'", "\\", "\\\\", ";", "--", "/*", "*/", "{{", "}}", "{%", "%}", "\n", "\x00"]
    parts += [
        " OR ",
        " AND ",
        "1=1",
        ") or (",
        "drop table x",
        "project",
        "$$",
        "`",
        "]",
        "[",
        "%s",
    ]
    parts += ["\u2028", "\u202e", "é", "東", "🙂", "a", "0", " ", "''", '""', '" OR project = 2 --']
    return ["".join(dice.choices(parts, k=dice.randint(1, 8))) for _ in range(number)]


def spoken(jql: str) -> str:
    """The project of a query, as JQL reads a text in quotes; nothing else may follow from it."""
    whole = re.fullmatch(
        r'project = "((?:[^"\\\n\x00-\x1f]|\\["\\]|\\u[0-9a-f]{4})*)" AND created >= 0', jql
    )
    assert whole, jql
    return re.sub(
        r"\\(?:u([0-9a-f]{4})|(.))", lambda m: chr(int(m[1], 16)) if m[1] else m[2], whole[1]
    )


@pytest.mark.requirement("S10", "500 hostile names: JQL quoted, statements unchanged")
def test_no_name_changes_a_query_or_a_statement(figure) -> None:
    names = hostile_names(500)
    names = [each for each in names if not (each.isascii() and each.isdigit())]
    connection = duckdb.connect()
    for each in names:
        jql = Window(each, created_from=0).jql()
        assert spoken(jql) == each, jql
        if "\x00" in each:
            continue  # DuckDB has no such text in a statement, and none of ours carries one
        told = connection.execute(f"select {literal(each)} as {name(each)}")
        assert [column[0] for column in told.description or ()] == [each]
        assert told.fetchall() == [(each,)]
    assert Window("10001").jql() == "project = 10001"
    figure.reached(f"{len(names)} of {len(names)} names")


def catastrophic() -> list[str]:
    """Patterns that stall engines which go back and try again."""
    nested = [
        "(a+)+",
        "(a*)*",
        "(a|aa)+",
        "(a|a)*",
        "([a-z]+)*",
        "(.*)*",
        "(a?){30}a{30}",
        "(x+x+)+y",
    ]
    ends = ["$", "b", "-\\d+", "(?:x|$)", "\\b"]
    built = [f"{part}{end}" for part in nested for end in ends]
    return [
        *built,
        "(a{1,1000}){1,1000}",
        "((a{1,100}){1,100}){1,100}",
        "(?:a|b|ab)*c",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "(\\w+\\s?)+-\\d",
        "(?:[^-]*-)*\\d",
        "(a|b|c|d|e)*f{1000}",
        "(.{1,500}){1,500}x",
        "((((a+)+)+)+)+b",
        "(?i:(k+r+)+)-\\d+",
    ]


@pytest.mark.requirement("S13", "50 catastrophic patterns: each at most 1 s, or refused")
def test_no_pattern_stalls_the_check_or_the_engine(figure) -> None:
    patterns, text = catastrophic(), "a" * 5_000 + "!"
    connection, refused, slowest = duckdb.connect(), 0, 0.0
    for pattern in patterns:
        problems, begun = Problems(), time.process_time()
        is_known = check_pattern(pattern, Place(Document("throughline.yml")), problems)
        if is_known:
            not_matching(pattern, ["A" * 200, "KR-1"])
            connection.execute(
                "select regexp_replace($1, $2, 'x', 'g'), regexp_full_match($1, $2)",
                [text, f"(?i:{pattern})"],
            ).fetchall()
        else:
            refused += 1
            assert problems.errors
        seconds = time.process_time() - begun
        slowest = max(slowest, seconds)
        assert seconds <= 1, (pattern, seconds)
    assert len(patterns) >= 50
    figure.reached(
        f"{len(patterns)} of {len(patterns)}; {refused} refused, slowest {slowest:.2f} s"
    )


BOMBS = {
    "throughline.yml": {
        "an alias bomb": "a: &a [x, x]\n"
        + "".join(f"b{n}: &b{n} [*b{n - 1}, *b{n - 1}]\n" for n in range(1, 30)).replace(
            "*b0", "*a"
        ),
        "a tag": "organisation: !!python/object/apply:os.system ['true']\n",
        "nesting without end": "a: " + "[" * 100_000,
        "twenty thousand keys": "".join(f"k{n}: 1\n" for n in range(20_000)),
        "forty megabytes": "a: " + "x" * 40_000_000,
    },
    "strategy/wide.csv": {"a million columns": ",".join(f"c{n}" for n in range(1_000_000)) + "\n"},
    "strategy/long.csv": {"a cell without end": 'measure,date,value\n"' + "x" * 5_000_000},
}
SCRIPT = """
import resource, sys, time
from pathlib import Path
from pipelines.home.home import check_home
begun = time.process_time()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
errors = [each for each in check_home(Path(sys.argv[1])) if each.severity == "error"]
seconds = time.process_time() - begun
print(len(errors), seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


@pytest.mark.requirement("S14", "bombs in YAML and CSV: refused in 1 s, under 200 MiB")
def test_a_bomb_in_the_home_is_refused_at_once(
    make_home,  # noqa: F811 - the fixture
    figure,
) -> None:
    worst, count = [0.0, 0.0], 0
    for file, bombs in BOMBS.items():
        for what, text in bombs.items():
            home = make_home()
            (home / file).write_text(text)
            told = subprocess.check_output(
                [sys.executable, "-c", SCRIPT, str(home)], cwd=ROOT, text=True
            )
            errors, seconds, mebibytes = map(float, told.split())
            (home / file).unlink()

            assert errors >= 1, what
            assert seconds < 1, (what, seconds)
            assert mebibytes < 200, (what, mebibytes)
            worst = [max(worst[0], seconds), max(worst[1], mebibytes)]
            count += 1
    figure.reached(f"{count} of {count}; slowest {worst[0]:.2f} s, at most {worst[1]:.0f} MiB")


def path_names() -> list[str]:
    """Names that are paths, devices, or look like another name."""
    up = ["..", "../x", "../../etc/passwd", "a/../../x", "..\\x", "....//x", "%2e%2e/x", "/etc/x"]
    up += ["~/x", "~root/x", "./../x", "x/..", "C:\\x", "\\\\host\\x", "file:///etc/x", "x\x00y"]
    devices = ["CON", "NUL", "aux", "com1", "lpt1.yml", ".", " ", "-rf", "--force", ".git", ".env"]
    look_alike = [
        "\u2024\u2024/x",
        "\uff0e\uff0e/x",
        "\u202ex",
        "a\nb",
        "a\u2028b",
        "x" * 300,
        "é/x",
    ]
    mixed = [f"{start}{rest}" for start in ("a/", "\\", "//", "../") for rest in devices[:6]]
    return [*up, *devices, *look_alike, *mixed]


@pytest.mark.requirement("S15", "50 names that are paths: 0 files outside the data folder")
def test_no_name_becomes_a_path(
    tmp_path: Path,
    make_home,  # noqa: F811 - the fixture
    figure,
) -> None:
    names, home = path_names(), make_home()
    plan = tmp_path / "plan.csv"
    plan.write_text("id,kind,title\nG-7,goal,Reach\n")
    (tmp_path / "link").symlink_to("/etc")
    names.append(str(tmp_path / "link" / "x"))
    before = {path for path in tmp_path.rglob("*") if not path.is_relative_to(home / "strategy")}

    def refused_as_source(text: str) -> bool:
        quoted = json.dumps(text)
        (home / "throughline.yml").write_text(
            settings_with(f"{{name: {quoted}, type: trello, export: 'exports/*.json'}}")
        )
        return any(each.key_path == "sources[0].name" for each in check_home(home))

    told = (home / "throughline.yml").read_text()
    as_source = sum(refused_as_source(each) for each in names)
    (home / "throughline.yml").write_text(told)
    for each in names:
        try:
            import_strategy(home, plan, into=each, force=True)
        except (ImportRefusedError, ThroughlineError, SettingsError):
            continue
    after = {path for path in tmp_path.rglob("*") if not path.is_relative_to(home / "strategy")}

    # `aux`, `com1` and the like are words like any other where we run
    words = [each for each in names if re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,62}", each)]
    assert as_source == len(names) - len(words)
    assert after == before
    assert {path.parent for path in (home / "strategy").rglob("*") if path.is_file()} == {
        home / "strategy"
    }
    assert len(names) >= 50
    figure.reached(f"{len(names)} names, 0 files elsewhere, {as_source} refused as a source")


def test_a_record_key_that_is_a_path_lands_in_its_page_alone(tmp_path: Path) -> None:
    from datetime import datetime

    from connectors.contract import Record

    landing = Landing(tmp_path / "raw", "eng")
    for each in path_names():
        landing.add(Record("issues", each, b'{"id":1}'), datetime(2026, 1, 1), each)
    landing.commit()

    outside = [path for path in tmp_path.rglob("*") if not path.is_relative_to(tmp_path / "raw")]
    assert outside == []
    folders = {path.name for path in (tmp_path / "raw" / "eng").iterdir() if path.is_dir()}
    assert folders == {"issues", "quarantine"}
    [page] = landing.pages()
    assert [each.key for each in landing.records(page)] == path_names()
