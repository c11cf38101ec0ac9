"""A year of nights in one process: nothing piles up in memory or on the disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest

from pipelines.warehouse.places import Places
from pipelines.warehouse.retention import LOGS_KEPT, PUBLISHED_KEPT
from tests.drills.lives import KEPT, RAW_DAYS, Lived, board, bytes_of, lived, written_on
from tests.drills.small_nights import rows
from tests.pipelines.conftest import SETTINGS, toy_home  # noqa: F401 - a fixture

MARGIN = 0.1


def off(places: Places, lives: list[Lived], lasted: int) -> dict[str, float]:
    """By folder: how far it is from what retention keeps of what its nights wrote."""
    written = {name: [one for life in lives for one in life.written[name]] for name in KEPT}
    return {
        name: bytes_of(places.data / name) / (min(kept, lasted) * median(written[name])) - 1
        for name, kept in KEPT.items()
    }


@pytest.mark.timeout(4 * 3600)
@pytest.mark.requirement(
    "R31", "365 nights, 5,000 changing tasks: 0 failures, RSS drift < 5 %, disk as retention says"
)
def test_a_year_of_nights_leaves_nothing_behind(
    toy_home: Callable[..., Path],  # noqa: F811 - the fixture
    figure,
) -> None:
    nights, boards, cards = figure.of(6, 365), figure.of(5, 50), figure.of(2, 100)
    settings = SETTINGS + f"retention: {{raw_days: {RAW_DAYS}}}\n"
    home = toy_home({f"{n}.json": board(n, cards, 0) for n in range(boards)}, settings)
    for path in (home / "exports").iterdir():
        written_on(path, 0)
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
    disk = off(places, [early, year, late], lasted)

    assert len(names) == boards * cards
    assert not any(name.endswith(" of night 0") for name in names)
    assert len(kept) == min(PUBLISHED_KEPT, lasted)
    assert len(logs) == min(LOGS_KEPT, lasted)
    assert len(list((places.memory / "nights").iterdir())) == lasted
    assert list(places.runs.iterdir()) == []
    is_year = nights > RAW_DAYS
    steady = {name: part for name, part in disk.items() if is_year or name in ("published", "logs")}
    assert all(abs(part) < MARGIN for part in steady.values()), disk
    most = 0.05 if is_year else 0.5
    assert between < most and within < most, (between, within)
    told = ", ".join(f"{name} {part:+.1%}" for name, part in disk.items())
    grown = ", ".join(f"{name} {per_night:,.0f}" for name, per_night in year.growth.items())
    figure.reached(
        f"{nights} nights, {boards * cards:,} changing tasks, 0 failures; RSS drift from the first "
        f"process to one after a year {between:.1%}, of a year in one process {within:.1%}; disk "
        f"against generations kept x what a night writes: {told}; kept for good, bytes a night: "
        f"{grown}"
    )
