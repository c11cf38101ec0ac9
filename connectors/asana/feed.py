"""Asana's events: what happened around a project since a sync token. A help, never the truth.

Events are delivered at most once and a token lives a day at most. Without a good token Asana
answers 412 and gives a fresh one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from connectors.asana.asked import EVENT
from connectors.errors import ResponseError
from connectors.http import Client
from connectors.shaping import shaped

_TOO_OLD = 412


class _Resource(msgspec.Struct):
    gid: str = ""
    resource_type: str = ""


class Event(msgspec.Struct):
    """One event, as far as it is used."""

    action: str
    resource: _Resource | None = None
    parent: _Resource | None = None
    created_at: str | None = None


class _Told(msgspec.Struct):
    sync: str
    data: list[Event] = []
    has_more: bool = False


@dataclass(frozen=True)
class News:
    """What the events told: a token for the next time, and tasks by what happened to them.

    ``is_trusted`` is false where Asana had no events to give, and everything has to be looked at;
    ``sync`` is None where it did not even give a token that can be read.
    ``fates`` holds the last deletion or return of a task, with its time.
    """

    sync: str | None
    is_trusted: bool
    touched: tuple[str, ...] = ()
    fates: dict[str, tuple[bool, str]] = field(default_factory=dict)
    count: int = 0


def news(client: Client, resource: str, sync: str | None) -> News:
    """Return what happened to a resource since a sync token was given."""
    events: list[Event] = []
    tokens = {sync}
    while True:
        query = {"resource": resource, "sync": sync, "opt_fields": ",".join(EVENT)}
        answer = client.get("/events", query, pass_through={_TOO_OLD})
        if answer.status == _TOO_OLD:
            fresh = _token(answer.content)
            if fresh is None:
                client.warn(
                    f"Asana gave no token for the events of {resource}: the next run looks at all "
                    "of its tasks once more."
                )
            return News(fresh, is_trusted=False)
        told = _told(answer.content)
        events += told.data
        if not told.has_more:
            return _sorted(told.sync, events)
        if told.sync in tokens:
            raise ResponseError(f"Asana's events of {resource} have no end: a token came twice.")
        tokens.add(told.sync)
        sync = told.sync


def _token(content: bytes) -> str | None:
    """The fresh token; without one the next run is given one, and looks at everything again."""
    try:
        return _told(content).sync
    except ResponseError:
        return None


def _told(content: bytes) -> _Told:
    try:
        return shaped(content, _Told)
    except msgspec.DecodeError as fault:
        raise ResponseError(f"Asana's events have another shape than documented: {fault}") from None


def _sorted(sync: str, events: list[Event]) -> News:
    touched: dict[str, None] = {}
    fates: dict[str, tuple[bool, str]] = {}
    for event in events:
        for one in (event.resource, event.parent):
            if one is not None and one.resource_type == "task" and one.gid:
                touched[one.gid] = None
        resource = event.resource
        if resource is None or resource.resource_type != "task" or not event.created_at:
            continue
        if event.action in ("deleted", "undeleted"):
            fates[resource.gid] = (event.action == "deleted", event.created_at)
    gone = {gid for gid, (is_deleted, _) in fates.items() if is_deleted}
    return News(sync, True, tuple(gid for gid in touched if gid not in gone), fates, len(events))
