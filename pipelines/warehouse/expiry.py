"""Tokens that end soon, as far as their trackers tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

NOTICE = timedelta(days=14)


@dataclass(frozen=True)
class Expiry:
    """The token of a source that ends soon, or has ended; ``ends`` is naive UTC."""

    source: str
    tracker: str
    ends: datetime
    is_over: bool

    def __str__(self) -> str:
        verb = "ended" if self.is_over else "ends"
        return (
            f"The token of {self.source} ({self.tracker}) {verb} on {self.ends:%Y-%m-%d}, as far "
            "as the tracker tells. Make a new one, set the variable of the source to it, then run "
            "`throughline check`."
        )


def expiries(sources: Iterable[Mapping[str, Any]], now: datetime | None = None) -> list[Expiry]:
    """Return the tokens that end within 14 days.

    Args:
        sources: As a run's record or manifest tells of them.
        now: With a time zone; the present if None.
    """
    at = (now or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)
    found = []
    for each in sources:
        told = each.get("token_ends")
        if told and (ends := datetime.fromisoformat(told)) - NOTICE <= at:
            found.append(Expiry(each["source"], each["tracker"], ends, ends <= at))
    return found
