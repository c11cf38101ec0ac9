"""Jira's many ways to write a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from connectors.contract import RecordError
from connectors.decoding import utc
from connectors.jira.shapes import Moment

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
        return utc(value, timezone)
    number = float(value)
    return _EPOCH + timedelta(milliseconds=number if number >= _SMALLEST else number * 1000)


def moment(value: Moment, path: str, timezone: str) -> datetime:
    """Return a time in UTC, or raise a ``RecordError`` that names the path."""
    try:
        return instant(value, timezone)
    except (ValueError, OverflowError) as fault:
        raise RecordError(path, f"expected a time, found {str(value)[:40]!r}") from fault


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
