"""What the models may reach: the files that their run was built from, and nothing else.

Why it is so: models are code that comes with the program, but the texts they read are foreign, and
a fault in one of them must not become a way to the rest of the machine.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.warehouse.sql_text import literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SCHEMA = "engine"


def note_readable(connection: DuckDBPyConnection, files: Iterable[Path]) -> None:
    """Write down in a new working database which files its views read."""
    connection.execute(f"create schema {SCHEMA}")
    connection.execute(f"create table {SCHEMA}.readable_files (path varchar)")
    paths = [str(file) for file in files]
    connection.execute(f"insert into {SCHEMA}.readable_files select unnest($1::text[])", [paths])


def lock(connection: DuckDBPyConnection, threads: int | None = None) -> None:
    """Close a database for all that its models do not need; nothing opens it again.

    From here on only the files that ``note_readable`` named are read and none is written but the
    database itself and what does not fit into memory; no extension is installed or loaded, no other
    file is attached, and no setting is changed.
    """
    if threads is not None:
        connection.execute(f"set threads = {threads:d}")
    paths = ", ".join(literal(path) for path in _readable(connection))
    connection.execute("set global TimeZone = 'UTC'")
    connection.execute(f"set allowed_paths = [{paths}]")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


def _readable(connection: DuckDBPyConnection) -> list[str]:
    """The files that were noted; none for a database that is published, or that is new."""
    noted = connection.execute(
        "select count(*) from duckdb_tables() where schema_name = ? and not internal", [SCHEMA]
    ).fetchone()
    if not noted or not noted[0]:
        return []
    return [path for (path,) in connection.execute(f"from {SCHEMA}.readable_files").fetchall()]
