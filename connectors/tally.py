"""What asking has cost: of the whole run, and of each slice within it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock

import msgspec


class Tally(msgspec.Struct):
    """Requests, bytes unpacked, seconds waited for a turn, and retries by cause."""

    requests: int = 0
    bytes: int = 0
    seconds_waited: float = 0.0
    retries: dict[str, int] = {}


_counting: ContextVar[tuple[Tally, ...]] = ContextVar("counting", default=())


class Tallies:
    """Counts for the run and for whatever the calling thread is at."""

    def __init__(self) -> None:
        self.whole = Tally()
        self._guard = Lock()

    @contextmanager
    def counting(self, tally: Tally) -> Iterator[Tally]:
        """Count what the body asks, in this thread and those that ask for it, in a tally too."""
        token = _counting.set((*_counting.get(), tally))
        try:
            yield tally
        finally:
            _counting.reset(token)

    def asked(self) -> None:
        """Count a request."""
        with self._guard:
            for tally in self._all():
                tally.requests += 1

    def received(self, size: int) -> None:
        """Count the bytes of an answer."""
        with self._guard:
            for tally in self._all():
                tally.bytes += size

    def waited(self, seconds: float) -> None:
        """Count time spent waiting for a turn or after a failure."""
        if seconds:
            with self._guard:
                for tally in self._all():
                    tally.seconds_waited += seconds

    def retried(self, cause: str) -> None:
        """Count a failure that did not end the call."""
        with self._guard:
            for tally in self._all():
                tally.retries[cause] = tally.retries.get(cause, 0) + 1

    def _all(self) -> tuple[Tally, ...]:
        return (self.whole, *_counting.get())
