"""A random Trello board of a world, as its export."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta
from typing import Any

from tests.oracle.world import Person, World

LISTS = ["Backlog", "✅ Doing", "Review", "Done! 2026", "Won't do", "Waiting"]


def stamp(at: datetime) -> str:
    """A time as Trello writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


class TrelloWorld:
    """One board of a world in one source."""

    def __init__(self, world: World, source: str, has_history: bool) -> None:
        self.world = world
        self.rng = world.rng
        self.source = source
        self.has_history = has_history
        self.number = 0
        tag = f"{world.seed:06d}"
        self.board: dict[str, Any] = {
            "id": f"b0a4d{tag}",
            "name": f"Board {world.seed}",
            "shortLink": f"Sh{tag}",
            "dateLastActivity": stamp(world.first),
            "lists": [
                {"id": f"1157{tag}{number}", "name": name, "closed": False}
                for number, name in enumerate(LISTS)
            ],
            "cards": [],
            "actions": [],
            "members": [{"id": person.handle} for person in world.people],
            "labels": [],
            "customFields": [
                {"id": f"f1{tag}", "name": "Goal", "type": "text"},
                {"id": f"f2{tag}", "name": "Points", "type": "number"},
            ],
        }
        self.old: dict[str, Any] | None = None

    def build(self) -> None:
        """Some cards, each moved about; lists archived now and then."""
        events: list[tuple[datetime, int]] = []
        for number in range(self.rng.randint(2, 6)):
            born = self.world.born()
            self.add_card(born)
            steps = self.world.instants(self.rng.randint(0, 8), born)
            events += [(at, number) for at in steps]
        if self.world.chance(0.3):
            events += [(at, -1) for at in self.world.instants(3, self.world.born())]
        if self.world.chance(0.06):
            self.add_bulk()
        events.sort()
        cut = self.rng.randint(0, len(events)) if self.world.chance(0.3) and events else -1
        for place, (at, number) in enumerate(events):
            if place == cut:
                self.old = copy.deepcopy(self.so_far(at))
            if number < 0:
                self.fold_list(at)
            else:
                self.happen(self.board["cards"][number], at)
        self.settle()
        for kind, names in (("list", self.board["lists"][1]), ("board", self.board)):
            if self.world.chance(0.25):
                name = self.rng.choice([names["name"], names["id"].upper()])
                node = self.rng.choice(self.world.nodes)["id"]
                self.world.mappings[f"{self.source}:{kind}:{name}"] = node

    def add_bulk(self) -> None:
        """Somebody moves or ticks about twenty cards within about ten minutes."""
        start = self.world.born()
        who = self.world.person()
        step = self.rng.choice([1, 30, 32])
        part = self.rng.choice([{"dueComplete": True}, {"idList": self.board["lists"][3]["id"]}])
        for number in range(self.rng.choice([19, 20, 21])):
            self.add_card(start - timedelta(days=2, minutes=number * 11))
            card = self.board["cards"][-1]
            card["idList"] = self.board["lists"][0]["id"]
            self.board["actions"][-1]["data"]["list"] = dict(self.board["lists"][0])
            self.update(card, start + timedelta(seconds=number * step), who, dict(part))

    def so_far(self, at: datetime) -> dict[str, Any]:
        """The export that somebody made at an earlier time."""
        cards = [card for card in self.board["cards"] if card["born"] < stamp(at)]
        actions = [action for action in self.board["actions"] if action["date"] < stamp(at)]
        return {**self.board, "cards": cards, "actions": actions, "dateLastActivity": stamp(at)}

    def add_card(self, born: datetime) -> None:
        """A card, made by somebody, with or without members from the start."""
        self.number += 1
        world = self.world
        place = self.rng.choice(self.board["lists"][:4])
        tag = f"{world.seed:06d}"
        values = []
        if world.chance(0.2):
            values.append({"idCustomField": f"f1{tag}", "value": {"text": world.text(0.8)}})
        if world.chance(0.3):
            values.append({"idCustomField": f"f2{tag}", "value": {"number": "3"}})
        card = {
            "id": f"{int(born.timestamp()):08x}{tag}{self.number:010d}",
            "name": world.text(0.35),
            "desc": world.text(0.35),
            "closed": False,
            "dueComplete": False,
            "idList": place["id"],
            "idBoard": self.board["id"],
            "idMembers": [p.handle for p in world.people if world.chance(0.4)],
            "labels": [
                {"name": world.mention(world.identifier())} for _ in "ab" if world.chance(0.1)
            ],
            "customFieldItems": values,
            "dateLastActivity": stamp(born),
            "shortLink": f"C{tag}{self.number}",
            "born": stamp(born),
        }
        self.board["cards"].append(card)
        self.act(card, born, world.person(), "createCard", {"list": dict(place)})

    def act(
        self, card: dict[str, Any], at: datetime, who: Person, kind: str, data: dict[str, Any]
    ) -> None:
        """Something is done to a card."""
        shown = {"id": card["id"], "name": card["name"], **data.pop("card", {})}
        self.board["actions"].append(
            {
                "id": self.action_id(at, len(self.board["actions"])),
                "type": kind,
                "date": stamp(at),
                "idMemberCreator": who.handle,
                "data": {"card": shown, "board": {"id": self.board["id"]}, **data},
            }
        )
        card["dateLastActivity"] = stamp(at)

    def action_id(self, at: datetime, number: int) -> str:
        """An id as Trello makes them: the seconds in hexadecimal digits come first."""
        return f"{int(at.timestamp()):08x}{self.world.seed:06d}{number:010d}"

    def happen(self, card: dict[str, Any], at: datetime) -> None:
        """A move, a member, a tick, an archive, a comment or a new place in the list."""
        who = self.world.person()
        dice = self.rng.random()
        if dice < 0.45:
            to = self.rng.choice(self.board["lists"])
            if to["id"] != card["idList"]:
                self.update(card, at, who, {"idList": to["id"]})
        elif dice < 0.6:
            member = self.world.person()
            is_in = member.handle in card["idMembers"]
            kind = "removeMemberFromCard" if is_in else "addMemberToCard"
            (card["idMembers"].remove if is_in else card["idMembers"].append)(member.handle)
            self.act(card, at, who, kind, {"idMember": member.handle})
        elif dice < 0.7:
            self.update(card, at, who, {"dueComplete": not card["dueComplete"]})
        elif dice < 0.8:
            self.update(card, at, who, {"closed": not card["closed"]})
        elif dice < 0.9:
            self.act(card, at, who, "commentCard", {"text": "hello"})
        else:
            part = self.rng.choice([{"pos": 2}, {"due": stamp(at)}])
            self.update(card, at, who, part)

    def update(
        self, card: dict[str, Any], at: datetime, who: Person, parts: dict[str, Any]
    ) -> None:
        """Fields of a card get new values."""
        old = {part: card.get(part) for part in parts}
        card.update(parts)
        self.act(card, at, who, "updateCard", {"old": old, "card": dict(parts)})

    def fold_list(self, at: datetime) -> None:
        """A member of a team archives a list, or takes it out again."""
        place = self.board["lists"][self.rng.randint(1, 3)]
        place["closed"] = not place["closed"]
        data = {
            "list": {"id": place["id"], "name": place["name"], "closed": place["closed"]},
            "old": {"closed": not place["closed"]},
        }
        self.board["actions"].append(
            {
                "id": self.action_id(at, len(self.board["actions"])),
                "type": "updateList",
                "date": stamp(at),
                "idMemberCreator": self.world.people[0].handle,
                "data": {**data, "board": {"id": self.board["id"]}},
            }
        )

    def settle(self) -> None:
        """Delete a card that an older export knows, and cut the oldest actions."""
        actions = self.board["actions"]
        for card in list(self.board["cards"]):
            is_known = self.old and any(card["id"] == old["id"] for old in self.old["cards"])
            if is_known and self.world.chance(0.3):
                at = datetime.fromisoformat(card["dateLastActivity"]) + timedelta(hours=30)
                self.board["cards"].remove(card)
                actions[:] = [
                    a for a in actions if a["data"].get("card", {}).get("id") != card["id"]
                ]
                actions.append(
                    {
                        "id": self.action_id(at, 99999),
                        "type": "deleteCard",
                        "date": stamp(at),
                        "idMemberCreator": self.world.people[0].handle,
                        "data": {"card": {"id": card["id"]}, "board": {"id": self.board["id"]}},
                    }
                )
        actions.sort(key=lambda action: action["date"], reverse=True)
        if not self.old and self.world.chance(0.3):
            gone = self.rng.randint(0, len(actions) - 1)
            self.board["actions"] = actions[: len(actions) - gone]
        self.board["dateLastActivity"] = stamp(self.world.last)

    def exported(self) -> list[dict[str, Any]]:
        """The board as exported, and an older export of it where there is one."""
        boards = [self.board] + ([self.old] if self.old else [])
        for board in boards:
            for card in board["cards"]:
                card.pop("born", None)
            if not self.has_history:
                board.pop("actions", None)
        return boards
