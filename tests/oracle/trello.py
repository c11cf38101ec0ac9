"""Trello exports: whole boards, with the actions as history."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.oracle import exports
from tests.oracle.categories import category
from tests.oracle.history import Step, replay
from tests.oracle.model import CREATED, Account, Change, Container, Item, Landed, Moment
from tests.oracle.times import instant, to_us

CREATIONS = {"createCard", "copyCard", "convertToCardFromCheckItem", "emailCard"}
POINTS = ["Story Points", "Story point estimate", "Points"]


class TrelloReader:
    """Reads one Trello source into the common shape."""

    def __init__(self, home: Path, source: dict[str, Any], cut: int, landed: Landed) -> None:
        self.source = source
        self.name = source["name"]
        self.cut = cut
        self.landed = landed
        self.link_fields: list[str] = []
        self.boards: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for file in exports.files(home, source):
            for board in exports.records(exports.content(file)):
                self.boards[board["id"]].append(board)

    def read(self) -> None:
        """Add the source's items and accounts to what is landed."""
        for copies in self.boards.values():
            copies.sort(key=lambda board: instant(board["dateLastActivity"]))
            self.read_board(copies)

    def account(self, native: str | None) -> str | None:
        """Note an account and give its id."""
        if not native:
            return None
        name = f"{self.name}:{native}"
        self.landed.accounts.setdefault(name, Account(name, self.name))
        return name

    def read_board(self, copies: list[dict[str, Any]]) -> None:
        """All cards of all copies of a board."""
        for board in copies:
            for member in board.get("members") or []:
                self.account(member["id"])
        actions = {made["id"]: made for board in copies for made in board.get("actions") or []}
        ordered = sorted(actions.values(), key=lambda made: (made["date"], made["id"]))
        lists = {entry["id"]: entry for board in copies for entry in board["lists"]}
        cards: dict[str, dict[str, Any]] = {}
        for board in copies:
            for card in board["cards"]:
                before = cards.get(card["id"])
                if before is None or before["dateLastActivity"] <= card["dateLastActivity"]:
                    cards[card["id"]] = card
        has_actions = any("actions" in board for board in copies)
        for card in cards.values():
            item = self.item(card, copies[-1], lists)
            own = [a for a in ordered if (a["data"].get("card") or {}).get("id") == card["id"]]
            self.add_events(item, own)
            if has_actions:
                self.add_history(item, card, own, ordered, lists)
            else:
                item.category = self.category(_present(card), lists)
            if item.created_at < self.cut:
                self.landed.items[item.id] = item

    def item(self, card: dict[str, Any], board: dict[str, Any], lists: dict[str, Any]) -> Item:
        """What a card says of the present."""
        born = to_us(datetime.fromtimestamp(int(card["id"][:8], 16), tz=UTC))
        item = Item(f"{self.name}:{card['id']}", self.name, "", "card", born)
        values: dict[str, list[str]] = defaultdict(list)
        for value in card.get("customFieldItems") or []:
            name, text = _custom(board, value)
            values[name].append(text)
        item.texts = {
            1: [text for name in self.link_fields for text in values[name]],
            2: [label["name"] for label in card.get("labels") or []],
            3: [card["name"]],
            6: [card.get("desc") or ""],
        }
        named = (self.source.get("fields") or {}).get("points")
        for name in [named] if named else POINTS:
            if values[name] and item.points is None:
                item.points = float(values[name][0])
        item.containers = [
            _list(lists[card["idList"]]),
            Container(
                "board", frozenset(board[key].lower() for key in ("id", "name", "shortLink"))
            ),
        ]
        return item

    def add_events(self, item: Item, actions: list[dict[str, Any]]) -> None:
        """Changes, comments and deletion."""
        for action in actions:
            at = instant(action["date"])
            who = self.account(action.get("idMemberCreator"))
            if action["type"] in CREATIONS:
                item.created_at, item.created_by = at, who
            if at >= self.cut:
                continue
            if action["type"] == "commentCard":
                item.comments.append((at, who))
            if action["type"] == "deleteCard":
                item.deleted_at = at
            for part in _changed(action):
                item.changes.append(Change(item.id, who, part, at))

    def add_history(
        self,
        item: Item,
        card: dict[str, Any],
        own: list[dict[str, Any]],
        every: list[dict[str, Any]],
        lists: dict[str, Any],
    ) -> None:
        """States since creation, or since the export's oldest action."""
        is_whole = any(action["type"] in CREATIONS for action in own)
        start = item.created_at if is_whole else max(item.created_at, instant(every[0]["date"]))
        steps = self.steps(item, own, every)
        present = _present(card)
        present.update({f"list {key}": listed["closed"] for key, listed in lists.items()})
        present.update({f"member {key}": key in card["idMembers"] for key in _members(own, card)})
        item.has_history = start < self.cut
        if not item.has_history:
            # nothing tells where it was on the day of the run; what came after is not read
            item.containers = []
        shelved = False
        states = replay(start, present, steps, self.cut) if item.has_history else []
        if states:
            item.containers[0] = _list(lists[states[-1].parts["idList"]])
        for state in states:
            causes = [cause for cause in state.causes if not cause.field.startswith("list ")]
            now = bool(state.parts.get(f"list {state.parts['idList']}"))
            if now != shelved and state.at > start and not state.parts["closed"]:
                folded = [c for c in state.causes if c.field == f"list {state.parts['idList']}"]
                causes += [Change(item.id, c.account, "list closed", c.at) for c in folded]
                item.changes += [c for c in causes if c.field == "list closed"]
            shelved = now
            found = self.category(state.parts, lists)
            item.moments.append(Moment(state.at, found, causes))
            held = [key[7:] for key in state.parts if key[:7] == "member " and state.parts[key]]
            item.assigned.append((state.at, frozenset(f"{self.name}:{key}" for key in held)))
        if item.has_history and is_whole:
            item.moments[0].causes.append(Change(item.id, item.created_by, CREATED, start))
        item.category = item.moments[-1].category if item.moments else "todo"

    def steps(
        self, item: Item, own: list[dict[str, Any]], every: list[dict[str, Any]]
    ) -> list[Step]:
        """What moves the state of a card: its own actions and those on lists."""
        steps = []
        for action in own:
            at, data = instant(action["date"]), action["data"]
            who = self.account(action.get("idMemberCreator"))
            for part in _changed(action):
                change = Change(item.id, who, part, at)
                if part == "assignee":
                    added = action["type"] == "addMemberToCard"
                    steps.append(Step(at, f"member {data['idMember']}", not added, added, change))
                else:
                    steps.append(Step(at, part, data["old"][part], data["card"].get(part), change))
        for action in every:
            if action["type"] == "updateList" and "closed" in action["data"].get("old", {}):
                at, listed = instant(action["date"]), action["data"]["list"]
                part = f"list {listed['id']}"
                who = self.account(action.get("idMemberCreator"))
                change = Change(item.id, who, part, at)
                steps.append(Step(at, part, not listed["closed"], listed["closed"], change))
        return steps

    def category(self, parts: dict[str, Any], lists: dict[str, Any]) -> str:
        """Due complete, else archived, else the list by its present name."""
        if parts["dueComplete"]:
            return "done"
        listed = lists[parts["idList"]]
        found = category(self.source, listed["name"])
        if parts["closed"] or parts.get(f"list {listed['id']}", listed["closed"]):
            return "done" if found == "done" else "dropped"
        return found


def _list(found: dict[str, Any]) -> Container:
    return Container("list", frozenset([found["id"].lower(), found["name"].lower()]))


def _present(card: dict[str, Any]) -> dict[str, Any]:
    return {key: card.get(key) or False for key in ("idList", "closed", "dueComplete")}


def _members(own: list[dict[str, Any]], card: dict[str, Any]) -> set[str]:
    named = {action["data"]["idMember"] for action in own if "idMember" in action["data"]}
    return named | set(card["idMembers"])


def _changed(action: dict[str, Any]) -> list[str]:
    """The fields of a card that an action changed; the place in a list is none."""
    if action["type"] in ("addMemberToCard", "removeMemberFromCard"):
        return ["assignee"]
    if action["type"] == "updateCard":
        return [part for part in action["data"].get("old") or {} if part != "pos"]
    return []


def _custom(board: dict[str, Any], item: dict[str, Any]) -> tuple[str, str]:
    """Name and value of a custom field of a card."""
    known = next(f for f in board["customFields"] if f["id"] == item["idCustomField"])
    if item.get("idValue"):
        option = next(o for o in known["options"] if o["id"] == item["idValue"])
        return known["name"], str(next(iter(option["value"].values())))
    return known["name"], str(next(iter(item["value"].values())))
