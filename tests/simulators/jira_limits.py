"""How Jira Cloud limits its callers. All limits are off until a test sets them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

from tests.simulators.server import Answer


@dataclass
class Limits:
    """A burst per endpoint, and points per hour for the whole site.

    ``burst`` is how many requests an endpoint takes in a second of the simulator's clock; None for
    any number. ``points`` is how many points an hour has. With ``is_terse`` the moment of a reset
    is told without seconds, as Jira sometimes does.
    """

    burst: int | None = None
    points: int | None = None
    is_terse: bool = False
    refusals: list[str] = field(default_factory=list)
    _buckets: dict[str, tuple[float, datetime]] = field(default_factory=dict)
    _hour: datetime | None = None
    _spent: int = 0

    def refusal(self, endpoint: str, now: datetime) -> Answer | None:
        """The 429 that a request gets; None if it may pass."""
        if self.points is not None:
            hour = now.replace(minute=0, second=0, microsecond=0)
            if hour != self._hour:
                self._hour, self._spent = hour, 0
            if self._spent >= self.points:
                return self._refuse("jira-quota-global-based", now, hour + timedelta(hours=1))
        if self.burst is not None and not self._takes(endpoint, now):
            return self._refuse("jira-burst-based", now, now + timedelta(seconds=1))
        return None

    def pay(self, objects: int) -> None:
        """Count a request that was answered: one point, and one for each object."""
        self._spent += 1 + objects

    def headers(self, endpoint: str, now: datetime) -> dict[str, str]:
        """What an answer tells of the limits."""
        if self.burst is None:
            return {}
        left = self.left(endpoint)
        return {
            "X-RateLimit-Limit": str(self.burst),
            "X-RateLimit-Remaining": str(left),
            **({"X-RateLimit-NearLimit": "true"} if left < self.burst / 5 else {}),
        }

    def left(self, endpoint: str) -> int:
        """How many requests an endpoint would take at once."""
        return int(self._buckets[endpoint][0])

    def _takes(self, endpoint: str, now: datetime) -> bool:
        burst = self.burst or 0
        left, then = self._buckets.get(endpoint, (float(burst), now))
        left = min(burst, left + (now - then).total_seconds() * burst)
        passes = left >= 1
        self._buckets[endpoint] = (left - 1 if passes else left, now)
        return passes

    def _refuse(self, reason: str, now: datetime, reset: datetime) -> Answer:
        self.refusals.append(reason)
        headers = {
            "Retry-After": str(ceil((reset - now).total_seconds())),
            "X-RateLimit-Limit": str(self.burst or self.points),
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": reset.strftime("%Y-%m-%dT%H:%MZ" if self.is_terse else _FULL),
            "RateLimit-Reason": reason,
        }
        return Answer({"errorMessages": ["Rate limit exceeded."], "errors": {}}, 429, headers)


_FULL = "%Y-%m-%dT%H:%M:%SZ"


def gateway_refusal(now: datetime) -> Answer:
    """A 429 of the gateway before Jira: without ``Retry-After`` and without a reason."""
    headers = {
        "X-Failure-Category": "FAILURE CLIENT RATE LIMITED",
        "X-Ratelimit-Reset": (now + timedelta(seconds=30)).strftime("%Y-%m-%dT%H:%MZ"),
    }
    return Answer("Rate limit exceeded", 429, headers)
