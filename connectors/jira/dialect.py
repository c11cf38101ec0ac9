"""How Jira speaks of its limits, Cloud and Data Center alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from connectors.limits import Dialect, Pause

if TYPE_CHECKING:
    from connectors.http import Answer

_REASON = "ratelimit-reason"
_OF_ONE_ENDPOINT = ("jira-burst-based", "jira-per-issue-on-write")


class JiraDialect(Dialect):
    """Burst limits of Cloud are per endpoint; anything else it says stops the whole source.

    Data Center tells how long its bucket takes to fill instead of when to come back, or nothing.

    Source: developer.atlassian.com/cloud/jira/platform/rate-limiting; the gateway of Cloud has
    answered 429 without a reason and without ``Retry-After``.
    """

    rates: Mapping[str, tuple[int, float]] = {
        "read": (100, 1.0),
        "search": (100, 1.0),
        "history": (100, 1.0),
        "count": (150, 1.0),
    }

    def pause(self, answer: Answer) -> Pause | None:
        """Return the silence that a refusal asks for; None where it does not say."""
        told = super().pause(answer)
        seconds = told.seconds if told else _time_to_fill(answer)
        if seconds is None:
            return None
        return Pause(seconds, answer.headers.get(_REASON, "") not in _OF_ONE_ENDPOINT)


def _time_to_fill(answer: Answer) -> float | None:
    """Return how long Data Center's bucket takes to hold a request again."""
    try:
        return max(1.0, float(answer.headers["x-ratelimit-interval-seconds"]))
    except (KeyError, ValueError):
        return None
