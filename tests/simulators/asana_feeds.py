"""The simulated Asana's events and its search: both help, neither is to be trusted alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from tests.simulators.asana_answers import RefusedError, fields
from tests.simulators.asana_objects import Task, shown, told
from tests.simulators.asana_state import State
from tests.simulators.server import Answer, Request

EVENTS = 100
OLD = (
    "Sync token invalid or too old. If you are attempting to keep resources in sync, you must "
    "fetch the full dataset for this query now and use the new sync token for the next sync."
)


class Feeds:
    """Feeds of events by resource, delivered at most once.

    ``life`` is how long a sync token is good; ``lost`` holds events (parts of their JSON) that are
    never delivered.
    """

    def __init__(self, state: State, now: Callable[[], datetime]) -> None:
        self.life = timedelta(hours=24)
        self.lost: list[str] = []
        self._state = state
        self._now = now
        self._given: dict[str, tuple[str, int, datetime]] = {}

    def events(self, request: Request, resource: str) -> Answer:
        """Events since a sync token; 412 with a fresh one where it is missing or too old."""
        of, start, given = self._given.get(request.value("sync"), ("", 0, datetime.min))
        if of != resource or self._now() - given >= self.life:
            raise RefusedError(412, OLD, sync=self._sync(resource, len(self._state.events)))
        found, place = [], start
        for place in range(start, len(self._state.events)):
            feeds, event = self._state.events[place]
            if resource in feeds and not self._is_lost(event):
                found.append(event)
            if len(found) > EVENTS:
                break
        has_more = len(found) > EVENTS
        following = place if has_more else len(self._state.events)
        data = [shown(each, fields(request)) for each in found[:EVENTS]]
        sync = self._sync(resource, following)
        return Answer({"data": data, "sync": sync, "has_more": has_more})

    def _is_lost(self, event: dict[str, Any]) -> bool:
        text = json.dumps(shown(event))
        return any(each in text for each in self.lost)

    def _sync(self, resource: str, start: int) -> str:
        text = f"{resource}:{start}:{self._now()}"
        sync = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
        self._given[sync] = (resource, start, self._now())
        return sync


class Search:
    """The search of a paid plan: at most 100 tasks, without pages, from an index that lags."""

    def __init__(self, state: State, now: Callable[[], datetime]) -> None:
        self.is_paid = True
        self.lag = timedelta(seconds=60)
        self._state = state
        self._now = now

    def tasks(self, request: Request) -> Answer:
        """The tasks that a search finds, by the time of their last change."""
        if not self.is_paid:
            raise RefusedError(402, "This is only available on an advanced plan.")
        limit = int(request.value("limit") or 20)
        if not 1 <= limit <= 100:
            raise RefusedError(400, "limit: Must be between 1 and 100.")
        found = [task for task in self._state.tasks_seen() if self._is_found(task, request)]
        found.sort(
            key=lambda task: (task.modified_at, task.gid),
            reverse=request.value("sort_ascending") != "true",
        )
        data = [shown(self._state.task(task.gid), fields(request)) for task in found[:limit]]
        return Answer({"data": data})

    def _is_found(self, task: Task, request: Request) -> bool:
        wants = request.value("is_subtask")
        after = request.value("modified_at.after")
        return (
            task.modified_at <= self._now() - self.lag
            and (not after or told(task.modified_at) > after)
            and (not wants or (task.parent is not None) == (wants == "true"))
        )
