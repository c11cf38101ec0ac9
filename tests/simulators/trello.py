"""Trello's REST interface 1 over the world: who may ask, how often, and where it leads."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.simulators.server import Answer, Request, Simulator
from tests.simulators.trello_answers import TrelloAnswers, has_unknown_fields, picked
from tests.simulators.trello_boards import ORGANISATION, Board, Object
from tests.simulators.trello_state import TrelloState
from tests.simulators.trello_story import TrelloStory
from tests.simulators.world import Happening, World

SECRETS = {"key": "c0ffee00" * 4, "token": "ATTA" + "feedface" * 8}
"""Canaries: nothing that is written may hold one of them."""

WINDOW, MEMBER_WINDOW = 10, 900
RATES = {"key": 300, "token": 100, "member": 100}
BLOCKED_AFTER = 200
BATCH = 10
_OAUTH = re.compile(r'oauth_(consumer_key|token)="([^"]*)"')
_ERRORS = {"key": "API_KEY_LIMIT_EXCEEDED", "token": "API_TOKEN_LIMIT_EXCEEDED"}


class Trello(Simulator):
    """Trello.

    ``hidden_status`` is the answer for a board that the token may not read; ``joined`` are the
    boards that its owner is a member of (None for all); ``answers_in_batches`` is the status of
    each part of a batch. The fault ``walk_ends`` makes a page of cards empty.
    """

    def __init__(self, world: World, secrets: dict[str, str] | None = None) -> None:
        """Take the world's history in."""
        self.story = TrelloStory()
        self.answers = TrelloAnswers(self.story)
        self.secrets = secrets or SECRETS
        self.token_expires: str | None = None
        self.hidden_status = 401
        self.joined: set[str] | None = None
        self.answers_in_batches = 200
        self.is_limited = True
        self.tells_limits = False
        self.secrets_in_addresses: list[str] = []
        self.refusals: deque[Any] = deque()
        self._asked: dict[str, deque[Any]] = {name: deque() for name in RATES}
        super().__init__(world)

    def happen(self, happening: Happening) -> None:
        """Play one happening on the boards."""
        self.story.happen(happening)

    def respond(self, request: Request) -> Answer:
        """Answer as ``https://api.trello.com`` does."""
        refusal = self._unknown(request) or self._too_often(request)
        answer = refusal or self._routed(request)
        return replace(answer, headers={**answer.headers, **self._limit_headers()})

    def truth(self) -> dict[str, dict[str, Any]]:
        """What a perfect reader would hold now as the newest copy of each record it can read."""
        return truth(self.story)

    def export(self, board_id: str, actions: int = 1000) -> Object:
        """A board as its menu exports it, with its newest actions."""
        found = truth(self.story, only=board_id)
        parts = {name: list(found[name].values()) for name in found if name != "boards"}
        parts["actions"] = sorted(parts["actions"], key=lambda each: each["id"])[::-1][:actions]
        parts["customFields"] = parts.pop("custom_fields")
        return {**found["boards"][board_id], **parts}

    def _unknown(self, request: Request) -> Answer | None:
        """The refusal of one whose key or token is not known."""
        header = dict(_OAUTH.findall(request.headers.get("authorization", "")))
        given = {"key": header.get("consumer_key"), "token": header.get("token")}
        for name in given:
            if name in request.query:
                self.secrets_in_addresses.append(request.path)
                given[name] = request.value(name)
        if given["key"] != self.secrets["key"]:
            return Answer("invalid key", 401)
        return None if given["token"] == self.secrets["token"] else Answer("invalid token", 401)

    def _too_often(self, request: Request) -> Answer | None:
        if not self.is_limited:
            return None
        self._forget_the_past()
        if len(self.refusals) > BLOCKED_AFTER:
            return self._refused("API_KEY_LIMIT_EXCEEDED")
        for name in ("token", "key"):
            if len(self._asked[name]) >= RATES[name]:
                return self._refused(_ERRORS[name])
        is_member = request.path.startswith("/1/members")
        if is_member and len(self._asked["member"]) >= RATES["member"]:
            return self._refused("MEMBER_LIMIT_EXCEEDED")
        for name in ("token", "key", *(["member"] if is_member else [])):
            self._asked[name].append(self.now)
        return None

    def _forget_the_past(self) -> None:
        windows = [(self._asked["token"], WINDOW), (self._asked["key"], WINDOW)]
        windows += [(self._asked["member"], MEMBER_WINDOW), (self.refusals, WINDOW)]
        for asked, seconds in windows:
            while asked and asked[0] <= self.now - timedelta(seconds=seconds):
                asked.popleft()

    def _refused(self, error: str) -> Answer:
        self.refusals.append(self.now)
        return Answer({"error": error, "message": "Rate limit exceeded"}, 429)

    def _limit_headers(self) -> dict[str, str]:
        if not self.tells_limits:
            return {}
        return {
            f"x-rate-limit-api-{name}-{what}": str(value)
            for name in ("token", "key")
            for what, value in (
                ("interval-ms", WINDOW * 1000),
                ("max", RATES[name]),
                ("remaining", RATES[name] - len(self._asked[name])),
            )
        }

    def _routed(self, request: Request) -> Answer:
        parts = [part for part in request.path.split("/") if part]
        if request.method != "GET" or len(parts) < 2 or parts[0] != "1":
            return Answer(f"Cannot {request.method} {request.path}", 404)
        route = getattr(self, f"_{parts[1]}", None)
        answer = route(request, parts[2:]) if route else None
        return answer or Answer(f"Cannot GET {request.path}", 404)

    def _members(self, request: Request, parts: list[str]) -> Answer | None:
        me = next(iter(self.story.members.values()))
        if parts == ["me"]:
            return Answer(picked(me, request))
        if parts == ["me", "boards"]:
            return Answer(self._listed(request, self._is_joined))
        if parts == ["me", "organizations"]:
            return Answer([{"id": ORGANISATION}])
        if parts == ["me", "tokens"]:
            token = {"id": "6" * 24, "identifier": "Throughline", "idMember": me["id"]}
            return Answer([{**token, "dateExpires": self.token_expires, "permissions": []}])
        return None

    def _is_joined(self, board: Board) -> bool:
        return self.joined is None or board.id in self.joined

    def _organizations(self, request: Request, parts: list[str]) -> Answer | None:
        if len(parts) == 2 and parts[1] == "boards":
            return Answer(self._listed(request, lambda b: b.data["idOrganization"] == parts[0]))
        return None

    def _listed(self, request: Request, wanted: Any) -> list[Object]:
        """Boards that may be read; archived ones only where they are asked for."""
        boards = [each for each in self.story.boards.values() if not each.fate and wanted(each)]
        if request.value("filter") not in ("all", "closed"):
            boards = [each for each in boards if not each.data["closed"]]
        return [self.answers.board(each, request) for each in boards]

    def _boards(self, request: Request, parts: list[str]) -> Answer | None:
        if not parts:
            return None
        board = self._board(parts[0])
        if isinstance(board, Answer):
            return board
        part = parts[1] if len(parts) > 1 else ""
        if part == "cards" and self.fault("walk_ends", request):
            return Answer([])
        if not part and has_unknown_fields(board.data, request):
            return Answer("invalid value for fields", 400)
        return self.answers.of_board(board, part, parts[2:], request)

    def _board(self, board_id: str) -> Board | Answer:
        for board in self.story.boards.values():
            if board_id in (board.id, board.data["shortLink"]):
                return self._refusal(board) or board
        is_id = re.fullmatch(r"[0-9a-f]{24}|[0-9A-Za-z]{8}", board_id)
        return Answer("board not found", 404) if is_id else Answer("invalid id", 400)

    def _refusal(self, board: Board) -> Answer | None:
        if board.fate == "deleted":
            return Answer("The requested resource was not found.", 404)
        if board.fate == "hidden":
            texts = {401: "unauthorized permission requested", 404: "board not found"}
            return Answer(texts[self.hidden_status], self.hidden_status)
        return None

    def _cards(self, request: Request, parts: list[str]) -> Answer | None:
        card = self.story.cards.get(parts[0]) if parts else None
        if card is None:
            return Answer("The requested resource was not found.", 404)
        if refusal := self._refusal(self.story.board_of(card)):
            return refusal
        if parts[1:] == ["actions"]:
            return self.answers.card_actions(card, request)
        return self.answers.card(card, request) if len(parts) == 1 else None

    def _lists(self, request: Request, parts: list[str]) -> Answer | None:
        if len(parts) == 2 and parts[1] == "cards":
            return self.answers.list_cards(parts[0], request)
        return None

    def _batch(self, request: Request, parts: list[str]) -> Answer:
        """Up to ten GETs at once, each with a status of its own."""
        addresses = request.value("urls").split(",")
        if not 0 < len(addresses) <= BATCH or not all(each.startswith("/") for each in addresses):
            return Answer("invalid value for urls", 400)
        if self.answers_in_batches != 200:
            failed = Answer("try later", self.answers_in_batches)
            return Answer([_in_batch(failed) for _ in addresses])
        return Answer([_in_batch(self._routed(_asked(each, request))) for each in addresses])


