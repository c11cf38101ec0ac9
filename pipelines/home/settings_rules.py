"""What must hold in throughline.yml beyond the type of each value."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipelines.home.exports import matching_files
from pipelines.home.files import Files
from pipelines.home.holiday_calendars import check_holidays
from pipelines.home.identifiers import check_pattern, not_matching
from pipelines.home.names import Names
from pipelines.home.parts import Placed
from pipelines.home.problems import Place, Problems, shown
from pipelines.home.settings_file import CONTAINER_KINDS
from pipelines.home.source_entries import OAUTH, is_encrypted, needed


def check_settings(
    folder: Path | None, files: Files, names: Names, problems: Problems
) -> str | None:
    """Check throughline.yml.

    Args:
        folder: Where exported files have to be; None if none has to.
        files: The home's files as they were read.
        names: What is named in them.
        problems: Takes what is found.

    Returns:
        The pattern of identifiers, or None if it cannot be used.
    """
    pattern = _check_pattern(files, problems)
    if calendar := files.settings.get("calendar"):
        check_holidays(calendar.value.holidays, calendar.place.at("holidays"), problems)
    if linking := files.settings.get("linking"):
        _check_containers(linking, names, problems)
        for key in ("fields", "issue_links"):
            _check_once(getattr(linking.value, key), linking.place.at(key), problems)
    sources = files.settings.get("sources", [])
    _check_names(sources, problems)
    for source in sources:
        _check_source(folder, source, problems)
        if pattern and source.value.type == "jira":
            _warn_of_project_keys(source, pattern, problems)
    return pattern


def _check_pattern(files: Files, problems: Problems) -> str | None:
    identifiers = files.settings.get("identifiers")
    if not identifiers:
        return None
    pattern = identifiers.value.pattern
    return pattern if check_pattern(pattern, identifiers.place.at("pattern"), problems) else None


def _check_names(sources: list[Placed[Any]], problems: Problems) -> None:
    seen: dict[str, Place] = {}
    for source in sources:
        first = seen.setdefault(source.value.name, source.place)
        if first is not source.place:
            found = f"the source {shown(source.value.name)} a second time (first: {first})"
            problems.error(source.place.at("name"), found, "a name of its own for each source")


def _check_source(folder: Path | None, source: Placed[Any], problems: Problems) -> None:
    entry, place = source.value, source.place
    _check_once(entry.status_map, place.at("status_map"), problems)
    if entry.export is not None:
        if folder is not None:
            _check_exports(folder, entry.export, place.at("export"), problems)
        return
    for setting in needed(entry):
        if getattr(entry, setting) is None:
            expected = f"the keys {', '.join(needed(entry))}, or `export` for files"
            problems.error(place, f"no '{setting}' in the source '{entry.name}'", expected)
    if entry.token_env and (app := [key for key in OAUTH if getattr(entry, key, None)]):
        expected = "one way to sign in: a token, or an OAuth app"
        problems.error(place.at("token_env"), f"'token_env' beside '{app[0]}'", expected)
    if entry.type == "jira" and entry.url and not is_encrypted(entry.url):
        expected = "an address with https://; only this machine is asked without encryption"
        problems.error(place.at("url"), shown(entry.url), expected)


def _check_exports(folder: Path, exports: Iterable[str], place: Place, problems: Problems) -> None:
    for number, export in enumerate(exports):
        here = place.at(number) if place.document.has(place.at(number).path) else place
        if matching_files(folder, export):
            continue
        if (folder / export).exists() or any(sign in export for sign in "*?["):
            problems.warning(here, f"no exported file for {shown(export)}", "at least one")
        else:
            expected = f"a file, a folder or a glob, seen from {folder}"
            among = [path.relative_to(folder).as_posix() for path in folder.glob("*/*")]
            problems.error(here, f"{shown(export)}, which does not exist", expected, among, export)


def _check_once(texts: Iterable[str], place: Place, problems: Problems) -> None:
    """Names are compared in any case: two that differ in case alone are one."""
    seen: dict[str, str] = {}
    for number, text in enumerate(texts):
        if first := seen.get(text.lower()):
            here = place.at(text) if place.document.has(place.at(text).path) else place.at(number)
            found = f"{shown(text)} beside {shown(first)}"
            problems.error(here, found, "each name once, in any case")
        seen[text.lower()] = text


def _check_containers(linking: Placed[Any], names: Names, problems: Problems) -> None:
    for key, node in linking.value.containers.items():
        place = linking.place.at("containers", key)
        source, kind, name = (*key.split(":", 2), "", "")[:3]
        if not name.strip():
            problems.error(place, shown(key), "a key like 'eng:project:PLAT' (source:kind:name)")
            continue
        names.check("source", source, place, problems)
        if kind not in CONTAINER_KINDS:
            expected = f"one of {', '.join(CONTAINER_KINDS)} between the colons"
            problems.error(place, shown(kind), expected, CONTAINER_KINDS, kind)
        names.check("node", node, place, problems)
    _check_once(linking.value.containers, linking.place.at("containers"), problems)


def _warn_of_project_keys(source: Placed[Any], pattern: str, problems: Problems) -> None:
    keys = {f"{project}-1": project for project in source.value.projects}
    for example in keys.keys() - not_matching(pattern, keys):
        found = f"the project key {shown(keys[example])}: {example} looks like an identifier"
        expected = "a pattern or a key that tells issues and strategy nodes apart"
        problems.warning(source.place.at("projects"), found, expected)
