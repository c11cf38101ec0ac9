"""What every answer of the simulated Asana has in common: pages, offsets, errors, rates."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.simulators.asana_objects import Thing, shown
from tests.simulators.server import Answer, Fault, Request

MINUTE = timedelta(minutes=1)
OFFSET_LIFE = timedelta(hours=1)


class RefusedError(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, message: str, **more: Any) -> None:
        super().__init__(message)
        errors = [{"message": message, "help": "For more, see the documentation of the API."}]
        self.answer = Answer({"errors": errors, **more}, status)


class Pages:
    """Cuts lists into pages. An offset counts only as it was given, for the same request.

    ``fault`` finds what goes wrong with a page: ``ends_early`` (no next page is told), ``repeats``
    (the offset that was sent is given again), ``empty`` (a page holds nothing, but is not last) or
    ``expired`` (an offset is not taken any more). ``rows_at_most`` is what a page has, however many
    were asked for.
    """

    def __init__(
        self, now: Callable[[], datetime], fault: Callable[[str, Request], Fault | None]
    ) -> None:
        self.rows_at_most = 100
        self._now = now
        self._fault = fault
        self._offsets: dict[str, tuple[str, int, datetime]] = {}

    def page(self, request: Request, things: Sequence[Thing]) -> Answer:
        """One page of things as the request asks for them."""
        rows = min(_limit(request), self.rows_at_most)
        start = self._start(request)
        stop = start if self._fault("empty", request) else start + rows
        data = [shown(each, fields(request)) for each in things[start:stop]]
        following = self._following(request, stop) if stop < len(things) else None
        if following and self._fault("ends_early", request):
            following = None
        if following and request.value("offset") and self._fault("repeats", request):
            following["offset"] = request.value("offset")
        return Answer({"data": data, "next_page": following})

    def _start(self, request: Request) -> int:
        offset = request.value("offset")
        if not offset:
            return 0
        asked, start, given = self._offsets.get(offset, ("", 0, datetime.min))
        is_expired = self._fault("expired", request) is not None
        if is_expired or asked != _asked(request) or self._now() - given > OFFSET_LIFE:
            raise RefusedError(400, "offset: Your pagination token is invalid or has expired.")
        return start

    def _following(self, request: Request, start: int) -> dict[str, str]:
        text = f"{_asked(request)}:{start}:{self._now()}:{len(self._offsets)}"
        offset = hashlib.blake2b(text.encode(), digest_size=15).hexdigest()
        self._offsets[offset] = (_asked(request), start, self._now())
        path = f"{request.path.removeprefix('/api/1.0')}?limit={_limit(request)}&offset={offset}"
        return {"offset": offset, "path": path, "uri": f"https://app.asana.com/api/1.0{path}"}


class Rates:
    """Refuses a token that asked too often within a minute. Refused requests count."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.per_minute: int | None = None
        self.searches_per_minute = 60
        self._asked: dict[str, list[datetime]] = {}
        self.refused = 0

    def count(self, request: Request) -> None:
        """Count a request; refuse it if there were too many."""
        token = request.headers["authorization"]
        if request.path.endswith("/tasks/search"):
            self._count(f"search:{token}", self.searches_per_minute)
        if self.per_minute:
            self._count(token, self.per_minute)

    def _count(self, kind: str, limit: int) -> None:
        now = self._now()
        asked = [each for each in self._asked.get(kind, []) if now - each < MINUTE]
        self._asked[kind] = [*asked, now]
        if len(asked) < limit:
            return
        self.refused += 1
        wait = int((asked[-limit] + MINUTE - now).total_seconds()) + 1
        refusal = RefusedError(429, "You have made too many requests recently.")
        refusal.answer.headers["Retry-After"] = str(wait)
        raise refusal


def fields(request: Request) -> list[str]:
    """The paths of ``opt_fields``."""
    return [each.strip() for each in request.value("opt_fields").split(",") if each.strip()]


def one(request: Request, thing: Thing) -> Answer:
    """One object, in full unless fields are named."""
    return Answer({"data": shown(thing, fields(request) or list(thing.members))})


def _limit(request: Request) -> int:
    limit = request.value("limit")
    if not limit:
        raise RefusedError(400, "The result is too large. You should use pagination.")
    if not limit.isdigit() or not 1 <= int(limit) <= 100:
        raise RefusedError(400, "limit: Must be between 1 and 100.")
    return int(limit)


def _asked(request: Request) -> str:
    query = sorted((name, each) for name, each in request.query.items() if name != "offset")
    return f"{request.path}?{query}"
