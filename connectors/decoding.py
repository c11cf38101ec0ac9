"""Typed reading of one record's JSON, with faults named by the path of the field."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from connectors.contract import RecordError

Shape = TypeVar("Shape")
_AT = " - at `"


def utc(text: str, timezone: str = "UTC") -> datetime:
    """Return an ISO 8601 time as naive UTC; one without an offset is in ``timezone``.

    Raises:
        ValueError: If the text is no time.
        OverflowError: If it lies before or behind all that can be told.
    """
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        found = found.replace(tzinfo=_zone(timezone))
    return found.astimezone(UTC).replace(tzinfo=None)


def decoded(decoder: msgspec.json.Decoder[Shape], payload: bytes) -> Shape:
    """Return the record in its declared shape.

    Raises:
        RecordError: If it has another shape; it names the field as ``labels[0].name``.
    """
    try:
        return decoder.decode(payload)
    except msgspec.ValidationError as fault:
        reason, _, where = str(fault).partition(_AT)
        path = where.rstrip("`").removeprefix("$").removeprefix(".")
        raise RecordError(path, reason) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise RecordError("", f"not JSON: {fault}") from None


def instant(text: str | None, timezone: str, field_path: str) -> datetime | None:
    """Return an ISO 8601 time as naive UTC; one without an offset is in ``timezone``.

    Raises:
        RecordError: If the text is no time.
    """
    if not text:
        return None
    try:
        return utc(text, timezone)
    except (ValueError, OverflowError):
        raise RecordError(field_path, f"expected an ISO 8601 time, found {text[:40]!r}") from None


def day(text: str | None, field_path: str) -> date | None:
    """Return an ISO 8601 date, also where a time follows it.

    Raises:
        RecordError: If the text is no date.
    """
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise RecordError(field_path, f"expected an ISO 8601 date, found {text[:40]!r}") from None


def text_of(raw: msgspec.Raw | None) -> str:
    """Return the text that a member holds; an empty one where it holds none."""
    try:
        value = msgspec.json.decode(raw) if raw is not None else None
    except (msgspec.DecodeError, RecursionError):
        return ""
    return value if isinstance(value, str) else ""


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
