"""Trello boards as their own export writes them, cut at the thousand newest actions."""

from datetime import datetime
from hashlib import sha1
from pathlib import Path
from typing import Any

from pipelines.demo.files_out import write_json
from pipelines.demo.people import Person
from pipelines.demo.work import DOING, DONE, DROPPED, REVIEW, TODO, WAITING, Event, Item
from pipelines.demo.world import World

_ACTIONS = 1000
_LISTS = {
    "Campaigns": {
        TODO: "Ideas",
        DOING: "Doing",
        WAITING: "At the printer",
        REVIEW: "Review",
        DONE: "Done 🎉",
    },
    "School visits and open days": {
        TODO: "Planned",
        DOING: "Doing",
        WAITING: "Waiting for the school",
        REVIEW: "Review",
        DONE: "Done",
    },
    "Workplace requests": {
        TODO: "Inbox",
        DOING: "In progress",
        WAITING: "Waiting for a quote",
        REVIEW: "In progress",
        DONE: "Done",
    },
}


def write_trello(world: World, folder: Path) -> None:
    """Write one file per board; the busy ones begin a new board now and then."""
    boards: dict[str, list[Item]] = {}
    for item in world.of("trello"):
        boards.setdefault(_board_name(item), []).append(item)
    crew = {p.number: p for p in world.people if p.team.tracker == "trello"}
    for name, items in sorted(boards.items()):
        write_json(folder / f"{name.lower().replace(' ', '-')}.json", _board(name, items, crew))


def account_id(person: Person) -> str:
    """The id of a member."""
    return _native("member", person.number)


def _board_name(item: Item) -> str:
    """Campaigns by a third of a year, workplace requests by year, one board for all visits."""
    if item.place.startswith("School"):
        return item.place
    if item.place.startswith("Workplace"):
        return f"{item.place} {item.created_at.year}"
    return f"{item.place} {item.created_at.year}-{(item.created_at.month - 1) // 4 + 1}"


def _native(kind: str, *parts: object) -> str:
    return sha1(f"{kind} {parts}".encode()).hexdigest()[:24]


def _card_id(item: Item) -> str:
    """A card's id begins with the second of its creation."""
    return f"{int(item.created_at.timestamp()):08x}{_native('card', item.number)[:16]}"


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _list(board: str, item: Item, status: str) -> dict[str, str]:
    name = _LISTS[item.place][TODO if status == DROPPED else status]
    return {"id": _native("list", board, name), "name": name}


def _board(name: str, items: list[Item], crew: dict[int, Person]) -> dict[str, Any]:
    board = {"id": _native("board", name), "name": name, "shortLink": _native("short", name)[:8]}
    actions = [action for item in items for action in _actions(board, item)]
    actions.sort(key=lambda action: (action["date"], action["id"]), reverse=True)
    place = items[0].place
    names = list(dict.fromkeys(_LISTS[place].values()))
    labels = sorted({label for item in items for label in item.labels})
    return board | {
        "desc": "",
        "closed": False,
        "url": f"https://trello.com/b/{board['shortLink']}",
        "dateLastActivity": actions[0]["date"],
        "lists": [
            {
                "id": _native("list", name, text),
                "name": text,
                "closed": False,
                "idBoard": board["id"],
                "pos": 65536 * (n + 1),
            }
            for n, text in enumerate(names)
        ],
        "labels": [_label(board["id"], label) for label in labels],
        "members": [_member(person) for person in crew.values()],
        "memberships": [],
        "checklists": [],
        "customFields": [],
        "cards": [_card(board, item, number) for number, item in enumerate(items, start=1)],
        "actions": actions[:_ACTIONS],
    }


def _member(person: Person) -> dict[str, str]:
    return {
        "id": account_id(person),
        "fullName": person.name,
        "username": person.name.lower().replace(" ", ""),
    }


def _label(board_id: str, name: str) -> dict[str, str]:
    return {
        "id": _native("label", board_id, name),
        "idBoard": board_id,
        "name": name,
        "color": "blue",
    }


def _short_card(item: Item) -> dict[str, Any]:
    return {
        "id": _card_id(item),
        "name": item.title,
        "shortLink": _native("shortcard", item.number)[:8],
        "idShort": item.number,
    }


def _card(board: dict[str, str], item: Item, number: int) -> dict[str, Any]:
    labels = [_label(board["id"], label) for label in item.labels]
    short = _short_card(item)
    address = f"https://trello.com/c/{short['shortLink']}"
    return short | {
        "desc": item.description,
        "closed": item.status == DROPPED,
        "dueComplete": False,
        "due": None,
        "idBoard": board["id"],
        "idList": _list(board["name"], item, item.status)["id"],
        "idMembers": [account_id(item.assignee)] if item.assignee else [],
        "idLabels": [label["id"] for label in labels],
        "labels": labels,
        "customFieldItems": [],
        "pos": 16384 * number,
        "dateLastActivity": _time(item.last_at),
        "shortUrl": address,
        "url": f"{address}/{number}",
    }


def _actions(board: dict[str, str], item: Item) -> list[dict[str, Any]]:
    """What the board remembers of one card, its creation first."""
    birth = _action(board, item, 0, "createCard", item.created_at, item.creator)
    birth["data"]["list"] = _list(board["name"], item, TODO)
    told = [birth]
    for event in item.events:
        told += _told(board, item, event, len(told))
    return told


def _action(
    board: dict[str, str], item: Item, number: int, kind: str, at: datetime, actor: Person
) -> dict[str, Any]:
    return {
        "id": f"{int(at.timestamp()):08x}{_native('action', item.number, number)[:16]}",
        "type": kind,
        "date": _time(at),
        "idMemberCreator": account_id(actor),
        "memberCreator": _member(actor),
        "data": {"board": board, "card": _short_card(item)},
    }


def _told(board: dict[str, str], item: Item, event: Event, number: int) -> list[dict[str, Any]]:
    """The action of one event; a move within one list is none."""
    kinds = {"comment": "commentCard", "assignee": "addMemberToCard"}
    action = _action(
        board, item, number, kinds.get(event.kind, "updateCard"), event.at, event.actor
    )
    data = action["data"]
    if event.kind == "comment":
        data["text"] = "Noted."
    elif event.kind == "assignee":
        data["idMember"] = account_id(event.after)
        data["member"] = {"id": account_id(event.after), "name": event.after.name}
    elif event.kind == "title":
        data["old"], data["card"]["name"] = {"name": event.before}, event.after
    elif event.kind == "status" and event.after == DROPPED:
        data["old"], data["card"]["closed"] = {"closed": False}, True
        data["list"] = _list(board["name"], item, event.before)
    elif event.kind == "status":
        before = _list(board["name"], item, event.before)
        after = _list(board["name"], item, event.after)
        if before == after:
            return []
        data["old"], data["card"]["idList"] = {"idList": before["id"]}, after["id"]
        data["listBefore"], data["listAfter"] = before, after
    else:
        return []
    return [action]
