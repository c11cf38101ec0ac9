"""Local days and working hours on the days on which clocks change."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from pipelines.home.calendar_rows import calendar_rows
from pipelines.home.values import time_zones


def day_of(zone, day, hours="09:00-17:00"):
    """Start, end, start of work and end of work of one local day, in UTC."""
    rows = calendar_rows([zone], day, day + timedelta(days=1), hours)
    return next(row[3:7] for row in rows if row[1] == day)


@pytest.mark.parametrize(
    ("zone", "day", "start", "hours"),
    [
        ("Europe/Berlin", date(2026, 1, 15), datetime(2026, 1, 14, 23), 24),
        ("Europe/Berlin", date(2026, 3, 29), datetime(2026, 3, 28, 23), 23),
        ("Europe/Berlin", date(2026, 10, 25), datetime(2026, 10, 24, 22), 25),
        # midnight does not exist: the day begins at 01:00
        ("America/Sao_Paulo", date(2018, 11, 4), datetime(2018, 11, 4, 3), 23),
        # midnight comes twice: the first one counts
        ("America/Havana", date(2026, 11, 1), datetime(2026, 11, 1, 4), 25),
        # the day itself was left out
        ("Pacific/Apia", date(2011, 12, 30), datetime(2011, 12, 30, 10), 0),
        ("Australia/Lord_Howe", date(2026, 10, 4), datetime(2026, 10, 3, 13, 30), 23.5),
    ],
)
def test_a_local_day_is_as_long_as_the_clocks_make_it(zone, day, start, hours):
    begin, end, _, _ = day_of(zone, day)

    assert begin == start
    assert (end - begin) == timedelta(hours=hours)


def test_working_hours_that_a_clock_change_leaves_out_are_moved_on_by_it():
    _, _, start, end = day_of("Europe/Berlin", date(2026, 3, 29), "02:30-04:00")

    assert (start, end) == (datetime(2026, 3, 29, 1, 30), datetime(2026, 3, 29, 2))


def test_working_hours_that_come_twice_begin_at_the_first():
    _, _, start, _ = day_of("Europe/Berlin", date(2026, 10, 25), "02:30-04:00")

    assert start == datetime(2026, 10, 25, 0, 30)


def test_work_until_midnight_ends_with_the_day():
    _, end, _, work_end = day_of("Europe/Berlin", date(2026, 1, 15), "09:00-24:00")

    assert work_end == end


def test_in_any_zone_each_day_begins_where_the_last_one_ended():
    for zone in sorted(time_zones())[::5]:
        rows = list(calendar_rows([zone], date(2026, 1, 1), date(2027, 1, 1), "09:00-17:00"))

        assert all(row[3] < row[4] for row in rows)
        assert all(one[4] == next_[3] for one, next_ in pairwise(rows))
