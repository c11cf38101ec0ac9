"""Trello's answers about what stands on boards: fields, filters, limits and pages."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from tests.simulators.server import Answer, Request
from tests.simulators.trello_boards import Board, Object, told
from tests.simulators.trello_state import TrelloState, named

MOST = 1000
FEW = 50
MEMBER_FIELDS = "avatarHash,avatarUrl,fullName,initials,username"
"""What is told of the member of an action unless the request says."""
_PRIVATE = {"customFieldItems"}
_HEAVY = ("actions", "checklists", "attachments")


class TrelloAnswers:
    """Answers about a board and what stands on it; the caller sees to it that it may be read."""

    def __init__(self, state: TrelloState) -> None:
        """Answer from this state; nested things are for boards with few cards only."""
        self.state = state
        self.cards_at_most_with_more = 500
        self.checklists_at_most = 10**6
        self.cards_in_total = 2_000_000
        self.rows_at_most = MOST
        self._parts: dict[str, Callable[[Board, Request, list[str]], Answer]] = {
            "": self._board,
            "lists": self._lists,
            "cards": self._cards,
            "actions": self._actions,
            "members": self._members,
            "memberships": self._memberships,
            "labels": self._labels,
            "checklists": self._checklists,
            "customFields": self._custom_fields,
        }

    def of_board(self, board: Board, part: str, rest: list[str], request: Request) -> Answer | None:
        """The answer about one part of a board; None for a part that Trello does not have."""
        found = self._parts.get(part)
        return found(board, request, rest) if found else None

    def card(self, card: Object, request: Request) -> Answer:
        """One card."""
        return Answer(_card(card, request))

    def card_actions(self, card: Object, request: Request) -> Answer:
        """What happened to one card, on whatever board: at most 50, or as many as are asked for."""
        found = [
            action
            for board in self.state.boards.values()
            for action in board.actions
            if action["data"].get("card", {}).get("id") == card["id"]
        ]
        return Answer(_newest(found, request))

    def list_cards(self, list_id: str, request: Request) -> Answer:
        """The cards of one list."""
        return self._some_cards([c for c in self._all_cards() if c["idList"] == list_id], request)

    def _all_cards(self) -> Iterable[Object]:
        return self.state.cards.values()

    def _board(self, board: Board, request: Request, rest: list[str]) -> Answer:
        return Answer(self.board(board, request))

    def board(self, board: Board, request: Request) -> Object:
        """A board with the members asked for, also as one of a list."""
        data = dict(board.data)
        if "limits" in request.value("fields"):
            cards = [each for each in self._all_cards() if each["idBoard"] == board.id]
            data["limits"] = _limits(cards, self.cards_in_total)
        return picked(data, request)

    def _lists(self, board: Board, request: Request, rest: list[str]) -> Answer:
        wanted = request.value("filter", "open")
        found = [each for each in board.lists if _passes(each, wanted)]
        return Answer([picked(each, request) for each in found])

    def _cards(self, board: Board, request: Request, rest: list[str]) -> Answer:
        found = [each for each in self._all_cards() if each["idBoard"] == board.id]
        is_heavy = any(name in request.query for name in _HEAVY)
        if is_heavy and len(found) > self.cards_at_most_with_more:
            refusal = {"error": "API_TOO_MANY_CARDS_REQUESTED", "message": "Too many cards"}
            return Answer(refusal, 403)
        wanted = rest[0] if rest else request.value("filter", "visible")
        archived = {each["id"] for each in board.lists if each["closed"]}
        if wanted == "visible":
            found = [each for each in found if each["idList"] not in archived]
        return self._some_cards([each for each in found if _passes(each, wanted)], request)

    def _some_cards(self, found: list[Object], request: Request) -> Answer:
        """The latest cards by creation, in no order."""
        page = _paged(found, request, MOST, _creation)[: self.rows_at_most]
        random.Random(request.value("before")).shuffle(page)
        return Answer([_card(each, request) for each in page])

    def _actions(self, board: Board, request: Request, rest: list[str]) -> Answer:
        return Answer(_newest(board.actions, request)[: self.rows_at_most])

    def _members(self, board: Board, request: Request, rest: list[str]) -> Answer:
        members = self.state.members.values()
        if "fields" in request.query:
            return Answer([picked(each, request) for each in members])
        return Answer([named(each, "id", "fullName", "username") for each in members])

    def _memberships(self, board: Board, request: Request, rest: list[str]) -> Answer:
        return Answer(
            [
                {
                    "id": f"{each[:8]}{board.id[8:]}",
                    "idMember": each,
                    "memberType": "normal",
                    "unconfirmed": False,
                    "deactivated": False,
                }
                for each in self.state.members
            ]
        )

    def _labels(self, board: Board, request: Request, rest: list[str]) -> Answer:
        limit = min(MOST, int(request.value("limit", str(FEW))))
        return Answer([picked(each, request) for each in board.labels[:limit]])

    def _checklists(self, board: Board, request: Request, rest: list[str]) -> Answer:
        found = [each for each in self.state.checklists.values() if each["idBoard"] == board.id]
        if len(found) > self.checklists_at_most:
            refusal = {
                "error": "API_TOO_MANY_CHECKLISTS_REQUESTED",
                "message": "Too many checklists",
            }
            return Answer(refusal, 403)
        return Answer(found)

    def _custom_fields(self, board: Board, request: Request, rest: list[str]) -> Answer:
        return Answer(board.fields)


def picked(found: Object, request: Request) -> Object:
    """An object with the members asked for; ``id`` always, all by default."""
    wanted = request.value("fields", "all")
    if wanted == "all":
        return {name: value for name, value in found.items() if name not in _PRIVATE}
    names = {"id", *wanted.split(",")}
    return {name: value for name, value in found.items() if name in names}


def has_unknown_fields(found: Object, request: Request) -> bool:
    """Whether a request names fields that there are none of."""
    wanted = request.value("fields", "all")
    return wanted != "all" and not set(wanted.split(",")) <= set(found)


def _card(card: Object, request: Request) -> Object:
    found = picked(card, request)
    if request.value("customFieldItems") == "true":
        found["customFieldItems"] = card["customFieldItems"]
    return found


def _passes(found: Object, wanted: str) -> bool:
    return wanted == "all" or found["closed"] == (wanted == "closed")


def _newest(actions: list[Object], request: Request) -> list[Object]:
    """The newest actions that the request asks for, newest first."""
    wanted = request.value("filter", "all")
    found = [each for each in actions if wanted == "all" or _is_of(each, wanted.split(","))]
    page = _paged(found, request, int(request.value("limit", str(FEW))), _date)
    return [_action(each, request) for each in page]


def _is_of(action: Object, wanted: list[str]) -> bool:
    """Whether an action is of one of the types, such as ``updateCard`` or ``updateCard:closed``."""
    kind = action["type"]
    kinds = {kind, *(f"{kind}:{name}" for name in action["data"].get("old", ()))}
    return bool(kinds & set(wanted))


def _action(action: Object, request: Request) -> Object:
    found = picked(action, request)
    for part in ("memberCreator", "member"):
        if action.get(part):
            wanted = request.value(f"{part}_fields", MEMBER_FIELDS)
            names = {"id", *wanted.split(",")}
            found[part] = {name: value for name, value in action[part].items() if name in names}
    return found


def _paged(
    found: list[Object], request: Request, most: int, instant: Callable[[Object], str]
) -> list[Object]:
    """The newest by id, within ``before`` and ``since``, each an id or a date (both left out)."""
    before, since = request.value("before"), request.value("since")
    if before:
        found = [each for each in found if _bound(each, before, instant) < before]
    if since:
        found = [each for each in found if _bound(each, since, instant) > since]
    limit = min(MOST, int(request.value("limit", str(most))))
    return sorted(found, key=lambda each: each["id"], reverse=True)[:limit]


def _bound(found: Object, bound: str, instant: Callable[[Object], str]) -> str:
    """What of an object compares with a bound: its id with an id, its time with a time."""
    return found["id"] if "-" not in bound else instant(found)


def _creation(card: Object) -> str:
    return told(datetime.fromtimestamp(int(card["id"][:8], 16), UTC))


def _date(action: Object) -> str:
    return action["date"]


def _limits(cards: list[Object], in_total: int) -> dict[str, Any]:
    """A board's ceilings and how near it is to them."""
    open_cards = sum(not each["closed"] for each in cards)
    return {
        "cards": {
            "openPerBoard": _limit(5_000, open_cards),
            "totalPerBoard": _limit(in_total, len(cards)),
        }
    }


def _limit(most: int, count: int) -> dict[str, Any]:
    status = "ok" if count < most * 0.9 else "warn"
    limit: dict[str, Any] = {"status": status, "disableAt": most, "warnAt": int(most * 0.9)}
    return limit if status == "ok" else {**limit, "count": count}
