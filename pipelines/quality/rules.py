"""The closed list of rules, and a count of what breaks one.

Data is never handed to Great Expectations itself: one query per table counts what breaks each rule,
and the expectations are held against the counts. The cost hardly grows with the rows, and no value
of a record leaves the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import msgspec

Severity = Literal["error", "warning"]
WHOLE = "(table)"
"""The subject of a rule that is about a table as a whole."""


@dataclass(frozen=True)
class Rule:
    """What must hold, in the words that follow a column's name."""

    name: str
    says: str


RULES: Mapping[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("present", "is there with the declared type"),
        Rule("repeated", "tells every row from every other"),
        Rule("empty", "is filled in every row"),
        Rule("outside", "lies within its range"),
        Rule("unknown", "is one of the values listed for it"),
        Rule("implausible", "is a time that can be"),
        Rule("orphan", "is a member of its dimension"),
        Rule("lost", "adds up to what it was made of"),
        Rule("emptied", "is filled as it was in earlier records"),
        Rule("set_aside", "can be read in every record"),
        Rule("dropped", "has as many records as on such nights before"),
        Rule("late", "is as fresh as on the nights before"),
    )
}


class Count(msgspec.Struct, frozen=True):
    """How much breaks one rule.

    ``suite`` is a published table, or ``<source>/<stream>`` at the border. ``subject`` is a column
    or ``WHOLE``. Up to ``most`` is allowed. ``detail`` says more in words and ids, and stays in the
    private area.
    """

    suite: str
    subject: str
    rule: str
    found: float
    severity: Severity = "error"
    most: float = 0
    detail: str = ""

    @property
    def is_broken(self) -> bool:
        """Whether more breaks the rule than may."""
        return not self.found <= self.most

    @property
    def sentence(self) -> str:
        """Table, column, rule and count."""
        place = self.suite if self.subject == WHOLE else f"{self.suite}.{self.subject}"
        more = f", {self.detail}" if self.detail else ""
        return f"{place} {RULES[self.rule].says}: broken {self.found:g} times{more}"


class Expectation(msgspec.Struct, frozen=True):
    """One rule of one suite as Great Expectations judged it. ``counts`` are of all its subjects."""

    suite: str
    rule: str
    kind: str
    is_met: bool
    observed: float
    counts: tuple[Count, ...]

    @property
    def broken(self) -> tuple[Count, ...]:
        """What breaks it."""
        return tuple(count for count in self.counts if count.is_broken)

    @property
    def severity(self) -> Severity:
        """How grave it is that it is not met, or would be."""
        graver = any(count.severity == "error" for count in self.broken or self.counts)
        return "error" if graver else "warning"


def by_suite(counts: Iterable[Count]) -> dict[str, list[Count]]:
    """Counts by the name of their suite."""
    ordered = sorted(counts, key=lambda count: count.suite)
    return {name: list(some) for name, some in groupby(ordered, key=lambda count: count.suite)}
