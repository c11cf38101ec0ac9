"""What is known of each project or board of a live source, from its landing and its latest run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from connectors.extraction_report import Extraction, ScopeReport
from connectors.journal import ScopeEntry
from connectors.landing import Landing

READ = frozenset({"complete", "idle", "held"})
"""States of a scope that was read to its end in a run."""


class ScopeReading(msgspec.Struct):
    """A project or board, or with an empty ``scope`` what belongs to the source as a whole.

    ``state`` is one of the kernel's, or ``unread`` where the run could not ask for it.
    ``last_good_read_at`` (naive UTC) is the tracker's clock when it was last read to its end; None
    if it never was. Counts are by stream: ``read`` and ``reported`` of the latest run, ``landed``
    of all. ``reported`` has the streams alone for which the tracker told a count. ``items`` is None
    where work items are not counted by scope.
    """

    scope: str
    name: str
    kind: str
    state: str
    reason: str = ""
    last_good_read_at: datetime | None = None
    items: int | None = 0
    expected: int | None = None
    found: int | None = None
    read: dict[str, int] = {}
    reported: dict[str, int] = {}
    landed: dict[str, int] = {}
    first_landed_at: dict[str, datetime] = {}
    last_landed_at: dict[str, datetime] = {}


def readings_of_a_run(
    extraction: Extraction, landing: Landing, before: Sequence[ScopeReading]
) -> list[ScopeReading]:
    """Return every scope that a run has told of, in the order of the roster.

    Args:
        extraction: What the run came to.
        landing: As it is after the run.
        before: What was known before it.
    """
    latest, history = landing.scopes(), _history(landing)
    good = {each.scope: each.last_good_read_at for each in before}
    found = []
    for report in extraction.scopes:
        entry = latest.get(report.id)
        reading = ScopeReading(
            report.id, report.name, report.kind, report.state, report.reason, items=report.items
        )
        reading.last_good_read_at = _good_read(report, entry, extraction, good.get(report.id))
        _add_counts(reading, report, entry)
        _add_history(reading, history[report.id])
        found.append(reading)
    return found


def readings_of_the_landing(
    landing: Landing, before: Sequence[ScopeReading], reason: str
) -> list[ScopeReading]:
    """Return every scope that the landing or an earlier run knows, when nothing could be asked.

    Args:
        landing: As it is.
        before: What was known before.
        reason: Why nothing could be asked.
    """
    latest, history = landing.scopes(), _history(landing)
    known = {each.scope: each for each in before}
    found = []
    for scope in dict.fromkeys([*known, *latest]):
        old, entry = known.get(scope), latest.get(scope)
        is_absent = entry is not None and entry.state == "absent"
        reading = ScopeReading(
            scope,
            old.name if old else (entry.name if entry else ""),
            old.kind if old else "",
            "absent" if is_absent else "unread",
            (old.reason if old else "") if is_absent else reason,
            items=old.items if old else 0,
        )
        times = [old.last_good_read_at if old else None, _started(entry)]
        reading.last_good_read_at = max((each for each in times if each), default=None)
        _add_history(reading, history[scope])
        found.append(reading)
    return found


def data_as_of(scopes: Sequence[ScopeReading]) -> datetime | None:
    """Return until when all scopes are known; those that were never read, or are gone, aside."""
    times = [
        each.last_good_read_at
        for each in scopes
        if each.last_good_read_at is not None and each.state != "absent"
    ]
    return min(times, default=None)


def _good_read(
    report: ScopeReport,
    entry: ScopeEntry | None,
    extraction: Extraction,
    before: datetime | None,
) -> datetime | None:
    """Return when a scope was last read to its end; one that says it is unchanged is, just now."""
    if report.state == "idle":
        return datetime.fromisoformat(extraction.server_time)
    return max((each for each in (before, _started(entry)) if each), default=None)


def _started(entry: ScopeEntry | None) -> datetime | None:
    return datetime.fromisoformat(entry.started_at) if entry is not None else None


def _add_counts(reading: ScopeReading, report: ScopeReport, entry: ScopeEntry | None) -> None:
    counted = [each for each in report.slices if each.expected is not None and not each.part_of]
    reported: Counter[str] = Counter()
    for each in counted:
        reported[each.stream] += each.expected or 0
    has_landed = entry is not None and entry.started_at == report.started_at
    if has_landed and report.state in READ and entry is not None:
        reading.read = dict(entry.read)
    else:
        read: Counter[str] = Counter()
        for each in report.slices:
            read[each.stream] += each.rows
        reading.read = dict(read)
    reading.reported = dict(reported)
    if counted:
        reading.expected = sum(each.expected or 0 for each in counted)
        reading.found = sum(each.found or 0 for each in counted)


def _history(landing: Landing) -> Mapping[str, list[ScopeEntry]]:
    found: dict[str, list[ScopeEntry]] = defaultdict(list)
    for entry in landing.entries:
        if isinstance(entry, ScopeEntry):
            found[entry.scope].append(entry)
    return found


def _add_history(reading: ScopeReading, entries: Sequence[ScopeEntry]) -> None:
    landed: Counter[str] = Counter()
    for entry in entries:
        at = datetime.fromisoformat(entry.started_at)
        for stream, count in entry.landed.items():
            landed[stream] += count
            reading.first_landed_at.setdefault(stream, at)
            reading.last_landed_at[stream] = at
    reading.landed = dict(landed)
