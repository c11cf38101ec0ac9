"""How fast a tracker may be asked, and how long to be silent when it says so."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import TYPE_CHECKING

from connectors.clock import Clock
from connectors.errors import DeferredError

if TYPE_CHECKING:
    from connectors.answers import Answer

SHARE = 0.5
"""Never more of a published limit than this in any window of its length."""
SHARE_AT_ONCE = 0.1
SLOW_SECONDS = 60.0
_JITTER = 0.1
_LONGEST_NAP = 5.0
_EPOCH_MILLISECONDS = 10**11
_EPOCH_SECONDS = 10**8


@dataclass(frozen=True)
class Pause:
    """A silence that a tracker asks for: of everything, or of requests of the same kind."""

    seconds: float
    whole_source: bool = False


class Dialect:
    """How a tracker speaks of its limits. A connector derives from it where its tracker differs.

    ``rates`` gives the limits as the tracker publishes them, by kind of request: (requests,
    seconds). Half of each is used. A kind that is not named shares the rate of ``read``.
    """

    rates: Mapping[str, tuple[int, float]] = {}

    def pause(self, answer: Answer) -> Pause | None:
        """Return the silence that a refusal (429, 5xx) asks for; None where it does not say.

        Called with every answer of such a status. As it stands here it knows ``Retry-After`` in
        seconds or as a date, and ``X-RateLimit-Reset`` in any form.
        """
        for name in ("retry-after", "x-ratelimit-reset"):
            seconds = seconds_until(answer.headers.get(name, ""), answer.headers.get("date", ""))
            if seconds is not None:
                return Pause(seconds)
        return None

    def is_refusal(self, answer: Answer) -> bool:
        """True if the tracker says "too fast"; not every tracker says so with 429."""
        return answer.status == 429

    def is_near(self, answer: Answer) -> bool:
        """True if an answer says that the limit is near: the pace is then lowered for a while."""
        headers = answer.headers
        if headers.get("x-ratelimit-nearlimit", "").lower() == "true":
            return True
        remaining, limit = headers.get("x-ratelimit-remaining"), headers.get("x-ratelimit-limit")
        if not (remaining or "").isdecimal() or not (limit or "").isdecimal():
            return False
        return int(remaining or 0) * 5 < int(limit or 0)


def seconds_until(told: str, date: str) -> float | None:
    """Return how many seconds a header asks to wait; None if it does not say.

    Args:
        told: Seconds, an HTTP date, an ISO 8601 instant with or without seconds, or an epoch in
            seconds or milliseconds.
        date: The ``Date`` of the same answer, which instants are measured against.
    """
    told = told.strip()
    if not told:
        return None
    try:
        number = float(told)
    except ValueError:
        instant = _instant(told)
    else:
        if not 0 <= number < 10**15:
            return None
        if number < _EPOCH_SECONDS:
            return number
        seconds = number / 1000 if number >= _EPOCH_MILLISECONDS else number
        instant = datetime.fromtimestamp(seconds, UTC)
    now = _instant(date)
    if instant is None or now is None:
        return None
    return max(0.0, (instant - now).total_seconds())


def _instant(text: str) -> datetime | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            found = read(text.strip())
        except (ValueError, TypeError):
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


class Budget:
    """What a run may cost: time, and requests. Counted from when it is made."""

    def __init__(
        self, clock: Clock, max_minutes: float | None = 120, max_requests: int | None = None
    ) -> None:
        self._clock = clock
        self._end = clock.now() + max_minutes * 60 if max_minutes is not None else None
        self._minutes = max_minutes
        self._most = max_requests
        self._asked = 0
        self._guard = Lock()

    def spend(self) -> None:
        """Count a request; raises DeferredError if none is left."""
        self.check()
        with self._guard:
            if self._most is not None and self._asked >= self._most:
                raise DeferredError(
                    f"The {self._most} requests that this run may make are spent. What was read is "
                    "kept; the next run goes on from there."
                )
            self._asked += 1

    def check(self, wait: float = 0.0) -> None:
        """Raise DeferredError if the run's time is over, or would be after a wait."""
        if self._clock.stopped.is_set():
            raise DeferredError("The run of this source was stopped; what was read is kept.")
        if self._end is None or self._clock.now() + wait < self._end:
            return
        reason = f"the tracker asks to wait for {wait:.0f} s" if wait else "they are over"
        raise DeferredError(
            f"The {self._minutes:g} minutes that this run may take do not suffice ({reason}). What "
            "was read is kept; the next run goes on from there."
        )

    def rest(self, seconds: float) -> None:
        """Wait, but not after the run was stopped."""
        self._clock.sleep(seconds)


