"""The published tables as one DuckDB file and as Parquet, with the same rows in the same order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.warehouse.marts import Mart, MartColumn
from pipelines.warehouse.sql_text import literal, name

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

# The oldest format that DuckDB 1.x drivers of BI tools can read; 2.x would write its own.
STORAGE_VERSION = "v1.0.0"
# The index behind a primary key costs more than the table from here on; dbt has tested the key.
ROWS_WITH_KEY = 200_000


def write_tables(database: Path, folder: Path, tables: list[Mart]) -> dict[str, Any]:
    """Write ``throughline.duckdb`` and ``parquet/<table>.parquet`` into an empty folder.

    Rows stand in the order of all columns, so that the same rows always make the same table.

    Returns:
        By table: its number of rows and its key.
    """
    import duckdb

    (folder / "parquet").mkdir()
    with duckdb.connect() as connection:
        _set_up(connection, folder)
        connection.execute(f"attach {literal(database)} as work (read_only)")
        published = literal(folder / "throughline.duckdb")
        connection.execute(f"attach {published} as published (storage_version '{STORAGE_VERSION}')")
        return {mart.name: _write(connection, mart, folder / "parquet") for mart in tables}


def copy_database(before: Path, after: Path, instead: Mapping[str, pa.Table]) -> None:
    """Write a published database anew, keys, comments and order of rows as they are.

    Args:
        before: The published file.
        after: The file to make.
        instead: By name, the tables whose rows are other ones now.
    """
    import duckdb

    with duckdb.connect() as connection:
        _set_up(connection, after.parent)
        connection.execute(f"attach {literal(before)} as work (read_only)")
        published = literal(after)
        connection.execute(f"attach {published} as published (storage_version '{STORAGE_VERSION}')")
        for mart in _published_marts(connection):
            target = f"published.main.{name(mart.name)}"
            columns = [(column.name, column.type) for column in mart.columns]
            connection.execute(_creation(target, columns, mart.key))
            if mart.name in instead:
                connection.register("incoming", instead[mart.name])
                connection.execute(f"insert into {target} select * from incoming")
                connection.unregister("incoming")
            else:
                source = f"work.main.{name(mart.name)}"
                connection.execute(f"insert into {target} select * from {source}")
            _describe(connection, mart, target, {column.name for column in mart.columns})


def _published_marts(connection: DuckDBPyConnection) -> list[Mart]:
    """The tables of the attached file as they describe themselves."""
    keys = dict(
        connection.execute(
            "select table_name, constraint_column_names from duckdb_constraints()"
            " where database_name = 'work' and constraint_type = 'PRIMARY KEY'"
        ).fetchall()
    )
    columns: dict[str, list[MartColumn]] = {}
    query = (
        "select table_name, column_name, data_type, coalesce(comment, '') from duckdb_columns()"
        " where database_name = 'work' order by table_name, column_index"
    )
    for table, column, kind, comment in connection.execute(query).fetchall():
        columns.setdefault(table, []).append(MartColumn(column, kind, comment, ""))
    query = (
        "select table_name, coalesce(comment, '') from duckdb_tables()"
        " where database_name = 'work' order by table_name"
    )
    return [
        Mart(table, comment, tuple(columns[table]), tuple(keys.get(table, ())))
        for table, comment in connection.execute(query).fetchall()
    ]


def _creation(target: str, typed: Iterable[tuple[str, str]], key: Sequence[str]) -> str:
    columns = [f"{name(column)} {kind}" for column, kind in typed]
    if key:
        columns.append(f"primary key ({', '.join(map(name, key))})")
    return f"create table {target} ({', '.join(columns)})"


def _set_up(connection: DuckDBPyConnection, folder: Path) -> None:
    connection.execute("set autoinstall_known_extensions = false")
    connection.execute("set autoload_known_extensions = false")
    connection.execute("set memory_limit = '2GB'")
    connection.execute(f"set temp_directory = {literal(folder.parent / 'scratch')}")
    connection.execute("set TimeZone = 'UTC'")


def _write(connection: DuckDBPyConnection, mart: Mart, parquet: Path) -> dict[str, Any]:
    """Write one table twice; its number of rows and its key."""
    source, target = f"work.main.{name(mart.name)}", f"published.main.{name(mart.name)}"
    rows = _count(connection, source)
    described = connection.execute(f"describe {source}").fetchall()
    columns = [(str(column[0]), str(column[1])) for column in described]
    key = mart.key if rows <= ROWS_WITH_KEY else ()
    connection.execute(_creation(target, columns, key))
    connection.execute(f"insert into {target} select * from {source} order by all")
    _describe(connection, mart, target, {column for column, _ in columns})
    file = literal(parquet / f"{mart.name}.parquet")
    connection.execute(
        f"copy (select * from {target}) to {file} (format parquet, compression zstd)"
    )
    return {"rows": rows, "key": list(mart.key)}


def _count(connection: DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"select count(*) from {table}").fetchone()
    return int(row[0]) if row else 0


def _describe(connection: DuckDBPyConnection, mart: Mart, target: str, present: set[str]) -> None:
    connection.execute(f"comment on table {target} is {literal(mart.description)}")
    for column in mart.columns:
        if column.name in present and column.comment:
            place = f"{target}.{name(column.name)}"
            connection.execute(f"comment on column {place} is {literal(column.comment)}")
