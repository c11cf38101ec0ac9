"""Work items that a census lists and of which there is no record: read by themselves, soon.

A walk may miss an item: a page that ends early is found out by a count, but a count is near enough
by a hundredth, or is itself an estimate. The census names what is missing. It is noted in the line
of its scope in the journal, which is as durable as the records and needs no store of its own. A
scope that awaits something is not idle; the next run asks for it whatever its mark says. That is
the next run and not this one, because most of what a census lists and no page held was created
between the two: the next run would read it in any case, and reads it once.

What was asked for and not given is asked for again every week, not every night, and told every
night. Of what was given and is of no use the quarantine tells.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from connectors.contract import Rejected
from connectors.errors import ResponseError
from connectors.extraction_report import ScopeReport
from connectors.inbox import Inbox
from connectors.index import Index
from connectors.journal import ScopeEntry
from connectors.landing import Landing
from connectors.pages import text_of

AGAIN = timedelta(days=6, hours=12)
"""Less than a week, as a plan is made a little later each time than the run began."""
MOST = 10_000
"""So many of a scope are noted at most; its next census names the others."""
_AT_ONCE = ""
"""Before any time there is."""
_NAMED = 3
_OUT_OF_SIGHT = ("access_lost", "absent")
"""States of scopes of which nothing is asked for."""


def due(before: ScopeEntry | None, index: Index, now: datetime) -> list[str]:
    """Return the work items of a scope that are to be read now whatever its mark says.

    Args:
        before: What was noted last of the scope.
        index: What landed since, by another scope or from the quarantine, is awaited no more.
        now: The tracker's clock, naive UTC.
    """
    return [key for key, at in _standing(before, index).items() if at <= text_of(now)]


def still_awaited(
    landing: Landing,
    index: Index,
    inbox: Inbox,
    before: ScopeEntry | None,
    rejected: Sequence[Rejected],
) -> dict[str, str]:
    """Return what a scope awaits once all of its inbox is taken in.

    Args:
        landing: Whose quarantine tells what was given before and is of no use.
        index: All of the inbox has been taken in, and its census compared.
        inbox: What was read; what its plan awaited has been asked for.
        before: What was noted last of the scope.
        rejected: What of it is of no use.

    Returns:
        By work item, from when on it is to be asked for (naive UTC as text; empty: at once).
    """
    asked, known = set(inbox.plan.awaited), _standing(before, index)
    again = text_of(inbox.plan.started_at + AGAIN)
    if inbox.census is None or inbox.census.count is None:
        # What was not given stays until a census no longer lists it.
        return {key: again if key in asked else at for key, at in known.items()}
    # Who was asked for already stands behind the others, and keeps none of them out.
    unknown = index.unknown(MOST + len(known))
    unknown = sorted(unknown, key=lambda key: known.get(key, _AT_ONCE))[:MOST]
    useless = _of_no_use(landing, inbox.scope, rejected, index.items) if unknown else ()
    return {
        key: again if key in asked else known.get(key, _AT_ONCE)
        for key in unknown
        if key not in useless
    }


def tell_awaited(report: ScopeReport, entry: ScopeEntry | None, index: Index) -> list[str]:
    """Note in the report of a scope what it awaits; returns what a person should know of that.

    That an item was created while a scope was read is no news, so what is to be read next is told
    in words only where the scope was read for the first time.
    """
    every = _standing(entry, index)
    unread = [key for key, at in every.items() if at != _AT_ONCE]
    report.unread, report.awaited = len(unread), len(every) - len(unread)
    found = []
    if report.awaited and report.mark_before is None:
        found.append(
            f"{report.name}: {report.awaited} work items are listed and were in no page that was "
            "read. They are missing until the next run, which reads them by themselves."
        )
    if unread and report.state not in _OUT_OF_SIGHT:
        named = ", ".join(unread[:_NAMED]) + (", ..." if len(unread) > _NAMED else "")
        found.append(
            f"{report.name}: {len(unread)} work items are listed and not given when they are asked "
            f"for ({named}), so they are missing in all figures. See whether the account of the "
            "source may open them; they are asked for again every week."
        )
    return found


def _of_no_use(
    landing: Landing, scope: str, rejected: Sequence[Rejected], items: str
) -> Collection[str]:
    """Return the work items of a scope that were given, now or before, and are of no use."""
    entries = (each for each in landing.entries if isinstance(each, ScopeEntry))
    before = [fault for each in entries if each.scope == scope for fault in _faults(landing, each)]
    return {fault.record_id for fault in (*before, *rejected) if fault.stream == items}


def _faults(landing: Landing, entry: ScopeEntry) -> Sequence[Rejected]:
    """Return what an entry set aside; nothing where its file is damaged.

    Who tells of the quarantine tells of that. Here it would keep the scope from landing, and all
    that comes of it is that an item of no use is asked for.
    """
    try:
        return list(landing.faults(entry))
    except ResponseError:
        return ()


def _standing(entry: ScopeEntry | None, index: Index) -> dict[str, str]:
    """Return what a scope awaits of which no record has landed since."""
    every = entry.awaited if entry else {}
    return {key: at for key, at in every.items() if not index.is_known(key)}
