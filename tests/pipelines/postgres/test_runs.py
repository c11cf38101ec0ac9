"""A whole run with PostgreSQL: how it ends, what stays if the server fails, where no secret is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

import pipelines.warehouse.postgres.publishing
from pipelines.warehouse.places import Places
from pipelines.warehouse.postgres.publishing import publish_folder
from pipelines.warehouse.postgres.tables import TYPES
from pipelines.warehouse.record import read_records
from tests.drills.secrets import contents, leaks
from tests.figures import IS_DRILL, Figure
from tests.homes import readable_home  # noqa: F401 - a fixture for the tests here
from tests.pipelines.cli.conftest import Called, call  # noqa: F401 - a fixture for the tests here
from tests.pipelines.conftest import SETTINGS
from tests.pipelines.postgres.conftest import VARIABLE, Database
from tests.pipelines.postgres.server import PASSWORD, Server

pytestmark = [pytest.mark.needs_program("postgres"), pytest.mark.timeout(600)]

PUBLISH = f"publish: {{postgres: {{dsn_env: {VARIABLE}}}}}\n"
AS_OF = "2026-06-30"


@pytest.fixture
def run(call: Callable[..., Called], toy_project, toy_home, monkeypatch, database: Database):  # noqa: F811
    """Run a home that publishes to the database."""
    monkeypatch.setenv(VARIABLE, database.dsn)
    home = toy_home(settings=SETTINGS + PUBLISH)
    return home, lambda: call("run", "--home", home, "--as-of", AS_OF)


def current(home: Path) -> str:
    return Places(home).current.resolve().name


def test_a_server_that_fails_leaves_the_folder_published_and_the_next_run_heals(
    run,
    call,  # noqa: F811
    database: Database,
    server: Server,
) -> None:
    home, run_it = run
    good = run_it()
    first = current(home)
    assert good.code == 0, good.err
    stood = database.run()
    with server.stopped():
        bad = run_it()
        status = call("status", "--home", home)
    second = current(home)
    [record] = read_records(Places(home), 1)
    still = database.run()

    healed = run_it()

    assert stood == first
    assert (bad.code, record["state"], record["exit_code"]) == (3, "published", 3)
    assert record["published"] == second != first == still
    told = "Published, but PostgreSQL still has an earlier run or none: PostgreSQL cannot"
    assert record["sentence"].startswith(told)
    assert told in bad.err and told in status.out
    assert "Traced share: 75.0%" in bad.out
    stages = [stage["stage"] for stage in record["stages"]]
    assert stages[-2:] == ["publish", "postgres"]
    assert (healed.code, database.run()) == (0, current(home)), healed.err
    said = [text for called in (good, bad, status, healed) for text in (called.out, called.err)]
    kinds = {name.split("/")[1] for name, _ in contents(home) if name.startswith("data/")}
    assert {"dagster", "logs", "published", "memory"} <= kinds
    assert leaks(home, [PASSWORD], *said) == []


def test_a_failure_that_nobody_foresaw_is_told_as_one_after_the_publication(
    run, database: Database, monkeypatch
) -> None:
    home, run_it = run

    def broken(address: object, *_: object) -> None:
        raise RuntimeError(f"unforeseen: {address!r}")

    monkeypatch.setattr(pipelines.warehouse.postgres.publishing, "publish_folder", broken)
    called = run_it()

    [record] = read_records(Places(home), 1)
    assert called.code == 3, called.err
    assert record["sentence"].startswith("Published, but then: The run failed unexpectedly")
    assert record["published"] == current(home)
    assert "Traceback" in Places(home).log(record["run_id"]).read_text()
    assert leaks(home, [PASSWORD], called.out, called.err) == []


@pytest.fixture(scope="module")
def case(
    server: Server,
    tmp_path_factory,
    readable_home: Path,  # noqa: F811
) -> tuple[Path, Database]:
    """What a worked organisation published, put out to PostgreSQL too."""
    database = Database(server, "worked", tmp_path_factory.mktemp("case"))
    folder = Places(readable_home).current.resolve()
    publish_folder(database.address, folder)
    return folder, database


@pytest.mark.requirement("C05", "DuckDB = PostgreSQL, row by row, all tables of a real run")
def test_every_table_has_the_rows_columns_and_types_of_the_published_database(
    case, figure: Figure
) -> None:
    folder, database = case
    manifest = json.loads((folder / "manifest.json").read_text())
    compared = 0
    with (
        duckdb.connect(str(folder / "throughline.duckdb"), read_only=True) as duck,
        database.connect() as postgres,
    ):
        for name, facts in manifest["tables"].items():
            described = duck.execute(f"describe {name}").fetchall()
            columns = [column[0] for column in described]
            ours = duck.execute(f"select * from {name}").fetchall()
            selected = ", ".join(f'"{column}"' for column in columns)
            theirs = postgres.execute(f"select {selected} from throughline.{name}").fetchall()
            assert sorted(map(repr, theirs)) == sorted(map(repr, ours)), name
            assert len(theirs) == facts["rows"]
            types = postgres.execute(
                "select attname, format_type(atttypid, atttypmod) from pg_attribute"
                f" where attnum > 0 and attrelid = 'throughline.{name}'::regclass order by attnum"
            ).fetchall()
            assert types == [(column[0], TYPES[column[1]]) for column in described], name
            compared += len(theirs)
    assert len(manifest["tables"]) > 30
    assert compared > 500
    assert ("fct_allocation_day" in manifest["tables"]) == IS_DRILL, "people are named in a drill"
    figure.reached(f"{compared} rows of {len(manifest['tables'])} tables")


def test_keys_and_descriptions_are_those_of_the_published_database(case) -> None:
    folder, database = case
    manifest = json.loads((folder / "manifest.json").read_text())
    keys = database.rows(
        "select relname, (select array_agg(attname::text order by place) from"
        "  unnest(conkey) with ordinality as parts (attnum, place)"
        "  join pg_attribute a on a.attrelid = c.oid and a.attnum = parts.attnum)"
        " from pg_constraint join pg_class c on c.oid = conrelid where contype = 'p'"
        " and relnamespace = 'throughline'::regnamespace and relname not like 'run%'"
    )
    with duckdb.connect(str(folder / "throughline.duckdb"), read_only=True) as duck:
        told = duck.execute(
            "select table_name, column_name, comment from duckdb_columns() where not internal"
        ).fetchall()
    found = database.rows(
        "select relname::text, attname::text, col_description(c.oid, attnum) from pg_attribute"
        " join pg_class c on c.oid = attrelid where attnum > 0 and relkind = 'r'"
        " and relnamespace = 'throughline'::regnamespace and relname not like 'run%'"
    )

    assert dict(keys) == {name: facts["key"] for name, facts in manifest["tables"].items()}
    assert sorted(found) == sorted(told)
    assert not [place for *place, comment in found if not comment]
    assert database.run() == folder.name
