"""A run as nights need it: what others left is swept, its time is bounded, its end is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from pipelines.home.home import Home
from pipelines.operations.alerts import tell, tell_newest
from pipelines.operations.budget import within_budget
from pipelines.operations.expiry import tell_expiry
from pipelines.operations.leftovers import close_left_over
from pipelines.warehouse.lock import held
from pipelines.warehouse.night import Night, begun
from pipelines.warehouse.places import Places


@contextmanager
def watched(
    home: Home, *, full: bool = False, only: str | None = None, confirmed: str | None = None
) -> Iterator[Night]:
    """Begin a run as ``begun`` does, under its time budget, and tell how it ended.

    Raises:
        LockHeldError: If another run is under way; nobody is told of that.
        BudgetError: In the body, when the time is up.
    """
    places = Places(home.folder)
    with held(places):
        for record in close_left_over(places):
            tell(home, record)
        night: Night | None = None
        try:
            with (
                begun(home, full=full, only=only, confirmed=confirmed) as night,
                within_budget(night, lambda: _tell(home)),
            ):
                try:
                    yield night
                finally:
                    # Within the budget: a thread that does not end must not outlast it.
                    night.side_by_side.end()
        finally:
            if night is not None:
                _tell(home)


def _tell(home: Home) -> None:
    try:
        tell_newest(home)
        tell_expiry(home)
    except Exception:  # noqa: BLE001 - logged; an alert never changes how a run ends
        structlog.get_logger().exception("the alert could not be put together")
