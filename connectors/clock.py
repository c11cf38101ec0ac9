"""Time as the machine measures it, in one place so that tests need not wait."""

from __future__ import annotations

import time
from threading import Event


class Clock:
    """Seconds that only ever grow; what the machine takes for the date is never asked."""

    def __init__(self) -> None:
        self.stopped = Event()

    def now(self) -> float:
        """Return seconds since some moment."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait, but not after ``stopped`` is set."""
        self.stopped.wait(seconds)
