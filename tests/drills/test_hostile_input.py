"""What somebody writes or a tracker gives, made to do harm: settings, names, patterns, bombs."""

from __future__ import annotations

import re
import time
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from jinja2 import Environment

from connectors.jira.windows import Window
from pipelines.defs.resources import RunUnderWay
from pipelines.defs.schedules import nightly_job
from pipelines.home.home import check_home
from pipelines.home.identifiers import check_pattern, not_matching
from pipelines.home.parts import SECRETIVE
from pipelines.home.problems import Document, Place, Problems
from pipelines.warehouse.sql_text import literal, name
from tests.drills.names import hostile_names
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
    connection = duckdb.connect()
    # a number needs no quotes in JQL
    asked = hostile_names(500, lambda each: not (each.isascii() and each.isdigit()))
    # DuckDB has no such text in a statement, and none of ours carries one
    stated = hostile_names(500, lambda each: "\x00" not in each)
    for each in asked:
        jql = Window(each, created_from=0).jql()
        assert spoken(jql) == each, jql
    for each in stated:
        told = connection.execute(f"select {literal(each)} as {name(each)}")
        assert [column[0] for column in told.description or ()] == [each]
        assert told.fetchall() == [(each,)]
    assert Window("10001").jql() == "project = 10001"
    assert (len(set(asked)), len(set(stated))) == (500, 500)
    figure.reached(f"{len(asked)} names quoted in JQL, {len(stated)} in SQL")


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


def stalling(pattern: str) -> str:
    """A long text of the pattern's own letters that it takes until the last one, and not that."""
    letters = [each for each in "abcdfkrxyz" if each in re.sub(r"\\.", "", pattern)] or ["a"]
    return "".join(letters) * (5_000 // len(letters)) + "!"


def extended(pattern: str) -> str:
    """What the models ask of the engine for each match, by the macro itself."""
    macros = (ROOT / "dbt_project" / "macros" / "identifiers.sql").read_text()
    jinja = Environment(extensions=["jinja2.ext.do"], autoescape=False)
    jinja.globals |= {"var": {"identifier_pattern": pattern}.__getitem__}
    module = jinja.from_string(macros).module
    return f"select {module.default__longest_extension('$1::text', '$2::text')}"  # pyright: ignore


@pytest.mark.requirement("S11", "Jinja and quotes in a pattern stay a pattern")
def test_a_pattern_is_no_template_and_ends_no_text_of_a_statement(figure) -> None:
    connection = duckdb.connect()
    hostile = ["{{ 7 * 7 }}", "{% for x in y %}", "{{ var('trackers') }}", "{# x #}KR-1"]
    hostile += ["x') or true --", "''", "'; drop table x; --", "$1", "chr(39)", "\\'"]
    for pattern in hostile:
        statement = extended(pattern)
        assert len(duckdb.extract_statements(statement)) == 1
        assert literal(f"(?i:{pattern})") in statement
        try:
            connection.execute(statement, ["KR-", "4949"])
        except duckdb.InvalidInputException:
            continue  # the engine read all of it as a pattern, and found that it is none
        else:
            assert connection.fetchall() in ([(0,)], [(1,)]), pattern
    figure.reached(f"{len(hostile)} of {len(hostile)} patterns as they are")


@pytest.mark.requirement("S13", "50 catastrophic patterns: each at most 1 s, or refused")
def test_no_pattern_stalls_the_check_or_the_engine(figure) -> None:
    patterns = catastrophic()
    connection, refused, slowest = duckdb.connect(), 0, 0.0
    for pattern in patterns:
        problems, begun = Problems(), time.process_time()
        is_known = check_pattern(pattern, Place(Document("throughline.yml")), problems)
        if is_known:
            text = stalling(pattern)
            not_matching(pattern, [text[:200], "KR-1"])
            connection.execute(
                "select regexp_replace($1, $2, 'x', 'g'), regexp_full_match($1, $2)",
                [text, f"(?i:{pattern})"],
            ).fetchall()
            found = connection.execute(extended(pattern), [text, text[:500]]).fetchall()
            assert 0 <= found[0][0] <= 32
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
