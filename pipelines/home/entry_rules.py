"""What must hold of the CSV rows: known names, and no person given away more than once."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from pipelines.home.entries_file import ManualAllocation
from pipelines.home.files import Files
from pipelines.home.names import Names
from pipelines.home.parts import Placed
from pipelines.home.problems import Place, Problems, shown
from pipelines.home.team_rules import check_order
from pipelines.home.values import FIRST_DAY, LAST_DAY

TOLERANCE = 1e-9


def check_entries(files: Files, names: Names, problems: Problems) -> None:
    """Check observations, check-ins, manual allocations and absences."""
    _check_observations(files, names, problems)
    for check_in in files.check_ins:
        names.check("node", check_in.value.node, check_in.place.at("node"), problems)
    for allocation in files.manual_allocations:
        value, place = allocation.value, allocation.place
        names.check("node", value.node, place.at("node"), problems)
        names.check("person", value.person, place.at("person"), problems)
        check_order(value.from_, value.to, place, ("from", "to"), problems)
    for absence in files.absences:
        value, place = absence.value, absence.place
        check_order(value.from_, value.to, place, ("from", "to"), problems)
        if files.are_teams_whole and value.person.lower() not in names.persons:
            expected = "a person of teams.yml: the absence of anybody else changes nothing"
            problems.warning(place.at("person"), shown(value.person), expected)
    _check_shares(files.manual_allocations, names, problems)


def _check_observations(files: Files, names: Names, problems: Problems) -> None:
    seen: dict[tuple[str, date], tuple[float, Place]] = {}
    for observation in files.observations:
        value, place = observation.value, observation.place
        names.check("measure", value.measure, place.at("measure"), problems)
        key = (value.measure.lower(), value.date)
        first, where = seen.setdefault(key, (value.value, place))
        if first != value.value:
            found = (
                f"{value.value:g} for {value.measure} on {value.date}, where {where} has {first:g}"
            )
            problems.error(place.at("value"), found, "one value of a measure on a day")


def _check_shares(
    allocations: list[Placed[ManualAllocation]], names: Names, problems: Problems
) -> None:
    """Report the row that brings the shares of one person and date above 1."""
    of_person: dict[str, list[Placed[ManualAllocation]]] = defaultdict(list)
    for allocation in allocations:
        if (allocation.value.from_ or FIRST_DAY) > (allocation.value.to or LAST_DAY):
            continue
        of_person[names.person(allocation.value.person)].append(allocation)
    for person, rows in of_person.items():
        changes: dict[date, list[tuple[float, Placed[ManualAllocation]]]] = defaultdict(list)
        for row in rows:
            last = row.value.to or LAST_DAY
            changes[row.value.from_ or FIRST_DAY].append((row.value.share, row))
            changes[last + timedelta(days=1)].append((-row.value.share, row))
        total = 0.0
        for day in sorted(changes):
            total += sum(share for share, _ in changes[day])
            if total > 1 + TOLERANCE:
                row = [row for share, row in changes[day] if share > 0][-1]
                found = f"manual shares of {person} on {day} that add up to {total:g}"
                problems.error(row.place.at("share"), found, "at most 1 for one person and date")
                break
