"""A fresh database for one run: what dbt reads is all there before it starts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.contract import Connector, Table
from pipelines.warehouse.engine_lock import note_readable
from pipelines.warehouse.parquet_rows import LEADING_COLUMNS, landed_name
from pipelines.warehouse.sql_text import literal, name
from pipelines.warehouse.typing import TypedSource

if TYPE_CHECKING:
    import pyarrow as pa

    Content = Path | pa.Table | list[Path]

_SQL_TYPES = {
    "text": "varchar",
    "integer": "bigint",
    "number": "double",
    "flag": "boolean",
    "day": "date",
    "instant": "timestamp",
}


def build_database(
    path: Path,
    typed: Iterable[TypedSource],
    home_tables: Mapping[str, Content],
    run_tables: Mapping[str, Content],
    connectors: Iterable[Connector],
) -> None:
    """Create the database of a run, with the schemas ``landed``, ``home`` and ``run``.

    Args:
        path: The file to create; an older one of that name is replaced.
        typed: The typed pages of each source. ``landed.<tracker>_<table>`` is a view over exactly
            these files, or an empty table where a tracker has none.
        home_tables: Name and content (a Parquet file, an Arrow table, or Parquet files to read as
            one where they lie) of each table of ``home``.
        run_tables: The same for ``run``.
        connectors: All connectors there are, used or not: every model finds its sources.
    """
    import duckdb

    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.with_name(path.name + ".wal").unlink(missing_ok=True)
    # As in dbt_project/profiles.yml: the next run builds its own, so nothing waits for the disk.
    with duckdb.connect(str(path), config={"fsync_mode": "none"}) as database:
        for schema in ("landed", "home", "run"):
            database.execute(f"create schema {schema}")
        files = _files_by_table(typed)
        for connector in connectors:
            for table in tables_of(connector):
                landed = landed_name(connector.tracker, table)
                database.execute(_landed(landed, table, files.get(landed, [])))
        for schema, tables in (("home", home_tables), ("run", run_tables)):
            for table_name, content in tables.items():
                _fill(database, f"{schema}.{name(table_name)}", content)
        views = [*files.values(), *_files_of_views(home_tables), *_files_of_views(run_tables)]
        note_readable(database, (file for each in views for file in each))


def _files_by_table(typed: Iterable[TypedSource]) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for source in typed:
        for landed, files in source.files.items():
            found.setdefault(landed, []).extend(files)
    return found


def tables_of(connector: Connector) -> list[Table]:
    """Return a connector's tables; streams may share one."""
    found = {table.name: table for stream in connector.streams for table in stream.tables}
    return list(found.values())


def _files_of_views(tables: Mapping[str, Content]) -> list[list[Path]]:
    return [content for content in tables.values() if isinstance(content, list)]


def _landed(landed: str, table: Table, files: list[Path]) -> str:
    if files:
        return f"create view landed.{name(landed)} as {_read_all(files)}"
    columns = ", ".join(
        f"{name(column.name)} {_SQL_TYPES[column.type]}"
        for column in (*LEADING_COLUMNS, *table.columns)
    )
    return f"create table landed.{name(landed)} ({columns})"


def _read_all(files: list[Path]) -> str:
    listed = ", ".join(literal(file) for file in files)
    return f"select * from read_parquet([{listed}])"


def _fill(database, table: str, content: Content) -> None:
    if isinstance(content, list):
        database.execute(f"create view {table} as {_read_all(content)}")
        return
    if isinstance(content, Path):
        source = f"read_parquet({literal(content)})"
        database.execute(f"create table {table} as select * from {source}")
        return
    database.register("incoming", content)
    database.execute(f"create table {table} as select * from incoming")
    database.unregister("incoming")
