"""A work item of the made-up world and what happened to it, whatever tracker keeps it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from pipelines.demo.people import Person, Team

TODO, DOING, WAITING = "todo", "doing", "waiting"
REVIEW, DONE, DROPPED = "review", "done", "dropped"


@dataclass(frozen=True)
class Event:
    """One thing that happened: ``kind`` is status, assignee, comment, log or a field's name."""

    at: datetime
    kind: str
    actor: Person
    before: Any = None
    after: Any = None


@dataclass(eq=False)
class Item:
    """One piece of work with its truth (``node``) and the traces that people left of it."""

    number: int
    team: Team
    kind: str
    title: str
    node: str
    size: float
    creator: Person
    created_at: datetime
    place: str = ""
    description: str = ""
    field_value: str = ""
    labels: list[str] = field(default_factory=list)
    parent: "Item | None" = None
    contributes_to: "Item | None" = None
    status: str = TODO
    assignee: Person | None = None
    left: float = 0.0
    points: int | None = None
    children: list["Item"] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @property
    def last_at(self) -> datetime:
        """The instant of the latest event; the creation where there is none."""
        return max((event.at for event in self.events), default=self.created_at)

    def note(self, at: datetime, kind: str, actor: Person, after: Any = None) -> None:
        """Let something happen; an item's events stay in order, a second apart at least."""
        at = max(at, self.last_at + timedelta(seconds=1))
        before = None
        if kind in ("status", "assignee", "title", "description"):
            before = getattr(self, kind)
            setattr(self, kind, after)
        self.events.append(Event(at, kind, actor, before, after))


def instant(
    person: Person, day: date, chance: Random, first: float = 9, last: float = 17
) -> datetime:
    """A moment of a person's day, in UTC with whole milliseconds."""
    seconds = int(chance.uniform(first, last) * 3600)
    local = datetime.combine(day, time(), tzinfo=person.zone) + timedelta(seconds=seconds)
    return local.astimezone(UTC) + timedelta(milliseconds=chance.randint(0, 999))
