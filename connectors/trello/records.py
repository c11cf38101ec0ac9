"""A Trello object as a record: its id, its board, and how new it is."""

from __future__ import annotations

from datetime import datetime

import msgspec

from connectors.contract import Record, RecordError, Rejected
from connectors.decoding import instant


class Head(msgspec.Struct, rename="camel"):
    """What is needed of a record to land it; a member of another type counts as missing."""

    id: object = None
    id_board: object = None
    date_last_activity: object = None
    date: object = None


_decode_head = msgspec.json.Decoder(Head).decode


def head(payload: bytes) -> Head | None:
    """Return what is needed of a record; None if it is no object."""
    try:
        return _decode_head(payload)
    except msgspec.DecodeError:
        return None


def record(
    stream: str,
    payload: bytes,
    taken_at: datetime | None,
    place: str,
    timezone: str,
    scope: str = "",
) -> Record | Rejected:
    """Return the object as a record.

    Its version is never older than ``taken_at``, the time (naive UTC) of the export it stands in or
    at which it was asked for: what has no time of its own would otherwise never replace a copy that
    has one, and what an export tells must not outlive what was read after it.
    """
    found = head(payload)
    if found is None:
        return Rejected(stream, "", "", "expected an object", place, payload)
    if not isinstance(found.id, str) or not found.id:
        return Rejected(stream, "", "id", "expected an id", place, payload)
    own = time_of(found.date if stream == "actions" else found.date_last_activity, timezone)
    version = max((time for time in (own, taken_at) if time), default=None)
    board = found.id_board if isinstance(found.id_board, str) else scope
    return Record(stream, found.id, payload, version, scope or board, place)


def time_of(value: object, timezone: str = "UTC") -> datetime | None:
    """Return a time (naive UTC) if it is one; a bad one is named when the record is typed."""
    if not isinstance(value, str):
        return None
    try:
        return instant(value, timezone, "")
    except RecordError:
        return None
