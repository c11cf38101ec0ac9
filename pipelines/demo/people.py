"""Who works at the made-up organisation: eight teams, their people, their days away."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from zoneinfo import ZoneInfo

FIRST_DAY = date(2025, 1, 1)
LAST_DAY = date(2026, 6, 30)

_FIRST = """
Ada Bram Cleo Dov Edda Finn Greta Hugo Isla Jory Kaia Liam Mina Nils Orla Pim Quinn Rhea Sven Tessa
Ugo Vera Wim Xenia Yara Zeno Alba Bodo Cora Dara Elio Flora Gil Hedda Ivo Juna Kolja Lotte Milo Nora
Otto Pia Ravi Sina Timo Una Vito Wanda Yuri Zora Arlo Bela Carl Dina Emil Fay Gero Hana Ilja Jil
Kito Lea
"""
_FORE = "Fern Kettle Moss Copper Lantern Pebble Thistle Willow Marble Ember"
_AFT = "whistle brook button wick croft bell feather"

_HOME = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class Team:
    """One team and the tracker that it keeps its work in."""

    id: str
    name: str
    function: str
    direction: str
    tracker: str
    size: int


TEAMS = (
    Team("network", "Network and Timetables", "planning", "strategy", "jira", 8),
    Team("ticketing", "Ticketing and Payments", "engineering", "strategy", "jira", 9),
    Team("information", "Passenger Information", "engineering", "strategy", "jira", 8),
    Team("platform", "Digital Platform", "engineering", "teams", "jira", 7),
    Team("fleet", "Fleet and Depots", "operations", "purpose", "asana", 9),
    Team("people", "People and Recruitment", "people", "teams", "asana", 6),
    Team("marketing", "Marketing and Community", "marketing", "strategy", "trello", 6),
    Team("workplace", "Workplace Services", "facilities", "teams", "trello", 7),
)


@dataclass
class Person:
    """One person, or a program that acts like one (``is_bot``)."""

    number: int
    name: str
    email: str
    team: Team
    capacity: float = 1.0
    zone: ZoneInfo = _HOME
    joined: date = FIRST_DAY
    left: date | None = None
    is_declared: bool = True
    is_bot: bool = False
    absences: list[tuple[date, date, float]] = field(default_factory=list)

    def works_on(self, day: date) -> bool:
        """Whether the person is there: hired, on a weekday, not away for the whole day."""
        if day < self.joined or (self.left and day > self.left) or day.weekday() > 4:
            return False
        return not any(a <= day <= b and share >= 1 for a, b, share in self.absences)


def staff(chance: Random) -> list[Person]:
    """The sixty, then two contractors whom nobody declared, then the programs."""
    people = [
        _person(number, team)
        for number, team in enumerate(team for team in TEAMS for _ in range(team.size))
    ]
    for person in people:
        _vary(person, chance)
        _take_leave(person, chance)
    contractors = [_person(60, TEAMS[1]), _person(61, TEAMS[2])]
    for person in contractors:
        person.is_declared = False
        person.joined, person.left = date(2025, 9, 1), date(2026, 3, 27)
    bots = [_bot(62, "Deploy Robot", TEAMS[3]), _bot(63, "Form Intake", TEAMS[5])]
    return people + contractors + bots


def _person(number: int, team: Team) -> Person:
    first, fore, aft = _FIRST.split()[number], _FORE.split(), _AFT.split()
    last = fore[number % len(fore)] + aft[number % len(aft)]
    return Person(number, f"{first} {last}", f"{first}.{last}@example.org".lower(), team)


def _bot(number: int, name: str, team: Team) -> Person:
    return Person(number, name, "", team, is_bot=True)


def _vary(person: Person, chance: Random) -> None:
    """Part-time, other time zones, people who come and go."""
    if chance.random() < 0.2:
        person.capacity = chance.choice((0.5, 0.6, 0.8, 0.8))
    if chance.random() < 0.06:
        person.zone = ZoneInfo(chance.choice(("Europe/Lisbon", "Europe/Athens")))
    if chance.random() < 0.12:
        person.joined = date(2025, chance.randint(3, 11), 1)
    elif chance.random() < 0.07:
        person.left = date(2026, chance.randint(1, 4), 28)


def _take_leave(person: Person, chance: Random) -> None:
    """Holidays in blocks, days of illness, now and then half a day."""
    for year, blocks in ((2025, 4), (2026, 2)):
        for block in range(blocks):
            month = 1 + block * 3 + chance.randint(0, 2)
            start = date(year, month, chance.randint(1, 20))
            _away(person, start, chance.choice((4, 6, 9, 11)), 1.0)
    for _ in range(chance.randint(1, 5)):
        start = FIRST_DAY + timedelta(days=chance.randint(0, 540))
        _away(person, start, chance.choice((0, 0, 1, 2)), 1.0)
    if chance.random() < 0.3:
        _away(person, FIRST_DAY + timedelta(days=chance.randint(0, 540)), 0, 0.5)


def _away(person: Person, start: date, days: int, share: float) -> None:
    """One absence, unless it overlaps an earlier one or leaves the period."""
    end = start + timedelta(days=days)
    free = all(end < a or start > b for a, b, _ in person.absences)
    if free and end <= LAST_DAY:
        person.absences.append((start, end, share))
