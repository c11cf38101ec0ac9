"""Where every item that a world wrote ended: with effort, without and why, or left out and why."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from functools import cache
from typing import Any

from tests.oracle import exports
from tests.oracle.activity import Life
from tests.oracle.answer import Answer
from tests.oracle.effort import Ledger, within
from tests.oracle.times import day_bounds

Row = dict[str, Any]
NATIVE = {"jira": "id", "asana": "gid", "trello": "id"}
LINKED = {"outcome", "enabling", "purpose", "unanchored", "retired"}
"""What effort with a link to a node may be in, whatever the day makes of the node."""


def written(answer: Answer) -> set[str]:
    """The keys of all items in the exported files, read as files and by nothing else."""
    found = set()
    for source in answer.home.settings["sources"]:
        for file in exports.files(answer.home.folder, source):
            if file.name in ("fields.json", "statuses.json"):
                continue
            records = list(exports.records(exports.content(file), "issues", "data"))
            if source["type"] == "trello":
                records = [card for board in records for card in board["cards"]]
            found |= {f"{source['name']}:{each[NATIVE[source['type']]]}" for each in records}
    return found


def buckets_by_links(links: list[Row]) -> dict[str, tuple[set[str], float]]:
    """By linked item: the buckets that its links allow, and how much of it they give away."""
    allowed: dict[str, set[str]] = defaultdict(set)
    weights: dict[str, float] = defaultdict(float)
    for row in links:
        if row["decides"]:
            is_known = row["node_id"] not in (None, "(none)")
            allowed[row["work_item_id"]] |= LINKED if is_known else {"unknown_id"}
            weights[row["work_item_id"]] += row["weight"]
    return {item: (found, weights[item]) for item, found in allowed.items()}


class WithoutEffort:
    """Why items have no effort, from the histories themselves."""

    def __init__(self, answer: Answer) -> None:
        """Note who held what, and what the rest of each person's day went to."""
        as_of = answer.days[-1] + timedelta(days=1)
        self._answer = answer
        self._ledger = Ledger(answer.home, answer.people, answer.lives, as_of)
        self._working = cache(self._ledger.working)
        self._people: dict[str, set[str]] = defaultdict(set)
        for person, held in self._ledger.held.items():
            for life in held:
                self._people[life.item.id].add(person)
        self._imputed = {row.item for row in answer.imputed}
        self._spent = {row.item for row in answer.effort}
        self._rest: dict[tuple[str, date], set[str]] = defaultdict(set)
        for row in answer.effort:
            if row.basis in ("status", "finished", "unobserved"):
                self._rest[str(row.person), row.day].add(row.basis)

    def reason(self, item: str) -> str | None:
        """Why an item has no effort; None where it should have some."""
        if item in self._spent:
            return None
        claims = [
            (person, day)
            for person in self._people[item]
            for day in self._ledger.days
            if self._has_worked(person, day, self._answer.lives[item])
        ]
        went_to = [self._rest.get(claim, set()) for claim in claims]
        if any("unobserved" in bases for bases in went_to):
            return None
        if item in self._imputed:
            return "imputed"
        if not claims:
            return "nobody worked on it in the range"
        return "others had the day" if any(went_to) else "no capacity was left"

    def _has_worked(self, person: str, day: date, life: Life) -> bool:
        whole = day_bounds(day, self._answer.people.zones[person])
        if within(self._working(person).get(life.item.id, []), *whole):
            return True
        accounts = self._answer.people.accounts[person]
        return any(
            whole[0] <= done.at < whole[1]
            and done.was_never_in_progress
            and not done.is_administrative
            and life.assigned_at(done.at) & accounts
            for done in life.completions
        )
