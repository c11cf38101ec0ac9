"""Published rows into temporary tables, which no reader sees and the server itself removes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from pipelines.warehouse.postgres.server import PostgresError
from pipelines.warehouse.postgres.tables import Column, Table, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from psycopg import Connection
    from psycopg.sql import Identifier

ROWS_AT_ONCE = 50_000
# PostgreSQL has no text with this character in it; what DuckDB shows of one is shown here as well.
_NUL, _SHOWN_FOR_NUL = "chr(0)", "chr(65533)"


def staged(table: str) -> Identifier:
    """The temporary table that the rows of a published one wait in."""
    from psycopg import sql

    return sql.Identifier("pg_temp", f"staged_{table}"[:63])


def stage(
    postgres: Connection, duck: DuckDBPyConnection, table: Table, columns: list[Column]
) -> None:
    """Copy all rows of a table; it is gone with the end of the transaction, however that ends.

    Args:
        postgres: In the transaction of the publication.
        duck: The published database.
        table: What to copy.
        columns: Its columns in the order that they have, or will have, in PostgreSQL.

    Raises:
        PostgresError: If another number of rows arrived than was published.
    """
    from psycopg import sql

    name = staged(table.name)
    declared = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column.name), sql.SQL(column.type))  # pyright: ignore
        for column in columns
    )
    postgres.execute(sql.SQL("create temp table {} ({}) on commit drop").format(name, declared))
    arrived = _copy(postgres, duck, table, columns)
    if arrived != table.rows:
        raise PostgresError(
            f"{arrived} rows of {table.name} arrived in PostgreSQL, expected {table.rows}. Nothing "
            "was changed there; run again, and report it if it happens twice."
        )
    postgres.execute(sql.SQL("analyze {}").format(name))


def _copy(
    postgres: Connection, duck: DuckDBPyConnection, table: Table, columns: list[Column]
) -> int:
    """Send the rows as CSV, in which an empty text is quoted and null is not; how many they are."""
    from psycopg import sql
    from pyarrow.csv import WriteOptions, write_csv

    plain = WriteOptions(include_header=False, quoting_style="needed")
    selected = ", ".join(_shown(column) for column in columns)
    rows = duck.sql(f"select {selected} from {quoted(table.name)}").to_arrow_reader(ROWS_AT_ONCE)
    wanted = sql.SQL("copy {} from stdin (format csv)").format(staged(table.name))
    with postgres.cursor() as cursor:
        with cursor.copy(wanted) as copy:
            for batch in rows:
                text = io.BytesIO()
                write_csv(batch, text, plain)
                copy.write(text.getbuffer())
        return cursor.rowcount


def _shown(column: Column) -> str:
    name = quoted(column.name)
    if column.type != "text":
        return name
    return f"replace({name}, {_NUL}, {_SHOWN_FOR_NUL}) as {name}"
