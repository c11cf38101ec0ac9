"""What one run has read of one source, for people and for machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec

from connectors.errors import DeferredError
from connectors.tally import Tally

ScopeState = Literal[
    "complete", "idle", "held", "partial", "incomplete", "access_lost", "absent", "deferred"
]
"""``held`` has landed, but removals wait for a word; ``partial`` failed, ``incomplete`` is short
of what was expected, ``access_lost`` was refused: nothing of these landed, what they were stays.
``absent`` was confirmed to be out of sight; ``deferred`` is resumed by the next run."""
SourceState = Literal["fresh", "partial", "deferred", "failed"]
LANDED: frozenset[ScopeState] = frozenset({"complete", "idle", "held", "absent"})


class SliceReport(msgspec.Struct):
    """One slice. Records are counted when they land; ``expected`` is None where nobody said.

    ``part_of`` names the slice that came out short and that this one is a half of; ``found`` of
    that one counts its halves too.
    """

    name: str
    stream: str
    part_of: str = ""
    rows: int = 0
    pages: int = 0
    expected: int | None = None
    found: int | None = None
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    duplicate: int = 0
    older: int = 0
    rejected: int = 0
    restarts: int = 0
    seconds: float = 0.0
    asked: Tally = msgspec.field(default_factory=Tally)
    notes: list[str] = []
    fault: str = ""


class ScopeReport(msgspec.Struct):
    """One scope. ``items`` are the work items known of it, whatever became of this run.

    Of those that its census lists and that are not known, ``awaited`` are read by the next run, and
    ``unread`` were asked for and not given.
    """

    id: str
    name: str
    kind: str
    state: ScopeState
    reason: str = ""
    items: int = 0
    mark_before: dict[str, str | int | float] | None = None
    mark_after: dict[str, str | int | float] | None = None
    started_at: str = ""
    awaited: int = 0
    unread: int = 0
    outcomes: dict[str, int] = {}
    slices: list[SliceReport] = []


class Extraction(msgspec.Struct):
    """What a run has read of a source. ``coverage`` is the share, in percent, of the known work
    items whose scopes are up to date. ``data_as_of`` is that of the scope which is furthest behind
    among those that this run left up to date (naive UTC, ISO 8601). ``disk_bytes`` is what it took
    on the disk: what landed, and the pages that waited for it. ``token_ends`` is empty where nobody
    tells."""

    source: str
    tracker: str
    state: SourceState = "fresh"
    reason: str = ""
    account: str = ""
    server_time: str = ""
    token_ends: str = ""
    warnings: list[str] = []
    scopes: list[ScopeReport] = []
    read: dict[str, int] = {}
    landed: dict[str, int] = {}
    rejected: dict[str, int] = {}
    asked: Tally = msgspec.field(default_factory=Tally)
    seconds: float = 0.0
    coverage: float = 100.0
    data_as_of: str = ""
    disk_bytes: int = 0

    def json(self) -> bytes:
        """Return the report as JSON, for a file of the run's log."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2)


@dataclass(frozen=True)
class Progress:
    """Something to show while a source is read; ``slice`` is empty when a scope has landed."""

    source: str
    scope: str
    slice: str
    records: int
    seconds: float


Listener = Callable[[Progress], None]
"""Called from several threads."""


def conclude(report: Extraction, started: Mapping[str, str], cause: BaseException | None) -> None:
    """Fill in what follows from the states of the scopes.

    Args:
        report: All of whose scopes are told.
        started: By scope, the tracker's clock when what has landed of it was planned.
        cause: What stopped the run before its end; None if nothing did.
    """
    total = sum(max(1, each.items) for each in report.scopes)
    fine = sum(max(1, each.items) for each in report.scopes if each.state in LANDED)
    report.coverage = round(100 * fine / total, 2) if total else 100.0
    idle = {each.id for each in report.scopes if each.state == "idle"}
    times = [report.server_time if key in idle else at for key, at in started.items()]
    report.data_as_of = min(times, default="")
    behind = Counter(
        each.state for each in report.scopes if each.state not in LANDED or each.state == "held"
    )
    if isinstance(cause, DeferredError):
        report.state, report.reason = "deferred", str(cause)
    elif cause is not None:
        report.state, report.reason = "failed", str(cause)
    elif behind:
        told = ", ".join(f"{count} {state}" for state, count in sorted(behind.items()))
        report.state, report.reason = "partial", f"of {len(report.scopes)} scopes: {told}"
