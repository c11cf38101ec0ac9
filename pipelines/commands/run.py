"""``throughline run``: the nightly job of Dagster, in this process."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from pipelines.commands.failures import REFUSED, USAGE, fail, say, say_lines

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
) -> None:
    """Run the job on a home and end with the exit code of how it went.

    Raises:
        HomeError: If the home cannot be used; nothing is written then.
        LockHeldError: If another run is under way.
        DiskFullError: If there is no room even to begin.
        typer.Exit: With the run's exit code, if that is not 0.
    """
    from pipelines.home.home import check_home, load_home
    from pipelines.home.problems import HomeError
    from pipelines.warehouse.lock import held
    from pipelines.warehouse.places import Places
    from pipelines.warehouse.private import privately
    from pipelines.warehouse.space import foreseen

    folder = folder.resolve()
    found = check_home(folder, source)
    if any(problem.severity == "error" for problem in found):
        raise HomeError(found)
    home = load_home(folder, as_of)
    _check_names(home, source, confirm)
    places = Places(folder)
    try:
        with privately(), held(places):
            record = _run(home, full=full, source=source, confirm=confirm)
    except OSError as fault:
        known = foreseen(places, fault)
        if known is fault:
            raise
        raise known from fault
    _tell(places, record)
    if record["exit_code"]:
        raise typer.Exit(record["exit_code"])


def _check_names(home: Home, source: str | None, confirm: str | None) -> None:
    names = [each.name for each in home.sources]
    for wanted in (source, confirm):
        if wanted is not None and wanted not in names:
            raise fail(f"There is no source `{wanted}`; there are {', '.join(names)}.", USAGE)
    live = [each.name for each in home.sources if not each.is_export]
    if confirm is not None and confirm not in live:
        raise fail(f"`{confirm}` is read from files: nothing of it is ever held back.", USAGE)


def _run(home: Home, **choices: Any) -> dict[str, Any]:
    """The record of the run; a failure before it began is explained in a log of its own."""
    import structlog

    from pipelines.commands.job import run_job
    from pipelines.warehouse.places import Places
    from pipelines.warehouse.run_log import written_to
    from pipelines.warehouse.space import foreseen

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
        raise fail(sentence, REFUSED) from fault


def _tell(places: Places, record: dict[str, Any]) -> None:
    if record["state"] != "published":
        say_lines(record["sentence"], error=True)
        return
    from pipelines.commands.answer import answer

    if record["exit_code"]:
        say(record["sentence"], error=True)
    say_lines(answer(places.home))
