"""A year of nights in one process: nothing piles up in memory or on the disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.warehouse.places import Places
from pipelines.warehouse.retention import LOGS_KEPT, PUBLISHED_KEPT
from tests.drills.lives import board, lived
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
    places, some = Places(home), figure.of(3, 15)
    # A night is a process of its own where it is scheduled; a year of them in one is the worst.
    early = lived(home, 1, some)
    year = lived(home, some + 1, nights)
    late = lived(home, some + nights + 1, some)
    lasted = nights + 2 * some
    logs = {path.stem[:19] for path in places.logs.iterdir()}
    kept = [path for path in places.published.iterdir() if not path.is_symlink()]
    names = [name for _, name in rows(home)["dim_card"]]
    between, within = late.resident / early.resident - 1, year.resident / late.resident - 1
    # a publication grows with its tables alone, so each is as large as the first ones
    grown = late.published / early.published - 1

    assert len(names) == boards * cards
    assert not any(name.endswith(" of night 0") for name in names)
    assert len(kept) == min(PUBLISHED_KEPT, lasted)
    assert len(logs) == min(LOGS_KEPT, lasted)
    assert len(list((places.memory / "nights").iterdir())) == lasted
    assert list(places.runs.iterdir()) == []
    assert abs(grown) < 0.1, grown
    most = 0.05 if nights > 100 else 0.5
    assert between < most and within < most, (between, within)
    figure.reached(
        f"{nights} nights, {boards * cards:,} changing tasks, 0 failures; RSS drift from the first "
        f"process to one after a year {between:.1%}, of a year in one process {within:.1%}; "
        f"disk off by {grown:.1%}"
    )
