"""``throughline run``: the nightly job of Dagster, in this process."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from connectors.errors import DiskFullError, ThroughlineError
from pipelines.commands.failures import fail, no_source, say, say_lines
from pipelines.warehouse.exits import Exit

if TYPE_CHECKING:
    from pipelines.home.home import Home
    from pipelines.warehouse.places import Places


def run_nightly(
    folder: Path,
    *,
    full: bool = False,
    source: str | None = None,
    confirm: str | None = None,
    as_of: date | None = None,
    as_json: bool = False,
) -> None:
    """Run the job on a home and end with the exit code of how it went.

    With ``as_json``, standard output is the record of the run and nothing else, also of a run that
    could not begin: then it has no run id.

    Raises:
        HomeError: If the home cannot be used; nothing is written then.
        LockHeldError: If another run is under way.
        DiskFullError: If there is no room even to begin.
        typer.Exit: With the run's exit code, if that is not 0.
    """
    from pipelines.commands.people_shown import warn_of_people
    from pipelines.warehouse.lock import held
    from pipelines.warehouse.places import Places
    from pipelines.warehouse.private import privately

    folder = folder.resolve()
    places = Places(folder)
    with _told_as_json(as_of) if as_json else nullcontext():
        home = _valid(folder, source, as_of)
        _check_names(home, source, confirm)
        warn_of_people(home, beside_output=True)
        with _full_disk_told(places), privately(), held(places):
            record = carry_out(home, full=full, source=source, confirm=confirm)
    if as_json:
        _print_json(record)
    else:
        tell(places, record)
    if record["exit_code"]:
        raise typer.Exit(record["exit_code"])


def _print_json(record: dict[str, Any]) -> None:
    say_lines(json.dumps(record, indent=1, ensure_ascii=False))


@contextmanager
def _full_disk_told(places: Places) -> Iterator[None]:
    """Say how much room is needed where there is none even to begin."""
    from pipelines.warehouse.space import foreseen

    try:
        yield
    except (OSError, DiskFullError) as fault:
        known = foreseen(places, fault)
        if known is fault:
            raise
        raise known from fault


def _valid(folder: Path, source: str | None, as_of: date | None) -> Home:
    """The home; where it has mistakes, who gets alerts is told so, as far as that can be read."""
    from pipelines.home.home import check_home, load_home
    from pipelines.home.problems import HomeError

    found = check_home(folder, source)
    errors = [problem for problem in found if problem.severity == "error"]
    if errors:
        from pipelines.operations.unreadable import tell_of_mistakes

        tell_of_mistakes(folder, len(errors))
        raise HomeError(found)
    return load_home(folder, as_of)


@contextmanager
def _told_as_json(as_of: date | None) -> Iterator[None]:
    """Print the record of a run that could not begin, in place of the one that there would be."""
    from dataclasses import asdict

    from pipelines.commands.failures import code_of
    from pipelines.warehouse.lock import LockHeldError
    from pipelines.warehouse.night import cause_of
    from pipelines.warehouse.record import RunRecord

    try:
        yield
    except ThroughlineError as fault:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        record = RunRecord("", as_of.isoformat() if as_of else "", now, os.getpid())
        record.state, record.ended_at, record.sentence = "failed", now, str(fault)
        record.exit_code = Exit(code_of(fault)).value
        record.cause = "locked" if isinstance(fault, LockHeldError) else cause_of(fault)
        _print_json(asdict(record))
        raise


def _check_names(home: Home, source: str | None, confirm: str | None) -> None:
    names = [each.name for each in home.sources]
    for wanted in (source, confirm):
        if wanted is not None and wanted not in names:
            raise no_source(wanted, names)
    live = [each.name for each in home.sources if not each.is_export]
    if confirm is not None and confirm not in live:
        raise fail(
            f"`{confirm}` is read from files: nothing of it is ever held back.", Exit.SETTINGS
        )


def carry_out(home: Home, **choices: Any) -> dict[str, Any]:
    """The record of the run; a failure before it began is explained in a log of its own."""
    import structlog

    from pipelines.commands.job import run_job
    from pipelines.warehouse.places import Places
    from pipelines.warehouse.run_log import written_to
    from pipelines.warehouse.space import foreseen
    from pipelines.warehouse.state import check_state

    # Dagster would tell of a run that cannot begin in its own words, and not here.
    check_state(Places(home.folder))
    try:
        return run_job(home, **choices)
    except Exception as fault:
        known = foreseen(Places(home.folder), fault)
        if known is not fault:
            raise known from fault
        path = Places(home.folder).logs / "not-begun.log"
        with written_to(path):
            structlog.get_logger().exception("the run could not begin")
        cause = str(fault).split("\n", 1)[0]
        sentence = f"The run could not begin ({type(fault).__name__}: {cause}). See {path}"
        raise fail(sentence, Exit.REFUSED) from fault


def tell(places: Places, record: dict[str, Any]) -> None:
    """Print how a run ended, and where readers find what it published."""
    if record["state"] != "published":
        say_lines(record["sentence"], error=True)
        return
    from pipelines.commands.answer import answer

    if record["exit_code"]:
        say(record["sentence"], error=True)
    say_lines(answer(places.home))
