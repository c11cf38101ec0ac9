"""Read many scopes at once: plans, walks and censuses of all of them through one set of workers."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from functools import partial

from connectors.clock import Clock
from connectors.errors import (
    AccessError,
    DeferredError,
    DiskFullError,
    Missing,
    Refused,
    TemporaryError,
    ThroughlineError,
)
from connectors.extraction_report import Listener, Progress, ScopeReport, SliceReport
from connectors.inbox import Inbox
from connectors.journal import ScopeEntry
from connectors.landing import Landing
from connectors.live import Reader, Scope, Slice, Step
from connectors.pages import text_of
from connectors.tally import Tallies
from connectors.walk import shortage, shortage_by_census, walk

_WHOLE_SOURCE = 401


@dataclass
class Errand:
    """One scope on its way: what is known of it, what is being read, and how it went.

    ``urgency`` sorts what was begun before what was never read, and that before what was read
    longest ago, so that a small budget is not spent on the same scopes every night. ``awaited``
    names the work items that are to be read whatever the mark says.
    """

    scope: Scope
    before: ScopeEntry | None
    report: ScopeReport
    inbox: Inbox | None = None
    open_tasks: int = 0
    fault: ThroughlineError | None = None
    slices: dict[str, SliceReport] = field(default_factory=dict)
    urgency: tuple[int, str] = (0, "")
    awaited: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """True if all of it lies in the inbox and may land."""
        return self.fault is None and not self.report.reason and self.inbox is not None

    @property
    def asks_no_more(self) -> bool:
        """True if it may land also when the run is over, for nothing that was known is missed."""
        if not self.is_complete or self.inbox is None:
            return False
        return self.before is None or not (self.inbox.census and self.inbox.census.count)


@dataclass(frozen=True)
class Desk:
    """What every errand needs; ``items`` names the stream of work items."""

    reader: Reader
    landing: Landing
    tallies: Tallies
    clock: Clock
    listener: Listener | None = None
    items: str = ""


class Fetching:
    """Runs errands, the most urgent ones first, with several slices in flight."""

    def __init__(self, desk: Desk, workers: int) -> None:
        self.stopped_by: BaseException | None = None
        self._desk = desk
        self._workers = workers
        self._ready: list[tuple[tuple[int, str, int], int, Callable[[], list[Callable]]]] = []
        self._running: dict[Future, int] = {}
        self._number = 0

    def run(self, errands: list[Errand]) -> Iterator[Errand]:
        """Yield each errand once it is over, however it went, in the order of the list."""
        for place, errand in enumerate(errands):
            self._push(place, errand, partial(self._begin, errand))
        told = 0
        with ThreadPoolExecutor(self._workers, thread_name_prefix="walk") as pool:
            try:
                while self._ready or self._running:
                    self._submit(pool)
                    done, _ = wait(self._running, return_when=FIRST_COMPLETED)
                    for future in done:
                        self._settle(errands, future)
                    while told < len(errands) and not errands[told].open_tasks:
                        yield errands[told]
                        told += 1
            finally:
                if self._running:
                    self._desk.clock.stopped.set()
                pool.shutdown(cancel_futures=True)
        yield from errands[told:]

    def stop(self, cause: BaseException) -> None:
        """Begin nothing more; what is under way ends with its next request."""
        self.stopped_by = self.stopped_by or cause
        self._desk.clock.stopped.set()

    def _push(self, place: int, errand: Errand, task: Callable[[], list[Callable]]) -> None:
        self._number += 1
        errand.open_tasks += 1
        heapq.heappush(self._ready, ((*errand.urgency, place), self._number, task))

    def _submit(self, pool: ThreadPoolExecutor) -> None:
        while self._ready and len(self._running) < self._workers:
            (*_, place), _, task = heapq.heappop(self._ready)
            self._running[pool.submit(task)] = place

    def _settle(self, errands: list[Errand], future: Future) -> None:
        """Take note of a task that has ended; what follows from it comes next."""
        place = self._running.pop(future)
        errand = errands[place]
        fault = future.exception()
        if fault is None:
            for task in future.result():
                self._push(place, errand, task)
        elif isinstance(fault, ThroughlineError) and not isinstance(fault, DiskFullError):
            self._fail(errand, fault)
        else:
            self.stop(fault)
            errand.fault = DeferredError("The run was stopped.")
        errand.open_tasks -= 1
        is_last = errand.inbox is not None and errand.inbox.census is None and not errand.fault
        if not errand.open_tasks and is_last and not errand.report.reason:
            self._push(place, errand, partial(self._finish, errand))

    def _fail(self, errand: Errand, fault: ThroughlineError) -> None:
        """Note what failed, and whether it concerns the scope alone or all of the source."""
        is_all = _is_of_the_source(fault)
        if is_all or isinstance(fault, DeferredError):
            self.stop(fault)
        if errand.fault is not None and not isinstance(errand.fault, DeferredError):
            return
        errand.fault = fault
        report = errand.report
        report.state, report.reason = "partial", str(fault)
        if isinstance(fault, DeferredError):
            report.state = "deferred"
        elif isinstance(fault, Refused) and not is_all:
            report.state = "access_lost"
        if errand.inbox is not None and not is_all and not isinstance(fault, TemporaryError):
            errand.inbox.spoil(str(fault))

    def _begin(self, errand: Errand) -> list[Callable]:
        """Open the unfinished plan of a scope, or make one; returns its walks."""
        desk, scope, before = self._desk, errand.scope, errand.before
        inbox = Inbox.find(desk.landing.folder, scope.id)
        if inbox is not None and (inbox.spoilt or inbox.has_landed(before)):
            inbox.remove()
            inbox = None
        if inbox is None:
            mark = before.mark if before is not None else None
            plan = desk.reader.plan(scope, mark, errand.awaited)
            inbox = Inbox.begin(desk.landing.folder, scope, replace(plan, awaited=errand.awaited))
        errand.inbox = inbox
        errand.report.started_at = text_of(inbox.plan.started_at)
        return [partial(self._walk, errand, slice) for slice in inbox.slices]

    def _walk(self, errand: Errand, slice: Slice) -> list[Callable]:
        """Walk a slice; returns the walks of its halves if it came out short."""
        desk, inbox = self._desk, errand.inbox
        assert inbox is not None
        began = desk.clock.now()
        report = errand.slices.setdefault(slice.name, SliceReport(slice.name, slice.stream))

        def told(slice: Slice, step: Step) -> None:
            if desk.listener:
                seconds = desk.clock.now() - began
                records = len(step.records)
                name = desk.landing.source
                desk.listener(Progress(name, errand.scope.id, slice.name, records, seconds))

        try:
            with desk.tallies.counting(report.asked):
                parts = walk(desk.reader, inbox, slice, told)
        except ThroughlineError as fault:
            report.fault = str(fault)
            if not _is_of_the_awaited_alone(slice, fault):
                raise
            # An item that the tracker cannot show must not keep all others from landing.
            inbox.add(slice, Step([], None, 0, (f"what was awaited could not be read: {fault}",)))
            parts = ()
        finally:
            _describe(report, inbox, slice)
            report.seconds = round(desk.clock.now() - began, 3)
        return [partial(self._walk, errand, part) for part in parts]

    def _finish(self, errand: Errand) -> list[Callable]:
        """Compare with what was expected, and list what is there now.

        At first, too: a count may be near enough while an item is missing in every page.
        """
        inbox, items = errand.inbox, self._desk.items
        assert inbox is not None
        short = shortage(inbox)
        for slice in inbox.slices:
            _describe(errand.slices[slice.name], inbox, slice)
        if not short:
            inbox.keep_census(self._desk.reader.census(errand.scope))
            short = shortage_by_census(inbox, items)
        if short:
            inbox.spoil(short)
            errand.report.state, errand.report.reason = "incomplete", short
        return []


def _describe(report: SliceReport, inbox: Inbox, slice: Slice) -> None:
    walked = inbox.walked(slice)
    report.pages = len(walked.pages)
    report.rows = sum(page.rows for page in walked.pages)
    report.expected, report.found = walked.expected, walked.found
    report.restarts = walked.restarts
    report.part_of = inbox.whole_of(slice)
    report.notes = sorted({note for page in walked.pages for note in page.notes})


def is_missing(errand: Errand) -> bool:
    """True if a scope of the roster was not found when it was read."""
    return isinstance(errand.fault, Missing)


def _is_of_the_source(fault: ThroughlineError) -> bool:
    """True if nothing more of the source can be read: it signs us in no longer."""
    return isinstance(fault, AccessError) and getattr(fault, "status", 401) == _WHOLE_SOURCE


def _is_of_the_awaited_alone(slice: Slice, fault: ThroughlineError) -> bool:
    """True if a fault concerns the items that a slice awaits alone, not the run or the source."""
    is_of_the_run = isinstance(fault, DeferredError | DiskFullError)
    return slice.is_awaited and not is_of_the_run and not _is_of_the_source(fault)
