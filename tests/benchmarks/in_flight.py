"""How many requests a server has in hand."""

from __future__ import annotations

import time


class InFlight:
    """Counts requests from their arrival to their answer."""

    def __init__(self) -> None:
        """Start with none."""
        self._requests = self._now = self._most = 0
        self._area, self._at, self._first = 0.0, 0.0, 0.0

    def begin(self) -> None:
        """Note that a request has come."""
        self._change(1)
        self._requests += 1
        self._most = max(self._most, self._now)

    def end(self) -> None:
        """Note that its answer goes."""
        self._change(-1)

    def summary(self) -> dict[str, float]:
        """Requests, and how many were in hand: at most, and on average over all the time."""
        mean = self._area / (self._at - self._first) if self._at > self._first else 0.0
        return {"requests": self._requests, "most": self._most, "mean": mean}

    def _change(self, by: int) -> None:
        now = time.monotonic()
        self._first = self._first or now
        self._area += self._now * (now - (self._at or now))
        self._now += by
        self._at = now
