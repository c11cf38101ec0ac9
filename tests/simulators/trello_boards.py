"""What stands on Trello's boards, as its REST interface tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from tests.simulators.world import PICTURES, STATUSES

Object = dict[str, Any]
ORGANISATION = "5d0a7e2f6c1b4e3f9a8d7c6b"
COLOURS = ("green", "yellow", "orange", "red", "purple", "blue")


def object_id(at: datetime, name: str) -> str:
    """An id as Trello makes them: the seconds since 1970 in 8 hexadecimal digits, then 16."""
    return f"{int(at.timestamp()):08x}{blake2b(name.encode(), digest_size=8).hexdigest()}"


def short(name: str) -> str:
    """A short link: 8 letters and digits."""
    return blake2b(f"short {name}".encode(), digest_size=4).hexdigest()


def told(at: datetime) -> str:
    """An instant as Trello writes it, to the millisecond."""
    at = at.astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


@dataclass
class Board:
    """A board with all that stands on it. ``fate`` is empty, ``deleted`` or ``hidden``."""

    data: Object
    lists: list[Object] = field(default_factory=list)
    labels: list[Object] = field(default_factory=list)
    fields: list[Object] = field(default_factory=list)
    actions: list[Object] = field(default_factory=list)
    fate: str = ""

    @property
    def id(self) -> str:
        """The board's id."""
        return self.data["id"]

    def list_named(self, name: str) -> Object:
        """The list with a name."""
        return next(each for each in self.lists if each["name"] == name)

    def list_with(self, list_id: str) -> Object:
        """The list with an id."""
        return next(each for each in self.lists if each["id"] == list_id)

    def label_named(self, name: str, at: datetime) -> tuple[Object, bool]:
        """The label with a name, made if there is none; True if it was made."""
        for each in self.labels:
            if each["name"] == name:
                return each, False
        label = {
            "id": object_id(at, f"label {self.id} {name}"),
            "idBoard": self.id,
            "name": name,
            "color": COLOURS[len(self.labels) % len(COLOURS)],
        }
        self.labels.append(label)
        return label, True


def new_board(name: str, title: str, at: datetime) -> Board:
    """A board with a list per status and a field for sizes; every other one has an organisation."""
    board_id = object_id(at, name)
    link = short(board_id)
    data = {
        "id": board_id,
        "name": title,
        "desc": "",
        "closed": False,
        "idOrganization": ORGANISATION if int(board_id[-1], 16) % 2 else None,
        "shortLink": link,
        "url": f"https://trello.com/b/{link}",
        "shortUrl": f"https://trello.com/b/{link}",
        "dateLastActivity": told(at),
        "dateLastView": told(at),
        "prefs": {"permissionLevel": "private"},
        "limits": {},
    }
    lists = [
        {
            "id": object_id(at, f"list {name} {status}"),
            "name": status,
            "closed": False,
            "idBoard": board_id,
            "pos": 65536 * place,
            "subscribed": False,
            "softLimit": None,
        }
        for place, status in enumerate(STATUSES, 1)
    ]
    size = {
        "id": object_id(at, f"field {name} size"),
        "idModel": board_id,
        "modelType": "board",
        "fieldGroup": blake2b(b"size").hexdigest(),
        "display": {"cardFront": True},
        "name": "Size",
        "pos": 16384,
        "type": "number",
        "isSuggestedField": False,
    }
    return Board(data, lists, [], [size])


def new_card(name: str, board: Board, status: str, title: str, desc: str, at: datetime) -> Object:
    """A card as it is when it has been made."""
    card_id, link = object_id(at, name), short(name)
    return {
        "id": card_id,
        "badges": {"attachments": 0, "comments": 0, "checkItems": 0, "checkItemsChecked": 0},
        "checkItemStates": [],
        "closed": False,
        "dateLastActivity": told(at),
        "dateCompleted": None,
        "dateClosed": None,
        "desc": desc,
        "descData": None,
        "due": told(at),
        "dueComplete": False,
        "start": None,
        "idBoard": board.id,
        "idList": board.list_named(status)["id"],
        "idShort": int(card_id[-4:], 16),
        "idMembers": [],
        "idMembersVoted": [],
        "idLabels": [],
        "labels": [],
        "idChecklists": [],
        "isTemplate": False,
        "cardRole": None,
        "name": title,
        "pos": int(card_id[-5:], 16),
        "shortLink": link,
        "shortUrl": f"https://trello.com/c/{link}",
        "url": f"https://trello.com/c/{link}/1-card",
        "subscribed": False,
        "customFieldItems": [],
    }


def new_member(name: str, title: str, at: datetime) -> Object:
    """A member as a board tells of it."""
    return {
        "id": object_id(at, name),
        "fullName": title,
        "username": name.replace("-", ""),
        "initials": title[:1],
        "avatarHash": object_id(at, f"picture {name}"),
        "avatarUrl": f"{PICTURES}/{object_id(at, name)}",
        "email": None,
        "memberType": "normal",
        "confirmed": True,
    }


def new_checklist(card: Object, at: datetime) -> Object:
    """A checklist without items."""
    return {
        "id": object_id(at, f"checklist {card['id']}"),
        "name": "Parts",
        "idBoard": card["idBoard"],
        "idCard": card["id"],
        "pos": 16384,
        "checkItems": [],
    }
