"""What to read of Asana in a run: all of it at first, then what may have changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import structs

from connectors.asana.feed import News, news
from connectors.asana.heads import Heads, walk, walk_unplaced
from connectors.asana.timing import Prints, TimeWindow, changed, first_day
from connectors.http import Client
from connectors.live import ABSENCES, Plan, Slice

GIDS_PER_SLICE = 500
EARLY = timedelta(hours=12)
"""No night begins just when the one a week before did, and none is to wait for the next one."""
UNPLACED = "unplaced"
"""The scope of the tasks in no project."""


@dataclass(frozen=True)
class Habits:
    """How far a run looks back, and how often it looks at everything although events are good."""

    overlap: timedelta = timedelta(minutes=15)
    every: timedelta = timedelta(days=7)
    weeks_of_time: int = 5
    portfolio_owner: str = "me"


def plan_workspace(client: Client, workspace: str, habits: Habits) -> Plan:
    """Plan the catalogues, which are read whole each time, for they tell no time of change."""
    at = client.server_time()
    here = {"workspace": workspace}
    slices = [
        _catalogue("users", "/users", here),
        _catalogue("tags", f"/workspaces/{workspace}/tags"),
        _catalogue("custom_fields", f"/workspaces/{workspace}/custom_fields"),
        _catalogue("projects", "/projects", here),
        _whole("portfolios", "/portfolios", {**here, "owner": habits.portfolio_owner}),
        _whole("goals", "/goals", here),
    ]
    return Plan(tuple(slices), {"at": at.isoformat()}, at)


class ProjectPlanner:
    """Plans projects. Keeps what its walks saw, for the census of the same run."""

    def __init__(
        self, client: Client, times: TimeWindow, habits: Habits, roster: frozenset[str]
    ) -> None:
        self._client = client
        self._times = times
        self._habits = habits
        self._roster = roster
        self._walked: dict[str, Heads | None] = {}

    def walked(self, project: str) -> Heads | None:
        """Return what the plan of this run saw of a project, if it looked at everything; once.

        What an earlier run saw when it made a plan that is finished only now is gone with that
        run, though the plan counts as a look at everything: it is looked at again.
        """
        if project not in self._walked:
            return walk(self._client, project)
        return self._walked.pop(project)

    def walked_unplaced(self, workspace: str) -> Heads | None:
        """The same of the tasks in no project."""
        if UNPLACED not in self._walked:
            return walk_unplaced(self._client, workspace)
        return self._walked.pop(UNPLACED)

    def plan(
        self, project: str, mark: Mapping[str, Any] | None, awaited: Sequence[str] = ()
    ) -> Plan:
        """Plan a project after a mark, and the tasks that are read whatever it says."""
        told = news(self._client, project, (mark["sync"] or None) if mark else None)
        at = self._client.server_time()
        times = self._times.prints(project, first_day(at.date(), self._habits.weeks_of_time))
        new = {
            "at": at.isoformat(),
            "sync": told.sync or "",
            "times_from": times.start,
            "times": times.packed(),
        }
        if mark is None:
            heads = self._walked[project] = walk(self._client, project)
            slices = (*_around(project), _tasks(project, len(heads)))
            return Plan(slices, {**new, **_seen(heads, at)}, at)
        retimed = self._retimed(project, mark, times)
        waited_for = _awaited(project, awaited)
        if told.is_trusted and not self._is_walk_due(mark, at):
            kept = {name: mark[name] for name in _SEEN}
            self._walked[project] = None
            slices = (*self._by_events(project, mark, told, retimed), *waited_for)
            return Plan(slices, {**new, **kept}, at)
        heads = self._walked[project] = walk(self._client, project)
        slices = (*self._by_heads(project, mark, told, retimed, heads), *waited_for)
        return Plan(slices, {**new, **_seen(heads, at)}, at)

    def plan_unplaced(
        self, workspace: str, mark: Mapping[str, Any] | None, awaited: Sequence[str] = ()
    ) -> Plan:
        """Plan the tasks in no project. No list tells which changed, so all are looked at."""
        at = self._client.server_time()
        heads = self._walked[UNPLACED] = walk_unplaced(self._client, workspace)
        gids = heads.gids()
        if mark is not None:
            modified = heads.modified(self._since(mark["at"]), datetime.max)
            gids = (*modified, *heads.changed(mark["buckets"]))
        slices = _named(UNPLACED, "found", gids, with_subtasks=False)
        slices += _awaited(UNPLACED, awaited)
        return Plan(tuple(slices), {"at": at.isoformat(), "buckets": heads.buckets()}, at)

    def _is_walk_due(self, mark: Mapping[str, Any], at: datetime) -> bool:
        """Good events or not: now and then, and when a project that shares tasks went away."""
        is_long_ago = at - _time(mark["walked_at"]) >= self._habits.every - EARLY
        return is_long_ago or not self._roster.issuperset(mark["projects"].split())

    def _by_events(
        self, project: str, mark: Mapping[str, Any], told: News, retimed: Sequence[str]
    ) -> tuple[Slice, ...]:
        """Where the events are good, they name what changed; the list is asked all the same."""
        around = _around(project) if told.count else []
        modified = _modified(project, self._since(mark["at"]), with_subtasks=True)
        named = _named(project, "named", (*told.touched, *retimed), with_subtasks=True)
        return (*around, modified, *named, *_fates(project, told))

    def _by_heads(
        self,
        project: str,
        mark: Mapping[str, Any],
        told: News,
        retimed: Sequence[str],
        heads: Heads,
    ) -> tuple[Slice, ...]:
        """Where everything was looked at, what looks otherwise than last time is read again.

        If the events were good too, what they missed stands in a slice of its own, ``compared``:
        what of it turns out to be new is the drift.
        """
        since = self._since(mark["at"])
        found = [
            *heads.modified(self._since(mark["walked_at"]), since),
            *heads.changed(mark["buckets"]),
        ]
        touched = dict.fromkeys((*told.touched, *retimed))
        missed = [gid for gid in found if gid not in touched]
        name = "compared" if told.is_trusted else "found"
        return (
            *_around(project),
            _modified(project, since, with_subtasks=False),
            *_named(project, "named", touched, with_subtasks=False),
            *_named(project, name, missed, with_subtasks=False),
            *_fates(project, told),
        )

    def _retimed(self, project: str, mark: Mapping[str, Any], now: Prints) -> list[str]:
        """The tasks whose time entries changed since the mark, within the window it had."""
        before = Prints.unpacked(mark["times_from"], mark["times"])
        if before.start != now.start:
            now = self._times.prints(project, date.fromisoformat(before.start))
        return changed(before, now) if self._times.is_paid else []

    def _since(self, at: str) -> datetime:
        return _time(at) - self._habits.overlap


_SEEN = ("walked_at", "buckets", "projects")


def _seen(heads: Heads, at: datetime) -> dict[str, str]:
    """What a mark keeps of a walk over everything."""
    named = " ".join(sorted(heads.projects))
    return dict(zip(_SEEN, (at.isoformat(), heads.buckets(), named), strict=True))


def _around(project: str) -> list[Slice]:
    """What stands around a project's tasks."""
    path = f"/projects/{project}"
    settings = {"kind": "settings", "path": f"{path}/custom_field_settings"}
    return [
        _catalogue("sections", f"{path}/sections", scope=project),
        Slice(project, "custom_fields", "custom_fields", settings),
    ]


