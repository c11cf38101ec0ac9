"""From the inbox into the landing: complete scopes, in the order of the roster, in big pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

import msgspec

from connectors.absences import REMOVALS, Judgement, absence, judge, scope_key, settle
from connectors.awaited import still_awaited
from connectors.contract import Record, Rejected
from connectors.extraction_report import ScopeReport, SliceReport
from connectors.inbox import Inbox
from connectors.index import Index
from connectors.index_rows import Taken, outcome_in
from connectors.journal import ScopeEntry
from connectors.landing import Landing
from connectors.live import ABSENCES, Outcome, Plan, Reader, Scope, Slice
from connectors.pages import text_of

COMMIT_RECORDS = 50_000
_BATCH = 500


class Absorber:
    """Lands what is complete. One thread at a time; what is taken in counts from ``commit`` on."""

    def __init__(
        self, landing: Landing, index: Index, reader: Reader, is_confirmed: bool = False
    ) -> None:
        self.read: Counter[str] = Counter()
        self.landed: Counter[str] = Counter()
        self.rejected: Counter[str] = Counter()
        self._landing = landing
        self._index = index
        self._reader = reader
        self._is_confirmed = is_confirmed
        self._entries: list[ScopeEntry] = []
        self._inboxes: list[Inbox] = []
        self._moved: list[tuple[ScopeReport, list[str]]] = []
        self._new = 0

    def take(
        self, scope: Scope, inbox: Inbox, report: ScopeReport, before: ScopeEntry | None
    ) -> None:
        """Land a scope all of whose slices are complete, and what its census says.

        Args:
            scope, inbox: What has been read.
            report: Told how it went.
            before: What was noted last of the scope.

        Raises:
            ThroughlineError: If an item that is missing cannot be asked for; nothing has landed.
        """
        alarm = self._alarm(inbox)
        if alarm:
            inbox.spoil(alarm)
            report.state, report.reason = "incomplete", alarm
            return
        judgement = self._judgement(scope, inbox)
        plan = inbox.plan
        read, landed, rejected = Counter[str](), Counter[str](), list[Rejected]()
        slices = {each.name: each for each in report.slices}
        for slice in inbox.slices:
            self._take_slice(inbox, slice, slices[slice.name], read, landed, rejected)
        was_absent = before is not None and before.state == "absent"
        self._take_outcomes(scope, plan, judgement, landed, was_absent)
        report.state = "held" if judgement.held else "complete"
        report.reason = judgement.held
        report.mark_after = dict(plan.mark)
        self._moved.append((report, judgement.still_there))
        report.outcomes = dict(Counter(judgement.outcomes.values()))
        self.read += read
        self.landed += landed
        self.rejected += Counter(each.stream for each in rejected)
        awaited = still_awaited(self._landing, self._index, inbox, before, rejected)
        self._conclude(scope, inbox, report.state, awaited, read, landed, rejected)

    def out_of_sight(
        self, scope: Scope, before: ScopeEntry, outcome: Outcome, plan: Plan, evidence: str
    ) -> None:
        """Land that a whole scope is not to be seen; what is known of it stays."""
        told = absence(scope_key(scope.id), outcome, plan.started_at, evidence)
        landed = Counter[str]()
        self._put([told], plan, landed)
        self.landed += landed
        self._entries.append(
            ScopeEntry(
                scope=scope.id,
                name=scope.name,
                state="absent",
                mark=before.mark,
                started_at=before.started_at,
                landed=dict(landed),
                awaited=before.awaited,
            )
        )

    def settle(self) -> None:
        """Judge, once all scopes are taken in, what left one of them and is still there."""
        source, is_confirmed = self._landing.source, self._is_confirmed
        for report, still_there in self._moved:
            doubt = settle(self._index, report.id, still_there, source, is_confirmed)
            if doubt and report.state == "complete":
                report.state, report.reason = "held", doubt
                self._entries = [_held(each, report.id) for each in self._entries]
        self._moved = []

    def commit(self) -> None:
        """Make all that was taken in count, and remove it from the inbox."""
        self._landing.commit(self._entries)
        self._index.save()
        for inbox in self._inboxes:
            inbox.remove()
        self._entries, self._inboxes, self._new = [], [], 0

    def _alarm(self, inbox: Inbox) -> str:
        """Say so if a walk over a whole scope found nothing where something is known."""
        for slice in inbox.slices:
            if slice.is_whole and not any(page.rows for page in inbox.walked(slice).pages):
                known = self._index.members(inbox.scope)
                if known:
                    return f"slice {slice.name} came back empty, where {known} items are known"
        return ""

    def _judgement(self, scope: Scope, inbox: Inbox) -> Judgement:
        if inbox.census is None or inbox.census.count is None:
            return Judgement()
        return judge(
            self._reader,
            self._index,
            scope,
            inbox.census_ids(),
            frozenset(_told_gone(inbox)),
            self._landing.source,
            self._is_confirmed,
        )

    def _take_slice(
        self,
        inbox: Inbox,
        slice: Slice,
        report: SliceReport,
        read: Counter[str],
        landed: Counter[str],
        rejected: list[Rejected],
    ) -> None:
        for some in _batches(inbox.records(slice)):
            read += Counter(each.stream for each in some)
            faults = [each for each in some if isinstance(each, Rejected)]
            rejected += faults
            report.rejected += len(faults)
            records = [each for each in some if isinstance(each, Record)]
            for record, taken in self._put(records, inbox.plan, landed):
                setattr(report, taken.novelty, getattr(report, taken.novelty) + 1)
                if taken.has_returned:
                    told = absence(record.key, "present", inbox.plan.started_at, "read again")
                    self._put([told], inbox.plan, landed)

    def _take_outcomes(
        self,
        scope: Scope,
        plan: Plan,
        judgement: Judgement,
        landed: Counter[str],
        was_absent: bool,
    ) -> None:
        for key in sorted(judgement.outcomes):
            outcome = judgement.outcomes[key]
            evidence = f"missing in the census of {scope.name}, and asked for"
            if outcome == "present":
                evidence = f"counted again in {scope.name}"
                if self._index.outcome(key) in (None, "present"):
                    continue
            self._put([absence(key, outcome, plan.started_at, evidence)], plan, landed)
        if was_absent:
            told = absence(scope_key(scope.id), "present", plan.started_at, "to be seen again")
            self._put([told], plan, landed)

    def _put(
        self, records: Sequence[Record], plan: Plan, landed: Counter[str]
    ) -> list[tuple[Record, Taken]]:
        """Land what is new of some records; returns what the index says of each."""
        found = list(zip(records, self._index.take(records, plan.started_at), strict=True))
        for record, taken in found:
            if taken.novelty in ("new", "changed"):
                origin = record.place or record.scope
                self._landing.put(record, taken.content, plan.started_at, origin)
                landed[record.stream] += 1
                self._new += 1
        return found

    def _conclude(
        self,
        scope: Scope,
        inbox: Inbox,
        state: str,
        awaited: dict[str, str],
        read: Counter[str],
        landed: Counter[str],
        rejected: list[Rejected],
    ) -> None:
        self._entries.append(
            ScopeEntry(
                scope=scope.id,
                name=scope.name,
                state=state,
                mark=dict(inbox.plan.mark),
                started_at=text_of(inbox.plan.started_at),
                read=dict(read),
                landed=dict(landed),
                rejected=dict(Counter(each.stream for each in rejected)),
                quarantine=self._landing.keep_rejected(rejected) if rejected else "",
                awaited=awaited,
            )
        )
        self._inboxes.append(inbox)
        if self._new >= COMMIT_RECORDS:
            self.commit()


def _held(entry: ScopeEntry, scope_id: str) -> ScopeEntry:
    """The entry of a scope of which a census is not believed; any other as it is."""
    is_it = entry.scope == scope_id and entry.state == "complete"
    return msgspec.structs.replace(entry, state="held") if is_it else entry


def _told_gone(inbox: Inbox) -> Iterator[str]:
    """Yield the items of which the walks of a scope tell that they are out of sight."""
    for slice in inbox.slices:
        for found in inbox.records(slice):
            if not isinstance(found, Record) or found.stream != ABSENCES:
                continue
            if outcome_in(found.payload) in REMOVALS:
                yield found.key


def _batches(found: Iterator[Record | Rejected]) -> Iterator[list[Record | Rejected]]:
    while some := list(islice(found, _BATCH)):
        yield some
