"""``throughline init``: a home to begin with."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from pipelines.commands.failures import say

if TYPE_CHECKING:
    from pipelines.home.starter_source import NewSource

NO_TRACKER = "none"


def write_starter(
    folder: Path,
    *,
    tracker: str | None = None,
    name: str = "",
    address: str = "",
    workspace: str = "",
    is_bearer: bool = False,
) -> None:
    """Write the starter home and say what comes next; on a terminal, ask for the tracker.

    Raises:
        SettingsError: If a file is there already, or what was told cannot be used.
    """
    from pipelines.home.starter_home import init_home
    from pipelines.home.starter_source import NewSource

    source = None
    if tracker is not None:
        source = NewSource(tracker, name, address, workspace, is_bearer)
    elif on_a_terminal():
        source = _asked()
    folder = folder.resolve()
    for path in init_home(folder, source):
        say(f"wrote {path.relative_to(folder)}")
    for variable, meaning in (source.variables if source else {}).items():
        say(f"Set {variable} in the environment where the program runs: {meaning}.")
    say(f"Next: fill in {folder / 'throughline.yml'}, then `throughline check --home {folder}`.")


def on_a_terminal() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _asked() -> NewSource | None:
    """Ask which tracker is to be read, and what it needs."""
    from pipelines.home.starter_source import TRACKERS, NewSource, full_address

    choices = (*TRACKERS, NO_TRACKER)
    question, tracker = f"Which tracker is to be read ({', '.join(choices)})", ""
    while tracker not in choices:
        tracker = typer.prompt(question, NO_TRACKER).strip().lower()
    if tracker == NO_TRACKER:
        return None
    source = NewSource(tracker, typer.prompt("A short name for it", tracker))
    if tracker == "jira":
        address = full_address(typer.prompt("Its address, such as example.atlassian.net"))
        source = replace(source, address=address)
        if not address.endswith(".atlassian.net"):
            question = "Does a personal access token sign in by itself (Data Center)"
            source = replace(source, is_bearer=typer.confirm(question, default=True))
    if tracker == "asana":
        source = replace(source, workspace=typer.prompt("The id of the workspace"))
    return source
