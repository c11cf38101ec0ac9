"""What reading a live source will cost, told before it is read."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.errors import DeferredError, ThroughlineError
from connectors.http import Client
from connectors.limits import SHARE, Dialect
from connectors.live import Reader, Scope

ASKED_AT_MOST = 200
"""Scopes whose cost is asked for; that of the others is taken to be the same on average."""


@dataclass(frozen=True)
class Outlook:
    """What reading some scopes will cost. Counts are None where the tracker tells nothing.

    ``told`` of the ``scopes`` have said what they cost; the sums stand for all of them.
    """

    scopes: int
    told: int
    items: int | None = None
    requests: int | None = None
    minutes: float | None = None

    def __str__(self) -> str:
        if self.items is None or self.requests is None or self.minutes is None:
            return "the tracker does not tell beforehand how much there is"
        minutes = "under a minute" if self.minutes < 1 else f"about {self.minutes:,.0f} minutes"
        return f"about {self.items:,} items, {self.requests:,} requests, {minutes}"


def outlook(
    reader: Reader,
    scopes: Sequence[Scope],
    marks: Mapping[str, Mapping[str, Any]],
    pace: float,
    until: float,
    most: int = ASKED_AT_MOST,
) -> Outlook:
    """Ask what reading each scope after its mark will cost.

    Args:
        reader: Signed in.
        scopes: What is to be read.
        marks: By scope; everything is to be read of one without a mark.
        pace: Requests in a second.
        until: When to stop asking, on the monotonic clock.
        most: How many scopes are asked.
    """
    readable = [scope for scope in scopes if scope.is_readable and scope.id]
    asked, items, requests, told = 0, 0, 0, 0
    for scope in readable[:most]:
        if time.monotonic() > until:
            break
        asked += 1
        try:
            found = reader.requests_expected(scope, marks.get(scope.id))
        except DeferredError:
            break
        except ThroughlineError:
            # A scope that cannot be counted is told of when it is read.
            continue
        if found is not None:
            told, items, requests = told + 1, items + found.items, requests + found.requests
    if not told:
        return Outlook(len(readable), 0)
    scale = len(readable) / told
    items, requests = round(items * scale), round(requests * scale)
    return Outlook(len(readable), told, items, requests, requests / pace / 60)


def pace(dialect: Dialect, client: Client, seconds: float, at_once: int) -> float:
    """Return how many requests a second are made: what the limits allow and the network gives.

    Args:
        dialect: Of the tracker.
        client: Has asked something.
        seconds: How long that took.
        at_once: Requests in flight.
    """
    asked = client.tallies.whole
    busy = max(seconds - asked.seconds_waited, 0.001)
    by_network = at_once * max(asked.requests, 1) / busy
    rates = [requests * SHARE / window for requests, window in dialect.rates.values()]
    return min([by_network, *rates[:1]])
