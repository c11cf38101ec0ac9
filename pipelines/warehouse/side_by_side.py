"""Sources that are read side by side, each by a thread of its own, and stopped together."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Lock
from typing import TYPE_CHECKING

from connectors.clock import Clock
from connectors.limits import Limiters

if TYPE_CHECKING:
    from pipelines.warehouse.ingest import LandingReport

Read = Callable[[], "LandingReport"]


class SideBySide:
    """What the sources of one run share while they are read.

    Each source has a landing of its own, so that no two threads write into one folder. Sources that
    sign in with the same token share one pace. The thread that waits for a source runs none of a
    connector's code, so that it can be interrupted when the time of the run is up.

    ``over`` is set once nothing more is to be read.
    """

    def __init__(self, at_once: int) -> None:
        """Read so many sources at a time."""
        self.limiters = Limiters()
        self.over = Event()
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="source")
        self._under_way: dict[str, Future[tuple[LandingReport, float]]] = {}
        self._clocks: list[Clock] = []
        self._guard = Lock()

    def begin(self, reads: Mapping[str, Read]) -> None:
        """Begin to read sources, by name, in this order."""
        for name, read in reads.items():
            self._under_way[name] = self._pool.submit(_timed, read)

    def __contains__(self, name: str) -> bool:
        """True for a source that was begun and not waited for yet."""
        return name in self._under_way

    def result(self, name: str) -> tuple[LandingReport, float]:
        """Wait for a source that was begun; what reading it came to, and how many seconds it took.

        Raises:
            Exception: Whatever its reading raised.
        """
        return self._under_way.pop(name).result()

    def clock(self) -> Clock:
        """A clock for one reading of one source, which stops when the run does."""
        clock = Clock()
        with self._guard:
            self._clocks.append(clock)
        if self.over.is_set():
            clock.stopped.set()
        return clock

    def end(self) -> None:
        """Begin nothing more, and wait until what is under way has ended with its next request."""
        self.over.set()
        with self._guard:
            for clock in self._clocks:
                clock.stopped.set()
        self._pool.shutdown(cancel_futures=True)


def _timed(read: Read) -> tuple[LandingReport, float]:
    began = time.monotonic()
    return read(), time.monotonic() - began