def _tasks(project: str, count: int) -> Slice:
    """All tasks of a project, with the sub-tasks of each."""
    request = _list(project, {}, with_subtasks=True)
    return Slice(project, "tasks", "tasks", {**request, "count": count}, is_whole=True)


def _modified(project: str, since: datetime, with_subtasks: bool) -> Slice:
    """The tasks that the list of a project tells of as modified since; there is no upper bound."""
    bound = since.isoformat(timespec="milliseconds") + "Z"
    request = _list(project, {"modified_since": bound}, with_subtasks)
    return Slice(project, "modified", "tasks", request)


def _list(project: str, more: dict[str, str], with_subtasks: bool) -> dict[str, Any]:
    query = {"project": project, **more}
    return {"kind": "list", "path": "/tasks", "query": query, "with_subtasks": with_subtasks}


def _awaited(project: str, gids: Iterable[str]) -> list[Slice]:
    """Tasks that were listed and in no page."""
    named = _named(project, "awaited", gids, with_subtasks=False)
    return [structs.replace(each, is_awaited=True) for each in named]


def _named(project: str, name: str, gids: Iterable[str], with_subtasks: bool) -> list[Slice]:
    """Tasks by their gids, each once, in slices of a bounded size."""
    every = list(dict.fromkeys(gids))
    return [
        Slice(
            project,
            f"{name}-{number}",
            "tasks",
            {
                "kind": "named",
                "gids": every[start : start + GIDS_PER_SLICE],
                "with_subtasks": with_subtasks,
            },
        )
        for number, start in enumerate(range(0, len(every), GIDS_PER_SLICE), 1)
    ]


def _fates(project: str, told: News) -> list[Slice]:
    """Deletions and returns that the events tell: positive evidence."""
    fates = [
        [gid, "deleted" if is_deleted else "present", at]
        for gid, (is_deleted, at) in told.fates.items()
    ]
    request = {"kind": "fates", "fates": fates}
    return [Slice(project, "fates", ABSENCES, request)] if fates else []


def _catalogue(
    stream: str, path: str, query: dict[str, str] | None = None, scope: str = ""
) -> Slice:
    request = {"kind": "catalogue", "path": path, "query": query or {}}
    return Slice(scope, stream, stream, request, is_whole=True)


def _whole(stream: str, path: str, query: dict[str, str]) -> Slice:
    return Slice("", stream, stream, {"kind": stream, "path": path, "query": query})


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
