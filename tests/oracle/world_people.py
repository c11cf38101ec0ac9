"""People, teams and strategy of a random world."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.oracle.world import ZONES, Person, World

LAYERS = [
    ("purpose", "P"),
    ("goal", "G"),
    ("objective", "O"),
    ("key_result", "KR"),
    ("result", "R-HR"),
    ("initiative", "INI"),
    ("deliverable", "D"),
]
RESULTS = {"objective", "key_result", "result"}


def add_people(world: World, sources: dict[str, str]) -> None:
    """Three to five persons and two bots; ``sources`` names this world's source per tracker."""
    rng = world.rng
    world.teams = [
        {"id": f"w{world.seed}-{name}", "name": name, "function": "work", "direction": way}
        for name, way in (("red", "strategy"), ("blue", "teams"))
    ]
    if world.chance(0.2):
        world.teams[0]["holidays"] = ["FR", world.day()]
    for number in range(rng.randint(3, 5)):
        handle = f"w{world.seed}p{number}"
        is_in_team = number < 2 or world.chance(0.5)
        person = Person(
            id=f"{handle}@example.org",
            zone=rng.choice([None, *ZONES]),
            jira_zone=rng.choice([None, *ZONES]),
            is_listed=world.chance(0.7),
            is_in_team=is_in_team,
            handle=handle,
        )
        world.people.append(person)
        if is_in_team:
            _add_memberships(world, person)
        _declare(world, person, sources)
    app = Person(f"w{world.seed}app", None, None, False, False, f"w{world.seed}app", True, True)
    robot = Person(f"w{world.seed}bot", None, None, False, False, f"w{world.seed}bot", False, True)
    world.people += [app, robot]
    for source in sources.values():
        world.entries.append({"account": f"{source}:{robot.handle}", "bot": True})
    trello = sources["trello"]
    world.entries.append({"account": f"{trello}:{app.handle}", "bot": True})
    world.entries.append({"account": f"{sources['asana']}:{app.handle}", "bot": True})


def _add_memberships(world: World, person: Person) -> None:
    for team in world.rng.sample(world.teams, world.rng.choice([1, 1, 2])):
        member: dict[str, Any] = {
            "person": world.rng.choice([person.id, person.id.upper()]),
            "capacity": world.rng.choice([1, 1, 0.8, 0.5, 0.25, 0]),
        }
        if world.chance(0.3):
            member["from"] = world.day()
        if world.chance(0.3):
            member["to"] = world.day(before=0)
            if "from" in member and member["to"] < member["from"]:
                del member["to"]
        team.setdefault("members", []).append(member)
    if world.chance(0.4):
        start = world.day()
        world.absences.append(
            (person.id, start, start + timedelta(days=world.rng.randint(0, 12)), 1)
        )
        world.absences.append((person.id, start, start + timedelta(days=30), 0.25))


def _declare(world: World, person: Person, sources: dict[str, str]) -> None:
    if not person.is_listed:
        return
    entry: dict[str, Any] = {"person": person.id}
    if person.zone:
        entry["timezone"] = person.zone
    if world.chance(0.15):
        entry["holidays"] = ["PT"]
    # Trello tells no e-mail: an account there is a person's only if it is listed
    listed = [sources["trello"]] if world.chance(0.8) else []
    listed += [source for source in sources.values() if source not in listed and world.chance(0.4)]
    entry["accounts"] = [f"{source}:{person.handle}" for source in listed]
    world.entries.append(entry)


def add_strategy(world: World) -> None:
    """Nodes in layers, edges upwards, some proposed, retired, dated or declined."""
    rng = world.rng
    for kind, letters in LAYERS:
        most = 3 if kind in ("key_result", "initiative") else 2
        for number in range(1, rng.randint(1, most) + 1):
            dot = "." if "-" in letters else "-"
            _add_node(world, kind, f"{letters}{dot}{world.seed}.{number}")
    for number, node in enumerate(world.nodes):
        if node["kind"] in ("purpose", "goal"):
            continue
        for name, share in (("contributes_to", 0.8), ("enables", 0.25)):
            above = [up for up in world.nodes[:number] if _may(node, up, name)]
            count = min(len(above), rng.choice([1, 1, 2, 3]))
            if world.chance(share) and above:
                node[name] = [_edge(world, up) for up in rng.sample(above, count)]
    stops = [node["id"] for node in world.nodes if world.chance(0.15)]
    if stops:
        world.decisions.append(
            {"id": f"DEC-{world.seed}", "date": world.day(), "title": "Stop", "stops": stops}
        )
    _add_manual(world)


def _add_manual(world: World) -> None:
    for person in world.people:
        if person.is_in_team and world.chance(0.35):
            node = world.rng.choice(world.nodes)["id"]
            start = world.day()
            end = start + timedelta(days=world.rng.randint(0, 20))
            world.manual.append(
                (person.id, node, start, end, world.rng.choice([0.2, 0.5, 1]), "me", "")
            )
            if world.manual[-1][4] < 1:
                other = world.rng.choice(world.nodes)["id"]
                world.manual.append((person.id, other, start, start, 0.3, "me", "again"))


def _add_node(world: World, kind: str, name: str) -> None:
    node: dict[str, Any] = {"id": name, "kind": kind, "title": f"{kind} of world {world.seed}"}
    if world.chance(0.35):
        node["status"] = world.rng.choice(
            ["proposed", "achieved", "retired", "retired", "declined"]
        )
    if world.chance(0.25):
        node["from"] = world.day()
    if world.chance(0.3):
        node["to"] = world.day(before=0)
        if "from" in node and node["to"] < node["from"]:
            del node["to"]
    world.nodes.append(node)


def _may(node: dict[str, Any], up: dict[str, Any], name: str) -> bool:
    """Results serve results and anchors; outputs serve anything above them."""
    if name == "enables":
        return node["kind"] in RESULTS and up["kind"] in RESULTS
    if node["kind"] in RESULTS:
        return up["kind"] in RESULTS | {"goal", "purpose"}
    return True


def _edge(world: World, up: dict[str, Any]) -> dict[str, Any]:
    edge: dict[str, Any] = {"to": up["id"], "because": "it moves it"}
    if world.chance(0.3):
        edge["weight"] = world.rng.choice([2, 0.5, 3])
    if world.chance(0.2):
        edge["valid_from"] = world.day()
    if world.chance(0.2):
        edge["valid_to"] = world.day(before=0)
        if "valid_from" in edge and edge["valid_to"] < edge["valid_from"]:
            del edge["valid_to"]
    return edge
