"""Which boards a source has, and when something last happened on each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import msgspec

from connectors.contract import RecordError
from connectors.decoding import decoded
from connectors.live import LiveSettings, Outcome, Scope
from connectors.naming import unseen
from connectors.trello.client import Trello
from connectors.trello.records import time_of

_FIELDS = {"fields": "name,shortLink,dateLastActivity,limits", "filter": "all"}
_ID_LENGTH = 24
_ID = re.compile(r"[0-9a-f]{24}|[0-9A-Za-z]{8}")
_REFUSALS = frozenset({400, 401, 403, 404})


class _Limit(msgspec.Struct):
    count: int | None = None


class _Limits(msgspec.Struct, rename="camel"):
    total_per_board: _Limit | None = None


class _AllLimits(msgspec.Struct):
    cards: _Limits | None = None


class _Board(msgspec.Struct, rename="camel"):
    id: str
    name: str = ""
    short_link: str | None = None
    date_last_activity: str | None = None
    limits: _AllLimits | None = None


class _Named(msgspec.Struct):
    id: str


class _Action(msgspec.Struct):
    date: str | None = None


_newest = msgspec.json.Decoder(list[_Action])


@dataclass(frozen=True)
class Found:
    """A board of the roster, and how many cards it has where Trello says so (near its limit)."""

    scope: Scope
    cards: int | None = None


def boards(trello: Trello, settings: LiveSettings) -> list[Found]:
    """Return the boards of a source: those that its settings name, else all that can be found.

    They come with the time of their newest action, ten in a request: ``dateLastActivity`` alone
    lags behind, for not every action counts as activity.
    """
    listed = {each.id: each for each in _listed(trello)}
    named = _texts(settings, "boards")
    found = _named(trello, named, listed) if named else list(map(_found, listed.values()))
    return _with_newest_actions(trello, found)


def _listed(trello: Trello) -> list[_Board]:
    """Return the boards of the token's owner and of the organisations the owner is in."""
    ask = trello.client.get
    mine = ask("/members/me/boards", _FIELDS, kind="member").json(list[_Board])
    of = ask("/members/me/organizations", {"fields": "id"}, kind="member").json(list[_Named])
    ours = [ask(f"/organizations/{each.id}/boards", _FIELDS).json(list[_Board]) for each in of]
    return sorted((each for some in (mine, *ours) for each in some), key=lambda each: each.id)


def _named(trello: Trello, named: Sequence[str], listed: dict[str, _Board]) -> list[Found]:
    """Return the boards that the settings name, by id or short link."""
    by_name = listed | {each.short_link: each for each in listed.values() if each.short_link}
    found = [
        _found(by_name[name]) if name in by_name else _asked(trello, name, list(listed.values()))
        for name in named
    ]
    return list({each.scope.id: each for each in found}.values())


def _asked(trello: Trello, name: str, listed: Sequence[_Board]) -> Found:
    """Return a board that is in no list; one that cannot be seen, with the nearest that can."""
    answer = None
    if _ID.fullmatch(name):
        answer = trello.client.get(f"/boards/{name}", _FIELDS, pass_through=_REFUSALS)
    if answer is None or answer.status == 400:
        reason = (
            f"'{name}' is neither an id of a board nor a short link (the letters behind "
            "trello.com/b/ in its address). Correct 'boards'."
        )
    elif answer.status in _REFUSALS:
        reason = (
            f"Trello shows the token no board '{name}' ({answer.status}). Make its owner a member "
            "of the board, or take it out of 'boards'."
        )
    else:
        return _found(answer.json(_Board))
    links = {each.short_link or each.id: each.name for each in listed}
    among = {link: f"{link} ({title})" for link, title in links.items()}
    among |= {title: f"{link} ({title})" for link, title in links.items()}
    scope = unseen(name, "board", reason, among)
    if answer is None or len(name) != _ID_LENGTH:
        return Found(scope)
    # One that was read before is known by its id.
    outcome: Outcome = "unobserved" if answer.status == 404 else "access_lost"
    return Found(replace(scope, id=name, outcome=outcome))


def _found(board: _Board) -> Found:
    scope = Scope(board.id, board.name, "board", time_of(board.date_last_activity))
    cards = board.limits.cards if board.limits else None
    total = cards.total_per_board if cards else None
    return Found(scope, total.count if total else None)


def _with_newest_actions(trello: Trello, found: Sequence[Found]) -> list[Found]:
    """Return the boards with the later of their last activity and their newest action."""
    asked = [each for each in found if each.scope.is_readable]
    paths = [f"/boards/{each.scope.id}/actions?limit=1&fields=date" for each in asked]
    newest = dict(zip((each.scope.id for each in asked), trello.batch(paths), strict=True))
    return [_changed(each, *newest.get(each.scope.id, (0, b""))) for each in found]


def _changed(found: Found, status: int, body: bytes) -> Found:
    """Return a board with the time of its newest action; no time at all where that is unknown."""
    if not found.scope.is_readable:
        return found
    times = [found.scope.last_changed]
    if status != 200:
        return replace(found, scope=replace(found.scope, last_changed=None))
    try:
        times += [time_of(each.date) for each in decoded(_newest, body)]
    except RecordError:
        times = []
    last = max((time for time in times if time), default=None)
    return replace(found, scope=replace(found.scope, last_changed=last))


def _texts(settings: LiveSettings, name: str) -> tuple[str, ...]:
    found = settings.options.get(name)
    return tuple(str(each) for each in found) if isinstance(found, Iterable) else ()
