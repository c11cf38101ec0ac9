"""Effort that nobody saw: estimated for items that were done without a trace of work."""

from __future__ import annotations

from collections import defaultdict
from statistics import median

from tests.oracle.activity import Completion, Life
from tests.oracle.effort import Effort, Ledger
from tests.oracle.model import Item
from tests.oracle.times import local_day


class Imputed:
    """Effort of items that were done without anybody having effort on them."""

    def __init__(self, ledger: Ledger, rows: list[Effort]) -> None:
        self.ledger = ledger
        self.lives = ledger.lives
        self.spent: dict[str, float] = defaultdict(float)
        for row in rows:
            self.spent[row.item] += row.person_days
        self.parents = {life.item.parent for life in self.lives.values()}

    def rows(self) -> list[Effort]:
        """One row per item, person (None for nobody) and the day of completion."""
        found = []
        zone = self.ledger.home.zone
        for life in self.lives.values():
            last = self.last_completion(life)
            if last is None or last.is_administrative or not self.is_sound(life.item):
                continue
            day = local_day(last.at, zone)
            amount = self.amount(life.item)
            if day not in self.ledger.days or self.spent[life.item.id] > 0 or amount is None:
                continue
            persons = {
                self.ledger.people.person_of.get(account) for account in life.assigned_at(last.at)
            } - {None}
            for person in sorted(map(str, persons)) or [None]:
                share = amount / max(1, len(persons))
                found.append(Effort(person, day, "imputed", life.item.id, None, share))
        return found

    def is_sound(self, item: Item) -> bool:
        """Done as of the run and no container."""
        return item.category == "done" and not item.is_big and item.id not in self.parents

    def last_completion(self, life: Life) -> Completion | None:
        """The last time an item went to done; the tracker's word where there is no history."""
        if life.completions:
            return life.completions[-1]
        if not life.item.has_history and life.item.completed_at is not None:
            return Completion(life.item.completed_at, False, True)
        return None

    def amount(self, item: Item) -> float | None:
        """Estimate, else points, else the median of its type; None where nothing tells."""
        if item.estimate_hours is not None:
            return item.estimate_hours / self.ledger.hours_per_day
        samples = [
            (life.item, self.spent[life.item.id])
            for life in self.lives.values()
            if life.item.source == item.source
            and self.is_sound(life.item)
            and self.spent[life.item.id] > 0
            and not (life.completions and life.completions[-1].is_administrative)
        ]
        by_points = [spent / known.points for known, spent in samples if known.points]
        if item.points is not None and len(by_points) >= 20:
            return item.points * median(by_points)
        of_type = [spent for known, spent in samples if known.item_type == item.item_type]
        return median(of_type) if len(of_type) >= 20 else None
