"""What a Jira site holds, built from happenings: told in no dialect of the API."""

from __future__ import annotations

import re
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.simulators import jira_catalogue as catalogue
from tests.simulators.jira_catalogue import Kind, Status
from tests.simulators.world import START, Happening

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def milliseconds(at: datetime) -> int:
    """An instant as Jira counts it."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


def number_of(thing: str) -> int:
    """The number that a thing's ids are made of."""
    found = re.search(r"(\d+)$", thing)
    return int(found[1]) if found else zlib.crc32(thing.encode()) % 10**6


def issue_id(thing: str) -> int:
    """The id of the issue that a thing of the world became."""
    return 10_000 + number_of(thing)


@dataclass(frozen=True)
class Account:
    """A person on the site. Cloud tells ``id``, Data Center ``login`` and ``key``."""

    id: str
    login: str
    key: str
    name: str
    email: str = ""


@dataclass
class Project:
    """A container. ``status`` is live, archived or deleted (in the trash)."""

    id: int
    key: str
    name: str
    status: str = "live"
    is_hidden: bool = False
    former_keys: list[str] = field(default_factory=list)
    issues_ever: int = 0

    @property
    def number(self) -> int:
        """The project's place, and the id of its board."""
        return self.id - 10_000

    @property
    def is_team_managed(self) -> bool:
        """Whether it has its own statuses."""
        return self.number % 3 == 0

    @property
    def board_type(self) -> str:
        """The type of its board; scrum boards alone have sprints."""
        if self.is_team_managed:
            return "simple"
        return "scrum" if self.number % 2 else "kanban"

    @property
    def statuses(self) -> tuple[Status, ...]:
        """The statuses its issues go through."""
        if self.is_team_managed:
            return catalogue.statuses_of_project(self.id)
        return catalogue.STATUSES

    def status_named(self, name: str) -> Status:
        """Its status of a name."""
        return next(each for each in self.statuses if each.name == name)


@dataclass(frozen=True)
class Change:
    """One changed field. ``field_id`` is None where Jira tells none."""

    field: str
    field_id: str | None
    before: str | None
    before_text: str | None
    after: str | None
    after_text: str | None


@dataclass(frozen=True)
class Entry:
    """An entry of an issue's changelog."""

    id: int
    at: datetime
    author: Account | None
    changes: tuple[Change, ...]


@dataclass
class Comment:
    """A comment on an issue."""

    id: int
    text: str
    author: Account | None
    at: datetime


@dataclass
class Worklog:
    """Time logged on an issue."""

    id: int
    issue: Issue
    author: Account | None
    seconds: int
    started: datetime
    created: datetime
    updated: datetime
    update_author: Account | None = None


@dataclass(frozen=True, eq=False)
class Link:
    """A link. ``kind`` is one of the catalogue's; the source is the outward side's teller."""

    id: int
    kind: dict[str, str]
    source: Issue
    target: Issue


@dataclass(eq=False)
class Issue:
    """An issue as it is now, with the instants (milliseconds) at which it was touched."""

    id: int
    key: str
    project: Project
    kind: Kind
    parent: Issue | None
    summary: str
    description: str
    status: Status
    creator: Account | None
    created: datetime
    category_changed: datetime
    touches: list[int]
    assignee: Account | None = None
    resolution: str | None = None
    resolved: datetime | None = None
    archived: datetime | None = None
    points: float | None = None
    labels: list[str] = field(default_factory=list)
    sprints: list[int] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    worklogs: dict[int, Worklog] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    children: list[Issue] = field(default_factory=list)

    @property
    def updated(self) -> datetime:
        """When it was last touched."""
        return _EPOCH + timedelta(milliseconds=self.touches[-1])

    @property
    def is_visible(self) -> bool:
        """Whether the reader may see it at all, archived or not."""
        return self.project.status == "live" and not self.project.is_hidden


