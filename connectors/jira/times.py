"""Jira's many ways to write a time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1)
_SMALLEST = 10**11
_DATE_LENGTH = len("2026-01-31")


def instant(value: str | int | float, timezone: str = "UTC") -> datetime:
    """Return a time as a naive datetime in UTC.

    Args:
        value: ISO 8601 with any offset (``+0200``, ``+02:00``, ``Z``) or none, or the milliseconds
            since 1970 as number or text (``changelog/bulkfetch`` sends numbers). Numbers too small
            for any time since 1973 are seconds: Jira's document shows such a one.
        timezone: Where a time without an offset was written down.

    Raises:
        ValueError: If it is neither.
    """
    if isinstance(value, str) and not value.isdecimal():
        found = datetime.fromisoformat(value)
        if found.tzinfo is None:
            found = found.replace(tzinfo=_zone(timezone))
        return found.astimezone(UTC).replace(tzinfo=None)
    number = float(value)
    return _EPOCH + timedelta(milliseconds=number if number >= _SMALLEST else number * 1000)


def milliseconds(value: str | int | float) -> float:
    """Return a time as milliseconds since 1970: quicker than ``instant`` where it is a number.

    Raises:
        ValueError: If it is no time.
    """
    if isinstance(value, int) and value >= _SMALLEST:
        return value
    return (instant(value) - _EPOCH) / timedelta(milliseconds=1)


def is_day_alone(value: str | int | float) -> bool:
    """Tell a date from a time."""
    return isinstance(value, str) and len(value) == _DATE_LENGTH and value[4] == "-"


def day(value: str) -> date:
    """Return the date that a text starts with, as it was written down.

    Raises:
        ValueError: If it starts with none.
    """
    return date.fromisoformat(value[:_DATE_LENGTH])


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
