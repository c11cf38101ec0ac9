"""``throughline rollback``: readers back to an earlier published run."""

from __future__ import annotations

from pathlib import Path

import typer

from connectors.errors import SettingsError, ThroughlineError
from pipelines.commands.failures import say
from pipelines.warehouse.going_back import kept_runs, roll_back
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import Exit


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

    Raises:
        SettingsError: If there is no such run.
        typer.Exit: With 3 if PostgreSQL keeps the run that it has.
    """
    places = Places(home.resolve())
    folder = roll_back(places, run_id)
    say(f"Readers see {folder.name} now. The next run publishes as ever.")
    try:
        _put_into_postgres(places, folder)
    except ThroughlineError as fault:
        say(f"PostgreSQL keeps the run that it has: {fault}", error=True)
        raise typer.Exit(Exit.DEGRADED) from fault


def _put_into_postgres(places: Places, folder: Path) -> None:
    from pipelines.home.home import load_home

    try:
        wanted = load_home(places.home).settings.publish.postgres
    except SettingsError as fault:
        say(f"Whether PostgreSQL is to be switched as well cannot be read: {fault}", error=True)
        raise typer.Exit(Exit.DEGRADED) from fault
    if wanted is None:
        return
    from pipelines.warehouse.postgres.address import address_of
    from pipelines.warehouse.postgres.publishing import publish_folder

    publish_folder(address_of(wanted.dsn_env, wanted.schema_name), folder)
    say(f"PostgreSQL has {folder.name} as well.")
