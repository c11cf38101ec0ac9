"""The files that the organisation writes by hand: teams, absences, observations, check-ins."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from pipelines.demo import asana, jira_history, trello
from pipelines.demo.files_out import write_csv, write_text
from pipelines.demo.people import FIRST_DAY, LAST_DAY, TEAMS, Person

_ACCOUNTS = {
    "jira": ("eng", jira_history.account_id),
    "asana": ("ops", asana.account_id),
    "trello": ("town", trello.account_id),
}

# measure: first value, last value, noise, days between, decimals, last day with a value
_COURSES: dict[str, tuple[float, float, float, int, int, date]] = {
    "M-1": (1482, 1561, 14, 30, 0, LAST_DAY),
    "M-11": (147, 84, 5, 30, 0, LAST_DAY),
    "M-12": (0.52, 0.58, 0.02, 91, 2, LAST_DAY),
    "M-13": (61, 69, 2.5, 30, 1, LAST_DAY),
    "M-2": (0.861, 0.884, 0.009, 30, 3, LAST_DAY),
    "M-21": (0.78, 0.83, 0.012, 30, 3, LAST_DAY),
    "M-22": (0.021, 0.014, 0.002, 30, 4, LAST_DAY),
    "M-31": (12, 19, 0.0, 30, 0, date(2025, 12, 31)),  # nobody has reported since
    "M-41": (24, 6, 1.8, 30, 1, LAST_DAY),
    "M-42": (96, 61, 6, 30, 0, LAST_DAY),
    "M-43": (19, 9, 1.6, 30, 0, LAST_DAY),
    "M-44": (0.88, 0.915, 0.008, 30, 3, LAST_DAY),
    "M-45": (410, 590, 18, 30, 0, LAST_DAY),
}

_OWNERS = {
    "G-1": "director", "G-2": "operations", "KR-1.1": "ticketing", "KR-1.2": "information",
    "KR-2.1": "network", "KR-2.2": "operations", "R-PLAT.1": "platform", "R-PPL.1": "people",
    "R-FLEET.1": "fleet", "INI-1": "ticketing", "INI-3": "information", "INI-5": "network",
    "INI-8": "people", "INI-11": "platform",
}  # fmt: skip
_AT_RISK = {"KR-1.2": 0.5, "INI-1": 0.35, "KR-2.2": 0.3, "G-2": 0.3}


def write_sheets(folder: Path, people: list[Person], chance: Random) -> None:
    """Write teams.yml and the CSV files beside the strategy."""
    write_text(folder / "teams.yml", "".join(f"{line}\n" for line in _teams(people)))
    strategy = folder / "strategy"
    absences = sorted(
        (person.email, start, end, share)
        for person in people
        for start, end, share in person.absences
    )
    write_csv(strategy / "absences.csv", "person,from,to,share", absences)
    write_csv(strategy / "observations.csv", "measure,date,value", _observations(chance))
    write_csv(strategy / "checkins.csv", "node,date,author,confidence,note", _check_ins(chance))
    header = "person,node,from,to,share,author,reason"
    write_csv(strategy / "allocations.csv", header, _allocations(people))


def _teams(people: list[Person]) -> Iterator[str]:
    """teams.yml, a line per person."""
    yield "# Who works where, and whose accounts are whose. Everybody here is made up."
    yield "teams:"
    for team in TEAMS:
        yield f"  - id: {team.id}"
        yield f"    name: {team.name}"
        yield f"    function: {team.function}"
        yield f"    direction: {team.direction}"
        yield "    members:"
        for person in people:
            if person.team == team and person.is_declared and not person.is_bot:
                yield f"      - {_member(person)}"
    yield "people:"
    for person in people:
        if person.is_declared and not person.is_bot:
            yield f"  - {_person(person)}"
    yield f"  - {{account: 'eng:{jira_history.account_id(people[62])}', bot: true}}"
    yield f"  - {{account: 'ops:{asana.account_id(people[63])}', bot: true}}"


def _member(person: Person) -> str:
    parts = [f"person: {person.email}"]
    if person.capacity != 1:
        parts.append(f"capacity: {person.capacity}")
    parts.append(f"from: {person.joined.isoformat()}")
    if person.left:
        parts.append(f"to: {person.left.isoformat()}")
    return "{" + ", ".join(parts) + "}"


def _person(person: Person) -> str:
    source, account_id = _ACCOUNTS[person.team.tracker]
    parts = [f"person: {person.email}", f"name: {person.name}"]
    if str(person.zone) != "Europe/London":
        parts.append(f"timezone: {person.zone}")
    parts.append(f"accounts: ['{source}:{account_id(person)}']")
    return "{" + ", ".join(parts) + "}"


def _observations(chance: Random) -> list[tuple[str, date, float]]:
    """A course from the first value to the last with noise, one value a period."""
    rows = []
    for measure, (first, last, noise, step, decimals, until) in _COURSES.items():
        day = FIRST_DAY + timedelta(days=step - 1)
        while day <= until:
            way = (day - FIRST_DAY).days / (LAST_DAY - FIRST_DAY).days
            value = first + (last - first) * way + chance.gauss(0, 1) * noise
            rows.append((measure, day, round(value, decimals)))
            day += timedelta(days=step)
    return rows


def _check_ins(chance: Random) -> list[tuple[str, date, str, str, str]]:
    """Most owners say something each month, some forget."""
    rows = []
    for node, owner in _OWNERS.items():
        for month in range(18):
            day = date(2025 + month // 12, month % 12 + 1, chance.randint(3, 27))
            if chance.random() < 0.2:
                continue
            risk = _AT_RISK.get(node, 0.08)
            roll = chance.random()
            confidence = (
                "off_track" if roll < risk / 3 else "at_risk" if roll < risk else "on_track"
            )
            rows.append((node, day, f"{owner}@example.org", confidence, ""))
    return rows


def _allocations(people: list[Person]) -> list[tuple[str, str, date, date | None, float, str, str]]:
    """What some people do beside any tracker, declared by hand."""
    by_team = {team.id: [p for p in people if p.team == team] for team in TEAMS}
    author = "director@example.org"
    return [
        (by_team["network"][0].email, "P-2", date(2025, 1, 1), None, 0.4, author,
         "Reports to the licensing authority"),
        (by_team["fleet"][0].email, "P-2", date(2025, 1, 1), None, 0.5, author,
         "Inspections by the vehicle authority"),
        (by_team["people"][1].email, "R-PPL.1", date(2025, 9, 1), date(2026, 2, 28), 0.5, author,
         "Recruitment fairs"),
        (by_team["marketing"][2].email, "P-1", date(2025, 4, 1), date(2025, 9, 30), 0.3, author,
         "Travel training for older passengers"),
    ]  # fmt: skip
