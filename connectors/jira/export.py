"""Issues and catalogues in files that were exported from Jira."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from connectors.contract import ExportSettings, Record, Rejected, Unreadable
from connectors.exports import Document, documents, opened
from connectors.jira.shapes import Id, Moment
from connectors.jira.times import instant
from connectors.shaping import shaped

ISSUES, FIELDS, STATUSES, WORKLOGS = "issues", "fields", "statuses", "worklogs"
_LISTS = ("issues", "values")


class _Stamp(msgspec.Struct):
    updated: Moment | None = None


class _Glance(msgspec.Struct):
    """As much of a record as tells what it is."""

    id: Id | None = None
    key: Any = None
    name: Any = None
    fields: _Stamp | None = None
    schema: Any = None
    custom: Any = None
    updated: Moment | None = None
    issue_id: Id | None = msgspec.field(name="issueId", default=None)
    category: Any = msgspec.field(name="statusCategory", default=None)
    seconds: Any = msgspec.field(name="timeSpentSeconds", default=None)
    kind: Any = msgspec.field(name="type", default=None)
    record: msgspec.Raw = msgspec.Raw(b"")


_glance = msgspec.json.Decoder(_Glance).decode


def read_exports(settings: ExportSettings) -> Iterator[Record | Rejected | Unreadable]:
    """Yield the issues, field definitions, statuses and work logs of exported files.

    A file is a search page, a list, one object per line or a single object. What a record is, is
    told by its members, and only where these do not tell, by the file's name: catalogues may lie
    anywhere beside the issues.
    """
    for path in settings.files:
        names: bytes | None = None
        for found in documents(path, ISSUES, _LISTS):
            if not isinstance(found, Document):
                yield found
                continue
            if found.around.get("names", b"null") not in (b"null", b"{}", names):
                names = found.around["names"]
                yield from _field_names(names, found)
            yield _record(found, settings.timezone)


def _record(document: Document, timezone: str) -> Record | Rejected:
    payload = document.payload
    try:
        glance = _glance(payload)
        if glance.kind == "RECORD" and bytes(glance.record):
            payload = bytes(opened(glance.record).data)
            glance = _glance(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        return Rejected(ISSUES, "", "", str(fault), document.place, payload)
    stream = _stream(glance) or _stream_of_file(document.place, glance)
    if stream is None:
        reason = "neither an issue nor a field, a status or a work log"
        name = _text(glance.id) or _text(glance.key)
        return Rejected(ISSUES, name, "", reason, document.place, payload)
    if glance.id is None or glance.id == "":
        return Rejected(stream, _text(glance.key), "id", "missing", document.place, payload)
    changed = glance.fields.updated if glance.fields else glance.updated
    return Record(
        stream=stream,
        key=str(glance.id),
        payload=payload,
        version=_version(changed, timezone) or document.taken_at,
        scope=_text(glance.key).rpartition("-")[0],
        place=document.place,
    )


def _stream(glance: _Glance) -> str | None:
    if glance.fields is not None:
        return ISSUES
    if glance.category is not None and glance.name is not None:
        return STATUSES
    if glance.name is not None and (
        glance.custom is not None
        or glance.schema is not None
        or str(glance.id).startswith("customfield_")
    ):
        return FIELDS
    if glance.seconds is not None and glance.issue_id is not None:
        return WORKLOGS
    return None


def _stream_of_file(place: str, glance: _Glance) -> str | None:
    """Tell a sparse entry of a catalogue by the name that Jira's users give to its file."""
    if glance.name is None:
        return None
    named = (stream for stream in (FIELDS, STATUSES) if place.lower().startswith(f"{stream}."))
    return next(named, None)


def _field_names(names: bytes, document: Document) -> Iterator[Record | Rejected]:
    """Yield a field definition for each name that a search page lists beside its issues."""
    try:
        listed = shaped(names, dict[str, str])
    except msgspec.DecodeError as fault:
        yield Rejected(FIELDS, "", "names", str(fault), document.place, names)
        return
    for field_id, name in listed.items():
        payload = msgspec.json.encode({"id": field_id, "name": name})
        yield Record(FIELDS, field_id, payload, document.taken_at, "", document.place)


def _version(changed: Moment | None, timezone: str) -> datetime | None:
    """Return the time of a record's last change; one that cannot be read is told when typed."""
    try:
        return None if changed in (None, "") else instant(changed, timezone)
    except (ValueError, OverflowError):
        return None


def _text(value: Any) -> str:
    return "" if value is None else str(value)
