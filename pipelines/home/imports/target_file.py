"""Where an import goes: the file in the home, what of it is known already, and who may write it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.home.files import STRATEGY, Files
from pipelines.home.imports.draft import ImportRefusedError, Key
from pipelines.home.imports.seal import digest, seal_of
from pipelines.home.problems import Document

SLUG = re.compile(r"[^a-z0-9]+")
Part = dict[str, Any]


@dataclass
class Known:
    """What earlier imports left in the home."""

    nodes: dict[Key, str] = field(default_factory=dict)
    measures: dict[Key, str] = field(default_factory=dict)
    elsewhere: dict[Key, str] = field(default_factory=dict)
    """Nodes and measures that another file has, with its name."""
    parts: dict[str, list[Part]] = field(default_factory=dict)
    """All that the target file holds, by section."""


@dataclass(frozen=True)
class Target:
    """The YAML file of an import; its observations lie beside it."""

    path: Path

    @property
    def name(self) -> str:
        """As it is called in messages."""
        return f"{STRATEGY}/{self.path.name}"

    @property
    def observations(self) -> Path:
        """The CSV file beside it."""
        return self.path.with_name(f"{self.path.stem}-observations.csv")


def target(home: Path, stem: str, into: str | None) -> Target:
    """The file that ``into`` names, else one named after the origin.

    Raises:
        ImportRefusedError: If it would not lie in the folder of the strategy.
    """
    name = into.removeprefix(f"{STRATEGY}/") if into else f"{_slug(stem)}.yml"
    name = name if name.endswith((".yml", ".yaml")) else f"{name}.yml"
    if Path(name).name != name or name.startswith((".", "~")):
        raise ImportRefusedError(
            f"--into {into}: expected the name of a file in {STRATEGY}/, such as plan.yml."
        )
    return Target(home / STRATEGY / name)


def known(files: Files, target: Target, system: str) -> Known:
    """What the home has already of this origin.

    In the target file any import of the same kind counts, so that a file may be renamed at its
    origin; elsewhere only the very same origin.
    """
    found = Known()
    for document in files.documents:
        is_target = document.file == target.name
        if is_target:
            found.parts = {
                section: [each for each in parts if isinstance(each, dict)]
                for section, parts in document.data.items()
                if isinstance(parts, list)
            }
        for section, key, identifier in _imported(document, system, is_target):
            ids = found.nodes if section == "nodes" else found.measures
            ids[key] = identifier
            if not is_target:
                found.elsewhere[key] = document.file
    return found


def _imported(document: Document, system: str, is_target: bool) -> Iterator[tuple[str, Key, str]]:
    for section in ("nodes", "measures"):
        parts = document.data.get(section) if isinstance(document.data, dict) else None
        for part in parts if isinstance(parts, list) else []:
            origin = part.get("origin") if isinstance(part, dict) else None
            if not isinstance(origin, dict) or not isinstance(part.get("id"), str):
                continue
            whose = str(origin.get("system"))
            if whose == system or (is_target and _family(whose) == _family(system)):
                yield section, (str(origin.get("kind")), str(origin.get("id"))), part["id"]


def places(target: Target, texts: dict[Path, str], force: bool) -> dict[Path, Path]:
    """Where each text goes: its file, or all of them beside their files, with ``.new`` behind.

    They go beside where one of the files was edited since it was imported, or is not of an import.

    Raises:
        ImportRefusedError: If what lies beside has been edited as well, or a link leads elsewhere.
    """
    here = {path: path for path in texts}
    if force or _are_ours(target, here, texts):
        return _all_inside(here)
    beside = {path: path.with_name(f"{path.name}.new") for path in texts}
    if not _are_ours(target, beside, texts):
        raise ImportRefusedError(
            f"{target.name} and {beside[target.path].name} have both been edited since they were"
            " imported. Move the second away, or say --force to overwrite the first."
        )
    return _all_inside(beside)


def _all_inside(where: dict[Path, Path]) -> dict[Path, Path]:
    """The same places; the folder of the strategy may be a link, none in it may lead out of it."""
    for path in where.values():
        there = path.resolve()
        if there.parent != path.parent.resolve():
            raise ImportRefusedError(
                f"{STRATEGY}/{path.name} is a link to {there}, and an import writes into the"
                f" folder {STRATEGY} alone. Nothing was written: put a file in the place of the"
                " link, or name another with --into."
            )
    return where


def are_observations_ours(target: Target) -> bool:
    """Whether observations lie beside the target as an import left them."""
    values = _text(target.observations)
    return values is not None and seal_of(_text(target.path) or "").other == digest(values)


def _are_ours(target: Target, where: dict[Path, Path], texts: dict[Path, str]) -> bool:
    """Whether the files are absent, as an import left them, or what it would write now."""
    strategy = _text(where[target.path])
    seal = seal_of(strategy or "")
    if strategy not in (None, texts[target.path]) and not seal.is_untouched:
        return False
    if target.observations not in where:
        return True
    values = _text(where[target.observations])
    return values in (None, texts[target.observations]) or digest(values or "") == seal.other


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8") if path.exists() else None
    except UnicodeDecodeError:
        return ""


def _slug(stem: str) -> str:
    return SLUG.sub("-", stem.lower()).strip("-") or "imported"


def _family(system: str) -> str:
    return system.partition(" ")[0]
