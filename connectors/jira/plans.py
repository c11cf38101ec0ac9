"""What a run reads of a Jira site after a mark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from connectors.jira.catalogues import USERS
from connectors.jira.deployment import Deployment
from connectors.jira.export import FIELDS, ISSUES, STATUSES, WORKLOGS
from connectors.jira.feeds import DELETIONS
from connectors.jira.glances import glance
from connectors.jira.windows import LARGEST, Window, cut
from connectors.live import Plan, Scope, Slice
from connectors.shaping import converted

OVERLAP = timedelta(minutes=15)
"""How far a run looks back behind the one before it: Jira's index may lag by minutes."""
IDS_PER_PAGE, IDS_PER_SLICE = 100, 1_000
PEOPLE_AGAIN = timedelta(days=7)
_EPOCH = datetime(1970, 1, 1)

Mark = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """What a plan rests on. ``now`` is Jira's clock in naive UTC."""

    api: str
    fields: tuple[str, ...]
    now: datetime
    overlap: timedelta = OVERLAP

    def since(self, mark: Mark, name: str = "asked") -> int:
        """The milliseconds from which to ask again what was asked at a mark."""
        return max(0, int(mark[name]) - milliseconds(self.overlap))


def plan_of_the_site(asked: Asked, scope: Scope, mark: Mark | None) -> Plan:
    """Read the catalogues whole, people once a week, and the feeds of work logs since the mark."""
    now = instant_in_milliseconds(asked.now)
    since = asked.since(mark) if mark else 0
    slices = [
        Slice(scope.id, stream, stream, {"path": f"{asked.api}/{path}", "at": now})
        for stream, path in ((FIELDS, "field"), (STATUSES, "status"))
    ]
    is_due = mark is None or now - int(mark["users"]) >= milliseconds(PEOPLE_AGAIN)
    if is_due:
        slices.append(Slice(scope.id, USERS, USERS, {"at": now}))
    slices += [Slice(scope.id, each, each, {"since": since}) for each in (WORKLOGS, DELETIONS)]
    users = now if mark is None or is_due else int(mark["users"])
    mark = {"asked": now, "users": users, "fields": ",".join(asked.fields)}
    return Plan(tuple(slices), mark, asked.now)


def plan_of_a_project(
    jira: Deployment, asked: Asked, scope: Scope, mark: Mark | None, awaited: Sequence[str] = ()
) -> Plan:
    """Read what changed in a project since the mark; everything where it must be.

    Everything is read at first, when fields are asked for that were not before, and when the
    project's key has changed, for that changes the keys of its issues and not when they changed.
    Where more issues are awaited than may be asked for by id, everything is read, too.
    """
    reason = _reason_to_read_all(asked, scope, mark)
    are_few = len(awaited) <= jira.most_by_id
    if not are_few and not reason:
        reason = f"{len(awaited)} of its issues are listed and were in no page"
    is_whole = mark is None or bool(reason)
    since = None if mark is None or is_whole else asked.since(mark)
    windows = _windows(jira, Window(scope.id, updated_from=since), asked.now)
    slices = tuple(
        issue_slice(scope, f"{ISSUES}-{number:05}", window, asked.fields, is_whole and not number)
        for number, window in enumerate(windows)
    )
    if reason:
        slices = (_with_note(slices[0], f"{scope.name} is read whole: {reason}"), *slices[1:])
    if are_few:
        slices += _by_id(scope, asked.fields, awaited)
    return Plan(slices, _mark(asked, scope), asked.now)


def fields_of(mark: Mark | None) -> list[str]:
    """Return the fields that were asked for up to a mark."""
    return str(mark["fields"]).split(",") if mark else []


def issue_slice(
    scope: Scope | Slice, name: str, window: Window, fields: Sequence[str], is_whole: bool = False
) -> Slice:
    """Return the walk over a window of issues."""
    request = {"window": msgspec.to_builtins(window), "fields": list(fields)}
    scope_id = scope.id if isinstance(scope, Scope) else scope.scope
    is_of_changes = window.updated_from is not None
    return Slice(scope_id, name, ISSUES, request, is_whole and _is_open(window), is_of_changes)


def is_by_id(slice: Slice) -> bool:
    """True for a walk over issues that are named by their ids."""
    return "ids" in slice.request


def window_of(slice: Slice) -> Window:
    """Return the window that a slice walks over."""
    return converted(slice.request["window"], Window)


def span(jira: Deployment, window: Window, now: datetime) -> tuple[int, int]:
    """Return when the oldest and the newest issue of a window were created, in milliseconds."""
    created = []
    for order in ("ASC", "DESC"):
        found = jira.first(f"{window.jql()} ORDER BY created {order}", "created")
        created.append(glance(found).created if found else None)
    first, last = (instant_in_milliseconds(each or now) for each in created)
    return first, last


def milliseconds(span: timedelta) -> int:
    """Return a span of time as Jira counts it."""
    return span // timedelta(milliseconds=1)


def instant_in_milliseconds(instant: datetime) -> int:
    """Return an instant (naive UTC) as Jira counts it."""
    return milliseconds(instant - _EPOCH)


def _by_id(scope: Scope, fields: Sequence[str], ids: Sequence[str]) -> tuple[Slice, ...]:
    return tuple(
        Slice(
            scope.id,
            f"awaited-{number:05}",
            ISSUES,
            {"ids": list(ids[start : start + IDS_PER_SLICE]), "fields": list(fields)},
            is_awaited=True,
        )
        for number, start in enumerate(range(0, len(ids), IDS_PER_SLICE))
    )


def _windows(jira: Deployment, whole: Window, now: datetime) -> list[Window]:
    [count] = jira.counts([whole.jql()])
    if count <= LARGEST:
        return [whole]
    return cut(whole, *span(jira, whole, now), jira.counts)


def _mark(asked: Asked, scope: Scope) -> dict[str, str | int | float]:
    return {
        "asked": instant_in_milliseconds(asked.now),
        "key": scope.name,
        "fields": ",".join(asked.fields),
        "stamp": scope.stamp,
    }


def _reason_to_read_all(asked: Asked, scope: Scope, mark: Mark | None) -> str:
    if mark is None:
        return ""
    new = sorted(set(asked.fields) - set(fields_of(mark)))
    if new:
        return f"asked for the first time for {', '.join(new)}"
    return f"its key was {mark['key']}" if mark["key"] != scope.name else ""


def _is_open(window: Window) -> bool:
    bounds = (window.created_from, window.created_to, window.updated_from)
    return all(bound is None for bound in bounds)


def _with_note(slice: Slice, note: str) -> Slice:
    return msgspec.structs.replace(slice, request={**slice.request, "note": note})
