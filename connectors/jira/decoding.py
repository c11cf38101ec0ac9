"""Decode Jira's objects, naming the field at fault."""

from __future__ import annotations

import re
from datetime import datetime

import msgspec

from connectors.contract import RecordError
from connectors.jira.shapes import Issue, Moment, OtherFields
from connectors.jira.times import instant

_decode_issue = msgspec.json.Decoder(Issue).decode
_decode_others = msgspec.json.Decoder(OtherFields).decode
_PLACE = re.compile(r"^(?P<reason>.*?)(?: - at `\$?\.?(?P<path>.*)`)?$", re.S)


def decode_issue(payload: bytes) -> Issue:
    """Return the known part of an issue, or raise a ``RecordError``."""
    try:
        return _decode_issue(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise record_error(fault) from fault


def decode_other_fields(payload: bytes) -> dict[str, msgspec.Raw]:
    """Return every member of ``fields``, undecoded."""
    return _decode_others(payload).fields


def record_error(fault: Exception) -> RecordError:
    """Return the error that names the path of the field, as users write it."""
    found = _PLACE.match(str(fault))
    path = (found["path"] if found else None) or ""
    return RecordError(path.removeprefix("."), found["reason"] if found else str(fault))


def moment(value: Moment, path: str, timezone: str) -> datetime:
    """Return a time in UTC, or raise a ``RecordError`` that names the path."""
    try:
        return instant(value, timezone)
    except (ValueError, OverflowError) as fault:
        raise RecordError(path, f"expected a time, found {str(value)[:40]!r}") from fault
