"""What is kept of earlier runs, and what is swept away."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from pipelines.warehouse.places import Places

PUBLISHED_KEPT = 14
LOGS_KEPT = 90
DAGSTER_RUNS_KEPT = 30
GOING = ".going-"
LOGS = (".json", ".log")


def published_runs(places: Places) -> list[Path]:
    """The folders of published runs, oldest first."""
    if not places.published.is_dir():
        return []
    inside = (path for path in places.published.iterdir() if path.name[0] != ".")
    return sorted(path for path in inside if path.is_dir() and not path.is_symlink())


def keep_newest(places: Places, kept: int = PUBLISHED_KEPT) -> list[str]:
    """Remove all published runs but the newest and the current one; the names removed.

    A folder loses its name first, so that no reader finds half of one under it.
    """
    current = places.current.resolve()
    gone = [path for path in published_runs(places)[:-kept] if path.resolve() != current]
    for path in gone:
        path.rename(path.with_name(GOING + path.name))
    sweep_going(places)
    return [path.name for path in gone]


def sweep_going(places: Places) -> None:
    """Remove what an earlier run had begun to remove, and pointers it had not switched to."""
    for path in places.published.glob(".*"):
        if path.is_symlink():
            path.unlink(missing_ok=True)
        elif path.name.startswith(GOING):
            shutil.rmtree(path, ignore_errors=True)


def sweep_runs(places: Places) -> list[str]:
    """Remove the working folders of killed runs; the names removed. Only under the lock."""
    if not places.runs.is_dir():
        return []
    left = sorted(path for path in places.runs.iterdir() if path.is_dir())
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return [path.name for path in left]


def keep_newest_logs(places: Places, kept: int = LOGS_KEPT) -> None:
    """Remove the logs, records and reports of extractions of all but the newest runs."""
    runs = sorted({run_of(path) for path in places.logs.iterdir() if path.suffix in LOGS})
    gone = set(runs[:-kept])
    for path in sorted(places.logs.iterdir()):
        if path.suffix in LOGS and run_of(path) in gone:
            path.unlink(missing_ok=True)


def run_of(path: Path) -> str:
    """The run that a file of the logs is of; reports of extractions have more in their name."""
    found = re.match(r"\d{8}T\d{9}Z-as-of-\d{4}-\d{2}-\d{2}", path.stem)
    return found[0] if found else path.stem
