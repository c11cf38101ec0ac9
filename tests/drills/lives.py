"""Processes that live many nights of a home of Trello boards, and what they hold at the end."""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, tzinfo
from multiprocessing.queues import Queue
from pathlib import Path

import psutil

from pipelines.warehouse import raw_retention
from pipelines.warehouse.places import Places
from pipelines.warehouse.retention import LOGS_KEPT, PUBLISHED_KEPT
from tests.drills.small_nights import AS_OF, night
from tests.pipelines.conftest import LIST

CHANGED = 3
"""Boards of which every card is changed each night."""
RAW_DAYS = 90
COPIES_KEPT = RAW_DAYS * (1 - 1 / (2 * raw_retention.TURNS))
"""Nights of replaced copies there are on average: each pass, an eighth of the limit after the one
before, leaves seven eighths of it."""
KEPT = {
    "published": PUBLISHED_KEPT,
    "logs": LOGS_KEPT,
    "raw": COPIES_KEPT,
    "warehouse/typed": COPIES_KEPT,
}
"""The formula of retention: a folder holds so many times what a night writes into it."""
JOURNAL = "journal.jsonl"
GROWING = ("memory", f"raw/old/{JOURNAL}")
"""What is kept for good: what was known each night, and which file was read to its end."""


class Simulated(datetime):
    """The time of the night that is being lived."""

    at = datetime.combine(AS_OF, time(1))

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        """It, in UTC."""
        return Simulated.at.replace(tzinfo=tz)


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


def written_on(path: Path, number: int) -> None:
    """Let a file be of the day before a night."""
    at = datetime.combine(AS_OF + timedelta(days=number - 1), time(12), UTC).timestamp()
    os.utime(path, times=(at, at))


def bytes_of(place: Path) -> int:
    """How large a file is, or all below a folder."""
    return place.stat().st_size if place.is_file() else sum(_sizes(place).values())


def _sizes(folder: Path) -> dict[Path, int]:
    """By file, without the journal, which grows for good."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != JOURNAL)
    return {path: path.lstat().st_size for path in files}


@dataclass(frozen=True)
class Lived:
    """What a process held at its end, and what each night wrote into each folder; in bytes.

    ``growth`` is by what each night makes larger for good.
    """

    resident: int
    written: dict[str, list[int]] = field(default_factory=dict)
    growth: dict[str, float] = field(default_factory=dict)


def live(home: Path, first: int, nights: int, told: Queue[Lived]) -> None:
    """Live so many nights, on each of which some boards are changed."""
    boards = sorted((home / "exports").iterdir())
    cards = len(json.loads(boards[0].read_text())["cards"])
    dice, data = random.Random(first), Places(home).data
    raw_retention.datetime = Simulated
    before = {folder: _sizes(data / folder) for folder in KEPT}
    grown = {place: bytes_of(data / place) for place in GROWING}
    written: dict[str, list[int]] = {folder: [] for folder in KEPT}
    for number in range(first, first + nights):
        Simulated.at = datetime.combine(AS_OF + timedelta(days=number), time(1))
        for path in dice.sample(boards, CHANGED):
            path.write_text(board(int(path.stem), cards, number))
            written_on(path, number)
        night(home, AS_OF + timedelta(days=number))
        for folder in KEPT:
            after = _sizes(data / folder)
            new = after.keys() - before[folder].keys()
            written[folder].append(sum(after[path] for path in new))
            before[folder] = after
    gc.collect()
    growth = {place: (bytes_of(data / place) - grown[place]) / nights for place in GROWING}
    told.put(Lived(psutil.Process().memory_info().rss, written, growth))


def lived(home: Path, first: int, nights: int) -> Lived:
    """Live from night ``first`` on, which is 1 in a new home, in a process of its own."""
    context = multiprocessing.get_context("spawn")
    told: Queue[Lived] = context.Queue()
    process = context.Process(target=live, args=(home, first, nights, told))
    process.start()
    process.join()
    assert process.exitcode == 0
    return told.get(timeout=10)
