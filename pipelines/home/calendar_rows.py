"""The calendar: every local day of every zone in use, with its instants in UTC."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipelines.home.holiday_calendars import days_off
from pipelines.home.settings_file import WEEK, minutes

CalendarRow = tuple[str, date, date, datetime, datetime, datetime, datetime, bool]


def calendar_rows(
    zones: Iterable[str], since: date, as_of: date, hours: str
) -> Iterator[CalendarRow]:
    """Yield a row for every zone and every day from the Monday of ``since`` to before ``as_of``.

    Args:
        zones: Names of time zones.
        since: First day in range.
        as_of: The first day after the range.
        hours: Working hours, such as ``09:00-17:00``.

    Yields:
        Zone, day, its Monday, start and end of the day, start and end of the working hours (naive
        UTC), and whether the day is in range. A local time that a clock change leaves out is moved
        on by the change; of one that comes twice it is the first.
    """
    work_start, work_end = (minutes(clock) for clock in hours.split("-"))
    for name in sorted(set(zones)):
        zone = ZoneInfo(name)
        for day in days(since, as_of):
            yield (
                name,
                day,
                monday(day),
                instant(day, 0, zone),
                instant(day + timedelta(days=1), 0, zone),
                instant(day, work_start, zone),
                instant(day, work_end, zone),
                since <= day,
            )


def instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """A local time, in minutes since midnight (1440: that of the next day), as naive UTC."""
    day += timedelta(days=minute // 1440)
    local = datetime.combine(day, time(minute % 1440 // 60, minute % 60), zone)
    return local.astimezone(UTC).replace(tzinfo=None)


def monday(day: date) -> date:
    """The Monday of the day's ISO week."""
    return day - timedelta(days=day.weekday())


def days(since: date, as_of: date) -> list[date]:
    """The days from the Monday of ``since`` to the day before ``as_of``."""
    first = monday(since)
    return [first + timedelta(days=number) for number in range((as_of - first).days)]


def working_days(
    calendars: dict[str, tuple[str, ...]], week: Iterable[str], since: date, as_of: date
) -> Iterator[tuple[str, date]]:
    """Yield for each calendar the days of the working week that are none of its holidays.

    Args:
        calendars: The holidays of each calendar, by its id.
        week: The weekdays that are worked, such as ``mon``.
        since: First day in range.
        as_of: The first day after the range.
    """
    worked = {WEEK.index(name) for name in week}
    span = [day for day in days(since, as_of) if day.weekday() in worked]
    for calendar, names in sorted(calendars.items()):
        off = days_off(names, monday(since), as_of)
        for day in span:
            if day not in off:
                yield calendar, day
