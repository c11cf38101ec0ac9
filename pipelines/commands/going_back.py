"""``throughline rollback``: readers back to an earlier published run."""

from __future__ import annotations

from pathlib import Path

import typer

from connectors.errors import ThroughlineError
from pipelines.commands.failures import say
from pipelines.warehouse.exits import Exit
from pipelines.warehouse.going_back import kept_runs, note_behind, roll_back
from pipelines.warehouse.lock import held
from pipelines.warehouse.places import Places


def list_kept(home: Path) -> None:
    """Print the runs that readers can be switched to, newest first, and which is current."""
    places = Places(home.resolve())
    current = places.current.resolve().name
    for manifest in kept_runs(places):
        mark = "*" if manifest["run_id"] == current else " "
        at = manifest["published_at"][:16].replace("T", " ")
        say(f"{mark} {manifest['run_id']}  as of {manifest['as_of']}, published {at} UTC")


def roll_back_to(home: Path, run_id: str | None) -> None:
    """Switch readers, of PostgreSQL too where the settings name one, and say to what.

    No run begins in between, which would publish and be overwritten in PostgreSQL alone.

    Raises:
        SettingsError: If there is no such run.
        LockHeldError: If a run is under way.
        typer.Exit: With 3 if PostgreSQL keeps the run that it has.
    """
    places = Places(home.resolve())
    with held(places):
        folder = roll_back(places, run_id)
        say(f"Readers see {folder.name} now. The next run publishes as ever.")
        try:
            _put_into_postgres(places, folder)
        except ThroughlineError as fault:
            note_behind(places, folder.name)
            say(f"PostgreSQL was not switched and has another run: {fault}", error=True)
            again = f"throughline rollback {folder.name} --home {places.home}"
            say(f"Readers of the folder are switched all the same; then `{again}`.", error=True)
            raise typer.Exit(Exit.DEGRADED) from fault


def _put_into_postgres(places: Places, folder: Path) -> None:
    from pipelines.home.home import load_home
    from pipelines.warehouse.postgres.following import follow

    if follow(load_home(places.home), folder) is not None:
        say(f"PostgreSQL has {folder.name} as well.")
