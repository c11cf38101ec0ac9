"""``throughline contract``: what the published tables promise, and what a change of it breaks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from pipelines.commands.failures import fail, say, say_lines
from pipelines.warehouse.exits import Exit


def show(home: Path) -> None:
    """Print the contract of the published run.

    Raises:
        NothingPublishedError: If no run of the home has published.
    """
    from pipelines.commands.published import current

    folder, _ = current(home)
    say_lines(_file_of(str(folder), home).read_text("utf-8").rstrip())


def diff(home: Path, old: str, new: str) -> None:
    """Print every change from one contract to another; ends with 1 if one breaks readers.

    Args:
        home: Where run ids are looked up.
        old, new: A contract file, a folder that holds one, the id of a kept run, or ``current``.
    """
    from pipelines.warehouse.contract_changes import changes, version_wanted

    before, after = (_read(_file_of(told, home)) for told in (old, new))
    found = changes(before, after)
    for change in found:
        say(change)
    breaking = sum(change.is_breaking for change in found)
    say(
        f"{before['version']} -> {after['version']}: {breaking} breaking, "
        f"{len(found) - breaking} compatible; expected at least "
        f"{version_wanted(str(before['version']), found)}"
    )
    if breaking:
        raise typer.Exit(Exit.REFUSED)


def _file_of(told: str, home: Path) -> Path:
    from pipelines.warehouse.places import Places
    from pipelines.warehouse.published_contract import NAME

    published = Places(home.resolve()).published
    for path in (Path(told), Path(told) / NAME, published / told / NAME):
        if path.is_file():
            return path
    raise fail(
        f"There is no contract at {told!r}. Expected a file, a folder with {NAME}, or a run of "
        f"{published} (runs of earlier versions have none).",
        Exit.SETTINGS,
    )


def _read(path: Path) -> dict[str, Any]:
    import yaml

    try:
        found = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise fail(f"{path} is no YAML: {fault}", Exit.SETTINGS) from None
    if not isinstance(found, dict) or found.get("kind") != "DataContract":
        raise fail(f"{path} is no data contract: expected `kind: DataContract`.", Exit.SETTINGS)
    return found
