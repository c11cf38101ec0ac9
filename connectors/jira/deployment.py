"""What Cloud and Data Center both do, each in its own way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from connectors.jira.glances import Glance

ProjectState = Literal["live", "archived", "trashed"]


@dataclass(frozen=True)
class Project:
    """A project of the roster.

    ``last_changed`` (naive UTC) and ``issues``, how many it has, are None where Jira does not tell.
    """

    id: str
    key: str
    name: str
    state: ProjectState = "live"
    former_keys: tuple[str, ...] = ()
    last_changed: datetime | None = None
    issues: int | None = None

    def is_named(self, key: str) -> bool:
        """True for its id, its key and the keys it had, in any case."""
        return key.strip().upper() in {self.id, self.key.upper(), *map(str.upper, self.former_keys)}


@dataclass(frozen=True)
class Found:
    """A page of issues, byte for byte and at a glance, and the token of the next page."""

    issues: Sequence[tuple[Glance, bytes]]
    token: str | None = None
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Whereabouts:
    """Where an issue was found when it was asked for."""

    project: str
    is_archived: bool


class Deployment(Protocol):
    """A kind of Jira, asked through one signed-in client.

    ``most_by_id`` is how many issues of a project are asked for by id rather than with all others.
    """

    most_by_id: int

    def roster(self) -> list[Project]:
        """Return every project that may be seen, in the order of their ids."""
        ...

    def with_last_changes(self, projects: Sequence[Project]) -> list[Project]:
        """Return projects with when they changed last and how many issues they have."""
        ...

    def issues(self, jql: str, fields: Sequence[str], token: str | None) -> Found:
        """Return a page of issues with their histories, oldest creation or change first."""
        ...

    def issues_by_id(self, ids: Sequence[str], fields: Sequence[str]) -> Found:
        """Return those of at most 100 issues that are given, with their histories."""
        ...

    def first(self, jql: str, field_name: str) -> bytes | None:
        """Return the first issue of an ordered query, with one field; None if there is none."""
        ...

    def counts(self, queries: Sequence[str]) -> list[int]:
        """Return how many issues each query finds, about."""
        ...

    def ids(self, jql: str) -> Iterator[list[str]]:
        """Yield pages of the ids of all issues of a query."""
        ...

    def whereabouts(self, ids: Sequence[str]) -> dict[str, Whereabouts]:
        """Return those of the issues that are there and may be seen."""
        ...

    def order(self, is_incremental: bool) -> str:
        """Return the order in which a walk over issues loses none."""
        ...

    def users(self, start: int) -> tuple[list[bytes], str]:
        """Return a page of people, as they came, and a note where Jira does not give them."""
        ...