def _asked(address: str, request: Request) -> Request:
    found = urlsplit(address)
    return replace(request, path=f"/1{found.path}", query=parse_qs(found.query))


def _in_batch(answer: Answer) -> Object:
    if answer.status == 200:
        return {"200": answer.body}
    text = answer.body if isinstance(answer.body, str) else answer.body["message"]
    return {"message": text, "name": "Error", "statusCode": answer.status}


def truth(state: TrelloState, only: str = "") -> dict[str, dict[str, Any]]:
    """All that can be read, or what is on one board, by stream and id."""
    boards = [each for each in state.boards.values() if not each.fate and only in ("", each.id)]
    ids = {board.id for board in boards}
    cards = [each for each in state.cards.values() if each["idBoard"] in ids]
    checklists = [each for each in state.checklists.values() if each["idBoard"] in ids]
    return {
        "boards": {board.id: {**board.data, "lists": board.lists} for board in boards},
        "lists": _by_id(board.lists for board in boards),
        "cards": _by_id([cards]),
        "actions": _by_id(board.actions for board in boards),
        "members": dict(state.members),
        "labels": _by_id(board.labels for board in boards),
        "custom_fields": _by_id(board.fields for board in boards),
        "checklists": _by_id([checklists]),
    }


def _by_id(found: Any) -> dict[str, Any]:
    return {each["id"]: each for group in found for each in group}
