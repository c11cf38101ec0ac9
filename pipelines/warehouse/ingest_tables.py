"""What a run's reading came to, as the tables of the schema ``run``, and the accounts it found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.contract import Table
from connectors.registry import all_connectors
from pipelines.warehouse.engine import tables_of
from pipelines.warehouse.ingest import SourceReading
from pipelines.warehouse.parquet_rows import landed_name
from pipelines.warehouse.scope_rows import faults, scope_rows, stream_rows
from pipelines.warehouse.typing import TypedSource

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Account:
    """An account that a landed record names: what is known of its person."""

    account_id: str
    email: str | None
    time_zone: str | None


def run_tables(readings: Iterable[SourceReading]) -> dict[str, pa.Table]:
    """Return the tables of the schema ``run``: how the reading of each source went."""
    import pyarrow as pa

    readings = list(readings)
    text, count, instant = pa.string(), pa.int64(), pa.timestamp("us")
    layouts = {
        "sources": (
            _source_rows(readings),
            {"source": text, "tracker": text, "state": text, "data_as_of": instant, "detail": text},
        ),
        "scopes": (
            scope_rows(reading.report for reading in readings),
            {
                **dict.fromkeys(("source", "scope", "scope_name", "state", "reason"), text),
                "last_good_read_at": instant,
                **dict.fromkeys(("items", "expected", "found"), count),
            },
        ),
        "streams": (
            stream_rows(readings),
            {
                **dict.fromkeys(("source", "tracker", "scope", "stream"), text),
                "records_read": count,
                "records_landed": count,
                "records_reported": count,
                "records_quarantined": count,
                "first_landed_at": instant,
                "last_landed_at": instant,
            },
        ),
        "quarantine": (
            _quarantine_rows(readings),
            dict.fromkeys(("source", "stream", "record_id", "field_path", "reason", "place"), text),
        ),
        "unreadable_files": (
            [(r.report.source, f.file, f.reason) for r in readings for f in r.report.unreadable],
            dict.fromkeys(("source", "file", "reason"), text),
        ),
    }
    return {name: _table(rows, columns) for name, (rows, columns) in layouts.items()}


def accounts(typed: Iterable[TypedSource]) -> list[Account]:
    """Return every account that typed records name, sorted; several rows where facts differ."""

    found: set[Account] = set()
    for source in typed:
        for table in tables_of(all_connectors()[source.tracker]):
            files = source.files.get(landed_name(source.tracker, table), [])
            for column in table.accounts if files else ():
                found.update(_named_in(column, table, files, f"{source.source}:"))
    return sorted(found, key=lambda each: (each.account_id, each.email or "", each.time_zone or ""))


def _named_in(column: str, table: Table, files: list[Path], prefix: str) -> Iterator[Account]:
    """Yield what the files tell of the accounts that one column names."""
    import duckdb

    told = {each.name for each in table.columns}
    email = "lower(trim(email))" if "email" in told else "null"
    time_zone = "time_zone" if "time_zone" in told else "null"
    rows = duckdb.connect().execute(
        f"select distinct {column}, {email}, {time_zone} "  # names of our own declarations
        f"from read_parquet($1) where {column} is not null",
        [[str(file) for file in files]],
    )
    for account_id, address, zone in rows.fetchall():
        full = account_id if account_id.startswith(prefix) else prefix + account_id
        yield Account(full, address or None, zone or None)


def account_zones(typed: Iterable[TypedSource]) -> set[str]:
    """Return the names of all time zones that accounts of the trackers state."""
    return {each.time_zone for each in accounts(typed) if each.time_zone}


def person_candidates(typed: Iterable[TypedSource]) -> set[str]:
    """Return all ids that an undeclared person may have: account ids and lower-cased e-mails."""
    found = accounts(typed)
    return {each.account_id for each in found} | {each.email for each in found if each.email}


def _table(rows: list[tuple], columns: dict[str, pa.DataType]) -> pa.Table:
    import pyarrow as pa

    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    arrays = [pa.array(column, kind) for column, kind in zip(values, columns.values(), strict=True)]
    return pa.Table.from_arrays(arrays, names=list(columns))


def _source_rows(readings: list[SourceReading]) -> list[tuple]:
    return [
        (r.source, r.tracker, r.state, r.data_as_of, r.detail)
        for r in (reading.report for reading in readings)
    ]


def _quarantine_rows(readings: list[SourceReading]) -> list[tuple]:
    return [
        (
            reading.report.source,
            each.stream,
            each.record_id,
            each.field_path,
            each.reason,
            each.place,
        )
        for reading in readings
        for each in faults(reading)
    ]
