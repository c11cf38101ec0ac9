"""A strategy that was written elsewhere, made one of the home: read, numbered, checked, written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pipelines.home.files import Files, read_files
from pipelines.home.identifiers import check_pattern
from pipelines.home.imports.draft import Draft, DraftMeasure, ImportRefusedError, Key, words
from pipelines.home.imports.fitting import fit
from pipelines.home.imports.numbering import identified
from pipelines.home.imports.origins import read_origin
from pipelines.home.imports.strategy_writer import observation_text, strategy_text
from pipelines.home.imports.target_file import (
    Known,
    Part,
    Target,
    are_observations_ours,
    known,
    places,
    target,
)
from pipelines.home.imports.trial import check_with
from pipelines.home.problems import HomeError, Problems

COMMAND = "throughline import-strategy"


@dataclass(frozen=True)
class Imported:
    """What an import did.

    ``elsewhere`` counts what another file of the home has already; ``kept`` are ids of the target
    that the origin does not have (any more); ``is_beside`` says that ``.new`` files were written.
    """

    draft: Draft
    files: list[Path]
    elsewhere: Counter[str]
    kept: list[str]
    is_beside: bool
    target: str


def import_strategy(
    home: Path,
    path: Path,
    *,
    into: str | None = None,
    identifiers: str | None = None,
    force: bool = False,
) -> Imported:
    """Write what a file holds into ``strategy/`` of the home, as YAML and a CSV of observations.

    Args:
        home: The folder of the home.
        path: The file, or a folder of files that belong together.
        into: The name of the YAML file; by default the name of what is imported.
        identifiers: What new identifiers look like, with ``{number}`` in it; by kind if None.
        force: Write over files that were edited since they were imported.

    Raises:
        ImportRefusedError: If the file cannot be read as a strategy, or the home would not pass
            its check with it. Nothing is written then.
        HomeError: If the home's own files cannot be read.
    """
    files, pattern = _home(home)
    draft, stem = read_origin(path)
    goal = target(home, stem, into)
    fit(draft)
    before = known(files, goal, draft.system)
    ids = identified(draft, before.nodes, _taken(files, "nodes"), pattern, identifiers)
    elsewhere = _leave_elsewhere(draft, before, goal)
    measures = _measures(draft, before, ids, _taken(files, "measures"))
    kept = _kept(before, ids, measures)
    texts = _texts(path, draft, ids, measures, kept, goal)
    check_with(home, texts)
    where = places(goal, texts, force)
    for place, text in ((where[each], text) for each, text in texts.items()):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="\n")
    is_beside = where[goal.path] != goal.path
    return Imported(draft, list(where.values()), elsewhere, _ids_of(kept), is_beside, goal.name)


def _texts(
    path: Path,
    draft: Draft,
    ids: dict[Key, str],
    measures: list[tuple[str, DraftMeasure]],
    kept: dict[str, list[Part]],
    goal: Target,
) -> dict[Path, str]:
    """What to write, by path; no observations where there are none and we never wrote any."""
    values = observation_text(measures)
    texts = {goal.path: strategy_text(draft, ids, measures, kept, _head(path, draft), values)}
    if are_observations_ours(goal) or any(each.observations for _, each in measures):
        texts[goal.observations] = values
    return texts


def _ids_of(kept: dict[str, list[Part]]) -> list[str]:
    return [str(part.get("id")) for section in ("nodes", "measures") for part in kept[section]]


def _home(folder: Path) -> tuple[Files, str]:
    """The home as it is, and its pattern of identifiers."""
    problems = Problems()
    files = read_files(folder, problems)
    section = files.settings.get("identifiers")
    if section is not None:
        check_pattern(section.value.pattern, section.place.at("pattern"), problems)
    if problems.errors or section is None:
        raise HomeError(problems)
    return files, section.value.pattern


def _taken(files: Files, section: str) -> set[str]:
    return {each.lower() for each in files.written(section, "id")}


def _leave_elsewhere(draft: Draft, before: Known, goal: Target) -> Counter[str]:
    """Take out of the draft what another file of the home has already; how much, by file."""
    found = Counter(
        before.elsewhere[each.key]
        for each in (*draft.nodes, *draft.measures)
        if each.key in before.elsewhere
    )
    draft.nodes = [node for node in draft.nodes if node.key not in before.elsewhere]
    draft.measures = [each for each in draft.measures if each.key not in before.elsewhere]
    if found and not draft.nodes and not draft.measures:
        file = found.most_common(1)[0][0]
        raise ImportRefusedError(
            f"All of it is in {file} already. To bring that up to date, say"
            f" `{COMMAND} FILE --into {Path(file).name}`; {goal.name} was not written."
        )
    return found


def _measures(
    draft: Draft, before: Known, ids: dict[Key, str], taken: set[str]
) -> list[tuple[str, DraftMeasure]]:
    """Each measure with its identifier: the one it has, else the node's number and its own."""
    counts: Counter[str] = Counter()
    found: list[tuple[str, DraftMeasure]] = []
    for measure in draft.measures:
        name = before.measures.get(measure.key)
        stem = f"M-{ids[measure.node].rpartition('-')[2]}"
        while name is None:
            counts[stem] += 1
            wanted = f"{stem}.{counts[stem]}"
            name = None if wanted.lower() in taken else wanted
        taken.add(name.lower())
        found.append((name, measure))
    return found


def _kept(
    before: Known, ids: dict[Key, str], measures: list[tuple[str, DraftMeasure]]
) -> dict[str, list[Part]]:
    """The parts of the earlier file that this import does not write anew."""
    anew = {each.lower() for each in (*ids.values(), *(name for name, _ in measures))}
    kept = {
        section: [part for part in parts if str(part.get("id")).lower() not in anew]
        for section, parts in before.parts.items()
    }
    return {"nodes": [], "measures": [], **kept}


def _head(path: Path, draft: Draft) -> list[str]:
    return [
        f"Imported by `{COMMAND}` from {words(path.name)} ({draft.label}):",
        f"{counts_of(draft)}.",
        "Please review: reasons (`because`), owners and kinds of measures are rarely in an origin.",
        "Once you have edited this file, a later import is written beside it, as `.new`.",
    ]


def counts_of(draft: Draft) -> str:
    """How much of each kind there is."""
    kinds = Counter(node.kind for node in draft.nodes)
    observations = sum(len(each.observations) for each in draft.measures)
    counts = {**kinds, "measures": len(draft.measures), "observations": observations}
    return ", ".join(f"{kind} {count:,}" for kind, count in counts.items())
