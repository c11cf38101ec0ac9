"""Readers of PostgreSQL are switched back with those of the folder, or it is told that not."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pytest

import pipelines.warehouse.postgres.publishing as publishing
from pipelines.warehouse.places import Places
from pipelines.warehouse.publish import point_to
from pipelines.warehouse.record import RunRecord
from tests.figures import Figure
from tests.homes import ROOT
from tests.pipelines.cli.conftest import Called, call  # noqa: F401 - a fixture for the tests here
from tests.pipelines.conftest import SETTINGS
from tests.pipelines.postgres.conftest import VARIABLE, Database, write_published
from tests.pipelines.postgres.server import Server
from tests.pipelines.publish.test_lock import HOLD

pytestmark = pytest.mark.needs_program("postgres")
PUBLISH = f"publish: {{postgres: {{dsn_env: {VARIABLE}}}}}\n"
KEY = ["id"]
RUNS = {
    "run-1": {"dim_a": ("select 1 as id, 'first' as name", KEY)},
    "run-2": {
        "dim_a": ("select unnest([1, 2]) as id, 'second' as name, 7 as more", KEY),
        "rpt_b": ("select 1 as id", KEY),
    },
}


@pytest.fixture
def home(
    toy_home: Callable[..., Path], database: Database, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A home after two runs, the newer of which stands in PostgreSQL and is current."""
    monkeypatch.setenv(VARIABLE, database.dsn)
    folder = toy_home(settings=SETTINGS + PUBLISH)
    places = Places(folder)
    for run_id, tables in RUNS.items():
        manifest = write_published(places.published / run_id, run_id, tables) / "manifest.json"
        manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "sources": []}))
        RunRecord(run_id, "2026-06-30", "", 1).save(places)
        point_to(places, run_id)
        publishing.publish_folder(database.address, places.published / run_id)
    return folder


def both(home: Path, database: Database) -> list[dict[str, Any]]:
    """Run and rows, table by table, as the folder and as PostgreSQL have them."""
    folder = Places(home).current.resolve()
    with duckdb.connect(str(folder / "throughline.duckdb"), read_only=True) as duck:
        names = duck.execute("select table_name from duckdb_tables()").fetchall()
        ours = {name: sorted(duck.execute(f"from {name}").fetchall()) for (name,) in names}
    names = database.rows("select table_name from throughline.run_tables where is_published")
    theirs = {name: sorted(database.rows(f"select * from throughline.{name}")) for (name,) in names}
    return [{"run": folder.name, **ours}, {"run": database.run(), **theirs}]


@pytest.mark.requirement("C06", "rollback: the folder and PostgreSQL have the same run")
def test_postgres_follows(
    home: Path,
    database: Database,
    call: Callable[..., Called],  # noqa: F811
    figure: Figure,
) -> None:
    for wanted in ("run-1", "run-2"):
        called = call("rollback", wanted, "--home", home)

        assert called.code == 0, called.err
        assert f"PostgreSQL has {wanted} as well." in called.out
        folder, postgres = both(home, database)
        assert folder["run"] == wanted
        assert folder == postgres
    figure.reached("back and forth: same run and rows in both")


TOGETHER = """
select (select run_id from throughline.run), max(name), count(*) from throughline.dim_a
"""
WHOLE = {("run-1", "first", 1), ("run-2", "second", 2)}
"""Run, name and rows that belong together."""


@pytest.mark.requirement("C06", "rollback with PostgreSQL: 5 s at most, readers see whole runs")
def test_a_rollback_takes_seconds_and_readers_of_both_see_whole_runs(
    home: Path,
    database: Database,
    call: Callable[..., Called],  # noqa: F811
    figure: Figure,
) -> None:
    is_over, seen, spent = threading.Event(), [Counter(), Counter()], []

    def read_folder() -> None:
        while not is_over.is_set():
            folder = Places(home).current.resolve()
            with duckdb.connect(str(folder / "throughline.duckdb"), read_only=True) as duck:
                rows = duck.execute("select max(name), count(*) from dim_a").fetchall()
            seen[0][(folder.name, *rows[0])] += 1

    def read_postgres() -> None:
        with database.connect(autocommit=True) as connection:
            while not is_over.is_set():
                seen[1].update(connection.execute(TOGETHER).fetchall())

    with ThreadPoolExecutor() as threads:
        readers = [threads.submit(each) for each in (read_folder, read_postgres)]
        try:
            for _ in range(figure.of(1, 10)):
                for wanted in ("run-1", "run-2"):
                    began = time.monotonic()
                    called = call("rollback", wanted, "--home", home)
                    spent.append(time.monotonic() - began)
                    assert called.code == 0, called.err
        finally:
            is_over.set()
    for reader in readers:
        reader.result()

    assert all(each.keys() <= WHOLE for each in seen), seen
    assert all(seen)
    assert max(spent) <= 5
    figure.reached(
        f"{len(spent)} rollbacks, slowest {max(spent):.1f} s; "
        f"{sum(seen[0].values())} and {sum(seen[1].values())} reads, 0 torn"
    )


def test_a_server_that_fails_is_told_of_until_it_has_followed(
    home: Path,
    database: Database,
    server: Server,
    call: Callable[..., Called],  # noqa: F811
) -> None:
    with server.stopped():
        called = call("rollback", "--home", home)

    again = f"throughline rollback run-1 --home {home}"
    assert called.code == 3
    assert "PostgreSQL was not switched and has another run" in called.err
    assert again in called.err
    assert [each["run"] for each in both(home, database)] == ["run-1", "run-2"]
    told = "PostgreSQL did not follow: `throughline rollback run-1` tries again."
    assert told in call("status", "--home", home).out

    assert call(*again.split()[1:4], home).code == 0
    folder, postgres = both(home, database)
    assert folder == postgres
    assert told not in call("status", "--home", home).out


def test_no_run_begins_before_postgres_has_followed(
    home: Path,
    call: Callable[..., Called],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = []

    def publish(*_: object) -> None:
        run = subprocess.run(
            [sys.executable, "-c", HOLD, str(home)],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        told.append(run.stderr)

    monkeypatch.setattr(publishing, "publish_folder", publish)

    assert call("rollback", "--home", home).code == 0
    assert "is under way" in told[0]
