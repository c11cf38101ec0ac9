"""One run at a time: a lock that the operating system frees when its holder dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from connectors.errors import ThroughlineError
from pipelines.warehouse.links import check_links
from pipelines.warehouse.places import Places

SECONDS_OF_PATIENCE = 1.0
"""Whoever only looks whether a run is under way holds the lock for a moment: that stops no run."""


class LockHeldError(ThroughlineError):
    """Another run of the same home is under way: wait for it."""


@contextmanager
def held(places: Places) -> Iterator[None]:
    """Hold the home's lock; inside a process that holds it already, hold it once more.

    The file stays when the lock is freed: its presence means nothing, only the lock does.

    Raises:
        LockHeldError: Within a second or two, if another process holds it.
        SettingsError: If a link in the data folder leads out of it.
    """
    from filelock import FileLock, Timeout

    check_links(places)
    places.data.mkdir(parents=True, exist_ok=True)
    lock = FileLock(places.lock.resolve(), timeout=0, is_singleton=True, thread_local=False)
    try:
        lock.acquire(timeout=SECONDS_OF_PATIENCE)
    except Timeout as held_elsewhere:
        raise LockHeldError(
            f"Another run of {places.home} is under way. Wait until it has ended "
            "(`throughline status` shows it), then start again."
        ) from held_elsewhere
    try:
        yield
    finally:
        lock.release()
