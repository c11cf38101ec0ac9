"""A strategy on its way into the home: still with the identifiers of its origin."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from connectors.errors import SettingsError
from pipelines.home.strategy_file import Kind, Origin, Status
from pipelines.home.values import FIRST_DAY, LAST_DAY

Key = tuple[str, str]
"""What a thing is called at its origin, and its identifier there: two kinds may share one."""

DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T.*|Z|[+-]\d{2}:\d{2})?")
LARGEST = 1e15
NUMBER = re.compile(r"[-+]?\d{1,15}(?:\.\d{1,15})?")
UNPRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]+")


class ImportRefusedError(SettingsError):
    """A file that cannot become a strategy; nothing was written."""


@dataclass
class DraftEdge:
    """An edge to another node of the draft."""

    to: Key
    relation: str = "contributes_to"
    because: str | None = None
    weight: float | None = None


@dataclass
class DraftNode:
    """A node. ``wanted_id`` is an identifier it should keep if the home's pattern matches it."""

    origin: Origin
    kind: Kind
    title: str
    edges: list[DraftEdge] = field(default_factory=list)
    wanted_id: str | None = None
    owner: str | None = None
    team: str | None = None
    status: Status = "active"
    priority: int | None = None
    target_share: float | None = None
    from_: date | None = None
    to: date | None = None
    due: date | None = None
    done: date | None = None

    @property
    def key(self) -> Key:
        """What it is called at its origin."""
        return self.origin.kind, self.origin.id


@dataclass
class DraftMeasure:
    """A measure of a node, with what was observed of it."""

    origin: Origin
    node: Key
    title: str
    kind: str | None = None
    unit: str | None = None
    better: str | None = None
    baseline: float | None = None
    target: float | None = None
    start: date | None = None
    due: date | None = None
    observations: dict[date, float] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """What it is called at its origin."""
        return self.origin.kind, self.origin.id


@dataclass
class Draft:
    """What one file holds. ``left`` counts what has no equivalent, ``changed`` what was altered."""

    label: str
    system: str
    nodes: list[DraftNode] = field(default_factory=list)
    measures: list[DraftMeasure] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    _used: Counter[Key] = field(default_factory=Counter)

    def origin(self, kind: str, identifier: str, number: str = "", description: str = "") -> Origin:
        """Where a thing comes from; an identifier that was used before gets a number behind it."""
        self._used[kind, identifier] += 1
        times = self._used[kind, identifier]
        if times > 1:
            self.changed[f"{kind}: an identifier used before, told apart by a number"] += 1
            identifier = f"{identifier}#{times}"
        words = description.strip()
        return Origin(
            system=self.system,
            kind=kind,
            id=identifier,
            number=number or None,
            description=words or None,
        )

    def day(self, text: str | None, what: str) -> date | None:
        """A day, if the text is one that the home may hold; anything else is counted as left."""
        if not text or not text.strip():
            return None
        match = DAY.fullmatch(text.strip())
        try:
            found = date.fromisoformat(match[1]) if match else None
        except ValueError:
            found = None
        if found is None or not FIRST_DAY <= found <= LAST_DAY:
            self.left[f"{what}: a day that cannot be read"] += 1
            return None
        return found

    def number(self, text: object, what: str) -> float | None:
        """A number, with thousands separated by commas or not; anything else is counted as left."""
        if text is None or isinstance(text, bool) or not str(text).strip():
            return None
        if isinstance(text, int | float) and abs(text) < LARGEST:
            return float(text)
        plain = str(text).strip().removeprefix("$").removesuffix("%").strip()
        if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", plain):
            plain = plain.replace(",", "")
        if not NUMBER.fullmatch(plain):
            self.left[f"{what}: a value that is no number"] += 1
            return None
        return float(plain)


def words(text: object) -> str:
    """A text on one line, without what cannot be printed; empty for anything that is no text."""
    return " ".join(UNPRINTED.sub(" ", text).split()) if isinstance(text, str) else ""
