"""Where every person-day went: manual, logged, status, finished, unobserved, and imputed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from tests.oracle.activity import Life, overlaps
from tests.oracle.home import covers
from tests.oracle.model import Home, Item
from tests.oracle.people import People
from tests.oracle.times import DAY, day_bounds, days, hours_bounds, local_day, monday

NONE = "(none)"


@dataclass(frozen=True)
class Effort:
    """Person-days of one person on one date; ``node`` for manual allocations only."""

    person: str | None
    day: date
    basis: str
    item: str
    node: str | None
    person_days: float


class Ledger:
    """Computes effort person by person and day by day."""

    def __init__(self, home: Home, people: People, lives: dict[str, Life], as_of: date) -> None:
        self.home = home
        self.people = people
        self.lives = lives
        self.days = days(home.settings["effort"]["since"], as_of - timedelta(days=1))
        effort = home.settings["effort"]
        self.idle = effort.get("idle_days", 14) * DAY
        self.by_time = effort.get("split", "by_time") == "by_time"
        self.hours = home.settings["calendar"]["hours"]
        self.hours_per_day = home.settings["calendar"].get("hours_per_day", 8)
        self.held: dict[str, list[Life]] = defaultdict(list)
        for life in lives.values():
            accounts = {name for _, names in life.item.assigned for name in names}
            for person in {people.person_of.get(account) for account in accounts} - {None}:
                self.held[str(person)].append(life)
        self.logs: dict[str, list[tuple[date, str, float]]] = defaultdict(list)
        for life in lives.values():
            self._note_logs(life.item)

    def _note_logs(self, item: Item) -> None:
        for log in item.logs:
            person = self.people.person_of.get(log.account)
            if person is None:
                continue
            zone = self.people.zones[person]
            day = log.day or local_day(log.at or 0, zone)
            spent = log.seconds / (3600 * self.hours_per_day)
            self.logs[person].append((day, item.id, spent))

    def all_effort(self) -> list[Effort]:
        """Every row of every person."""
        return [row for person in sorted(self.people.everybody()) for row in self.of(person)]

    def of(self, person: str) -> list[Effort]:
        """Every row of one person over the range."""
        rows: list[Effort] = []
        manual = {day: self.manual(person, day) for day in self.days}
        left_of_week: dict[date, float] = defaultdict(float)
        logged_of_week: dict[date, float] = defaultdict(float)
        for day in self.days:
            free = self.people.capacity(person, day) - sum(manual[day].values())
            left_of_week[monday(day)] += max(0.0, free)
            for node, share in manual[day].items():
                rows.append(Effort(person, day, "manual", NONE, node, share))
        for day, item, spent in self.logs[person]:
            if self.days[0] <= day <= self.days[-1]:
                logged_of_week[monday(day)] += spent
                rows.append(Effort(person, day, "logged", item, None, spent))
        working = self.working(person)
        for day in self.days:
            left, logged = left_of_week[monday(day)], logged_of_week[monday(day)]
            used = 0.0 if logged == 0 else logged / left if left > 1e-12 else float("inf")
            free = self.people.capacity(person, day) - sum(manual[day].values())
            rest = free * max(0.0, 1 - used) if used != float("inf") else 0.0
            if rest > 0:
                rows += self.rest_of_day(person, day, rest, working)
        return rows

    def manual(self, person: str, day: date) -> dict[str, float]:
        """Capacity of a date that manual allocations give to nodes."""
        found: dict[str, float] = defaultdict(float)
        for entry in self.home.manual:
            if entry["person"] == person and covers(entry["first"], entry["last"], day):
                found[entry["node"]] += entry["share"] * self.people.capacity(person, day)
        return {node: share for node, share in found.items() if share > 0}

    def working(self, person: str) -> dict[str, list[tuple[int, int]]]:
        """When each item is in progress, assigned to the person and not idle."""
        accounts = self.people.accounts[person]
        found = {}
        for life in self.held[person]:
            spans = overlaps(life.working_spans(accounts), life.awake_spans(self.idle))
            if spans:
                found[life.item.id] = spans
        return found

    def rest_of_day(
        self, person: str, day: date, rest: float, working: dict[str, list[tuple[int, int]]]
    ) -> list[Effort]:
        """Status, else finished, else unobserved."""
        zone = self.people.zones[person]
        whole = day_bounds(day, zone)
        active = {item: within(spans, *whole) for item, spans in working.items()}
        active = {item: time for item, time in active.items() if time > 0}
        active = self.without_parents(active)
        if active:
            inside = {
                item: within(working[item], *hours_bounds(day, zone, self.hours)) for item in active
            }
            parts = inside if any(inside.values()) else active
            if not self.by_time:
                parts = dict.fromkeys(active, 1)
            total = sum(parts.values())
            return [
                Effort(person, day, "status", item, None, rest * part / total)
                for item, part in parts.items()
                if part
            ]
        done = self.without_parents(dict.fromkeys(self.finished(person, whole), 1))
        if done:
            share = rest / len(done)
            return [Effort(person, day, "finished", item, None, share) for item in done]
        return [Effort(person, day, "unobserved", NONE, None, rest)]

    def finished(self, person: str, whole: tuple[int, int]) -> list[str]:
        """Items that a person finished on a day without ever having them in progress."""
        accounts = self.people.accounts[person]
        return [
            life.item.id
            for life in self.held[person]
            if any(
                whole[0] <= done.at < whole[1]
                and done.was_never_in_progress
                and not done.is_administrative
                and life.assigned_at(done.at) & accounts
                for done in life.completions
            )
        ]

    def without_parents(self, found: dict[str, int]) -> dict[str, int]:
        """Leave out every item that has a descendant among the others."""
        above: set[str] = set()
        for item in found:
            above |= set(ancestors(self.lives, item))
        return {item: value for item, value in found.items() if item not in above}


def within(spans: list[tuple[int, int]], first: int, last: int) -> int:
    """How much of the spans lies between two instants."""
    return sum(max(0, min(end, last) - max(start, first)) for start, end in spans)


def ancestors(lives: dict[str, Life], item: str) -> list[str]:
    """The parents of an item from the nearest on."""
    found: list[str] = []
    above = lives[item].item.parent
    while above in lives and above not in found and above != item:
        found.append(above)
        above = lives[above].item.parent
    return found
