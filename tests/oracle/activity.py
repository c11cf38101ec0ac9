"""From history to what counts: administrative changes, spans, activities, completions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from tests.oracle.model import CREATED, Account, Change, Item, Landed
from tests.oracle.times import SECOND

MANY = 20
SOON = 600 * SECOND
FOREVER = 1 << 62


@dataclass(frozen=True)
class Activity:
    """A human event. ``by`` is None where nobody in particular made it."""

    at: int
    by: str | None
    is_comment: bool = False


@dataclass(frozen=True)
class Completion:
    """An item went to done."""

    at: int
    is_administrative: bool
    was_never_in_progress: bool


@dataclass
class Life:
    """One item's history, ready to be counted."""

    item: Item
    spans: list[tuple[int, int, str]] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    completions: list[Completion] = field(default_factory=list)

    def assigned_at(self, at: int) -> frozenset[str]:
        """The accounts an item is assigned to at an instant."""
        held: frozenset[str] = frozenset()
        for since, accounts in self.item.assigned:
            if since <= at:
                held = accounts
        return held

    def working_spans(self, accounts: set[str]) -> list[tuple[int, int]]:
        """When the item is in progress and assigned to one of the accounts."""
        cuts = [at for at, _ in self.item.assigned] + [FOREVER]
        held = [
            (since, until)
            for (since, names), until in zip(self.item.assigned, cuts[1:], strict=True)
            if names & accounts
        ]
        return overlaps(
            [(start, end) for start, end, category in self.spans if category == "in_progress"], held
        )

    def awake_spans(self, idle: int) -> list[tuple[int, int]]:
        """When the item is not idle."""
        return merged([(event.at, event.at + idle) for event in self.activities])


def merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The union of spans."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def overlaps(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What two sets of spans have in common."""
    both = [(max(a, c), min(b, d)) for a, b in one for c, d in other]
    return merged([(start, end) for start, end in both if start < end])


def administrative(landed: Landed) -> set[Change]:
    """Changes by one account of one field of 20 or more items within 10 minutes."""
    groups: dict[tuple[str, str], set[Change]] = defaultdict(set)
    for item in landed.items.values():
        made = list(item.changes)
        if item.created_by:
            made.append(Change(item.id, item.created_by, CREATED, item.created_at))
        for change in made:
            if change.account:
                groups[change.account, change.field].add(change)
    found: set[Change] = set()
    for group in groups.values():
        if len({change.item for change in group}) < MANY:
            continue
        for first in group:
            window = [c for c in group if first.at <= c.at <= first.at + SOON]
            if len({change.item for change in window}) >= MANY:
                found.update(window)
    return found


def lives(landed: Landed) -> dict[str, Life]:
    """Every item's life by its id."""
    bulk = administrative(landed)
    return {
        item.id: _life(item, landed.accounts, bulk, landed.items) for item in landed.items.values()
    }


def _life(
    item: Item, accounts: dict[str, Account], bulk: set[Change], items: dict[str, Item]
) -> Life:
    life = Life(item)
    end = item.deleted_at if item.deleted_at is not None else FOREVER
    for number, moment in enumerate(item.moments):
        later = item.moments[number + 1].at if number + 1 < len(item.moments) else FOREVER
        if moment.at < min(later, end):
            life.spans.append((moment.at, min(later, end), moment.category))
    for change in item.changes:
        if change not in bulk and not is_bot(accounts, change.account):
            life.activities.append(Activity(change.at, change.account))
    for at, account in item.comments:
        if not is_bot(accounts, account):
            life.activities.append(Activity(at, account, is_comment=True))
    for log in item.logs:
        if not is_bot(accounts, log.account) and log.at is not None:
            life.activities.append(Activity(log.at, log.account))
    _add_transitions(life, accounts, bulk)
    return life


def _add_transitions(life: Life, accounts: dict[str, Account], bulk: set[Change]) -> None:
    """Starts are activity, by a bot too; arrivals in done are completions."""
    before = ""
    opened_at = 0
    for moment in life.item.moments:
        causes = moment.causes
        is_bulk = any(cause in bulk for cause in causes)
        if moment.category == "in_progress" and before != "in_progress" and causes:
            # who made an item that starts in progress has not worked on it by that
            who = causes[0].account if causes[0].field != CREATED else None
            if not is_bulk:
                life.activities.append(Activity(moment.at, None if is_bot(accounts, who) else who))
        if moment.category in ("todo", "in_progress") and before in ("", "done", "dropped"):
            opened_at = moment.at
        if moment.category == "done" and before != "done" and causes:
            worked = any(
                category == "in_progress" and start >= opened_at and start < moment.at
                for start, _, category in life.spans
            )
            life.completions.append(Completion(moment.at, is_bulk, not worked))
        before = moment.category


def is_bot(accounts: dict[str, Account], account: str | None) -> bool:
    """Whether an account is known to be a bot's."""
    return account is not None and account in accounts and accounts[account].is_bot
