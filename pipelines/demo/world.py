"""Eighteen months of work, day by day: people take items up, get stuck, finish, start again."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from pipelines.demo import routine
from pipelines.demo.evidence import leave_evidence
from pipelines.demo.people import FIRST_DAY, LAST_DAY, TEAMS, Person, Team, staff
from pipelines.demo.topics import DESCRIPTIONS, NOTHING, THEMES, subject, weight_on
from pipelines.demo.work import DOING, Item, instant

_SEED = 20260701
_MEAN_SIZE = {"jira": 3.6, "asana": 4.4, "trello": 5.6}
_LARGER = {"workplace": 1.6}
_SOMEDAY = 0.06  # of all ideas are written down and never looked at again
_LEFT_OUT = ("R-PLAT.1", "KR-2.1", "KR-1.2")  # these have no epic: their work names them itself


@dataclass
class World:
    """The truth that the trackers' exports are made from."""

    chance: Random
    people: list[Person]
    items: list[Item] = field(default_factory=list)
    waiting: dict[str, list[Item]] = field(default_factory=dict)
    epics: dict[str, dict[str, Item]] = field(default_factory=dict)

    def of(self, tracker: str) -> list[Item]:
        """The items of one tracker in the order in which they were created."""
        found = [item for item in self.items if item.team.tracker == tracker]
        return sorted(found, key=lambda item: (item.created_at, item.number))


def simulate() -> World:
    """Let the whole organisation work from the first day to the last."""
    chance = Random(_SEED)
    world = World(chance, staff(chance), waiting={team.id: [] for team in TEAMS})
    for team in TEAMS:
        world.epics[team.id] = _open_epics(world, team) if team.tracker == "jira" else {}
    desks = {person.number: routine.Desk(person) for person in world.people if not person.is_bot}
    day = FIRST_DAY
    while day <= LAST_DAY:
        if day.weekday() == 0 or day == FIRST_DAY:
            _fill_backlogs(world, day)
        for desk in desks.values():
            routine.work_a_day(world, desk, day)
        routine.chores_of_the_day(world, day)
        day += timedelta(days=1)
    return world


def _crew(world: World, team: Team) -> list[Person]:
    return [person for person in world.people if person.team == team and not person.is_bot]


def _open_epics(world: World, team: Team) -> dict[str, Item]:
    """An epic for each initiative of a team, and one for what keeps the lights on."""
    lead, epics = _crew(world, team)[0], {}
    for _, node in THEMES[team.id]:
        if node in _LEFT_OUT:
            continue
        title = (
            f"{node} {subject(team.id, node, 1, 0.0)} and what follows"
            if node
            else "Daily business"
        )
        epic = Item(
            number=len(world.items) + 1,
            team=team,
            kind="Epic",
            title=title,
            node=node,
            size=0.0,
            creator=lead,
            created_at=instant(lead, FIRST_DAY - timedelta(days=90), world.chance),
        )
        start = FIRST_DAY - timedelta(days=60)
        epic.note(instant(lead, start, world.chance), "assignee", lead, lead)
        epic.note(instant(lead, start, world.chance), "status", lead, DOING)
        world.items.append(epic)
        epics[node] = epic
    return epics


def _fill_backlogs(world: World, monday: date) -> None:
    """Each team plans enough for the week and a little more; the rest stays in the pile."""
    for team in TEAMS:
        crew = [person for person in _crew(world, team) if person.is_declared]
        short = int(team.size * 1.7) - len(world.waiting[team.id])
        for _ in range(max(0, short) + world.chance.randint(0, 1)):
            item = _new_item(world, team, world.chance.choice(crew), monday)
            if world.chance.random() >= _SOMEDAY:
                world.waiting[team.id].append(item)


def _new_item(world: World, team: Team, creator: Person, day: date) -> Item:
    chance = world.chance
    themes = [(weight_on(node, weight, day), node) for weight, node in THEMES[team.id]]
    node = chance.choices([n for _, n in themes], [w for w, _ in themes])[0]
    number = len(world.items) + 1
    usual = _MEAN_SIZE[team.tracker] * _LARGER.get(team.id, 1.0) * 0.8
    size = min(24.0, chance.lognormvariate(0.0, 0.75) * usual)
    item = Item(
        number=number,
        team=team,
        kind=_kind(team, node, chance),
        node=node,
        size=size,
        title=subject(team.id, node, number, chance.random()),
        creator=creator,
        created_at=instant(creator, day, chance, 9, 11),
        description=chance.choice(DESCRIPTIONS),
        place=_place(team, node, chance),
        left=size,
    )
    if team.tracker == "jira" and chance.random() < 0.6:
        item.points = min((1, 2, 3, 5, 8, 13), key=lambda points: abs(points - size))
    if team.id == "people" and chance.random() < 0.25:
        item.creator = world.people[63]
    if not _is_told_by_place(item):
        leave_evidence(item, world.epics[team.id], chance)
    world.items.append(item)
    if team.tracker != "trello" and size > 6 and chance.random() < 0.45:
        _split(world, item)
    return item


def _kind(team: Team, node: str, chance: Random) -> str:
    if team.tracker != "jira":
        return "task"
    return "Bug" if chance.random() < 0.2 else "Story" if node else "Task"


def _place(team: Team, node: str, chance: Random) -> str:
    """The Asana project or Trello board that an item is put into."""
    if team.id == "fleet":
        if node in ("INI-13", "R-FLEET.1"):
            return "Depot safety rounds" if chance.random() < 0.55 else "Depot maintenance"
        return "Fleet renewal" if node == "INI-7" else "Depot maintenance"
    if team.id == "people":
        return "People operations" if node == NOTHING else "Hiring drivers"
    if team.id == "marketing":
        return "School visits and open days" if node == "P-1" else "Campaigns"
    return "Workplace requests" if team.id == "workplace" else ""


def _is_told_by_place(item: Item) -> bool:
    """On boards that serve one node alone nobody writes the identifier."""
    return item.place in ("Depot safety rounds", "School visits and open days")


def _split(world: World, item: Item) -> None:
    """Two or three sub-tasks; the work is done on them, one after another."""
    for part in range(world.chance.randint(2, 3)):
        child = Item(
            number=len(world.items) + 1,
            team=item.team,
            kind="Sub-task",
            node=item.node,
            size=0.0,
            title=f"{('Draft', 'Do', 'Hand over')[part]}: {item.title.split('] ')[-1]}",
            creator=item.creator,
            created_at=item.created_at + timedelta(minutes=1 + part),
            parent=item,
            place=item.place,
        )
        item.children.append(child)
        world.items.append(child)
