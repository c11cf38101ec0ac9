"""The disk: how much a run needs of it, and what is said when there is no more."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from connectors.durable import FULL
from connectors.errors import DiskFullError
from connectors.space import MARGIN, bytes_below
from pipelines.warehouse.manifest import NAME
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import read_records

WORK_TO_PUBLISHED = 6
"""The working database, what does not fit into memory, and the new folder, against a published one.

On the demo it is 3.9: 90 MB at most beside 23 MB that are published.
"""
WORK_TO_LANDED = 60
"""The same against the packed pages of the landing, for a first run. On the demo it is 60."""
LEAST = 50_000_000
"""What a first run is taken to need at least, and what any run needs for log and bookkeeping."""
_RECORDS_LOOKED_AT = 20
_SECONDS = 1.0


def bytes_needed(places: Places, *, is_fetched: bool = True) -> int:
    """About how much a run of this home writes before it can remove anything, in bytes.

    It is 1.5 times what the last published run took. Before there is one that was measured, it is
    told from what was published, and before that from what has landed.

    Args:
        places: Of the home.
        is_fetched: What is read of sources is on the disk already.
    """
    for record in read_records(places, _RECORDS_LOOKED_AT):
        if record.get("published") and record.get("bytes_built"):
            landed = 0 if is_fetched else record["bytes_landed"]
            return LEAST + round(MARGIN * (record["bytes_built"] + landed))
    published = _bytes_published(places)
    if published is None:
        return LEAST + WORK_TO_LANDED * bytes_below(places.raw)
    return LEAST + WORK_TO_PUBLISHED * published


def _bytes_published(places: Places) -> int | None:
    """What the last run published, in bytes; None where there is none."""
    try:
        files = json.loads((places.current / NAME).read_bytes())["files"].values()
        return sum(int(file["bytes"]) for file in files)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def check_space(places: Places, *, is_fetched: bool = True) -> None:
    """See that a run can be made, before it is. A first run is made on trust: nobody knows.

    Raises:
        DiskFullError: If the disk has less left than the run is about to need.
    """
    free = shutil.disk_usage(places.data).free
    needed = bytes_needed(places, is_fetched=is_fetched)
    if free < needed and _bytes_published(places) is not None:
        raise DiskFullError(_sentence(places, free, needed))


@contextmanager
def measured(folder: Path) -> Iterator[Callable[[], int]]:
    """Look every second at how large a folder is; what is given tells the most so far, in bytes."""
    over, most = Event(), 0

    def look() -> int:
        nonlocal most
        most = max(most, bytes_below(folder))
        return most

    def watch() -> None:
        while not over.wait(_SECONDS):
            look()

    watcher = Thread(target=watch, name="disk", daemon=True)
    watcher.start()
    try:
        yield look
    finally:
        over.set()
        watcher.join()


def foreseen(places: Places, fault: BaseException) -> BaseException:
    """The fault itself, or where a full disk is behind it an error that says how much is needed.

    Args:
        places: Of the home.
        fault: Whatever ended a run; of dbt and DuckDB only the words tell.
    """
    cause: BaseException | None = fault
    while cause is not None:
        is_full = isinstance(cause, OSError) and cause.errno in FULL
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
