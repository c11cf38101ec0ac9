"""Calendars of holidays: a country, a region, single dates, or several of them together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from pipelines.home.problems import Place, Problems, shown
from pipelines.home.values import ISO_DAY, parse_day

NO_HOLIDAYS = "none"


def calendar_id(names: Iterable[str]) -> str:
    """The id of a calendar: ``DE``, ``2026-12-24+DE-BY``, or ``none``."""
    return "+".join(sorted(set(names))) or NO_HOLIDAYS


@cache
def regions() -> dict[str, list[str]]:
    """The regions of every country that the ``holidays`` package knows."""
    import holidays

    return {
        country: list(inside)
        for country, inside in holidays.list_supported_countries(include_aliases=True).items()
    }


def check_holidays(names: Iterable[str], place: Place, problems: Problems) -> None:
    """Report what is neither a country, nor a region of one, nor a date."""
    for number, name in enumerate(names):
        here = place.at(number) if place.document.has(place.at(number).path) else place
        if ISO_DAY.fullmatch(name):
            try:
                parse_day(name)
            except ValueError as fault:
                problems.error(here, shown(name), str(fault))
            continue
        country, _, region = name.partition("-")
        if country not in regions():
            expected = "a country (DE), a region (DE-BY) or a date (2026-12-24)"
            problems.error(here, shown(name), expected, regions(), country)
        elif region and region not in regions()[country]:
            among = [f"{country}-{each}" for each in regions()[country]]
            problems.error(here, shown(name), f"a region of {country}", among, name)


def days_off(names: Iterable[str], first: date, last: date) -> set[date]:
    """The public holidays, with the days on which they are observed, and the dates themselves."""
    import holidays

    years = range(first.year, last.year + 1)
    off: set[date] = set()
    for name in names:
        if ISO_DAY.fullmatch(name):
            off.add(parse_day(name))
            continue
        country, _, region = name.partition("-")
        off |= set(holidays.country_holidays(country, subdiv=region or None, years=years))
    return {day for day in off if first <= day <= last}
