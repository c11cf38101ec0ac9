"""Instants as whole microseconds since 1970 in UTC, and the days that people live in."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

SECOND = 1_000_000
DAY = 86_400 * SECOND
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_OFFSET = re.compile(r"(?:Z|[+-]\d\d:?\d\d)$")


def to_us(moment: datetime) -> int:
    """Microseconds since 1970; ``moment`` has a zone."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def instant(text: str, zone: str = "UTC") -> int:
    """The instant a tracker wrote; ``zone`` is for times without an offset."""
    moment = datetime.fromisoformat(text)
    if not _OFFSET.search(text):
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    return to_us(moment)


def local_day(at: int, zone: str) -> date:
    """The date on the wall at an instant."""
    return (EPOCH + timedelta(microseconds=at)).astimezone(ZoneInfo(zone)).date()


def monday(day: date) -> date:
    """The Monday of the ISO week of a day."""
    return day - timedelta(days=day.weekday())


def days(first: date, last: date) -> list[date]:
    """Every date from ``first`` to ``last``, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@cache
def at_local(day: date, wall: time, zone: str) -> int:
    """The instant at which the clocks of a zone show a time of a day."""
    return to_us(datetime.combine(day, wall, tzinfo=ZoneInfo(zone)))


def day_bounds(day: date, zone: str) -> tuple[int, int]:
    """First instant of a local day and of the next one."""
    midnight = time(0, 0)
    return at_local(day, midnight, zone), at_local(day + timedelta(days=1), midnight, zone)


def hours_bounds(day: date, zone: str, hours: str) -> tuple[int, int]:
    """The instants of working hours such as ``09:00-17:00`` on a local day."""
    first, last = (time.fromisoformat(part.strip()) for part in hours.split("-"))
    return at_local(day, first, zone), at_local(day, last, zone)
