"""``throughline check``: what is wrong with a home and how to fix it."""

from __future__ import annotations

from pathlib import Path

import typer

from pipelines.commands.failures import USAGE, say
from pipelines.commands.published import NothingPublishedError, published

REFUSED_SHOWN = 20
REFUSED_QUERY = """
    select source, subject, records, detail
    from rpt_quality
    where check_name = 'refused_identifier'
    order by records desc, source, subject
    limit ?
"""


def check(folder: Path) -> None:
    """Print all errors and warnings of the home, and the identifiers that the last run refused.

    Raises:
        typer.Exit: With 2 if there is an error.
    """
    from pipelines.home.home import check_home

    found = check_home(folder.resolve())
    errors = [problem for problem in found if problem.severity == "error"]
    for problem in found:
        is_error = problem.severity == "error"
        say(f"{problem.severity}: {problem}", error=is_error)
    warnings = len(found) - len(errors)
    if errors:
        say(f"{_count(len(errors), 'error')}, {_count(warnings, 'warning')}.", error=True)
        raise typer.Exit(USAGE)
    _tell_refused(folder)
    say(f"The home {folder.resolve()} can be used: {_count(warnings, 'warning')}.")


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


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
