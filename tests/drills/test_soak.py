"""A year of nights in one process: nothing piles up in memory or on the disk."""

from __future__ import annotations

import gc
import json
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from pipelines.warehouse.places import Places
from pipelines.warehouse.retention import LOGS_KEPT, PUBLISHED_KEPT
from tests.drills.small_nights import AS_OF, night, rows
from tests.pipelines.conftest import LIST, toy_home  # noqa: F401 - a fixture

CHANGED = 3
"""Boards of which every card is changed each night."""


def board(number: int, cards: int, night_number: int) -> str:
    """The export of a board, its cards named for the night on which they were changed."""
    first = number * cards
    changed = [
        {
            "id": f"5f1d{first + card:020x}",
            "name": f"Card {first + card} of night {night_number}",
            "idList": LIST["id"],
            "closed": False,
        }
        for card in range(cards)
    ]
    facts = {"id": f"5f1e{number:020x}", "name": "Board", "lists": [LIST], "cards": changed}
    return json.dumps({**facts, "actions": [], "members": [], "labels": []})


def bytes_of(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())


@pytest.mark.timeout(4 * 3600)
@pytest.mark.requirement(
    "R31", "365 nights, 5,000 changing tasks: 0 failures, RSS drift < 5 %, disk as retention says"
)
def test_a_year_of_nights_leaves_nothing_behind(
    toy_home: Callable[..., Path],  # noqa: F811 - the fixture
    figure,
) -> None:
    nights, boards, cards = figure.of(8, 365), figure.of(5, 50), figure.of(2, 100)
    home = toy_home({f"{number}.json": board(number, cards, 0) for number in range(boards)})
    process, dice, places = psutil.Process(), random.Random(31), Places(home)
    warm, resident, early, changed = min(15, nights // 2), 0, 0, set()
    for number in range(nights):
        for which in dice.sample(range(boards), CHANGED):
            (home / "exports" / f"{which}.json").write_text(board(which, cards, number))
            changed.add(which)
        night(home, AS_OF + timedelta(days=number))
        if number == warm:
            gc.collect()
            resident = process.memory_info().rss
            early = bytes_of(places.published) // min(PUBLISHED_KEPT, warm + 1)
    gc.collect()
    drift = process.memory_info().rss / resident - 1

    assert len(changed) == boards
    assert len(rows(home)["dim_card"]) == boards * cards
    kept = [path for path in places.published.iterdir() if not path.is_symlink()]
    logs = {path.stem[:19] for path in places.logs.iterdir()}
    assert len(kept) == min(PUBLISHED_KEPT, nights)
    assert len(logs) == min(LOGS_KEPT, nights)
    assert len(list((places.memory / "nights").iterdir())) == nights
    assert list(places.runs.iterdir()) == []
    # a publication grows with its tables alone, so so many of them are as large as the first ones
    grown = bytes_of(places.published) / (early * len(kept)) - 1
    assert abs(grown) < 0.1, grown
    assert drift < (0.05 if nights > 100 else 0.5), drift
    figure.reached(
        f"{nights} nights, {boards * cards:,} changing tasks, 0 failures, RSS drift {drift:.1%}, "
        f"disk off by {grown:.1%}"
    )
