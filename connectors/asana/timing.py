"""Time entries of the last weeks: an edit of one modifies no task, and no event tells of it.

The entries of a rolling window are read once per run, and each project remembers a short print of
each of its tasks that has some. A task whose print is another one is read again.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Lock

import msgspec

from connectors.asana.asked import ABOVE, ENTRY_OF_TASK
from connectors.asana.asking import Question, everything, objects
from connectors.errors import Refused
from connectors.http import Client

_PAYMENT = 402
_DEEPEST = 20


class _Named(msgspec.Struct):
    gid: str


class _Above(msgspec.Struct):
    gid: str
    projects: list[_Named] = []
    parent: _Above | None = None


class _Entry(msgspec.Struct):
    task: _Above | None = None
    entered_on: str = ""
    duration_minutes: float = 0
    gid: str = ""
    created_by: _Named | None = None


_entry = msgspec.json.Decoder(_Entry)
_above = msgspec.json.Decoder(_Above)


@dataclass(frozen=True)
class Prints:
    """A print of each task with time entries from a day on."""

    start: str
    by_task: Mapping[str, str]

    def packed(self) -> str:
        """As text that a mark can hold."""
        text = " ".join(f"{gid}:{each}" for gid, each in sorted(self.by_task.items()))
        return base64.b64encode(zlib.compress(text.encode(), 9)).decode()

    @staticmethod
    def unpacked(start: str, text: str) -> Prints:
        """Out of a mark."""
        told = zlib.decompress(base64.b64decode(text)).decode() if text else ""
        pairs = (each.partition(":") for each in told.split())
        return Prints(start, {gid: each for gid, _, each in pairs})


class TimeWindow:
    """The time entries of the last weeks in a workspace, read when first asked for."""

    def __init__(self, client: Client, workspace: str, weeks: int) -> None:
        self._client = client
        self._workspace = workspace
        self._weeks = weeks
        self._guard = Lock()
        self._entries: dict[str, list[_Entry]] | None = None
        self.is_paid = True

    def prints(self, project: str, start: date) -> Prints:
        """Return the prints of a project's tasks, from a day on."""
        by_task: dict[str, list[str]] = defaultdict(list)
        for entry in self._of(project):
            if entry.task and entry.entered_on >= start.isoformat():
                who = entry.created_by.gid if entry.created_by else ""
                told = (entry.gid, entry.entered_on, entry.duration_minutes, who)
                by_task[entry.task.gid].append(repr(told))
        return Prints(start.isoformat(), {gid: _print(entries) for gid, entries in by_task.items()})

    def _of(self, project: str) -> list[_Entry]:
        with self._guard:
            if self._entries is None:
                self._entries = self._read()
            return self._entries.get(project, [])

    def _read(self) -> dict[str, list[_Entry]]:
        """All entries from a week before the window on, by the project of their task."""
        start = first_day(self._client.server_time().date(), self._weeks + 1)
        query = {"workspace": self._workspace, "entered_on_start_date": start.isoformat()}
        question = Question("/time_tracking_entries", ENTRY_OF_TASK, query)
        found: dict[str, list[_Entry]] = defaultdict(list)
        places: dict[str, list[str]] = {}
        try:
            for told in everything(self._client, question):
                entry = _entry.decode(told)
                for project in self._projects(entry.task, places) if entry.task else ():
                    found[project].append(entry)
        except Refused as refusal:
            if refusal.status != _PAYMENT:
                raise
            self.is_paid = False
        return found

    def _projects(self, task: _Above, places: dict[str, list[str]]) -> list[str]:
        """The projects of a task, or of the nearest task above it that is in some."""
        if task.gid not in places:
            places[task.gid] = [each.gid for each in self._placed(task).projects]
        return places[task.gid]

    def _placed(self, task: _Above) -> _Above:
        """The nearest task upwards that is in a project; what an entry does not tell is asked."""
        is_told = True
        for _ in range(_DEEPEST):
            if task.projects or (task.parent is None and is_told):
                return task
            if task.parent is not None:
                task, is_told = task.parent, False
                continue
            (told,) = objects(self._client, [f"/tasks/{task.gid}"], ABOVE)
            if isinstance(told, int):
                return task
            task, is_told = _above.decode(told), True
        return task


def first_day(today: date, weeks: int) -> date:
    """Return the first day of the window: a Monday, so that it moves once a week."""
    return today - timedelta(days=today.weekday(), weeks=weeks)


def changed(before: Prints, now: Prints) -> list[str]:
    """Return the tasks whose entries changed, came or went between two prints of one start."""
    every = sorted({*before.by_task, *now.by_task})
    return [gid for gid in every if before.by_task.get(gid) != now.by_task.get(gid)]


def _print(entries: list[str]) -> str:
    text = "\n".join(sorted(entries)).encode()
    return hashlib.blake2b(text, digest_size=4).hexdigest()
