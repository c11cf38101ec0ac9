"""One seeded world: who did what to which work item, and when, in no tracker's terms.

A simulator plays the same happenings in its vendor's dialect, so that every tracker tells the same
story and a test knows the truth.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.simulators.world_items import Drawer, Item

STATUSES = ("To Do", "In Progress", "Review", "Done", "Cancelled")
START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
NIGHT = timedelta(hours=18)
"""A run starts at two in the morning, 18 hours after its day began."""
PICTURES = "https://pictures.example.net"
"""Every address of a picture of a person begins with it, in every tracker."""
WORD_ON_AN_ITEM, WORD_ON_A_LOG = "A word on it", "A word on the hours"
"""What people say in comments, and in work logs where a tracker has words there."""


@dataclass(frozen=True)
class Happening:
    """One thing that happened in the world.

    ``what`` is one of: add_person, add_container, remove_container, hide_container, rename_field,
    create, retitle, describe, label, assign, move_status, move_container, set_field, comment,
    log_work, edit_log, delete_log, link, archive, unarchive, delete, restore. ``thing`` is the id
    of the item, container, person or field it happened to; ``details`` holds the rest by name.
    What happens to a thing that a tracker no longer has, the tracker ignores.
    """

    at: datetime
    what: str
    thing: str
    actor: str | None = None
    details: dict[str, Any] = field(default_factory=dict)


class World:
    """A seeded world of people, containers and items. The same seed tells the same story."""

    def __init__(self, seed: int, items: int = 120, people: int = 8, containers: int = 4) -> None:
        """Set the dice; nothing has happened yet."""
        self.dice = random.Random(seed)
        self.size = items
        self.people = [f"person-{seed}-{number}" for number in range(people)]
        self.containers: list[str] = []
        self.items: dict[str, Item] = {}
        self.seed = seed
        self._open, self._logged, self._gone, self._archived = (Drawer() for _ in range(4))
        self._containers_at_first = containers
        self._containers_ever = 0
        self._numbers = iter(range(1, 10**9))
        self._now = START
        self._pace = 57 * 86_400_000 // (items * 5 + people + containers)

    def history(self) -> list[Happening]:
        """Everything that happened before the first night, in order."""
        return list(self._history())

    def night(self, number: int) -> list[Happening]:
        """What happened between the run of night ``number`` and the one before it (from 1 on).

        The last things happen within the minutes before the run.
        """
        self._now = max(self._now, self.run_at(number - 1))
        found = []
        happenings = max(12, self.size // 10)
        self._pace = 86_000_000 // (happenings + 4)
        for _ in range(happenings):
            found += self._something()
        if number % 3 == 1:
            found += self._new_container()
        if number % 4 == 2:
            found += self._lose_container("remove_container")
        if number % 4 == 3:
            found += self._lose_container("hide_container")
        if number % 5 == 4:
            found.append(self._tell("rename_field", "size", name=f"Size {number}"))
        return found

    def run_at(self, number: int) -> datetime:
        """When the run of a night starts; night 0 is the first, the full load."""
        return START + timedelta(days=60 + number) + NIGHT

    def _history(self) -> Iterator[Happening]:
        for person in self.people:
            yield self._tell("add_person", person, name=person.replace("-", " ").title())
        for _ in range(self._containers_at_first):
            yield from self._new_container()
        for _ in range(self.size):
            yield from self._create()
        for _ in range(self.size * 4):
            yield from self._something()

    def _something(self) -> list[Happening]:
        chances = {
            self._create: 6,
            self._move_status: 30,
            self._assign: 14,
            self._retitle: 6,
            self._describe: 4,
            self._label: 8,
            self._comment: 10,
            self._log_work: 12,
            self._edit_log: 4,
            self._delete_log: 2,
            self._move_container: 3,
            self._set_field: 4,
            self._link: 3,
            self._archive: 2,
            self._delete: 2,
            self._restore: 1,
        }
        return self.dice.choices(list(chances), list(chances.values()))[0]()

    def _tell(self, what: str, thing: str, **details: Any) -> Happening:
        """One thing a little later than the last, to the millisecond."""
        self._now += timedelta(milliseconds=self.dice.randrange(1_000, self._pace))
        actor = self.dice.choice(self.people)
        return Happening(self._now, what, thing, actor, details)

    def _new_container(self) -> list[Happening]:
        self._containers_ever += 1
        name = f"C{self._containers_ever}"
        self.containers.append(name)
        return [self._tell("add_container", name, name=f"Area {name}")]

    def _lose_container(self, how: str) -> list[Happening]:
        if len(self.containers) < 3:
            return []
        lost = self.containers.pop(self.dice.randrange(1, len(self.containers)))
        for item in self.items.values():
            if item.container == lost:
                item.is_gone = True
                self._sort(item)
        return [self._tell(how, lost)]

    def _create(self) -> list[Happening]:
        item_id = f"item-{self.seed}-{next(self._numbers)}"
        parent = self._pick() if self.dice.random() < 0.3 else None
        container = parent.container if parent else self.dice.choice(self.containers)
        item = Item(item_id, container, len(self.items), parent=parent.id if parent else None)
        self.items[item_id] = item
        self._sort(item)
        if parent:
            parent.is_parent = True
        told = self._tell(
            "create",
            item_id,
            container=container,
            parent=item.parent,
            title=f"Work {item_id} for KR-{self.dice.randrange(1, 9)}.1",
            description=f"Because of {item_id}",
            status="To Do",
        )
        return [told]

    def _sort(self, item: Item) -> None:
        """Put an item that has changed where it now belongs."""
        is_open = not item.is_gone and not item.is_archived
        self._open.keep(item, is_open)
        self._logged.keep(item, is_open and bool(item.logs))
        self._gone.keep(item, item.is_gone and item.container in self.containers)
        self._archived.keep(item, item.is_archived and not item.is_gone)

    def _pick(self) -> Item | None:
        return self.dice.choice(self._open) if self._open else None

    def _change(self, what: str, **details: Any) -> list[Happening]:
        item = self._pick()
        return [self._tell(what, item.id, **details)] if item else []

    def _move_status(self) -> list[Happening]:
        item = self._pick()
        if not item:
            return []
        item.status = self.dice.choice([each for each in STATUSES if each != item.status])
        return [self._tell("move_status", item.id, status=item.status)]

    def _assign(self) -> list[Happening]:
        return self._change("assign", person=self.dice.choice([*self.people, None]))

    def _retitle(self) -> list[Happening]:
        return self._change("retitle", title=f"Renamed {self.dice.randrange(10**6)} [O-1]")

    def _describe(self) -> list[Happening]:
        return self._change("describe", description=f"Now {self.dice.randrange(10**6)}")

    def _label(self) -> list[Happening]:
        return self._change("label", label=f"KR-{self.dice.randrange(1, 9)}.2")

    def _set_field(self) -> list[Happening]:
        return self._change("set_field", field="size", value=self.dice.randrange(1, 14))

    def _comment(self) -> list[Happening]:
        return self._change("comment", text=WORD_ON_AN_ITEM)

    def _link(self) -> list[Happening]:
        other = self._pick()
        return self._change("link", other=other.id) if other else []

    def _log_work(self) -> list[Happening]:
        item = self._pick()
        if not item:
            return []
        log = f"log-{self.seed}-{next(self._numbers)}"
        item.logs.append(log)
        self._sort(item)
        seconds = 900 * self.dice.randrange(1, 20)
        started = self._now - timedelta(hours=self.dice.randrange(0, 72))
        return [self._tell("log_work", item.id, log=log, seconds=seconds, started=started)]

    def _with_log(self) -> Item | None:
        return self.dice.choice(self._logged) if self._logged else None

    def _edit_log(self) -> list[Happening]:
        item = self._with_log()
        if not item:
            return []
        log = self.dice.choice(item.logs)
        seconds = 900 * self.dice.randrange(1, 20)
        return [self._tell("edit_log", item.id, log=log, seconds=seconds)]

    def _delete_log(self) -> list[Happening]:
        item = self._with_log()
        if not item:
            return []
        log = item.logs.pop(self.dice.randrange(len(item.logs)))
        self._sort(item)
        return [self._tell("delete_log", item.id, log=log)]

    def _move_container(self) -> list[Happening]:
        item = self._pick()
        if not item or item.parent or item.is_parent:
            return []
        item.container = self.dice.choice(self.containers)
        return [self._tell("move_container", item.id, container=item.container)]

    def _archive(self) -> list[Happening]:
        item = self._pick()
        if not item:
            return []
        item.is_archived = True
        self._sort(item)
        return [self._tell("archive", item.id)]

    def _delete(self) -> list[Happening]:
        item = self._pick()
        if not item or item.is_parent:
            return []
        item.is_gone = True
        self._sort(item)
        return [self._tell("delete", item.id)]

    def _restore(self) -> list[Happening]:
        """Bring an archived item back, or a deleted one, which some trackers cannot."""
        if self._gone and self.dice.random() < 0.5:
            item = self.dice.choice(self._gone)
            item.is_gone = False
            self._sort(item)
            return [self._tell("restore", item.id)]
        if not self._archived:
            return []
        item = self.dice.choice(self._archived)
        item.is_archived = False
        self._sort(item)
        return [self._tell("unarchive", item.id)]
