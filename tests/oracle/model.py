"""What the oracle knows of a home and of the work items in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

CREATED = "(created)"


@dataclass(frozen=True)
class Node:
    """A strategy node as the user wrote it."""

    id: str
    kind: str
    status: str
    first: date | None
    last: date | None


@dataclass(frozen=True)
class Edge:
    """A cause-effect edge; dates are inclusive, None is open."""

    start: str
    end: str
    enables: bool
    weight: float
    first: date | None
    last: date | None


@dataclass(frozen=True)
class Membership:
    """A person in a team."""

    person: str
    team: str
    capacity: float
    first: date | None
    last: date | None


@dataclass
class Home:
    """Everything the user wrote."""

    folder: Any
    settings: dict[str, Any]
    teams: dict[str, dict[str, Any]] = field(default_factory=dict)
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    listed_accounts: dict[str, str] = field(default_factory=dict)
    bots: set[str] = field(default_factory=set)
    memberships: list[Membership] = field(default_factory=list)
    absences: list[dict[str, Any]] = field(default_factory=list)
    manual: list[dict[str, Any]] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    stopped_on: dict[str, date] = field(default_factory=dict)

    @property
    def zone(self) -> str:
        """The organisation's time zone."""
        return self.settings["organisation"]["timezone"]


@dataclass
class Account:
    """An account of a tracker, ``<source>:<native id>``."""

    id: str
    source: str
    email: str | None = None
    zone: str | None = None
    is_bot: bool = False


@dataclass(frozen=True)
class Change:
    """One changed field of one item; ``item`` is where it was made (a parent's, for sub-tasks)."""

    item: str
    account: str | None
    field: str
    at: int


@dataclass
class Moment:
    """From ``at`` on the item has this category. ``causes`` is empty where no event is known."""

    at: int
    category: str
    causes: list[Change] = field(default_factory=list)


@dataclass(frozen=True)
class Log:
    """A time log; ``day`` is set where the tracker gives a date alone."""

    account: str
    seconds: float
    at: int | None
    day: date | None


@dataclass(frozen=True)
class Container:
    """Where an item stands: a list, section, sprint, board, project or portfolio."""

    kind: str
    names: frozenset[str]


@dataclass
class Item:
    """One work item with all its known history."""

    id: str
    source: str
    key: str
    item_type: str
    created_at: int
    created_by: str | None = None
    parent: str | None = None
    is_big: bool = False
    estimate_hours: float | None = None
    points: float | None = None
    has_history: bool = False
    moments: list[Moment] = field(default_factory=list)
    assigned: list[tuple[int, frozenset[str]]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    comments: list[tuple[int, str | None]] = field(default_factory=list)
    logs: list[Log] = field(default_factory=list)
    texts: dict[int, list[str]] = field(default_factory=dict)
    containers: list[Container] = field(default_factory=list)
    relations: list[tuple[str, str]] = field(default_factory=list)
    category: str = "todo"
    completed_at: int | None = None
    deleted_at: int | None = None


@dataclass
class Landed:
    """All that the exports of all sources tell."""

    items: dict[str, Item] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
