"""What was read of each source, as rows by scope and by stream, so that counts add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from connectors.contract import Rejected
from pipelines.warehouse.ingest import LandingReport, SourceReading
from pipelines.warehouse.scope_readings import ScopeReading

NONE = "(none)"
"""The scope of files, and of what belongs to a source as a whole."""

Row = tuple[Any, ...]


def scope_rows(reports: Iterable[LandingReport]) -> list[Row]:
    """A row per source and scope, one for each source at least."""
    return [
        (
            report.source,
            each.scope or NONE,
            each.name or None,
            each.state,
            each.reason or None,
            each.last_good_read_at,
            each.items,
            each.expected,
            each.found,
        )
        for report in reports
        for each in _scopes(report)
    ]


def stream_rows(readings: Iterable[SourceReading]) -> list[Row]:
    """A row per source, scope and stream. What no scope accounts for is in the scope ``(none)``."""
    return [row for reading in readings for row in _of_a_source(reading)]


def faults(reading: SourceReading) -> list[Rejected]:
    """All records of a source that are of no use."""
    return [*reading.report.rejected, *reading.typed.rejected]


def _scopes(report: LandingReport) -> list[ScopeReading]:
    """The scopes of a source; the source itself stands in for what belongs to it as a whole."""
    if any(not each.scope for each in report.scopes):
        return report.scopes
    whole = ScopeReading("", "", "", report.state, report.detail, report.data_as_of, items=None)
    return [whole, *report.scopes]


def _of_a_source(reading: SourceReading) -> Iterator[Row]:
    report = reading.report
    refused = Counter(each.stream for each in faults(reading))
    read, landed = Counter(report.read), Counter(report.in_landing)
    whole = ScopeReading("", "", "", report.state)
    for scope in report.scopes:
        if not scope.scope:
            whole = scope
            continue
        for stream in sorted({*scope.read, *scope.landed}):
            read[stream] -= scope.read.get(stream, 0)
            landed[stream] -= scope.landed.get(stream, 0)
            counts = (scope.read.get(stream, 0), scope.landed.get(stream, 0))
            yield _row(report, scope, stream, counts, 0)
    for stream in sorted({*+read, *+landed, *refused, *whole.read, *whole.landed}):
        counts = (max(0, read[stream]), max(0, landed[stream]))
        yield _row(report, whole, stream, counts, refused[stream])


def _row(
    report: LandingReport,
    scope: ScopeReading,
    stream: str,
    counts: tuple[int, int],
    refused: int,
) -> Row:
    first, last = report.pulled.get(stream, (None, None))
    if scope.scope:
        first, last = scope.first_landed_at.get(stream), scope.last_landed_at.get(stream)
    return (
        report.source,
        report.tracker,
        scope.scope or NONE,
        stream,
        *counts,
        scope.reported.get(stream),
        refused,
        first,
        last,
    )
