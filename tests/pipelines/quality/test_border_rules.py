"""Every expectation of the border, of every stream of every tracker, is seen to turn red."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from connectors.contract import Column, Rejected, Stream, Table
from connectors.registry import all_connectors
from pipelines.quality.border import (
    EARLIER_AT_LEAST,
    NEWEST_AT_LEAST,
    border_counts,
    own_tables,
)
from pipelines.quality.rules import WHOLE, Count
from pipelines.warehouse.ingest import LandingReport, SourceReading
from pipelines.warehouse.parquet_rows import arrow_schema, landed_name
from pipelines.warehouse.typing import TypedSource
from tests.figures import Figure

EARLIER, NEWEST = datetime(2026, 2, 10, 2), datetime(2026, 2, 12, 2)
USUAL: dict[str, Any] = {
    "text": "something",
    "integer": 1,
    "number": 1.0,
    "flag": True,
    "day": date(2026, 2, 1),
    "instant": datetime(2026, 2, 1),
}
Check = tuple[str, str, str]
"""Stream, subject and rule."""


@dataclass(frozen=True)
class Breach:
    """The rows of one table of which one breaks one rule; or a count that is wrong."""

    tracker: str
    stream: str
    table: Table | None
    subject: str
    rule: str
    rows: tuple[dict[str, Any], ...] = ()
    lost: int = 0
    aside: tuple[Rejected, ...] = ()

    @property
    def check(self) -> Check:
        """What has to turn red, and nothing else."""
        return self.stream, self.subject, self.rule


def good(table: Table, number: int, at: datetime = NEWEST) -> dict[str, Any]:
    """A typed row with a value in every column that no rule has anything against."""
    facts = {column.name: (*column.among, USUAL[column.type])[0] for column in table.columns}
    leading = {"source": "eng", "record_id": f"r{number}", "record_digest": f"d{number}"}
    return {**leading, "record_version": at, "pulled_at": at, **facts}


def beyond(column: Column) -> Iterator[tuple[str, Any]]:
    """Rule and value for all that a column may not be."""
    if column.among:
        yield "unknown", "nonsense"
    if column.is_amount:
        yield "outside", -1
    if column.type == "day":
        yield "implausible", date(1989, 12, 31)
    if column.type == "instant":
        yield "implausible", datetime(1989, 12, 31)
        if not column.lies_ahead:
            yield "implausible", datetime(2999, 1, 1)


def breaches() -> Iterator[Breach]:
    """One for every rule of every declaration."""
    for tracker, connector in all_connectors().items():
        uses = Counter(table.name for each in connector.streams for table in each.tables)
        own = own_tables(connector.streams)
        for stream in connector.streams:
            first = stream.tables[0] if stream.tables else None
            whole = Breach(tracker, stream.name, None, WHOLE, "lost", lost=1)
            yield whole
            aside = Rejected(stream.name, "r1", "name", "no text", "a.json:1")
            yield replace(whole, rule="set_aside", lost=0, aside=(aside,))
            for table in own[stream.name]:
                is_main = table is first and uses[table.name] == 1
                yield from _of_a_table(tracker, stream, table, is_main)


def _of_a_table(tracker: str, stream: Stream, table: Table, is_main: bool) -> Iterator[Breach]:
    one = good(table, 1)

    def breach(subject: str, rule: str, *rows: dict[str, Any]) -> Breach:
        return Breach(tracker, stream.name, table, f"{table.name}.{subject}", rule, rows)

    for empty in ("", None):
        yield breach("record_id", "empty", one, {**good(table, 2), "record_id": empty})
    for column in table.columns:
        for rule, value in beyond(column):
            yield breach(column.name, rule, one, {**good(table, 2), column.name: value})
    if not is_main:
        return
    yield breach("record_id", "repeated", one, one)
    earlier = [good(table, number, EARLIER) for number in range(EARLIER_AT_LEAST)]
    for column in table.columns:
        if column.type != "flag":
            newest = [
                {**good(table, 100 + number), column.name: None}
                for number in range(NEWEST_AT_LEAST)
            ]
            yield breach(column.name, "emptied", *earlier, *newest)


def reading(folder: Path, source: str, breach: Breach) -> SourceReading:
    """A source that has read what a breach has, and no more."""
    report, typed = LandingReport(source, breach.tracker), TypedSource(source, breach.tracker)
    report.in_landing[breach.stream] = breach.lost + len(breach.aside)
    typed.rejected.extend(breach.aside)
    if breach.table is not None:
        file = folder / f"{source}.parquet"
        schema = arrow_schema(breach.table)
        parquet.write_table(pa.Table.from_pylist(list(breach.rows), schema), file)
        typed.files[landed_name(breach.tracker, breach.table)] = [file]
    return SourceReading(report, typed)


def counted(folder: Path, tried: list[Breach]) -> list[list[Count]]:
    """The counts of each breach, in a source of its own."""
    counts = border_counts(
        [reading(folder, str(number), breach) for number, breach in enumerate(tried)]
    )
    by_source: list[list[Count]] = [[] for _ in tried]
    for count in counts:
        by_source[int(count.suite.partition("/")[0])].append(count)
    return by_source


@pytest.mark.requirement("R37", "100 % of the border's expectations turn red")
def test_every_expectation_of_the_border_can_fail(tmp_path: Path, figure: Figure) -> None:
    every = list(breaches())
    tried = every[:: figure.of(9, 1)]
    wrong, seen = [], set()
    for breach, counts in zip(tried, counted(tmp_path, tried), strict=True):
        checks = {(each.suite.partition("/")[2], each.subject, each.rule) for each in counts}
        red = {
            (each.suite.partition("/")[2], each.subject, each.rule)
            for each in counts
            if each.is_broken
        }
        seen |= {(breach.tracker, *check) for check in checks}
        if red != {breach.check}:
            wrong.append((breach.tracker, breach.check, red))

    broken = {(breach.tracker, *breach.check) for breach in every}
    assert wrong == []
    assert seen <= broken, "a rule is counted that no breach is made for"
    if len(tried) == len(every):
        assert seen == broken
    figure.reached(f"{len(tried)} of {len(every)} breaches, of {len(broken)} checks: red")


def test_rows_without_a_fault_turn_nothing_red(tmp_path: Path) -> None:
    tables = {
        (breach.tracker, breach.table.name): replace(
            breach, rows=tuple(good(breach.table, number) for number in range(3))
        )
        for breach in breaches()
        if breach.table is not None
    }

    counts = counted(tmp_path, list(tables.values()))
    assert len(tables) > 30
    assert [each.sentence for some in counts for each in some if each.is_broken] == []
