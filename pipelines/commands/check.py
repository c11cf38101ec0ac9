"""``throughline check``: what is wrong with a home and how to fix it."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from pipelines.commands.failures import say
from pipelines.commands.published import NothingPublishedError, published
from pipelines.warehouse.exits import Exit

if TYPE_CHECKING:
    from pipelines.home.problems import Problem

HOST_VARIABLES = ("DAGSTER_WEBSERVER_HOST", "DAGSTER_CLI_DEV_HOST", "DAGIT_HOST")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
REFUSED_SHOWN = 20
WARNINGS_SHOWN = 50
REFUSED_QUERY = """
    select source, subject, records, detail
    from rpt_quality
    where check_name = 'refused_identifier'
    order by records desc, source, subject
    limit ?
"""


def check(folder: Path) -> None:
    """Print all errors and warnings of the home, its live sources and PostgreSQL, and what to fix.

    Raises:
        typer.Exit: With 2 if there is an error.
    """
    from pipelines.home.home import check_home

    folder = folder.resolve()
    found = check_home(folder)
    errors = [problem for problem in found if problem.severity == "error"]
    _tell(found)
    wrong, warnings = len(errors), len(found) - len(errors)
    if not wrong:
        _check_alerts(folder)
        more = _check_sources(folder)
        wrong, warnings = wrong + more[0] + _check_modes(folder), warnings + more[1]
        warnings += _check_page() + _check_people(folder)
    if wrong:
        say(f"{_count(wrong, 'error')}, {_count(warnings, 'warning')}.", error=True)
        raise typer.Exit(Exit.SETTINGS)
    _tell_refused(folder)
    say(f"The home {folder} can be used: {_count(warnings, 'warning')}.")


def _check_alerts(folder: Path) -> None:
    """Warn of addresses that no alert could be sent to; a missing variable is told already."""
    from pipelines.home.home import load_home

    for variable in load_home(folder).settings.alerts:
        if os.environ.get(variable):
            from pipelines.operations.sending import fault_of

            if fault := fault_of(variable):
                say(f"warning: throughline.yml: alerts: {variable}: {fault}")


def _tell(found: list[Problem]) -> None:
    """Print every error, and of warnings of one kind the first few: there may be thousands."""
    kinds: Counter[str] = Counter()
    for problem in found:
        is_error = problem.severity == "error"
        kinds[problem.expected] += not is_error
        if is_error or kinds[problem.expected] <= WARNINGS_SHOWN:
            say(f"{problem.severity}: {problem}", error=is_error)
    for expected, count in kinds.items():
        if count > WARNINGS_SHOWN:
            say(f"warning: {count - WARNINGS_SHOWN} more of this kind: expected {expected}")


def _check_sources(folder: Path) -> tuple[int, int]:
    """Ask every live source and PostgreSQL at once; how many errors and warnings were found."""
    from pipelines.home.home import load_home

    home = load_home(folder)
    postgres = home.settings.publish.postgres
    if postgres is None and all(source.is_export for source in home.sources):
        return 0, 0
    from pipelines.warehouse.postgres.probe import PostgresProbe
    from pipelines.warehouse.probe import probe_all

    asked = PostgresProbe(postgres.dsn_env, postgres.schema_name) if postgres else None
    findings = probe_all(home) + ([asked.told()] if asked else [])
    for found in findings:
        name = f"{found.source} ({found.tracker})"
        for fact in found.facts:
            say(f"{name}: {fact}")
        for warning in found.warnings:
            say(f"warning: {name}: {warning}")
        for fault in found.errors:
            say(f"error: {name}: {fault}", error=True)
    return (
        sum(len(found.errors) for found in findings),
        sum(len(found.warnings) for found in findings),
    )


def _check_modes(folder: Path) -> int:
    """Say what of the data others can read; how many errors that is."""
    from pipelines.home.home import load_home
    from pipelines.warehouse.places import Places
    from pipelines.warehouse.private import too_open

    places = Places(folder)
    found = too_open(places, load_home(folder).settings.publish.readers)
    if places.dagster not in (each.path for each in found):
        # Dagster's own processes write as their umask says, into a folder that nobody can enter.
        found = [each for each in found if places.dagster not in each.path.parents]
    if not found:
        return 0
    first = found[0]
    say(
        f"error: {_count(len(found), 'file or folder', 'files and folders')} of {folder / 'data'} "
        f"can be read by others, {first.path} first (mode {first.mode:04o}, expected "
        f"{first.wanted:04o}). The next `throughline run` closes them, or say now: "
        f"chmod -R go-rwx {folder / 'data'}",
        error=True,
    )
    return 1


def _check_page() -> int:
    """Warn where Dagster's page, which has no sign-in, is told to listen to other machines."""
    hosts = {name: os.environ.get(name, "") for name in HOST_VARIABLES}
    shown = {name: host for name, host in hosts.items() if host and host not in LOOPBACK}
    for name, host in shown.items():
        say(
            f"warning: {name} lets Dagster's page listen on {host}: whoever reaches it can start "
            "and stop runs without signing in. Expected 127.0.0.1. Unset it, and put something "
            "that signs people in before the page."
        )
    return len(shown)


def _check_people(folder: Path) -> int:
    from pipelines.commands.people_shown import warn_of_people
    from pipelines.home.home import load_home

    return warn_of_people(load_home(folder))


def _tell_refused(folder: Path) -> None:
    """Name identifiers in texts that look right but stand where they do not count."""
    try:
        with published(folder) as run:
            rows = run.rows(REFUSED_QUERY, [REFUSED_SHOWN])
    except NothingPublishedError:
        return
    for row in rows:
        where = f" in {row['source']}" if row["source"] else ""
        times = _count(row["records"], "time")
        say(f"refused: {row['subject']}{where}, {times}: {row['detail']}")


def _count(number: int, thing: str, things: str = "") -> str:
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"
