"""The homes of the sweep: nine settings, more than a thousand worlds in all in a drill."""

from __future__ import annotations

from datetime import date

from tests.figures import IS_DRILL
from tests.oracle.world import Kind

KINDS = {
    "summer_time_begins": Kind(since=date(2026, 3, 4), as_of=date(2026, 5, 6)),
    "summer_time_ends": Kind(
        since=date(2025, 10, 1),
        as_of=date(2025, 11, 20),
        zone="America/Los_Angeles",
        idle_days=5,
        hours="08:30-16:45",
        hours_per_day=7.5,
        holidays=["US", date(2025, 10, 31)],
    ),
    "equal_split": Kind(
        since=date(2026, 1, 14),
        as_of=date(2026, 3, 3),
        split="equal",
        idle_days=3,
        zone="Asia/Kolkata",
        holidays=[],
    ),
    "late_data": Kind(since=date(2026, 6, 1), as_of=date(2026, 7, 13), late_days=5, idle_days=1),
    "hidden_people": Kind(
        since=date(2026, 2, 11), as_of=date(2026, 4, 15), people="hidden", idle_days=7
    ),
    "small_teams": Kind(
        since=date(2026, 2, 11), as_of=date(2026, 4, 15), minimum_group=4, idle_days=7
    ),
    "short_pattern_first": Kind(
        since=date(2026, 8, 5),
        as_of=date(2026, 9, 30),
        zone="UTC",
        working_days=("sun", "mon", "tue", "wed", "thu"),
        holidays=["DE-BY"],
        pattern=(
            r"(?:P|G|O|KR|R|INI|D)-(?:[A-Z]+\.)?\d+"
            r"|(?:P|G|O|KR|R|INI|D)-(?:[A-Z]+\.)?\d+(?:\.\d+)*"
        ),
    ),
    # a seed is a place in this list, so that what is new stands at its end
    "year_ends": Kind(since=date(2026, 12, 14), as_of=date(2027, 1, 20), zone="Pacific/Auckland"),
    "leap_day": Kind(
        since=date(2028, 2, 7), as_of=date(2028, 3, 20), zone="America/Los_Angeles", holidays=["US"]
    ),
}
"""``year_ends`` has a week 53, the last of 2026, with both sides of the year in it."""

LEFT_TO_DRILLS = ("year_ends", "leap_day")
TRIED = [name for name in KINDS if IS_DRILL or name not in LEFT_TO_DRILLS]

# few small teams leave a fold that is itself too small; few worlds leave slices longer than a day
FEWER = {"small_teams": 3, "hidden_people": 12, "year_ends": 40, "leap_day": 40}


def seeds(name: str, is_drill: bool = IS_DRILL) -> list[int]:
    """The worlds of a home of that name; over a thousand in all under `make drills`."""
    first = 1 + 100 * list(KINDS).index(name)
    found = [*range(first, first + FEWER.get(name, 100 if is_drill else 25))]
    if is_drill and name not in FEWER:
        found += range(5000 + first, 5000 + first + 100)
    return found
