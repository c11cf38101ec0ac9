"""Nights for which nothing was published: no run began, or none came to its end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from pipelines.warehouse.manifest import read_current
from pipelines.warehouse.places import Places
from pipelines.warehouse.retention import published_runs

NAMED_AT_MOST = 14
REMEMBERED_DAYS = 366


def missed_nights(places: Places, as_of: date) -> list[str]:
    """The dates between the latest publication and a run, both left out, oldest first.

    Args:
        places: Of the home.
        as_of: The date that the run stands for; one before the publication has missed nothing.

    Returns:
        ISO dates, of the last year at most.
    """
    found = read_current(places)
    if found is None:
        return []
    # After a switch back to an earlier run, the later ones were published all the same.
    named = (
        re.search(r"-as-of-(\d{4}-\d{2}-\d{2})$", path.name) for path in published_runs(places)
    )
    dates = [found[1]["as_of"], *(each[1] for each in named if each)]
    last = max(date.fromisoformat(each) for each in dates)
    gap = min((as_of - last).days, REMEMBERED_DAYS)
    return [(as_of - timedelta(days=days)).isoformat() for days in range(gap - 1, 0, -1)]


def missed_sentence(missed: Sequence[str]) -> str:
    """Name the nights in a sentence for whoever reads the report."""
    count = len(missed)
    if count == 1:
        nights = f"the night of {missed[0]}"
    elif count <= NAMED_AT_MOST:
        nights = f"{count} nights ({', '.join(missed)})"
    else:
        nights = f"{count} nights (from {missed[0]} to {missed[-1]})"
    return (
        f"Nothing was published for {nights}. Effort and links of those days are in this run; only "
        "what the strategy said on them is not remembered."
    )
