"""A year of nights in one process: nothing piles up in memory or on the disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.warehouse.places import Places
from pipelines.warehouse.retention import LOGS_KEPT, PUBLISHED_KEPT
from tests.drills.lives import board, bytes_of, lived
from tests.drills.small_nights import rows
from tests.pipelines.conftest import toy_home  # noqa: F401 - a fixture


@pytest.mark.timeout(4 * 3600)
@pytest.mark.requirement(
    "R31", "365 nights, 5,000 changing tasks: 0 failures, RSS drift < 5 %, disk as retention says"
)
def test_a_year_of_nights_leaves_nothing_behind(
    toy_home: Callable[..., Path],  # noqa: F811 - the fixture
    figure,
) -> None:
    nights, boards, cards = figure.of(6, 365), figure.of(5, 50), figure.of(2, 100)
    home = toy_home({f"{number}.json": board(number, cards, 0) for number in range(boards)})
    places, warm = Places(home), min(15, nights // 2)
    year = lived(home, 1, nights, warm)
    kept = [path for path in places.published.iterdir() if not path.is_symlink()]
    held = bytes_of(places.published)
    logs = {path.stem[:19] for path in places.logs.iterdir()}
    left, remembered = list(places.runs.iterdir()), list((places.memory / "nights").iterdir())
    names = [name for _, name in rows(home)["dim_card"]]
    # The landing stays for good, so that a night late in the year reads more: what a process
    # that begins then holds is no drift.
    fresh = lived(home, nights + 1, nights=warm, warm=0)
    drift = year.resident / fresh.resident - 1

    assert len(names) == boards * cards
    assert not any(name.endswith(" of night 0") for name in names)
    assert len(kept) == min(PUBLISHED_KEPT, nights)
    assert len(logs) == min(LOGS_KEPT, nights)
    assert len(remembered) == nights
    assert left == []
    # a publication grows with its tables alone, so so many of them are as large as the first ones
    grown = held / (year.published * len(kept)) - 1
    assert abs(grown) < 0.1, grown
    assert drift < (0.05 if nights > 100 else 0.5), drift
    figure.reached(
        f"{nights} nights, {boards * cards:,} changing tasks, 0 failures, RSS drift {drift:.1%} "
        f"against a process that begins after them, disk off by {grown:.1%}"
    )
