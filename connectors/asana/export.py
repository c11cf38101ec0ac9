"""Records out of exported Asana files: objects of the REST interface in a list, a page or lines.

What an object is says its ``resource_type``; where that was not asked for, the envelope around it
(as Airbyte writes it), its members, or at last the name of the file. Sub-tasks that stand as whole
objects inside their parent become records of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from connectors.contract import Record, RecordError, Rejected, Unreadable
from connectors.decoding import instant, text_of
from connectors.exports import Document, documents, opened

STREAMS = ("tasks", "projects", "sections", "users", "tags", "portfolios", "goals", "stories")
_DEPTH = 50
_TASK_MEMBERS = ("assignee", "memberships", "assignee_status", "completed_by", "subtasks")
_PROJECT_MEMBERS = ("archived", "owner", "public", "default_view", "custom_field_settings")
_WHOLE = ("assignee", "memberships", "projects", "stories", "custom_fields")
_decode_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class _Head(msgspec.Struct):
    """What is needed of an object to land it."""

    gid: object = None
    modified_at: object = None
    subtasks: list[msgspec.Raw] | None = None


_decode_head = msgspec.json.Decoder(_Head).decode


def records(path: Path, timezone: str) -> Iterator[Record | Rejected | Unreadable]:
    """Yield every record of one exported file, and every fault met on the way."""
    for found in documents(path, "tasks", ("data",)):
        if not isinstance(found, Document):
            yield found
            continue
        payload, told = found.payload, path.name.lower()
        members = _decode_members(payload)
        if "record" in members:
            try:
                envelope = opened(members["record"])
                payload, told = bytes(envelope.data), envelope.stream
                members = _decode_members(payload)
            except msgspec.DecodeError as fault:
                yield Rejected("tasks", "", "record", str(fault), found.place, payload)
                continue
        elif bytes(members.get("data", b"")).startswith(b"{"):
            payload = bytes(members["data"])
            members = _decode_members(payload)
        if "action" in members and "resource" in members:
            yield _event(payload, members, found.place, timezone)
            continue
        stream = _stream_of(members, told)
        if stream is None:
            kind = text_of(members.get("resource_type"))
            reason = f"records of the type {kind!r} are not used"
            gid = text_of(members.get("gid"))
            yield Rejected(
                "tasks", gid, "resource_type", reason, found.place, payload, is_foreign=bool(kind)
            )
            continue
        yield from _with_subtasks(stream, payload, found.place, timezone)


def _stream_of(members: Mapping[str, msgspec.Raw], told: str) -> str | None:
    """Tell what an object is; None for a kind that is not used."""
    kind = text_of(members.get("resource_type"))
    if kind:
        found = "stories" if kind == "story" else f"{kind}s"
        return found if found in STREAMS else None
    if any(name in members for name in _TASK_MEMBERS):
        return "tasks"
    if "completed" in members and not any(name in members for name in _PROJECT_MEMBERS):
        return "tasks"
    named = (stream for stream in STREAMS[1:] if stream in told)
    if found := next(named, None):
        return found
    if "email" in members:
        return "users"
    if any(name in members for name in _PROJECT_MEMBERS):
        return "projects"
    return "tasks"


def _with_subtasks(
    stream: str, payload: bytes, place: str, timezone: str, depth: int = 0
) -> Iterator[Record | Rejected]:
    """Yield an object, and the sub-tasks that stand inside it as more than a reference."""
    try:
        head = _decode_head(payload)
    except msgspec.ValidationError:
        head = _decode_plain_head(payload)
    if not isinstance(head.gid, str) or not head.gid:
        yield Rejected(stream, "", "gid", "expected a gid", place, payload)
        return
    version = _time(head.modified_at, timezone)
    if depth and not _decode_members(payload).keys() & set(_WHOLE):
        version = None  # of a sub-task that says little of itself, a copy of its own is the newer
    yield Record(stream, head.gid, payload, version, "", place)
    if stream != "tasks":
        return
    for position, subtask in enumerate(head.subtasks or (), 1):
        if b'"completed"' in bytes(subtask) or b'"created_at"' in bytes(subtask):
            inner = f"{place}:subtasks[{position}]"
            if depth == _DEPTH:
                reason = f"more than {_DEPTH} sub-tasks inside one another"
                yield Rejected("tasks", "", "subtasks", reason, inner, bytes(subtask))
                continue
            yield from _with_subtasks("tasks", bytes(subtask), inner, timezone, depth + 1)


def _decode_plain_head(payload: bytes) -> _Head:
    """Read the head of an object of which a part is malformed; typing names that fault."""
    members = _decode_members(payload)
    return _Head(text_of(members.get("gid")), text_of(members.get("modified_at")))


def _event(
    payload: bytes, members: Mapping[str, msgspec.Raw], place: str, timezone: str
) -> Record | Rejected:
    """Return an entry of the events feed; it is known by what it is about and when."""
    try:
        gid = _decode_head(members["resource"]).gid
    except msgspec.DecodeError:
        gid = None
    if not isinstance(gid, str) or not gid:
        return Rejected("events", "", "resource.gid", "expected a gid", place, payload)
    at = _time(text_of(members.get("created_at")), timezone)
    return Record("events", gid, payload, at, "", place)


def _time(value: object, timezone: str) -> datetime | None:
    """Return a time if it is one; a bad one is named when the record is typed."""
    if not isinstance(value, str):
        return None
    try:
        return instant(value, timezone, "")
    except RecordError:
        return None
