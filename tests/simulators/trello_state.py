"""What stands on all boards, and how an action is written down."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.simulators.trello_boards import Board, Object, told
from tests.simulators.world import Happening

NO_ACTIVITY = {"updateCustomField", "createCustomField"}
"""Actions that leave a board's ``dateLastActivity`` as it is."""


class TrelloState:
    """All boards and what stands on them."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.boards: dict[str, Board] = {}
        self.cards: dict[str, Object] = {}
        self.checklists: dict[str, Object] = {}
        self.members: dict[str, Object] = {}
        self.lost: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        self._actions = 0

    def id_of(self, name: str) -> str:
        """Trello's id of something the world has a name for."""
        return self._ids[name]

    def card_of(self, name: str) -> Object | None:
        """The card of an item of the world; None if it is gone."""
        return self.cards.get(self._ids.get(name, ""))

    def board_of(self, card: Object) -> Board:
        """The board a card is on."""
        return self.boards[card["idBoard"]]

    def act(
        self,
        board: Board,
        at: datetime,
        actor: str | None,
        kind: str,
        about: Object | None = None,
        member: Object | None = None,
        **data: Any,
    ) -> Object:
        """Write an action down; it is the last activity of the board and of the card."""
        self._actions += 1
        creator = self.members[self._ids[actor]] if actor else None
        action = {
            "id": f"{int(at.timestamp()):08x}{self._actions:016x}",
            "idMemberCreator": creator["id"] if creator else None,
            "data": {**data, "board": named(board.data, "id", "name", "shortLink")},
            "type": kind,
            "date": told(at),
            "appCreator": None,
            "limits": None,
            "memberCreator": person(creator) if creator else None,
        }
        if member:
            action["member"] = person(member)
        if about:
            action["data"].setdefault("card", named(about, "id", "name", "idShort", "shortLink"))
            about["dateLastActivity"] = told(at)
        if kind not in NO_ACTIVITY:
            board.data["dateLastActivity"] = told(at)
        board.actions.append(action)
        return action

    def change(self, card: Object, told_of: Happening, **new: Any) -> None:
        """Change members of a card, with the action that tells of it."""
        old = {name: card[name] for name in new}
        card.update(new)
        after = {**named(card, "id", "name", "idShort", "shortLink"), **new}
        data: Object = {"card": after, "old": old}
        board = self.board_of(card)
        if "idList" in new:
            data["listBefore"] = named(board.list_with(old["idList"]), "id", "name")
            data["listAfter"] = named(board.list_with(new["idList"]), "id", "name")
        else:
            data["list"] = named(board.list_with(card["idList"]), "id", "name")
        self.act(board, told_of.at, told_of.actor, "updateCard", card, **data)

    def archive_list(self, told_of: Happening, name: str, closed: bool = True) -> None:
        """Archive a list of a board (the happening's thing), or bring it back."""
        board = self.boards[self._ids[told_of.thing]]
        found = board.list_named(name)
        found["closed"] = closed
        data = {"list": named(found, "id", "name", "closed"), "old": {"closed": not closed}}
        self.act(board, told_of.at, told_of.actor, "updateList", **data)


def named(found: Object, *names: str) -> Object:
    """Some members of an object."""
    return {name: found[name] for name in names}


def person(member: Object) -> Object:
    """A member as an action tells of it."""
    return named(member, "id", "fullName", "username", "initials", "avatarHash", "avatarUrl")


def field_of(found: Object) -> Object:
    """A custom field as an action tells of it."""
    return named(found, "id", "name", "type")
