"""All of the user's files, read and validated one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pipelines.home.entries_file import (
    Absence,
    CheckIn,
    ManualAllocation,
    Observation,
    read_entries,
)
from pipelines.home.parts import Placed, sections
from pipelines.home.problems import Document, Place, Problems
from pipelines.home.settings_file import SettingsFile
from pipelines.home.strategy_file import Conflict, Decision, Measure, Node, StrategyFile
from pipelines.home.teams_file import Person, Team, TeamsFile
from pipelines.home.yaml_reader import read_yaml

SETTINGS = "throughline.yml"
TEAMS = "teams.yml"
STRATEGY = "strategy"
NOT_READ_SILENTLY = {".md", ".txt", ""}

P = TypeVar("P")


@dataclass
class Files:
    """The valid parts of all files. What is not whole had a file that could not be read."""

    settings: dict[str, Any] = field(default_factory=dict)
    teams: list[Placed[Team]] = field(default_factory=list)
    people: list[Placed[Person]] = field(default_factory=list)
    nodes: list[Placed[Node]] = field(default_factory=list)
    measures: list[Placed[Measure]] = field(default_factory=list)
    decisions: list[Placed[Decision]] = field(default_factory=list)
    conflicts: list[Placed[Conflict]] = field(default_factory=list)
    entries: list[Placed[Any]] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    are_settings_whole: bool = True
    are_teams_whole: bool = True
    is_strategy_whole: bool = True

    def entries_of(self, kind: type[P]) -> list[Placed[P]]:
        """The CSV rows of one kind."""
        return [entry for entry in self.entries if isinstance(entry.value, kind)]

    def written(self, list_name: str, key: str) -> Iterator[str]:
        """A text of every item of a list, of items with faults too: what the user surely means."""
        for document in self.documents:
            yield from _texts(document.data, list_name, key)

    def written_members(self) -> Iterator[str]:
        """The person of every member of every team."""
        for document in self.documents:
            for team in _mappings(document.data, "teams"):
                yield from _texts(team, "members", "person")

    observations = property(lambda self: self.entries_of(Observation))
    check_ins = property(lambda self: self.entries_of(CheckIn))
    manual_allocations = property(lambda self: self.entries_of(ManualAllocation))
    absences = property(lambda self: self.entries_of(Absence))


def _mappings(data: Any, list_name: str) -> list[dict[str, Any]]:
    items = data.get(list_name) if isinstance(data, dict) else None
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _texts(data: Any, list_name: str, key: str) -> Iterator[str]:
    texts = (item.get(key) for item in _mappings(data, list_name))
    return (text.strip() for text in texts if isinstance(text, str))


def read_files(folder: Path, problems: Problems) -> Files:
    """Read throughline.yml, teams.yml and everything in strategy/."""
    files = Files()
    _read_settings(folder, files, problems)
    _read_teams(folder, files, problems)
    _read_strategy(folder / STRATEGY, files, problems)
    return files


def _read_settings(folder: Path, files: Files, problems: Problems) -> None:
    place = Place(Document(SETTINGS))
    if not (folder / SETTINGS).is_file():
        problems.error(
            place, f"no such file in {folder}", "the settings (`throughline init` writes them)"
        )
        files.are_settings_whole = False
        return
    document = read_yaml(folder / SETTINGS, SETTINGS, problems)
    if document is None:
        files.are_settings_whole = False
        return
    files.documents.append(document)
    files.settings = sections(SettingsFile, Place(document), problems)


def _read_teams(folder: Path, files: Files, problems: Problems) -> None:
    if not (folder / TEAMS).is_file():
        problems.warning(Place(Document(TEAMS)), "no such file", "teams, else all are (unassigned)")
        return
    document = read_yaml(folder / TEAMS, TEAMS, problems)
    if document is None:
        files.are_teams_whole = False
        return
    if document.data is None:
        return
    files.documents.append(document)
    found: dict[str, Any] = sections(TeamsFile, Place(document), problems)
    files.teams = found.get("teams", [])
    files.people = found.get("people", [])


def _read_strategy(folder: Path, files: Files, problems: Problems) -> None:
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    for path in paths:
        name, suffix = f"{STRATEGY}/{path.name}", path.suffix.lower()
        if path.name.startswith((".", "~")) or not path.is_file():
            continue
        if suffix in (".yml", ".yaml"):
            _read_strategy_file(path, name, files, problems)
        elif suffix == ".csv":
            files.entries += read_entries(path, name, problems)
        elif suffix not in NOT_READ_SILENTLY:
            problems.warning(
                Place(Document(name)), f"a {suffix} file", ".yml or .csv: it is not read"
            )
    if not files.nodes and files.is_strategy_whole:
        problems.warning(
            Place(Document(STRATEGY)), "no nodes", "nodes, else all effort is untraced"
        )


def _read_strategy_file(path: Path, name: str, files: Files, problems: Problems) -> None:
    document = read_yaml(path, name, problems)
    if document is None:
        files.is_strategy_whole = False
        return
    if document.data is None:
        return
    files.documents.append(document)
    found: dict[str, Any] = sections(StrategyFile, Place(document), problems)
    for section in ("nodes", "measures", "decisions", "conflicts"):
        getattr(files, section).extend(found.get(section, []))
