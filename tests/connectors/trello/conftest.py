"""A simulated Trello that is served, and sources that ask it as the nightly run does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.trello.nights import Nights
from tests.simulators.trello import Trello
from tests.simulators.world import World


@pytest.fixture
def trello() -> Iterator[Trello]:
    """Four boards and a hundred cards, with Trello's limits."""
    found = Trello(World(7, items=100))
    with found.serving():
        yield found


@pytest.fixture
def nights(trello: Trello, tmp_path: Path) -> Iterator[Callable[..., Nights]]:
    """Make a source of the simulator, with options of its settings."""
    made: list[Nights] = []

    def make(**options: Any) -> Nights:
        made.append(Nights(trello, tmp_path / f"raw{len(made)}", **options))
        return made[-1]

    yield make
    for each in made:
        each.close()
