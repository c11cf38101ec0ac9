"""The disk: how much a run needs of it, and what is said when there is no more."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path

from connectors.errors import DiskFullError
from pipelines.warehouse.manifest import NAME
from pipelines.warehouse.places import Places

WORK_TO_PUBLISHED = 6
"""The working database, what does not fit into memory, and the new folder, against a published one.

On the demo it is 3.9: 90 MB at most beside 23 MB that are published.
"""
WORK_TO_LANDED = 60
"""The same against the packed pages of the landing, for a first run. On the demo it is 60."""
LEAST = 50_000_000
"""What a first run is taken to need at least, and what any run needs for log and bookkeeping."""
_FULL = (errno.ENOSPC, errno.EDQUOT)


def bytes_needed(places: Places) -> int:
    """About how much a run of this home writes before it can remove anything, in bytes.

    It is told from what the last run published; before there is one, from what has landed.
    """
    published = _bytes_published(places)
    if published is None:
        return LEAST + WORK_TO_LANDED * _bytes_below(places.raw)
    return LEAST + WORK_TO_PUBLISHED * published


def _bytes_published(places: Places) -> int | None:
    """What the last run published, in bytes; None where there is none."""
    try:
        files = json.loads((places.current / NAME).read_bytes())["files"].values()
        return sum(int(file["bytes"]) for file in files)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def check_space(places: Places) -> None:
    """See that a run can be built, before it is. A first run is built on trust: nobody knows.

    Raises:
        DiskFullError: If the disk has less left than the run is about to need.
    """
    free, needed = shutil.disk_usage(places.data).free, bytes_needed(places)
    if free < needed and _bytes_published(places) is not None:
        raise DiskFullError(_sentence(places, free, needed))


def foreseen(places: Places, fault: BaseException) -> BaseException:
    """The fault itself, or where a full disk is behind it an error that says how much is needed.

    Args:
        places: Of the home.
        fault: Whatever ended a run; of dbt and DuckDB only the words tell.
    """
    cause: BaseException | None = fault
    while cause is not None:
        is_full = isinstance(cause, OSError) and cause.errno in _FULL
        if is_full or isinstance(cause, DiskFullError) or os.strerror(errno.ENOSPC) in str(cause):
            free, needed = shutil.disk_usage(places.home).free, bytes_needed(places)
            return DiskFullError(_sentence(places, free, needed))
        cause = cause.__cause__ or cause.__context__
    return fault


def _sentence(places: Places, free: int, needed: int) -> str:
    return (
        f"The disk of {places.data} is full: {free:,} bytes are free, and a run of this home needs "
        f"about {needed:,} bytes. Nothing that counts is lost, and what was published before still "
        f"stands. Free at least {max(needed - free, LEAST):,} bytes, then run again."
    )


def _bytes_below(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
