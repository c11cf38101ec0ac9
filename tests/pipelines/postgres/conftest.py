"""A real server, databases in it, and published folders small enough to read here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from pipelines.warehouse.postgres.address import Address, address_of
from pipelines.warehouse.postgres.publishing import Published, publish_folder
from pipelines.warehouse.postgres.server import Patience
from tests.pipelines.postgres.server import PASSWORD, Server

VARIABLE = "THROUGHLINE_POSTGRES"
SCHEMA = "throughline"
FACTS = {
    "as_of": "2026-06-30",
    "since": "2026-01-01",
    "organisation": "Example",
    "time_zone": "Europe/Berlin",
    "started_at": "2026-06-30T01:02:03+00:00",
    "published_at": "2026-06-30T01:05:00+00:00",
    "people": "hidden",
    "versions": {"contract": "1"},
}
IMPATIENT = Patience(attempts=3, seconds=0.2, pause=0.05)

Tables = dict[str, tuple[str, list[str]]]
"""By name: the query that makes the table, and its key."""


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server for all tests of this process."""
    made = Server()
    try:
        made.start()
        yield made
    finally:
        made.remove()


def write_published(folder: Path, run_id: str, tables: Tables, *more: str) -> Path:
    """Write a published folder whose tables are made by queries; ``more`` statements follow."""
    folder.mkdir(parents=True)
    facts: dict[str, Any] = {"run_id": run_id, **FACTS, "tables": {}}
    with duckdb.connect(str(folder / "throughline.duckdb")) as connection:
        for name, (query, key) in tables.items():
            connection.execute(f"create table {name} as {query}")
            ((rows,),) = connection.execute(f"select count(*) from {name}").fetchall()
            facts["tables"][name] = {"rows": rows, "key": key}
        for statement in more:
            connection.execute(statement)
    (folder / "manifest.json").write_text(json.dumps(facts))
    return folder


class Database:
    """An empty database, its owner's address, and what stands in the schema."""

    def __init__(self, server: Server, name: str, folder: Path) -> None:
        """Make it; another of the same name goes."""
        self.server, self.name, self._folder, self._runs = server, name, folder, 0
        self.dsn = server.database(name)
        self.admin = server.dsn(database=name)

    @property
    def address(self) -> Address:
        """Where to publish."""
        return address_of(VARIABLE, SCHEMA, {VARIABLE: self.dsn})

    def publish(self, tables: Tables, *more: str) -> Published:
        """Publish tables as the next run, impatiently."""
        self._runs += 1
        folder = self._folder / f"published-{self._runs}"
        write_published(folder, f"run-{self._runs}", tables, *more)
        return publish_folder(self.address, folder, IMPATIENT)

    def rows(self, query: str, dsn: str | None = None) -> list[tuple[Any, ...]]:
        """Ask as the administrator, or as whom the string names."""
        return self.server.rows(query, dsn=dsn or self.admin)

    def run(self) -> str:
        """The run that stands there."""
        ((run,),) = self.rows("select run_id from throughline.run")
        return run

    def connect(self, **named: Any) -> psycopg.Connection[Any]:
        """A session of the administrator."""
        return psycopg.connect(self.admin, **named)


@pytest.fixture
def database(server: Server, tmp_path: Path) -> Database:
    """An empty database for one test."""
    return Database(server, "nightly", tmp_path)


@pytest.fixture
def reader(database: Database) -> Callable[..., list[tuple[Any, ...]]]:
    """Ask as a user who was granted what a BI tool needs, once, after the first publication."""
    database.rows("drop role if exists bi")
    database.rows(f"create role bi login password '{PASSWORD}'")
    database.publish({"fct_a": ("select 1 as id, 'x' as name", ["id"])})
    database.rows("grant usage on schema throughline to bi")
    database.rows("grant select on all tables in schema throughline to bi")
    dsn = database.server.dsn(user="bi", database=database.name)
    return lambda query: database.rows(query, dsn=dsn)
