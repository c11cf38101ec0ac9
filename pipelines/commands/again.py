"""``throughline rebuild`` and ``throughline replay``: what was landed, computed again."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import typer

from pipelines.commands.failures import say
from pipelines.commands.run import carry_out, tell
from pipelines.home.home import load_home
from pipelines.warehouse.inputs import lay_out
from pipelines.warehouse.lock import held
from pipelines.warehouse.manifest import read_current
from pipelines.warehouse.memory import newest_night
from pipelines.warehouse.places import Places


def rebuild(folder: Path) -> None:
    """Delete what the program made of landing, memory and settings, and make it again.

    It stands for the date of the current publication, else of the newest remembered night, else for
    today. Published runs stay until the new one takes their place, so that readers always have one.

    Raises:
        HomeError: If the home cannot be used; nothing is deleted then.
        LockHeldError: If a run is under way.
        typer.Exit: With the run's exit code, if that is not 0.
    """
    places = Places(folder.resolve())
    published = read_current(places)
    as_of = date.fromisoformat(published[1]["as_of"]) if published else newest_night(places)
    home = load_home(places.home, as_of, offline=True)
    with held(places):
        for made in (places.warehouse, places.dagster, places.replays):
            if made.exists():
                shutil.rmtree(made)
        record = carry_out(home, offline=True)
    tell(places, record)
    if record["exit_code"]:
        raise typer.Exit(record["exit_code"])


def replay(folder: Path, as_of: date) -> None:
    """Compute a stored night again, in a home of its own under ``data/replays``.

    Raises:
        SettingsError: If the night is not kept.
        LockHeldError: If a run is under way: it may be changing what is read.
        typer.Exit: With the run's exit code, if that is not 0.
    """
    places = Places(folder.resolve())
    there = places.replays / as_of.isoformat()
    with held(places):
        kept = lay_out(places, as_of, there)
        home = load_home(there, as_of, offline=True)
        with held(Places(there)):
            record = carry_out(home, offline=True)
    tell(Places(there), record)
    say(f"This is run {kept['run_id']} again; readers of {places.home} see what they saw.")
    if record["exit_code"]:
        raise typer.Exit(record["exit_code"])
