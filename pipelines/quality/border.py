"""Count what is wrong with the records that were read, stream by stream, as declared.

A suite per source and stream, derived from the tables that the connector declares: each copy of a
record once, values that the tracker knows, amounts and times that can be, fields that are filled as
they were before, and every landed record either typed or set aside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from connectors.contract import Column, Rejected, Stream, Table
from connectors.registry import all_connectors
from pipelines.quality.rules import WHOLE, Count, Severity
from pipelines.warehouse.ingest import SourceReading
from pipelines.warehouse.parquet_rows import landed_name
from pipelines.warehouse.scope_rows import faults

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FIRST = "timestamp '1990-01-01'"
"""No tracker is as old."""
LAST = "greatest(t.pulled_at, cast(now() at time zone 'UTC' as timestamp)) + interval '2 days'"
NEWEST_HOURS = 12
"""Copies read within so many hours of the newest are those of the latest reading."""
ALWAYS = 0.95
"""A field filled in such a part of the earlier copies counts as always filled."""
EARLIER_AT_LEAST = 20
NEWEST_AT_LEAST = 5


@dataclass(frozen=True)
class Suite:
    """One stream of one source."""

    reading: SourceReading
    stream: Stream
    main: Table | None
    """The table with one row per copy of a record, where the stream has one of its own."""

    @property
    def name(self) -> str:
        """Source and stream."""
        return suite_name(self.reading.report.source, self.stream.name)

    @cached_property
    def tables(self) -> list[tuple[Table, list[str]]]:
        """The tables that have rows, with their files."""
        tracker = self.reading.report.tracker
        found = [
            (table, self.reading.typed.files.get(landed_name(tracker, table), []))
            for table in self.stream.tables
        ]
        return [(table, [str(file) for file in files]) for table, files in found if files]


def suite_name(source: str, stream: str) -> str:
    """What a suite of the border is called."""
    return f"{source}/{stream}"


def own_tables(streams: Iterable[Stream]) -> dict[str, tuple[Table, ...]]:
    """By stream its tables; one that streams share is the first one's."""
    taken: set[str] = set()
    found = {}
    for stream in streams:
        found[stream.name] = tuple(each for each in stream.tables if each.name not in taken)
        taken |= {each.name for each in stream.tables}
    return found


def border_counts(readings: Iterable[SourceReading]) -> list[Count]:
    """Hold every stream of every source against its declaration."""
    import duckdb

    with duckdb.connect() as connection:
        return [
            count
            for reading in readings
            for suite in _suites(reading)
            for count in _of_a_stream(connection, suite)
        ]


def _suites(reading: SourceReading) -> Iterator[Suite]:
    streams = all_connectors()[reading.report.tracker].streams
    uses = Counter(table.name for stream in streams for table in stream.tables)
    own = own_tables(streams)
    for stream in streams:
        first = stream.tables[0] if stream.tables else None
        main = first if first is not None and uses[first.name] == 1 else None
        narrowed = Stream(stream.name, stream.description, own[stream.name], stream.rows)
        yield Suite(reading, narrowed, main)


def _of_a_stream(connection: DuckDBPyConnection, suite: Suite) -> Iterator[Count]:
    yield from _records(suite)
    for table, files in suite.tables:
        yield from _of_a_table(connection, suite, table, files)
    if suite.main is not None:
        yield from _drift(connection, suite)


def _records(suite: Suite) -> Iterator[Count]:
    """What was landed and what became of it."""
    name, stream = suite.name, suite.stream.name
    report, typed = suite.reading.report, suite.reading.typed
    untyped = sum(each.stream == stream for each in typed.rejected)
    lost = report.in_landing[stream] - typed.records.get(stream, 0) - untyped
    yield Count(name, WHOLE, "lost", abs(lost))
    aside = [each for each in faults(suite.reading) if each.stream == stream]
    detail = first_told(aside) if aside else ""
    yield Count(name, WHOLE, "set_aside", len(aside), "warning", detail=detail)


