"""``throughline status``: the latest runs, what is current, and how old each source is."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer

from connectors.errors import SettingsError
from pipelines.commands.failures import fail, say
from pipelines.home.settings_file import Nights
from pipelines.operations.alerts import tell, tell_newest
from pipelines.operations.expiry import tell_expiry
from pipelines.operations.silence import Silence, silence_of, tell_silence
from pipelines.warehouse.exits import Exit
from pipelines.warehouse.expiry import expiries
from pipelines.warehouse.going_back import POSTGRES, rolled_back
from pipelines.warehouse.lock import LockHeldError, held
from pipelines.warehouse.manifest import read_current
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import read_records

RUNS_SHOWN = 5


def show_status(home: Path, *, alert: bool = False) -> None:
    """Print it; a home that has never run is told so.

    Args:
        home: Its folder.
        alert: Tell of a run whose process was lost, and of silence, whoever gets alerts; once.

    Raises:
        typer.Exit: With 1 if no run was good for too long.
    """
    places = Places(home.resolve())
    if not places.home.is_dir():
        raise fail(f"There is no folder {places.home}. Name the home with --home.", Exit.SETTINGS)
    records = read_records(places, RUNS_SHOWN)
    if not records:
        say(f"No run of {places.home} yet. Start one with `throughline run`.")
        return
    _tell_current(places)
    say("Latest runs:")
    under_way = _is_locked(places)
    for number, record in enumerate(records):
        say("  " + _run(record, under_way and number == 0))
    silence = _silence(places, alert=alert)
    if silence is not None:
        say(silence, error=True)
        raise typer.Exit(Exit.REFUSED)


def _silence(places: Places, *, alert: bool) -> Silence | None:
    """Whether no run was good for too long, by the settings as far as they can be read."""
    from pipelines.home.home import load_home

    try:
        home = load_home(places.home)
    except SettingsError:
        return silence_of(places, Nights.model_validate({}).silent_hours)
    if alert:
        from pipelines.operations.leftovers import close_left_over

        with suppress(LockHeldError):
            for record in close_left_over(places):
                tell(home, record)
        tell_newest(home)
        tell_silence(home)
        tell_expiry(home)
    return silence_of(places, home.settings.run.silent_hours)


def _tell_current(places: Places) -> None:
    found = read_current(places)
    if found is None:
        say("Nothing is published.")
        return
    _, manifest = found
    age = _age(manifest["published_at"])
    say(f"Current: {manifest['run_id']}, as of {manifest['as_of']}, published {age} ago.")
    if back := rolled_back(places):
        if back["from"] != back["to"]:
            say(f"Switched back from {back['from']} on {back['at'][:16]} UTC, until the next run.")
        if POSTGRES in back:
            say(f"PostgreSQL did not follow: `throughline rollback {back['to']}` tries again.")
    say("Sources:")
    for source in manifest["sources"]:
        told = f": {source['detail']}" if source["detail"] else ""
        until = source["data_as_of"]
        data = f", data of {until[:16].replace('T', ' ')} UTC" if until else ""
        say(f"  {source['source']} ({source['tracker']}): {source['state']}{data}{told}")
    for expiry in expiries(manifest["sources"]):
        say(f"warning: {expiry}", error=True)


def _run(record: dict[str, Any], under_way: bool) -> str:
    state = record["state"]
    if state == "running":
        stage = record["stages"][-1]["stage"] if record["stages"] else "starting"
        state = f"under way ({stage})" if under_way else f"killed ({stage})"
    seconds = sum(stage["seconds"] or 0 for stage in record["stages"])
    code = "" if record["exit_code"] is None else f", exit code {record['exit_code']}"
    told = f": {record['sentence']}" if record["exit_code"] else ""
    return f"{record['run_id']}  {state}{code}, {seconds:.0f} s{told}"


def _is_locked(places: Places) -> bool:
    try:
        with held(places):
            return False
    except LockHeldError:
        return True


def _age(instant: str) -> str:
    seconds = (datetime.now(UTC) - datetime.fromisoformat(instant)).total_seconds()
    for unit, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(seconds, 0):.0f} seconds"
