"""All tasks of a project at a glance: who is there, and what no time of modification tells.

Asana lists a project's tasks a hundred at a time, but not their sub-tasks; and it does not move a
task's ``modified_at`` for everything. A walk over the heads of all tasks, sub-tasks of any depth
included, is laid down as a row of sums over buckets of tasks: a bucket whose sum is another one
than last time holds a task that came, went or changed, and its tasks are read again.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import msgspec

from connectors.asana.asked import COUNTS, HEAD
from connectors.asana.asking import Question, everything, gone, objects, several
from connectors.contract import RecordError
from connectors.decoding import instant
from connectors.errors import ResponseError, TemporaryError, TokenExpired
from connectors.http import Client
from connectors.shaping import shaped

AT_ONCE = 20
TASKS_PER_BUCKET = 8
_DIGITS = 6
_CUT = 16**_DIGITS
_FEWEST = 16
_TOLERATED = 5


class _Named(msgspec.Struct):
    gid: str


class _Membership(msgspec.Struct):
    project: _Named | None = None
    section: _Named | None = None


class _Head(msgspec.Struct):
    gid: str
    modified_at: str | None = None
    num_subtasks: int | None = 0
    actual_time_minutes: float | None = None
    memberships: list[_Membership] = []
    tags: list[_Named] = []


class _Place(msgspec.Struct):
    memberships: list[_Membership] = []
    parent: _Named | None = None


class _Counts(msgspec.Struct):
    num_tasks: int | None = None


_head = msgspec.json.Decoder(_Head)
_named = msgspec.json.Decoder(_Named)
_place = msgspec.json.Decoder(_Place)


class Heads:
    """What a walk over a project found, in a few bytes per task.

    ``projects`` are those that its tasks are in, itself and others.
    """

    def __init__(self) -> None:
        self._gids = array("Q")
        self._prints = array("I")
        self._modified = array("d")
        self._below = bytearray()
        self.projects: set[str] = set()

    def __len__(self) -> int:
        return len(self._gids)

    def add(self, task: msgspec.Raw, is_subtask: bool) -> _Head:
        """Take in a task.

        Raises:
            ResponseError: If its gid or its time is not what Asana's are.
        """
        head = _head.decode(task)
        try:
            modified = instant(head.modified_at, "UTC", "modified_at")
            self._gids.append(int(head.gid))
        except (RecordError, ValueError) as fault:
            raise ResponseError(f"Asana told of task {head.gid[:40]} oddly: {fault}") from None
        self._prints.append(_print(head))
        self._modified.append(_seconds(modified) if modified else 0.0)
        self._below.append(is_subtask)
        self.projects |= {each.project.gid for each in head.memberships if each.project}
        return head

    def gids(self) -> Iterator[str]:
        """Yield the ids of all tasks."""
        return (str(gid) for gid in self._gids)

    def pages(self, size: int = 1000) -> Iterator[Sequence[str]]:
        """Yield the ids of all tasks."""
        for start in range(0, len(self._gids), size):
            yield [str(gid) for gid in self._gids[start : start + size]]

    def buckets(self) -> str:
        """Return the sums of all buckets, as text of a few digits for eight tasks."""
        wanted = _FEWEST
        while wanted * TASKS_PER_BUCKET < len(self._gids):
            wanted *= 2
        return _text(self._sums(wanted))

    def changed(self, buckets: str) -> list[str]:
        """Return the ids of the tasks in buckets that have another sum than they had then."""
        count = max(_FEWEST, len(buckets) // _DIGITS)
        now = _text(self._sums(count))
        other = {
            at
            for at in range(count)
            if now[at * _DIGITS : (at + 1) * _DIGITS] != buckets[at * _DIGITS : (at + 1) * _DIGITS]
        }
        return [str(gid) for gid in self._gids if _spread(gid) % count in other]

    def modified(self, since: datetime, listed_since: datetime) -> list[str]:
        """Return the ids of the tasks modified since, unless a project's list names them.

        Args:
            since: From when on; naive UTC.
            listed_since: From when on the list of the project is asked: it names no sub-tasks.
        """
        start, listed = _seconds(since), _seconds(listed_since)
        found = zip(self._gids, self._modified, self._below, strict=True)
        return [str(gid) for gid, at, below in found if at >= start and (below or at < listed)]

    def _sums(self, count: int) -> list[int]:
        sums = [0] * count
        for gid, printed in zip(self._gids, self._prints, strict=True):
            at = _spread(gid) % count
            sums[at] = (sums[at] + printed) % _CUT
        return sums


def walk(client: Client, project: str) -> Heads:
    """Look at all tasks of a project, sub-tasks of any depth included.

    An offset that expires, or a list that comes out shorter than Asana's own count, is tried once
    more.

    Raises:
        TemporaryError: If the second try failed as well.
    """
    trouble = ""
    for _ in range(2):
        found = Heads()
        expected = number_of_tasks(client, project)
        try:
            parents = _listed(client, project, found)
        except TokenExpired as fault:
            trouble = str(fault)
            continue
        if expected is None or len(found) >= expected - max(_TOLERATED, expected // 100):
            _below(client, parents, found)
            return found
        trouble = f"Asana listed {len(found)} tasks of project {project} and counted {expected}."
    raise TemporaryError(f"{trouble} Nothing of it was taken in; run again later.")


def walk_unplaced(client: Client, workspace: str) -> Heads:
    """Look at all assigned tasks that are in no project nor below another task, and below them.

    Asana lists such tasks by assignee alone; one without is in no list at all.
    """
    found, parents = Heads(), list[str]()
    people = [_named.decode(each).gid for each in everything(client, _people(workspace))]
    for start in range(0, len(people), AT_ONCE):
        some = people[start : start + AT_ONCE]
        asked = [_assigned(workspace, gid) for gid in some]
        of_each = dict(zip(some, several(client, asked), strict=True))
        gone(client, "users", of_each, "tasks")
        for told in of_each.values():
            for task in told if isinstance(told, list) else ():
                place = _place.decode(task)
                if not place.memberships and place.parent is None:
                    head = found.add(task, False)
                    parents += [head.gid] if head.num_subtasks else []
    _below(client, parents, found)
    return found


def _people(workspace: str) -> Question:
    return Question("/users", ("gid",), {"workspace": workspace})


def _assigned(workspace: str, person: str) -> Question:
    query = {"assignee": person, "workspace": workspace}
    return Question("/tasks", (*HEAD, "parent.gid"), query)


def number_of_tasks(client: Client, project: str) -> int | None:
    """Return how many tasks Asana counts in a project, sub-tasks left out; None if it does not."""
    (told,) = objects(client, [f"/projects/{project}/task_counts"], COUNTS)
    if isinstance(told, int):
        client.warn(
            f"Asana does not say how many tasks project {project} has ({told}), so that a list "
            "that ends early would not be noticed."
        )
        return None
    return shaped(told, _Counts).num_tasks


def _listed(client: Client, project: str, found: Heads) -> list[str]:
    tasks = everything(client, Question("/tasks", HEAD, {"project": project}))
    heads = [(found.add(task, False)) for task in tasks]
    return [head.gid for head in heads if head.num_subtasks]


def _below(client: Client, parents: list[str], found: Heads) -> None:
    """Look at the sub-tasks of tasks, and at theirs."""
    waiting = parents
    while waiting:
        asked, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
        questions = [Question(f"/tasks/{gid}/subtasks", HEAD) for gid in asked]
        found_below = dict(zip(asked, several(client, questions), strict=True))
        gone(client, "tasks", found_below, "sub-tasks")
        for told in found_below.values():
            for task in told if isinstance(told, list) else ():
                head = found.add(task, True)
                if head.num_subtasks:
                    waiting.append(head.gid)


def _print(head: _Head) -> int:
    """What of a task may change without its being modified, in 24 bits."""
    places = sorted(_pair(member) for member in head.memberships)
    tags = sorted(tag.gid for tag in head.tags)
    text = repr((head.gid, head.num_subtasks, head.actual_time_minutes, places, tags))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=3).digest())


def _pair(member: _Membership) -> tuple[str, str]:
    project, section = member.project, member.section
    return project.gid if project else "", section.gid if section else ""


def _spread(gid: int) -> int:
    """Neighbours go to different buckets."""
    return gid * 0x9E3779B97F4A7C15 % 2**64 >> 32


def _text(sums: Iterable[int]) -> str:
    return "".join(f"{each:0{_DIGITS}x}" for each in sums)


def _seconds(at: datetime) -> float:
    """Seconds since 1970 of a naive instant in UTC."""
    return (at - datetime(1970, 1, 1)).total_seconds()
