"""Read a source over the network into its landing: all that a run does for one live source."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import structlog

from connectors.absorb import Absorber
from connectors.awaited import due, tell_awaited
from connectors.border import Border, BorderedReader
from connectors.clock import Clock
from connectors.contract import Connector
from connectors.errors import (
    DeferredError,
    DiskFullError,
    ThroughlineError,
)
from connectors.extraction_report import (
    Extraction,
    Listener,
    Progress,
    ScopeReport,
    conclude,
)
from connectors.fetching import Desk, Errand, Fetching, is_missing
from connectors.http import AT_ONCE, Client
from connectors.inbox import Inbox
from connectors.index import Index
from connectors.journal import ScopeEntry
from connectors.landing import INBOX, Landing
from connectors.limits import Budget
from connectors.live import LiveConnector, LiveSettings, Reader, Scope
from connectors.pages import text_of
from connectors.sight import tell_what_is_out_of_sight
from connectors.sign_in import client_for
from connectors.space import bytes_below, check_space
from connectors.sparing import Sparing
from connectors.transport import Timeouts
from connectors.unforeseen import GuardedReader
from connectors.within import Within

FULL_PASS = timedelta(days=6, hours=12)
"""A scope that says it is unchanged is walked all the same after so long: in every seventh night,
though that may begin some minutes earlier than the scope was read a week before."""
OVERLAP = timedelta(minutes=60)
WALKS = 2
"""So many walks for each request in flight: while a page is kept, others are under way. Where there
is one request at a time there is one walk, so that a kill costs one page at most."""
_NO_SPACE = "The disk of {folder} is full. What counts is kept: free some space and run again."
log = structlog.get_logger()


def extract(
    connector: LiveConnector,
    settings: LiveSettings,
    raw: Path,
    *,
    max_minutes: float | None = 120,
    max_requests: int | None = None,
    confirm_removals: bool = False,
    workers: int = AT_ONCE,
    listener: Listener | None = None,
    clock: Clock | None = None,
    dice: random.Random | None = None,
    timeouts: Timeouts | None = None,
    sparing: Sparing | None = None,
    within: Within | None = None,
) -> Extraction:
    """Read what changed in a source since the last run, and land all scopes that are complete.

    What cannot be completed stays in the inbox, and the next run goes on from there. The run's
    lock allows one at a time. ``dice`` and ``timeouts`` are for tests.

    Args:
        connector, settings, raw: The source, and the folder ``data/raw``.
        max_minutes, max_requests: When to stop asking, and how much to ask at most.
        confirm_removals: A person has said that what was held may go.
        workers: Slices, and requests, in flight.
        listener: Told of each page and scope, from several threads.
        clock: Whoever sets its ``stopped`` ends the reading.
        sparing: What is left out of records before they land; None: nothing.
        within: What the run gives that this is part of.

    Raises:
        AccessError: If the tracker does not know us, before anything is written.
        TemporaryError: If it cannot be reached at the start, or the disk is full.
    """
    clock, within = clock or Clock(), within or Within()
    budget, given = Budget(clock, max_minutes, max_requests), (dice, timeouts, workers)
    client = client_for(connector, settings, budget, clock, *given, within.limiters)
    try:
        reader = cast(Reader, GuardedReader(connector.connect(settings, client), settings.name))
        run = _Run(connector, settings, raw, reader, client, clock, sparing, within)
        run.listener, run.is_confirmed = listener, confirm_removals
        return run.extract(workers)
    finally:
        client.close()


class _Run:
    """One extraction under way."""

    listener: Listener | None = None
    is_confirmed = False

    def __init__(
        self,
        connector: LiveConnector,
        settings: LiveSettings,
        raw: Path,
        reader: Reader,
        client: Client,
        clock: Clock,
        sparing: Sparing | None,
        within: Within,
    ) -> None:
        identity, roster = reader.identify(), reader.scopes()
        self.connector, self.settings = connector, settings
        self.client, self.clock, self.identity = client, clock, identity
        self.began = clock.now()
        self.landing = Landing(raw, settings.name)
        self.border = Border(self.landing.erasure, sparing)
        self.reader = cast(Reader, BorderedReader(reader, self.border))
        check_space(self.landing.folder, settings.name, within.took)
        Inbox.remove_leftovers(self.landing.folder)
        self.roster = self.border.named(roster)
        if within.foretell is not None:
            within.foretell(reader, self.roster, client)
        self.size, self.inbox_bytes = bytes_below(self.landing.folder, INBOX), 0
        self.index = Index(self.landing, connector.items)
        self.known = self.landing.scopes()
        self.report = Extraction(
            settings.name,
            cast(Connector, connector).tracker,
            account="" if sparing and not sparing.keeps_names else identity.account,
            server_time=text_of(identity.server_time),
            token_ends=text_of(identity.token_ends) if identity.token_ends else "",
        )

    def extract(self, workers: int) -> Extraction:
        """Read all scopes of the roster that may have changed."""
        roster: Sequence[Scope] = self.roster
        errands = self._errands(roster)
        absorber = Absorber(self.landing, self.index, self.reader, self.is_confirmed)
        tallies, items = self.client.tallies, self.connector.items
        desk = Desk(self.reader, self.landing, tallies, self.clock, self.listener, items)
        fetching = Fetching(desk, WALKS * workers if workers > 1 else 1)
        try:
            self._fetch_and_absorb(fetching, errands, absorber)
            if any(is_missing(errand) for errand in errands) and not fetching.stopped_by:
                roster = self._still_listed(roster)
            tell_what_is_out_of_sight(
                absorber,
                self.index,
                self.known,
                roster,
                self.report,
                self.identity.server_time,
                self.is_confirmed,
            )
            absorber.settle()
            absorber.commit()
            self._conclude(absorber, fetching.stopped_by)
        except sqlite3.OperationalError as fault:
            if fault.sqlite_errorcode != sqlite3.SQLITE_FULL:
                raise
            raise DiskFullError(_NO_SPACE.format(folder=self.landing.folder)) from None
        finally:
            self.index.close()
        return self.report

    def _errands(self, roster: Sequence[Scope]) -> list[Errand]:
        """Report every scope; return those that are to be read."""
        found = []
        for scope in roster:
            report = ScopeReport(scope.id, scope.name, scope.kind, "deferred")
            before = self.known.get(scope.id)
            report.mark_before = before.mark if before else None
            self.report.scopes.append(report)
            if not scope.is_readable:
                # What was thrown away before anything of it was known is no hole.
                is_nothing = before is None and scope.outcome in ("deleted", "trashed")
                report.state = "absent" if is_nothing else "access_lost"
                report.reason = scope.reason
                continue
            awaited = due(before, self.index, self.identity.server_time)
            if not awaited and self._is_idle(scope, before):
                report.state, report.mark_after = "idle", report.mark_before
                self._forget_landed(scope, before)
            else:
                urgency = (2, before.started_at) if before else (1, "")
                if Inbox.exists(self.landing.folder, scope.id):
                    urgency = (0, "")
                found.append(Errand(scope, before, report, urgency=urgency, awaited=tuple(awaited)))
        return found

    def _forget_landed(self, scope: Scope, before: ScopeEntry | None) -> None:
        """Remove the inbox of a scope that a run landed and was killed before removing it."""
        inbox = Inbox.find(self.landing.folder, scope.id)
        if inbox is not None and inbox.has_landed(before):
            inbox.remove()

    def _is_idle(self, scope: Scope, before: ScopeEntry | None) -> bool:
        """True if a scope says that nothing changed since it was read, less than a week ago."""
        if before is None or before.state != "complete" or scope.last_changed is None:
            return False
        read_at = datetime.fromisoformat(before.started_at)
        minutes = self.settings.options.get("overlap_minutes")
        overlap = timedelta(minutes=float(str(minutes))) if minutes is not None else OVERLAP
        is_recent = self.identity.server_time - read_at < FULL_PASS
        is_same = scope.stamp == str(before.mark.get("stamp", ""))
        return is_same and is_recent and scope.last_changed < read_at - overlap

    def _fetch_and_absorb(
        self, fetching: Fetching, errands: list[Errand], absorber: Absorber
    ) -> None:
        landing: list[Future[None]] = []
        with ThreadPoolExecutor(1, thread_name_prefix="absorb") as pool:
            for errand in fetching.run(errands):
                for each in landing:
                    # Looked at once: one that ends between two looks has no fault to stop for.
                    fault = each.exception() if each.done() else None
                    if fault is not None:
                        fetching.stop(fault)
                landing = [each for each in landing if not each.done() or each.exception()]
                names = [slice.name for slice in errand.inbox.slices] if errand.inbox else []
                errand.report.slices = [
                    errand.slices[name] for name in names if name in errand.slices
                ]
                if (errand.is_complete and fetching.stopped_by is None) or errand.asks_no_more:
                    landing.append(pool.submit(self._absorb, absorber, errand))
        for each in landing:
            each.result()
        cause = fetching.stopped_by
        if cause is not None and (
            not isinstance(cause, ThroughlineError) or isinstance(cause, DiskFullError)
        ):
            raise cause

    def _absorb(self, absorber: Absorber, errand: Errand) -> None:
        """Land one scope; what keeps it from landing now is told, and it stays in the inbox."""
        assert errand.inbox is not None
        began = self.clock.now()
        self.inbox_bytes += bytes_below(errand.inbox.folder)
        try:
            absorber.take(errand.scope, errand.inbox, errand.report, errand.before)
        except DiskFullError:
            raise
        except ThroughlineError as fault:
            is_late = isinstance(fault, DeferredError)
            errand.report.state = "deferred" if is_late else "partial"
            errand.report.reason = str(fault)
            return
        if self.listener:
            count = sum(each.rows for each in errand.report.slices)
            seconds = self.clock.now() - began
            self.listener(Progress(self.settings.name, errand.scope.id, "", count, seconds))
        log.info(
            f"{self.settings.name} {errand.scope.name}: {errand.report.state}",
            source=self.settings.name,
            new=sum(each.new for each in errand.report.slices),
            changed=sum(each.changed for each in errand.report.slices),
        )

    def _still_listed(self, roster: Sequence[Scope]) -> list[Scope]:
        """Return those scopes that the tracker lists still, when one was not found."""
        listed = {scope.id for scope in self.reader.scopes()}
        return [scope for scope in roster if scope.id in listed]

    def _conclude(self, absorber: Absorber, cause: BaseException | None) -> None:
        report = self.report
        report.read, report.landed = dict(absorber.read), dict(absorber.landed)
        report.rejected = dict(absorber.rejected)
        report.asked = self.client.tallies.whole
        report.seconds = round(self.clock.now() - self.began, 3)
        grown = bytes_below(self.landing.folder, INBOX) - self.size
        report.disk_bytes = max(0, grown) + self.inbox_bytes
        report.warnings = [*self.identity.warnings, *self.client.warnings]
        entries = self.landing.scopes()
        for scope in report.scopes:
            scope.items = self.index.members(scope.id)
            report.warnings += tell_awaited(scope, entries.get(scope.id), self.index)
        started = {key: each.started_at for key, each in entries.items() if each.state != "absent"}
        conclude(report, started, cause)
        if report.state != "fresh":
            log.warning(report.reason, source=report.source, state=report.state)
