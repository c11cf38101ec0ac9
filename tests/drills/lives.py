"""Processes that live many nights of a home of Trello boards, and what they hold at the end."""

from __future__ import annotations

import gc
import json
import multiprocessing
import random
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.queues import Queue
from pathlib import Path

import psutil

from pipelines.warehouse.places import Places
from pipelines.warehouse.retention import PUBLISHED_KEPT
from tests.drills.small_nights import AS_OF, night
from tests.pipelines.conftest import LIST

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


@dataclass(frozen=True)
class Lived:
    """What a process held at its end, and what a publication took up then; in bytes."""

    resident: int
    published: int


def live(home: Path, first: int, nights: int, told: Queue[Lived]) -> None:
    """Live so many nights, on each of which some boards are changed."""
    boards = sorted((home / "exports").iterdir())
    cards = len(json.loads(boards[0].read_text())["cards"])
    dice, published = random.Random(first), Places(home).published
    for number in range(first, first + nights):
        for path in dice.sample(boards, CHANGED):
            path.write_text(board(int(path.stem), cards, number))
        night(home, AS_OF + timedelta(days=number))
    gc.collect()
    kept = min(PUBLISHED_KEPT, first + nights - 1)
    told.put(Lived(psutil.Process().memory_info().rss, bytes_of(published) // kept))


def lived(home: Path, first: int, nights: int) -> Lived:
    """Live from night ``first`` on, which is 1 in a new home, in a process of its own."""
    context = multiprocessing.get_context("spawn")
    told: Queue[Lived] = context.Queue()
    process = context.Process(target=live, args=(home, first, nights, told))
    process.start()
    process.join()
    assert process.exitcode == 0
    return told.get(timeout=10)