class JiraState:
    """Everything on the site. ``jira_happenings`` tells how it changes.

    Tests may let a link touch one end only, coming back from the archive touch nothing, a second
    field be called Story Points, and work logs be hidden (their ids in ``hidden_logs``).
    """

    def __init__(self) -> None:
        """Start with an empty site."""
        self.accounts: dict[str, Account] = {}
        self.projects: dict[str, Project] = {}
        self.issues: dict[int, Issue] = {}
        self.deleted: dict[int, datetime] = {}
        self.worklogs: dict[int, Worklog] = {}
        self.worklog_deletions: list[tuple[int, datetime, Issue]] = []
        self.field_names: dict[str, str] = {}
        self.sprint_length = timedelta(days=14)
        self.links_touch_both_ends = True
        self.unarchiving_touches = True
        self.story_points_twice = False
        self.hidden_logs: set[int] = set()
        self._keys: dict[str, int] = {}
        self._last_id = 100_000

    def next_id(self) -> int:
        """An id for what has none of its own."""
        self._last_id += 1
        return self._last_id

    def name_issue(self, issue: Issue, key: str) -> None:
        """Give an issue a key; the ones it had go on meaning it."""
        issue.key = key
        self._keys[key.casefold()] = issue.id

    def issue(self, name: str) -> Issue | None:
        """The issue of an id or of a present or former key, in upper or lower case."""
        known = int(name) if name.isdecimal() else self._keys.get(name.casefold(), -1)
        found = self.issues.get(known)
        return found if found and found.is_visible else None

    def roster(self) -> list[Project]:
        """The projects that the reader may see, whatever their status."""
        return [each for each in self.projects.values() if not each.is_hidden]

    def project(self, name: str) -> Project | None:
        """The live project of an id, a name, or a present or former key."""
        for each in self.roster():
            names = (str(each.id), each.key, each.name, *each.former_keys)
            if each.status == "live" and name.casefold() in [known.casefold() for known in names]:
                return each
        return None

    def searchable(self) -> Iterator[Issue]:
        """The issues that a search goes through."""
        return (each for each in self.issues.values() if each.is_visible and not each.archived)

    def statuses(self) -> list[Status]:
        """All statuses, those of team-managed projects too."""
        found = list(catalogue.STATUSES)
        for project in self.roster():
            if project.is_team_managed and project.status == "live":
                found += project.statuses
        return found

    def sprint_at(self, project: Project, at: datetime) -> int | None:
        """The sprint of the project's board that ran at an instant."""
        if project.board_type != "scrum":
            return None
        return project.number * 10_000 + max(0, (at - START) // self.sprint_length) + 1

    def sprint_name(self, sprint: int) -> str:
        """A sprint's name, after the project of its board."""
        board, place = divmod(sprint, 10_000)
        owner = next(each for each in self.projects.values() if each.number == board)
        return f"{owner.name} Sprint {place}"

    def record(
        self, issue: Issue, happening: Happening, changes: list[Change], touch: bool = True
    ) -> None:
        """Note a change in the issue's changelog."""
        author = self.actor(happening)
        if changes:
            entry = Entry(self.next_id(), happening.at, author, tuple(changes))
            issue.entries.append(entry)
        if touch:
            issue.touches.append(milliseconds(happening.at))

    def actor(self, happening: Happening) -> Account | None:
        """Who did it."""
        return self.accounts.get(happening.actor or "")

    def absent(self) -> dict[str, str]:
        """What became of each issue that can no longer be found: id -> outcome."""
        found = {str(each): "deleted" for each in self.deleted}
        for issue in self.issues.values():
            if issue.project.is_hidden:
                found[str(issue.id)] = "access_lost"
            elif issue.project.status == "deleted":
                found[str(issue.id)] = "trashed"
            elif issue.archived or issue.project.status == "archived":
                found[str(issue.id)] = "archived"
        return found


def account(person: str, name: str, email: str = "") -> Account:
    """An account whose ids follow from who it is."""
    number = number_of(person)
    return Account(
        id=f"712020:{uuid.uuid5(uuid.NAMESPACE_URL, person)}",
        login=person,
        key=f"JIRAUSER{10_100 + number}",
        name=name,
        email=email,
    )
