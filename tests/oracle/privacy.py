"""Small teams are folded together, period by period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from tests.oracle.people import People
from tests.oracle.times import monday

SMALL = "(small teams)"
Row = dict[str, Any]


def periods(day: date) -> dict[str, date]:
    """The first day of the week, month and quarter of a date."""
    return {
        "week": monday(day),
        "month": day.replace(day=1),
        "quarter": date(day.year, 3 * ((day.month - 1) // 3) + 1, 1),
    }


class Folds:
    """Which teams of a period are published under ``(small teams)``."""

    def __init__(
        self, people: People, days: Iterable[date], rows: Iterable[Row], least: int
    ) -> None:
        self.least = least
        members: dict[tuple[str, date], dict[str, set[str]]] = defaultdict(dict)
        if least > 1:
            for person in people.everybody():
                for day in days:
                    if people.capacity(person, day) <= 0:
                        continue
                    for team, share in people.teams(person, day).items():
                        if share > 0:
                            for period in periods(day).items():
                                members[period].setdefault(team, set()).add(person)
            for row in rows:
                for period in periods(row["day"]).items():
                    members[period].setdefault(row["team_id"], set())
        self.folded = {period: self.fold(teams) for period, teams in members.items()}

    def fold(self, teams: dict[str, set[str]]) -> set[str]:
        """Teams that are too small, and the next smallest until the fold is large enough."""
        in_order = sorted(teams, key=lambda team: (len(teams[team]), team))
        folded: set[str] = set()
        persons: set[str] = set()
        for team in in_order:
            if len(teams[team]) < self.least or (folded and len(persons) < self.least):
                folded.add(team)
                persons |= teams[team]
        return folded

    def name(self, kind: str, start: date, team: str) -> str:
        """The name under which a team's rows of a period are published."""
        return SMALL if team in self.folded.get((kind, start), ()) else team
