"""The tables of a published folder, with the types that PostgreSQL has for theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.warehouse.postgres.server import PostgresError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# As PostgreSQL itself writes its types. A timestamp stays one without a zone, and is UTC.
TYPES = {
    "BOOLEAN": "boolean",
    "TINYINT": "smallint",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "UTINYINT": "smallint",
    "USMALLINT": "integer",
    "UINTEGER": "bigint",
    "UBIGINT": "numeric(20,0)",
    "HUGEINT": "numeric(39,0)",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "DATE": "date",
    "TIMESTAMP": "timestamp without time zone",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
    "VARCHAR": "text",
}
# An entry of an index holds 2,704 bytes at most.
KEY_BYTES = 2000


@dataclass(frozen=True)
class Column:
    """A column: its type as PostgreSQL writes it, and its description with the unit."""

    name: str
    type: str
    comment: str


@dataclass(frozen=True)
class Table:
    """A table: its columns by name in their order, its key, and how many rows it has."""

    name: str
    comment: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: int


@contextmanager
def opened(folder: Path) -> Iterator[DuckDBPyConnection]:
    """The database of a published folder, to be read."""
    import duckdb

    with duckdb.connect(str(folder / "throughline.duckdb"), read_only=True) as connection:
        connection.execute("set memory_limit = '2GB'")
        connection.execute("set TimeZone = 'UTC'")
        yield connection


def published_tables(duck: DuckDBPyConnection, manifest: Mapping[str, Any]) -> list[Table]:
    """The tables that a manifest names, as they stand in the published database.

    Raises:
        PostgresError: If a column has a type that PostgreSQL has no counterpart of.
    """
    comments = dict(duck.execute("select table_name, comment from duckdb_tables()").fetchall())
    columns = duck.execute(
        "select table_name, column_name, data_type, comment from duckdb_columns()"
        " where not internal order by table_name, column_index"
    ).fetchall()
    found = []
    for name, facts in sorted(manifest["tables"].items()):
        own = tuple(
            Column(column, _type(name, column, kind), comment or "")
            for table, column, kind, comment in columns
            if table == name
        )
        key = tuple(facts["key"])
        table = Table(name, comments[name] or "", own, key, int(facts["rows"]))
        found.append(table if _fits(duck, table) else replace(table, key=()))
    return found


def _type(table: str, column: str, kind: str) -> str:
    if kind in TYPES:
        return TYPES[kind]
    if decimal := re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", kind):
        return f"numeric({decimal[1]},{decimal[2]})"
    raise PostgresError(
        f"{table}.{column} is {kind} in DuckDB. Expected one of {', '.join(TYPES)} or DECIMAL: "
        "report this, as published tables have no other types."
    )


def _fits(duck: DuckDBPyConnection, table: Table) -> bool:
    """Whether every key is short enough for an index: texts of trackers may be of any length."""
    types = {column.name: column.type for column in table.columns}
    texts = [name for name in table.key if types[name] == "text"]
    if not texts:
        return True
    lengths = " + ".join(f"coalesce(strlen({quoted(name)}), 0)" for name in texts)
    ((longest,),) = duck.execute(f"select max({lengths}) from {quoted(table.name)}").fetchall()
    return longest is None or longest <= KEY_BYTES


def quoted(name: str) -> str:
    """A name as DuckDB reads it."""
    return '"' + name.replace('"', '""') + '"'
