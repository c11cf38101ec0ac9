"""Write a home that holds many random worlds, so that one run of the product checks them all."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from tests.oracle.world import Kind, World
from tests.oracle.world_asana import AsanaWorld
from tests.oracle.world_jira import FIELDS, JiraWorld
from tests.oracle.world_jira_history import STATUSES, status
from tests.oracle.world_people import add_people, add_strategy
from tests.oracle.world_trello import TrelloWorld

JIRA_MAP = {"status_map": {"Waiting": "todo"}, "dropped": ["Cancelled", "Will not fix"]}


def sources_of(seed: int) -> dict[str, str]:
    """Which source of each tracker a world stands in; a tenth have no history."""
    return {
        "jira": "jn" if seed % 10 == 7 else f"j{seed % 2}",
        "trello": "tn" if seed % 10 == 4 else "t0",
        "asana": "an" if seed % 10 == 1 else "a0",
    }


def write_world_home(folder: Path, seeds: Iterable[int], kind: Kind) -> None:
    """A home whose sources hold the worlds of the seeds.

    Args:
        folder: Made if it is not there; files of an earlier home in it are overwritten.
        seeds: Numbers from 1 to 9,999; each makes the same world in any home of the same kind.
        kind: The settings that all the worlds share.
    """
    worlds: list[World] = []
    exports: dict[str, list[Any]] = {
        name: [] for name in ("j0", "j1", "jn", "t0", "tn", "a0", "an")
    }
    for seed in seeds:
        world = World(seed, kind)
        sources = sources_of(seed)
        add_people(world, sources)
        add_strategy(world)
        for tracker, maker in (("jira", JiraWorld), ("trello", TrelloWorld), ("asana", AsanaWorld)):
            part = maker(world, sources[tracker], not sources[tracker].endswith("n"))
            part.build()
            exports[sources[tracker]].append(part.exported())
        worlds.append(world)
    used = {name: found for name, found in exports.items() if found}
    _write_settings(folder, kind, worlds, sorted(used))
    _write_people(folder, worlds)
    _write_strategy(folder, worlds)
    for name, found in used.items():
        _write_exports(folder / "exports" / name, found)


class _Plain(yaml.SafeDumper):
    """Writes equal values out each time: a home may hold no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _dump(file: Path, content: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.dump(content, Dumper=_Plain, allow_unicode=True, sort_keys=False)
    file.write_text(text, "utf-8")


def _write_settings(folder: Path, kind: Kind, worlds: list[World], names: list[str]) -> None:
    trackers = {"j": "jira", "t": "trello", "a": "asana"}
    containers = {place: node for world in worlds for place, node in world.mappings.items()}
    settings = {
        "organisation": {"name": "Worlds", "timezone": kind.zone},
        "calendar": {
            "working_days": list(kind.working_days),
            "hours": kind.hours,
            "hours_per_day": kind.hours_per_day,
            "holidays": kind.holidays,
        },
        "identifiers": {"pattern": kind.pattern},
        "effort": {"since": kind.since, "split": kind.split, "idle_days": kind.idle_days},
        "linking": {
            "fields": ["Strategy ID", "Goal"],
            "issue_links": ["contributes to", "IS SERVED BY"],
            "containers": containers,
        },
        "privacy": {"people": kind.people, "minimum_group": kind.minimum_group},
        "sources": [
            {
                "name": name,
                "type": trackers[name[0]],
                "export": f"exports/{name}/*.json*" if name[0] == "t" else f"exports/{name}",
                **(JIRA_MAP if name[0] == "j" else {}),
            }
            for name in names
        ],
    }
    _dump(folder / "throughline.yml", settings)


def _write_people(folder: Path, worlds: list[World]) -> None:
    teams = [team for world in worlds for team in world.teams]
    entries = [
        entry
        for world in worlds
        for entry in world.entries
        if entry.get("accounts") != [] or len(entry) > 2
    ]
    _dump(folder / "teams.yml", {"teams": teams, "people": entries})


def _write_strategy(folder: Path, worlds: list[World]) -> None:
    half = len(worlds) // 2
    for name, part in (("one", worlds[:half]), ("two", worlds[half:])):
        content = {
            "nodes": [node for world in part for node in world.nodes],
            "decisions": [decision for world in part for decision in world.decisions],
        }
        if content["nodes"]:
            _dump(folder / "strategy" / f"{name}.yml", content)
    tables = {
        "absences": ("person,from,to,share", [row for world in worlds for row in world.absences]),
        "manual": (
            "person,node,from,to,share,author,reason",
            [row for world in worlds for row in world.manual],
        ),
    }
    for name, (header, rows) in tables.items():
        file = folder / "strategy" / f"{name}.csv"
        with file.open("w", encoding="utf-8", newline="") as lines:
            csv.writer(lines).writerows([header.split(","), *rows])


def _write_exports(folder: Path, parts: list[list[dict[str, Any]]]) -> None:
    """Pages, lists and lines for Jira; a file per board; lists and lines for Asana."""
    folder.mkdir(parents=True, exist_ok=True)
    kind = folder.name[0]
    if kind == "t":
        for number, board in enumerate(board for boards in parts for board in boards):
            (folder / f"board-{number}.json").write_text(json.dumps(board), "utf-8")
        return
    records = [record for part in parts for record in part]
    third = len(records) // 3
    wrapper = "issues" if kind == "j" else "data"
    (folder / "page.json").write_text(json.dumps({wrapper: records[:third]}), "utf-8")
    (folder / "list.json").write_text(json.dumps(records[third : 2 * third]), "utf-8")
    lines = "\n".join(json.dumps(record) for record in records[2 * third :])
    (folder / "lines.jsonl.gz").write_bytes(gzip.compress(lines.encode("utf-8")))
    if kind == "j":
        fields = [{"id": key, "name": name, "custom": True} for key, name in FIELDS.items()]
        (folder / "fields.json").write_text(json.dumps(fields), "utf-8")
        statuses = [status(number) for number in STATUSES]
        (folder / "statuses.json").write_text(json.dumps(statuses), "utf-8")
