"""One small random world: its people, teams and strategy, and the texts they write."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

ZONES = [
    "Europe/Berlin",
    "Europe/Lisbon",
    "America/Los_Angeles",
    "Asia/Kolkata",
    "America/Santiago",
    "Pacific/Auckland",
    "Africa/Cairo",
]


@dataclass(frozen=True)
class Kind:
    """What all worlds of one home have in common."""

    since: date = date(2026, 3, 4)
    as_of: date = date(2026, 5, 6)
    zone: str = "Europe/Berlin"
    split: str = "by_time"
    idle_days: int = 14
    hours: str = "09:00-17:00"
    hours_per_day: float = 8
    working_days: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri")
    holidays: Any = "DE"
    pattern: str = r"(?:P|G|O|KR|R|INI|D)-(?:[A-Z]+\.)?\d+(?:\.\d+)*"
    people: str = "named"
    minimum_group: int = 1
    late_days: int = 0


@dataclass
class Person:
    """A person of a world with an account in every tracker."""

    id: str
    zone: str | None
    jira_zone: str | None
    is_listed: bool
    is_in_team: bool
    handle: str
    is_app: bool = False
    is_bot: bool = False


@dataclass
class World:
    """A seeded world; every id in it carries the seed, so that many share a home."""

    seed: int
    kind: Kind
    rng: random.Random = field(init=False)
    people: list[Person] = field(default_factory=list)
    teams: list[dict[str, Any]] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    nodes: list[dict[str, Any]] = field(default_factory=list)
    decisions: list[dict[str, Any]] = field(default_factory=list)
    mappings: dict[str, str] = field(default_factory=dict)
    absences: list[tuple[Any, ...]] = field(default_factory=list)
    manual: list[tuple[Any, ...]] = field(default_factory=list)
    item_keys: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Start the dice."""
        self.rng = random.Random(self.seed)

    def chance(self, share: float) -> bool:
        """True in that share of cases."""
        return self.rng.random() < share

    @property
    def first(self) -> datetime:
        """Nothing happens before."""
        return datetime.combine(self.kind.since, time(), UTC) - timedelta(days=25)

    @property
    def last(self) -> datetime:
        """Nothing happens after: the end of data, or some days of late data beyond ``as_of``."""
        end = datetime.combine(self.kind.as_of, time(), ZoneInfo(self.kind.zone)).astimezone(UTC)
        return end - timedelta(seconds=1) + timedelta(days=self.kind.late_days)

    def day(self, before: int = 10, after: int = 10) -> date:
        """A date in or about the range."""
        span = (self.kind.as_of - self.kind.since).days
        return self.kind.since + timedelta(days=self.rng.randint(-before, span + after))

    def born(self) -> datetime:
        """When an item is created."""
        span = int((self.last - self.first).total_seconds())
        return self.first + timedelta(seconds=self.rng.randint(0, span - 3600))

    def instants(self, count: int, start: datetime) -> list[datetime]:
        """Up to ``count`` later instants: bursts, midnights and idle borders are frequent."""
        found = [start]
        for _ in range(count):
            at = self._next(found[-1])
            if found[-1] < at <= self.last:
                found.append(at)
        return found[1:]

    def _next(self, before: datetime) -> datetime:
        dice = self.rng.random()
        if dice < 0.35:
            return before + timedelta(seconds=self.rng.choice([1, 60, 600, 3600, 7200, 20000]))
        if dice < 0.6:
            return before + timedelta(seconds=self.rng.randint(1, 6 * 86400))
        if dice < 0.75:
            zone = ZoneInfo(self.rng.choice(ZONES))
            day = before.astimezone(zone).date() + timedelta(days=self.rng.randint(1, 3))
            hour = self.rng.choice([time(0, 0), time(9, 0), time(17, 0), time(23, 59, 59)])
            return datetime.combine(day, hour, zone).astimezone(UTC)
        if dice < 0.85:
            border = timedelta(days=self.kind.idle_days)
            return before + border + timedelta(seconds=self.rng.choice([-1, 0, 1, 3600]))
        left = max(1, int((self.last - before).total_seconds()))
        return before + timedelta(seconds=self.rng.randint(1, left))

    def text(self, how_many: float = 0.5) -> str:
        """A sentence in which identifiers stand in all the ways that people write them."""
        words = [self.rng.choice(["fix", "Guided set-up", "naïve über", "2026", "call", "v1.2"])]
        while self.chance(how_many) and len(words) < 7:
            words.append(self.mention(self.identifier()))
            words.append(self.rng.choice(["and", "later", "", "/", "(draft)", "P-1 incident"]))
        return self.rng.choice([" ", " ", "  ", ", "]).join(words)

    def identifier(self) -> str:
        """Mostly a node of this world; else an unknown one, or the key of an item."""
        dice = self.rng.random()
        if dice < 0.75:
            return self.rng.choice(self.nodes)["id"]
        if dice < 0.9 or not self.item_keys:
            kind = self.rng.choice(["KR", "G", "INI", "R", "R-X."])
            return f"{kind}{'' if kind[-1] == '.' else '-'}{900000 + self.seed}"
        return self.rng.choice(self.item_keys)

    def mention(self, name: str) -> str:
        """An identifier as somebody might write it, rightly or wrongly."""
        dash = self.rng.choice(["\u2010", "\u2011", "\u2012", "\u2013"])
        ways = [
            name,
            name,
            name.lower(),
            name.replace("-", dash),
            f"[{name}]",
            f"[{name}]",
            f"[see {name}; ok]",
            f"({name})",
            f"{name}:{self.rng.choice([70, 30, 12.5, 0])}",
            f"{name}={self.rng.choice([20, 60, 0.5])}%",
            f"[{name}:40]",
            f"{name}:50x",
            f"{name}.",
            f"_{name}_",
            f"x{name}",
            f"ß{name}",
            f"{name}é",
            f"{name}-b",
            f"[[{name}]",
            f"[{name}",
            f"{name}: 70",
        ]
        return self.rng.choice(ways)

    def holder(self) -> Person | None:
        """Somebody to assign to: mostly one of the first two, who are in a team; or nobody."""
        if self.chance(0.6):
            return self.rng.choice(self.people[:2])
        return self.rng.choice([None, *self.people])

    def person(self, bots: bool = True) -> Person:
        """Somebody, a bot now and then."""
        known = [person for person in self.people if bots or not person.is_bot]
        return self.rng.choice(known)
