"""Rows of one landed page, collected by table and written as Parquet."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.contract import LARGEST, Column, LandedRecord, RecordError, Table, Value
from connectors.durable import write_durably

if TYPE_CHECKING:
    import pyarrow as pa

LEADING_COLUMNS = (
    Column("source", "text", "The configured connection it came through."),
    Column("record_id", "text", "The tracker's own id of the record that the row was read from."),
    Column("record_digest", "text", "Which of the record's landed copies."),
    Column("record_version", "instant", "The tracker's own time of that copy, if it tells one."),
    Column("pulled_at", "instant", "When that copy was read from the tracker."),
)

_BEYOND = 2**63
"""The first whole number that a column of 64 bits cannot hold."""


def landed_name(tracker: str, table: Table) -> str:
    """Return a typed table's name in the schema ``landed``, for example ``jira_issues``."""
    return table.name if table.name.startswith(f"{tracker}_") else f"{tracker}_{table.name}"


def arrow_schema(table: Table) -> pa.Schema:
    """Return the columns of a typed table; instants have no zone and are UTC."""
    import pyarrow as pa

    types = {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "flag": pa.bool_(),
        "day": pa.date32(),
        "instant": pa.timestamp("us"),
    }
    columns = (*LEADING_COLUMNS, *table.columns)
    return pa.schema([(column.name, types[column.type]) for column in columns])


class PageRows:
    """The rows of one page. A record's rows are taken in whole or not at all."""

    def __init__(self, tables: tuple[Table, ...]) -> None:
        self._tables = {table.name: table for table in tables}
        self._rows: dict[str, list[tuple[Value, ...]]] = {name: [] for name in self._tables}
        self._owners: dict[str, list[int]] = {name: [] for name in self._tables}
        self._records: list[tuple[Value, ...]] = []
        self._amounts = {
            table.name: [
                (position, column.name, LARGEST if column.type == "number" else _BEYOND)
                for position, column in enumerate(table.columns)
                if column.type in ("integer", "number")
            ]
            for table in tables
        }

    def add(self, record: LandedRecord, rows: list[tuple[str, tuple[Value, ...]]]) -> None:
        """Take in all rows of one record.

        Raises:
            RecordError: If a number in it is too large for its column, or is none (nan).
        """
        for table, row in rows:
            for position, name, beyond in self._amounts[table]:
                value = row[position]
                if isinstance(value, (int, float)) and not -beyond <= value < beyond:
                    raise RecordError(name, "number out of range")
        owner = len(self._records)
        self._records.append(
            (record.source, record.key, record.digest, record.version, record.pulled_at)
        )
        for table, row in rows:
            self._rows[table].append(row)
            self._owners[table].append(owner)

    def tables(self) -> dict[str, pa.Table]:
        """Return the tables that have rows."""
        return {
            name: self._arrow(table) for name, table in self._tables.items() if self._rows[name]
        }

    def _arrow(self, table: Table) -> pa.Table:
        import pyarrow as pa

        schema = arrow_schema(table)
        owners = pa.array(self._owners[table.name], pa.int32())
        leading = len(LEADING_COLUMNS)
        arrays = [
            pa.array(values, field.type).take(owners)
            for values, field in zip(zip(*self._records, strict=True), schema, strict=False)
        ]
        own = zip(*self._rows[table.name], strict=True)
        for values, position in zip(own, range(leading, len(schema)), strict=True):
            arrays.append(pa.array(values, schema.field(position).type))
        return pa.Table.from_arrays(arrays, schema=schema)


def write_parquet(table: pa.Table, path: Path) -> str:
    """Write a Parquet file that is there whole or not at all; same rows, same bytes.

    Returns:
        The SHA-256 of the bytes as they were to be written.
    """
    import pyarrow as pa
    from pyarrow import parquet

    buffer = pa.BufferOutputStream()
    parquet.write_table(table, buffer, compression="zstd", compression_level=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    content = buffer.getvalue().to_pybytes()
    write_durably(path, content)
    return hashlib.sha256(content).hexdigest()
