"""Publish a folder to PostgreSQL: all rows wait in temporary tables, then all are shown at once.

Why it is so: readers of every kind see one whole run. A statement sees the rows of one run; so does
a transaction that reads repeatably, however long it lasts, as old rows stay for it. Only rows that
differ are written, no reader is locked out while they are, and none can stop the night by reading.
Only a table whose columns change is locked against readers while its rows are exchanged, at last:
readers in it are waited for, up to the end of our patience.
All of it is one transaction, so that a kill at any point leaves the last run and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from pipelines.warehouse.manifest import NAME
from pipelines.warehouse.postgres import ledger
from pipelines.warehouse.postgres.address import Address, driver
from pipelines.warehouse.postgres.exchange import exchange
from pipelines.warehouse.postgres.server import Patience, PostgresError, connected, patiently
from pipelines.warehouse.postgres.shape import describe, in_order, keeps_its_shape, shaped
from pipelines.warehouse.postgres.staging import stage
from pipelines.warehouse.postgres.standing import Standing, has_schema, standing_in
from pipelines.warehouse.postgres.tables import Table, opened, published_tables

if TYPE_CHECKING:
    from psycopg import Connection

log = structlog.get_logger()


@dataclass(frozen=True)
class Published:
    """What it came to: tables, rows written and removed, and tables that are gone or emptied."""

    tables: int
    written: int
    removed: int
    gone: tuple[str, ...]
    emptied: tuple[str, ...]


def publish_folder(address: Address, folder: Path, patience: Patience | None = None) -> Published:
    """Make the tables of a published folder those of the schema.

    Args:
        address: The server, and a schema that is Throughline's alone.
        folder: A published run, with its manifest.
        patience: How long to wait for the locks of others.

    Raises:
        ThroughlineError: If that cannot be done; the schema keeps the run that it has.
    """
    manifest = json.loads((folder / NAME).read_text(encoding="utf-8"))
    patience = patience or Patience()
    with opened(folder) as duck, connected(address) as postgres:
        tables = published_tables(duck, manifest)
        _check_encoding(postgres)
        patiently(postgres, patience, lambda: _alone(postgres, address.schema))
        if not has_schema(postgres, address.schema):
            sql = driver().sql
            postgres.execute(sql.SQL("create schema {}").format(sql.Identifier(address.schema)))
        standing = standing_in(postgres, address.schema)
        written = ledger.tables_written(postgres, address.schema, standing)
        ledger.check_ownership(address.schema, (table.name for table in tables), written, standing)
        for table in tables:
            stage(postgres, duck, table, in_order(table, standing.get(table.name)))
        swap = _Swap(postgres, address.schema, standing)
        return patiently(
            postgres, patience, lambda: swap.show(manifest, tables, written & set(standing))
        )


def _check_encoding(connection: Connection[Any]) -> None:
    row = connection.execute("show server_encoding").fetchone()
    if row is None or row[0] != "UTF8":
        raise PostgresError(
            f"The database has the encoding {row and row[0]}. Expected UTF8, which holds every "
            "text: make it with `create database … encoding 'UTF8' template template0`."
        )


def _alone(connection: Connection[Any], schema: str) -> None:
    """One publisher of a schema at a time; also one that was killed, until the server notices."""
    query = "select pg_advisory_xact_lock(hashtextextended('throughline ' || %s, 0))"
    connection.execute(query, [schema])


class _Swap:
    """From the run that stands in the schema to the one that waits."""

    def __init__(
        self, connection: Connection[Any], schema: str, standing: Mapping[str, Standing]
    ) -> None:
        self._connection, self._schema, self._standing = connection, schema, standing

    def show(
        self, manifest: Mapping[str, Any], tables: Sequence[Table], written: set[str]
    ) -> Published:
        """Exchange the rows of all tables; what is no longer published goes."""
        connection, schema = self._connection, self._schema
        removed = added = 0
        for table in sorted(tables, key=self._is_locked_against_readers):
            before = self._standing.get(table.name)
            shaped(connection, schema, table, before)
            counts = exchange(connection, schema, table, before)
            removed, added = removed + counts[0], added + counts[1]
            describe(connection, schema, table, before)
        left_over = sorted(written - {table.name for table in tables})
        emptied = [name for name in left_over if not self._dropped(name)]
        ledger.write_down(connection, schema, manifest, tables, emptied)
        gone = tuple(name for name in left_over if name not in emptied)
        return Published(len(tables), added, removed, gone, tuple(emptied))

    def _is_locked_against_readers(self, table: Table) -> bool:
        before = self._standing.get(table.name)
        return before is not None and not keeps_its_shape(table, before)

    def _dropped(self, name: str) -> bool:
        """Drop a table that is no longer published; where a user's view or reading needs it still,
        only its rows."""
        driven = driver()
        table = driven.sql.Identifier(self._schema, name)
        try:
            with self._connection.transaction():
                self._connection.execute(driven.sql.SQL("drop table {}").format(table))
            return True
        except (
            driven.errors.DependentObjectsStillExist,
            driven.errors.LockNotAvailable,
        ) as fault:
            log.warning(
                "no longer published, but kept without rows, as something of yours needs it",
                stage="postgres",
                table=name,
                detail=fault.diag.message_detail or fault.diag.message_primary,
            )
            self._connection.execute(driven.sql.SQL("delete from {}").format(table))
            return False
