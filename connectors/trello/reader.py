"""Reads the boards of one source over Trello's REST interface."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from connectors.errors import Refused
from connectors.http import Client
from connectors.live import Forecast, Identity, LiveSettings, Outcome, Plan, Scope, Slice, Step
from connectors.trello import absences, roster, streams
from connectors.trello.client import ADDRESS, MOST, Trello
from connectors.trello.records import time_of

NOTICE = timedelta(days=30)
_STEPS_OF_A_QUIET_WALK = 9


class _Preferences(msgspec.Struct, rename="camel"):
    timezone: str | None = None


class _Me(msgspec.Struct, rename="camel"):
    username: str = ""
    full_name: str | None = None
    prefs: _Preferences | None = None


class _Token(msgspec.Struct, rename="camel"):
    identifier: str | None = None
    date_expires: str | None = None


class TrelloReader:
    """The boards of one source. The source as a whole (scope ``""``) has nothing of its own."""

    def __init__(self, settings: LiveSettings, client: Client) -> None:
        """Read through this client; asks nothing yet."""
        self._settings = settings
        self._trello = Trello(client)
        minutes = settings.options.get("overlap_minutes")
        self._overlap = timedelta(minutes=float(str(minutes))) if minutes else streams.OVERLAP
        self._cards: dict[str, int | None] = {}

    def identify(self) -> Identity:
        """Ask whose token it is, and whether it ends soon.

        Raises:
            Refused: If key or token is not taken.
        """
        query = {"fields": "fullName,username,prefs"}
        answer = self._trello.client.get(
            "/members/me", query, kind="member", pass_through={401, 403}
        )
        if answer.status in (401, 403):
            raise self._refused(answer.status, answer.content)
        me = answer.json(_Me)
        now = self._trello.client.server_time()
        zone = me.prefs.timezone if me.prefs and me.prefs.timezone else ""
        tokens = self._ends()
        ends = min((end for end, _ in tokens), default=None)
        told = self._warnings(tokens, now)
        return Identity(me.username, zone, now, me.full_name or "", told, ends)

    def scopes(self) -> Sequence[Scope]:
        """Return the source as a whole, then its boards by id."""
        found = roster.boards(self._trello, self._settings)
        self._cards = {each.scope.id: each.cards for each in found}
        now = self._trello.client.server_time()
        whole = Scope("", self._settings.name, "source")
        return [whole, *(_stamped(each.scope, now) for each in found)]

    def plan(
        self, scope: Scope, mark: Mapping[str, Any] | None, awaited: Sequence[str] = ()
    ) -> Plan:
        """Plan a board's walks: its actions since the mark, all else whole, what is awaited too.

        In a new week of its own a board is read from its beginning.
        """
        now = self._trello.client.server_time()
        if not scope.id:
            return Plan((), {}, now)
        since = None
        if mark is not None and _week_of(str(mark["stamp"])) == _week_of(scope.stamp):
            since = datetime.fromisoformat(str(mark["asked_at"])) - self._overlap
        new_mark: dict[str, str | int | float] = {"asked_at": now.isoformat(), "stamp": scope.stamp}
        return Plan(streams.slices(scope.id, now, since), new_mark, now)

    def step(self, slice: Slice, token: str | None) -> Step:
        """Read one page of a board's walk."""
        return streams.step(self._trello, slice, token, self._settings.timezone)

    def expected(self, slice: Slice) -> int | None:
        """Return how many cards a board has; Trello says so only where it nears its limit."""
        is_whole_walk = slice.stream == "cards" and slice.is_whole
        return self._cards.get(slice.scope) if is_whole_walk else None

    def halves(self, slice: Slice) -> Sequence[Slice]:
        """Cut a walk over cards at the middle of its time."""
        return streams.halves(slice)

    def census(self, scope: Scope) -> Iterable[Sequence[str]] | None:
        """Yield the ids of a board's cards, archived ones and those in archived lists included."""
        return _pages(self._trello, scope.id) if scope.id else None

    def look_up(self, scope: Scope, ids: Sequence[str]) -> Mapping[str, Outcome]:
        """Ask for each card, and what its board tells of those that are not found."""
        return absences.outcomes(self._trello, scope.id, ids)

    def requests_expected(self, scope: Scope, mark: Mapping[str, Any] | None) -> Forecast | None:
        """Say what a board costs; unknown unless it nears its limit, where Trello counts cards."""
        if not scope.id:
            return Forecast(0, 0)
        cards = self._cards.get(scope.id)
        if cards is None:
            return None
        return Forecast(cards, _STEPS_OF_A_QUIET_WALK + 2 * (cards // MOST))

    def _ends(self) -> list[tuple[datetime, str]]:
        """Return when each token of this account ends that does, and what made it.

        Which of them is ours only its own address would tell, and that holds the token.
        """
        query, refusals = {"fields": "identifier,dateExpires"}, frozenset({400, 401, 403, 404})
        answer = self._trello.client.get(
            "/members/me/tokens", query, kind="member", pass_through=refusals
        )
        if answer.status in refusals:
            return []
        told = [(time_of(each.date_expires), each.identifier) for each in answer.json(list[_Token])]
        return [(end, name or "") for end, name in told if end]

    def _warnings(self, tokens: Sequence[tuple[datetime, str]], now: datetime) -> tuple[str, ...]:
        """Name the tokens of this account that end within 30 days."""
        return tuple(
            f"Source '{self._settings.name}': the Trello token of '{name}' ends on "
            f"{end:%Y-%m-%d}. If that is the one used here, make a new one."
            for end, name in tokens
            if end.date() - NOTICE <= now.date()
        )

    def _refused(self, status: int, content: bytes) -> Refused:
        name, address = self._settings.name, self._settings.address or ADDRESS
        kind = "key" if b"invalid key" in content else "token"
        return Refused(
            f"Trello at {address} refused the {kind} of source '{name}' ({status}). Set the "
            f"variable that '{kind}_env' names to a {kind} with read scope, then run "
            "`throughline check`.",
            status,
        )


def _pages(trello: Trello, board_id: str) -> Iterable[Sequence[str]]:
    """Yield pages of ids until an empty one."""
    token: str | None = None
    while ids := streams.card_ids(trello, board_id, token):
        yield ids
        token = min(ids)


def _stamped(scope: Scope, now: datetime) -> Scope:
    """Return a board with a stamp that is another one if it has news or a new week begins for it.

    Weeks begin on a day that depends on the id, so that whole passes spread over all nights.
    """
    if not scope.is_readable:
        return scope
    changed = scope.last_changed.isoformat() if scope.last_changed else ""
    week = (now.toordinal() + int(scope.id[:8], 16)) // 7
    return replace(scope, stamp=f"{changed} {week}")


def _week_of(stamp: str) -> str:
    return stamp.rpartition(" ")[2]