class Limiter:
    """Paces all workers of one token together, and silences them together."""

    def __init__(
        self, rates: Mapping[str, tuple[int, float]], clock: Clock, dice: random.Random
    ) -> None:
        self._clock = clock
        self._dice = dice
        self._buckets = {kind: _Bucket(*rate, clock.now()) for kind, rate in rates.items()}
        self._silent_until: dict[str | None, float] = defaultdict(float)
        self._guard = Lock()

    def hold_to(self, rates: Mapping[str, tuple[int, float]]) -> None:
        """Take the slower rate of each kind, where another source has other rates."""
        with self._guard:
            for kind, rate in rates.items():
                other, known = _Bucket(*rate, self._clock.now()), self._buckets.get(kind)
                if known is None or other.rate < known.rate:
                    self._buckets[kind] = other

    def wait(self, kind: str, budget: Budget) -> float:
        """Wait for one's turn; returns the seconds waited.

        Raises:
            DeferredError: If the turn comes after the run's time is over.
        """
        began = self._clock.now()
        while (seconds := self._seconds(kind)) > 0:
            budget.check(seconds)
            budget.rest(min(seconds, _LONGEST_NAP))
        budget.check()
        return self._clock.now() - began

    def pause(self, kind: str, pause: Pause) -> None:
        """Silence one kind, or all; never shorter than asked, and a little longer by chance."""
        with self._guard:
            seconds = pause.seconds * (1 + _JITTER * self._dice.random())
            place = None if pause.whole_source else kind
            until = self._clock.now() + seconds
            self._silent_until[place] = max(self._silent_until[place], until)

    def slow_down(self, kind: str) -> None:
        """Halve the pace of a kind for a minute."""
        with self._guard:
            bucket = self._bucket(kind)
            if bucket is not None:
                bucket.slow_until = self._clock.now() + SLOW_SECONDS

    def _bucket(self, kind: str) -> _Bucket | None:
        return self._buckets.get(kind) or self._buckets.get("read")

    def _seconds(self, kind: str) -> float:
        """Take a turn and return 0, or return how long there is none."""
        with self._guard:
            now = self._clock.now()
            silent = max(self._silent_until[None], self._silent_until[kind]) - now
            if silent > 0:
                return silent
            bucket = self._bucket(kind)
            return bucket.take(now) if bucket is not None else 0.0


class Limiters:
    """The limiters of a run: one for each tracker and token, whichever sources sign in with it."""

    def __init__(self) -> None:
        self._known: dict[object, Limiter] = {}
        self._guard = Lock()

    def of(
        self,
        token: object,
        rates: Mapping[str, tuple[int, float]],
        clock: Clock,
        dice: random.Random,
    ) -> Limiter:
        """Return the limiter of a token, whatever identifies it, at these rates or slower."""
        with self._guard:
            if token not in self._known:
                self._known[token] = Limiter(rates, clock, dice)
            self._known[token].hold_to(rates)
            return self._known[token]


class _Bucket:
    """Tokens that come back at a steady rate."""

    def __init__(self, requests: int, seconds: float, now: float) -> None:
        self.most = max(1.0, requests * SHARE_AT_ONCE)
        steady = max(requests * SHARE - self.most, requests * SHARE_AT_ONCE)
        self.rate = steady / seconds
        self.tokens = self.most
        self.at = now
        self.slow_until = 0.0

    def take(self, now: float) -> float:
        """Take a token and return 0, or return the seconds until there is one."""
        rate = self.rate / 2 if now < self.slow_until else self.rate
        self.tokens = min(self.most, self.tokens + (now - self.at) * rate)
        self.at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return max((1 - self.tokens) / rate, 0.001)