def first_told(rejected: list[Rejected]) -> str:
    """The first of some rejected records: which, at which field, and why."""
    first = rejected[0]
    field = f"`{first.field_path}`" if first.field_path else "its top level"
    return f"first in {first.record_id or first.place} at {field}: {first.reason}"


def _of_a_table(
    connection: DuckDBPyConnection, suite: Suite, table: Table, files: list[str]
) -> Iterator[Count]:
    """One query over a table: per rule how many rows break it, and in which record first."""
    asked: list[tuple[str, str, Severity, str]] = [
        (f"{table.name}.{column.name}", *rule)
        for column in table.columns
        for rule in _rules_of(column)
    ]
    asked.append((f"{table.name}.record_id", "empty", "error", "coalesce(t.record_id, '') = ''"))
    sums = ", ".join(
        f"count(*) filter (where {broken}), min(t.record_id) filter (where {broken})"
        for *_, broken in asked
    )
    copies = "count(*) - count(distinct (t.record_id, t.record_digest))"
    row = _row(connection, f"select {copies}, {sums} from read_parquet($1) as t", files)
    if table is suite.main:
        yield Count(suite.name, f"{table.name}.record_id", "repeated", float(row[0]))
    for place, (subject, rule, severity, _) in enumerate(asked):
        found, first = row[1 + 2 * place], row[2 + 2 * place]
        detail = f"first in {first}" if found else ""
        yield Count(suite.name, subject, rule, float(found), severity, detail=detail)


def _row(connection: DuckDBPyConnection, query: str, files: list[str]) -> tuple[Any, ...]:
    """The one row of a query over files."""
    row = connection.execute(query, [files]).fetchone()
    assert row is not None, "a query without groups has a row"
    return row


def _rules_of(column: Column) -> Iterator[tuple[str, Severity, str]]:
    """Rule, severity, and what is true of a row that breaks it."""
    name = f't."{column.name}"'
    if column.among:
        listed = ", ".join(f"'{value.lower()}'" for value in column.among)
        yield "unknown", "warning", f"lower({name}) not in ({listed})"
    if column.is_amount:
        yield "outside", "warning", f"{name} < 0"
    if column.type in ("instant", "day"):
        late = "" if column.lies_ahead else f" or {name} > {LAST}"
        yield "implausible", "warning", f"{name} < {FIRST}{late}"


def _drift(connection: DuckDBPyConnection, suite: Suite) -> Iterator[Count]:
    """Fields that every earlier copy had and no copy of the latest reading has."""
    assert suite.main is not None
    files = {table.name: files for table, files in suite.tables}
    if suite.main.name not in files:
        return
    columns = [each for each in suite.main.columns if each.type != "flag"]
    sums = ", ".join(
        f'count(t."{each.name}") filter (where not is_new), '
        f'count(t."{each.name}") filter (where is_new)'
        for each in columns
    )
    row = _row(
        connection,
        f"with newest as (select max(pulled_at) - interval '{NEWEST_HOURS} hours' as begins "
        "from read_parquet($1)), t as (select t.*, t.pulled_at > newest.begins as is_new "
        "from read_parquet($1) as t cross join newest) "
        "select count(*) filter (where not is_new), count(*) filter (where is_new), "
        f"min(record_id) filter (where is_new), {sums} from t",
        files[suite.main.name],
    )
    earlier, newest, first, *filled = row
    for place, column in enumerate(columns):
        before, now = filled[2 * place], filled[2 * place + 1]
        is_gone = is_emptied(earlier, before, newest, now)
        detail = f"filled in {before} of {earlier} earlier copies, first missing in {first}"
        yield Count(
            suite.name,
            f"{suite.main.name}.{column.name}",
            "emptied",
            float(newest if is_gone else 0),
            "warning",
            detail=detail if is_gone else "",
        )


def is_emptied(earlier: int, before: int, newest: int, now: int) -> bool:
    """Whether a field that was always filled, ``before`` of ``earlier`` times, no longer is.

    By chance, five copies in a row lack a field that 95 % have once in three million readings.
    """
    if earlier < EARLIER_AT_LEAST or newest < NEWEST_AT_LEAST:
        return False
    return before >= ALWAYS * earlier and now == 0
