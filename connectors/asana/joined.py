"""Tasks with their history and time, as one record each."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from connectors.asana.asked import ENTRY, STORY
from connectors.asana.asking import Question, gone, several
from connectors.contract import Record, RecordError, Rejected
from connectors.decoding import instant
from connectors.http import Client

PAYMENT = 402
NOT_PAID = "Asana does not tell time entries on this plan (402); tasks land without them."


class Head(msgspec.Struct):
    """What is needed of a task to go on from it."""

    gid: str
    modified_at: str | None = None
    num_subtasks: int | None = 0
    actual_time_minutes: float | None = None


class _Entry(msgspec.Struct):
    duration_minutes: float = 0


_head = msgspec.json.Decoder(Head)
_entry = msgspec.json.Decoder(_Entry)


def head_of(task: msgspec.Raw) -> Head:
    """Return the head of a task."""
    return _head.decode(task)


class Joiner:
    """Joins stories and time entries to tasks as they came."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._has_time = True

    def records(
        self, tasks: Sequence[msgspec.Raw]
    ) -> tuple[list[Record | Rejected], tuple[str, ...]]:
        """Return the records of tasks, and notes.

        A task that is deleted or hidden between the list and the question for its stories is left
        out, with a note; the next census tells what became of it.

        Raises:
            ResponseError: If a task is there, and its stories or its time are refused.
        """
        heads = [head_of(task) for task in tasks]
        told = several(self._client, [_of(head, "stories", STORY) for head in heads])
        stories = dict(zip([head.gid for head in heads], told, strict=True))
        entries, notes = self._entries(heads)
        lost = gone(self._client, "tasks", stories, "stories")
        lost |= gone(self._client, "tasks", entries, "time entries")
        found: list[Record | Rejected] = []
        for task, head in zip(tasks, heads, strict=True):
            if head.gid in lost:
                notes += (f"task {head.gid} went away while it was read ({lost[head.gid]})",)
                continue
            members = {"stories": _listed(stories[head.gid])}
            if self._has_time:
                members["time_tracking_entries"] = _listed(entries.get(head.gid, []))
            found.append(_record(head, with_lists(bytes(task), members)))
        return found, notes

    def _entries(
        self, heads: Sequence[Head]
    ) -> tuple[dict[str, list[msgspec.Raw] | int], tuple[str, ...]]:
        """The time entries of the tasks that have some, by task, or the status that refused them;
        none if they are not paid for."""
        timed = [head for head in heads if head.actual_time_minutes] if self._has_time else []
        told = several(self._client, [_of(head, "time_tracking_entries", ENTRY) for head in timed])
        if PAYMENT in told:
            self._has_time = False
            return {}, (NOT_PAID,)
        pairs = list(zip(timed, told, strict=True))
        sums = [_unequal(head, each) for head, each in pairs if isinstance(each, list)]
        return {head.gid: each for head, each in pairs}, tuple(note for note in sums if note)


def _of(head: Head, what: str, fields: Sequence[str]) -> Question:
    return Question(f"/tasks/{head.gid}/{what}", fields)


def _listed(told: list[msgspec.Raw] | int) -> list[msgspec.Raw]:
    """A list that was not refused."""
    assert isinstance(told, list)
    return told


def with_lists(payload: bytes, members: dict[str, list[msgspec.Raw]]) -> bytes:
    """Return an object of at least one member with lists joined to it, all bytes as they came."""
    joined = [payload.rstrip()[:-1].rstrip()]
    joined += [
        b',"%s":[%s]' % (name.encode(), b",".join(bytes(each) for each in values))
        for name, values in members.items()
    ]
    return b"".join([*joined, b"}"])


def _unequal(head: Head, entries: Sequence[msgspec.Raw]) -> str:
    """A note if the entries of a task do not add up to what Asana says of it."""
    found = sum(_entry.decode(each).duration_minutes for each in entries)
    if found == head.actual_time_minutes:
        return ""
    return f"task {head.gid}: {found:g} minutes in entries, {head.actual_time_minutes:g} by Asana"


def _record(head: Head, payload: bytes) -> Record | Rejected:
    place = f"/tasks/{head.gid}"
    try:
        version = instant(head.modified_at, "UTC", "modified_at")
    except RecordError as fault:
        return Rejected("tasks", head.gid, fault.field_path, fault.reason, place, payload)
    return Record("tasks", head.gid, payload, version, "", place)
