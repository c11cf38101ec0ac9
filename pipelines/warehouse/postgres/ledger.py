"""Which run stands in the schema, and which tables are ours: ``run`` and ``run_tables``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from packaging.version import Version

from pipelines.warehouse.postgres.server import PostgresError
from pipelines.warehouse.postgres.standing import Standing
from pipelines.warehouse.postgres.tables import Table

if TYPE_CHECKING:
    from psycopg import Connection

RUN, TABLES = "run", "run_tables"
_MADE = """
    create table if not exists {run} (
        run_id text primary key,
        as_of date not null,
        since date not null,
        organisation text not null,
        time_zone text not null,
        started_at timestamp not null,
        published_at timestamp not null,
        people text not null,
        contract integer not null
    );
    comment on table {run} is
        'The run whose tables stand in this schema: one row. Times are in UTC.';
    create table if not exists {tables} (
        table_name text primary key,
        row_count bigint not null,
        is_published boolean not null
    );
    comment on table {tables} is
        'The tables that Throughline writes here, with their rows. One that is no longer published'
        ' stays, empty, while something depends on it.'
"""
_RUN_COLUMNS = (
    *("run_id", "as_of", "since", "organisation", "time_zone"),
    *("started_at", "published_at", "people", "contract"),
)


def tables_written(
    connection: Connection[Any], schema: str, standing: Mapping[str, Standing]
) -> set[str]:
    """The tables that earlier runs have written into the schema, those two left out."""
    from psycopg import sql

    if TABLES not in standing:
        return set()
    query = sql.SQL("select table_name from {}").format(sql.Identifier(schema, TABLES))
    return {name for (name,) in connection.execute(query)}


def run_written(
    connection: Connection[Any], schema: str, standing: Mapping[str, Standing]
) -> str | None:
    """The id of the run that stands in the schema; None if there is none."""
    from psycopg import sql

    if RUN not in standing:
        return None
    query = sql.SQL("select run_id from {}").format(sql.Identifier(schema, RUN))
    row = connection.execute(query).fetchone()
    return row[0] if row else None


def check_ownership(
    schema: str, wanted: Iterable[str], written: set[str], standing: Mapping[str, Standing]
) -> None:
    """See that nothing in the schema that a table would take the place of is somebody else's.

    Raises:
        PostgresError: If something is.
    """
    ours = written | ({RUN, TABLES} if TABLES in standing else set())
    taken = {*wanted, RUN, TABLES} & set(standing)
    strange = sorted(name for name in taken if name not in ours or standing[name].kind != "r")
    if strange:
        raise PostgresError(
            f"The schema {schema} has {', '.join(strange)}, which Throughline did not write. "
            "Nothing was changed: name a schema of its own (`publish.postgres.schema`)."
        )
    foreign = {standing[name].owner for name in ours & set(standing) if not standing[name].is_ours}
    if foreign:
        raise PostgresError(
            f"The tables in the schema {schema} belong to {', '.join(sorted(foreign))}. Publish "
            "with that role, or give it to the role of the connection string (`grant … to …`)."
        )


def write_down(
    connection: Connection[Any],
    schema: str,
    manifest: Mapping[str, Any],
    tables: Iterable[Table],
    left_over: Iterable[str],
) -> None:
    """Write which run stands in the schema from now on, and its tables."""
    from psycopg import sql

    names = {key: sql.Identifier(schema, table) for key, table in _NAMES.items()}
    connection.execute(sql.SQL(_MADE).format(**names))
    connection.execute(sql.SQL("delete from {run}; delete from {tables}").format(**names))
    facts = {**manifest, "contract": Version(manifest["versions"]["contract"]).major}
    row = sql.SQL("insert into {} values ({})").format(
        names["run"], sql.SQL(", ").join(map(sql.Placeholder, _RUN_COLUMNS))
    )
    connection.execute(row, {column: facts[column] for column in _RUN_COLUMNS})
    entries = [(table.name, table.rows, True) for table in tables]
    entries += [(name, 0, False) for name in left_over]
    with connection.cursor() as cursor:
        into = sql.SQL("insert into {} values (%s, %s, %s)").format(names["tables"])
        cursor.executemany(into, entries)


_NAMES = {"run": RUN, "tables": TABLES}
