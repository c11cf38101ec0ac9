"""Clocks that are set, leap days, the last day of the year: the night comes once a day."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from dagster._utils.schedules import cron_string_iterator

from pipelines.defs.schedules import nightly_job, nightly_schedule
from pipelines.home.calendar_rows import calendar_rows
from pipelines.home.home import default_since

ZONES = (
    "Europe/Berlin",
    "America/Los_Angeles",
    "Australia/Lord_Howe",  # by half an hour
    "America/Santiago",  # at midnight
    "Africa/Cairo",  # on a Friday, at midnight
)
YEARS = (2026, 2027, 2028)
"""One with an ISO week 53, one without, one with a leap day."""


def ticks(zone: str, year: int) -> list[datetime]:
    """When the schedule fires in a year of the zone."""
    schedule = nightly_schedule(nightly_job(), zone)
    begin = datetime(year, 1, 1, tzinfo=ZoneInfo(zone))
    end = datetime(year + 1, 1, 1, tzinfo=ZoneInfo(zone))
    found = []
    cron = str(schedule.cron_schedule)
    for tick in cron_string_iterator(begin.timestamp(), cron, schedule.execution_timezone):
        if tick.timestamp() >= end.timestamp():
            return found
        found.append(tick.astimezone(ZoneInfo(zone)))
    return found


@pytest.mark.requirement("R26", "5 zones, both switches, leap day, year end: one night a day")
def test_the_schedule_fires_once_on_each_day_of_each_zone(figure) -> None:
    days = 0
    for zone in ZONES:
        for year in YEARS:
            found = Counter(tick.date() for tick in ticks(zone, year))
            every = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
            every = [day for day in every if day.year == year]

            assert sorted(found) == every, zone
            assert set(found.values()) == {1}, zone
            days += len(every)
    figure.reached(f"{days:,} days of {len(ZONES)} zones, each once")


def test_both_switches_of_each_zone_that_has_them_were_among_the_days() -> None:
    switches = 0
    for zone in ZONES:
        offsets = [datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=n) for n in range(365)]
        told = [each.astimezone(ZoneInfo(zone)).utcoffset() for each in offsets]
        switches += sum(one != other for one, other in pairwise(told))

    assert switches == 2 * len(ZONES)


@pytest.mark.requirement("R26", "5 zones, both switches, year ends: each minute in exactly one day")
def test_each_minute_lies_in_one_day_of_each_zone(figure) -> None:
    first, last = date(YEARS[0], 1, 1), date(YEARS[-1] + 1, 2, 1)
    step = timedelta(minutes=figure.of(30, 1))  # no clock is set by less than half an hour
    minutes = 0
    for zone in ZONES:
        days = [row for row in calendar_rows([zone], first, last, "09:00-17:00") if row[-1]]
        told = {day: (end - start) // step for _, day, _, start, end, *_ in days}
        at, on_the_wall = days[0][3].replace(tzinfo=UTC), ZoneInfo(zone)
        counted = Counter()
        while (day := at.astimezone(on_the_wall).date()) < last:
            counted[day] += 1
            at += step

        assert counted == told, zone
        assert all(end == start for (*_, end, _, _, _), (*_, start, _, _, _, _) in pairwise(days))
        assert len(set(told.values())) == 3, "short days, long ones, and all others"
        minutes += sum(told.values()) * (step // timedelta(minutes=1))
    figure.reached(f"{minutes:,} minutes of {len(ZONES)} zones, each in one day")


@pytest.mark.requirement("R26", "years that begin in the middle of a week or on a leap day")
def test_the_fiscal_year_begins_where_it_should(figure) -> None:
    cases = [
        (date(2026, 1, 1), 1, date(2025, 1, 1)),
        (date(2026, 1, 2), 1, date(2026, 1, 1)),
        (date(2028, 3, 1), 3, date(2027, 3, 1)),
        (date(2028, 3, 2), 3, date(2028, 3, 1)),
        (date(2028, 2, 29), 3, date(2027, 3, 1)),
        (date(2027, 1, 3), 10, date(2026, 10, 1)),
    ]
    for as_of, start, expected in cases:
        assert default_since(as_of, start) == expected, as_of
    figure.reached(f"{len(cases)} of {len(cases)}")
