"""Pages that overlap, data that moves under the pager, deletions, retries: by the hundred."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import ThroughlineError
from connectors.landing import Landing
from connectors.limits import Budget
from connectors.transport import Timeouts
from tests.connectors.kernel.shelf import FakeClock, Shelf, landed, outcomes, run, truth
from tests.connectors.kernel.test_client import Echo, client
from tests.simulators.server import FOR_EVER, Answer, Fault, Request
from tests.simulators.world import World

pytestmark = pytest.mark.timeout(3600)


class RestlessShelf(Shelf):
    """A shelf whose pages repeat what an earlier page held, or that changes between two pages.

    A page begins behind the last thing of the one before, as it does with the cursors of trackers.
    """

    dice = random.Random(0)
    repeats = 0.0
    moves = 0.0

    def _page(self, request: Request, found: list[Any]) -> Answer:
        last = request.value("token")
        rest = [each for each in found if each.id > last]
        rows, passed = rest[: self.page], [each for each in found if each.id <= last]
        following = rows[-1].id if len(rest) > len(rows) else None
        again = [each for each in passed if self.dice.random() < self.repeats]
        told = [each.json() for each in (*again, *rows)]
        if self.dice.random() < self.repeats and found:
            # what is repeated later may be a newer state of the same record
            self._edit(self.dice.choice(found).id)
        if self.dice.random() < self.moves:
            self._move()
        return Answer({"rows": told, "next": following})

    def _edit(self, key: str) -> None:
        self.now += timedelta(seconds=1)
        self.put(key, self.things[key].board, f"edited {self.dice.random()}")

    def _move(self) -> None:
        """Edit, insert or delete one thing; a new one comes anywhere among the others."""
        self.now += timedelta(seconds=1)
        there = sorted(key for key, each in self.things.items() if each.state == "present")
        what = self.dice.choice(("edit", "insert", "delete"))
        if what == "edit":
            self._edit(self.dice.choice(there))
        elif what == "insert":
            self.put(f"t{self.dice.randrange(100, 99_999):05}", "b1", "new")
        elif len(there) > 5:
            self.things[self.dice.choice(there)].state = "deleted"


def doubled(raw: Path) -> list[str]:
    """Keys of which the same state has landed twice."""
    landing = Landing(raw, "eng")
    states = [
        (each.key, each.payload)
        for page in landing.pages("things")
        for each in landing.records(page)
    ]
    return [key for key, _ in set(states) if len(states) != len(set(states))]


def restless(seed: int, repeats: float = 0, moves: float = 0) -> RestlessShelf:
    shelf = RestlessShelf(things=24, page=4)
    shelf.dice, shelf.repeats, shelf.moves = random.Random(seed), repeats, moves
    return shelf


@pytest.mark.requirement("R07", "10 % of records repeated: 0 doubled, newest wins, 1,000 seeds")
def test_overlapping_pages_double_nothing_and_the_newest_copy_wins(tmp_path: Path, figure) -> None:
    seeds = figure.of(10, 1000)
    for seed in range(seeds):
        shelf, raw = restless(seed, repeats=0.1), tmp_path / str(seed)
        with shelf.serving():
            found = run(shelf, raw)
            expected = truth(shelf)
            shelf.repeats = 0
            again = run(shelf, raw)

        assert (found.state, again.state) == ("fresh", "fresh"), (seed, found.reason)
        assert doubled(raw) == [], seed
        assert landed(raw) == expected == truth(shelf), seed
        shutil.rmtree(raw)
    figure.reached(f"{seeds:,} of {seeds:,} seeds")


@pytest.mark.requirement("R08", "edits, inserts, deletes between pages: 0 missing, 1,000 seeds")
def test_what_moves_under_the_pager_is_there_after_one_more_run(tmp_path: Path, figure) -> None:
    seeds, moved = figure.of(10, 1000), 0
    for seed in range(seeds):
        shelf, raw = restless(seed, moves=0.5), tmp_path / str(seed)
        with shelf.serving():
            before = truth(shelf)
            run(shelf, raw)
            moved += truth(shelf) != before
            shelf.moves = 0
            again = run(shelf, raw, confirm_removals=True)

        assert again.state == "fresh", (seed, again.reason)
        found = landed(raw)
        assert {key: found.get(key) for key in truth(shelf)} == truth(shelf), seed
        gone = {key for key in found if key not in truth(shelf)}
        assert {key for key, what in outcomes(raw).items() if what == "deleted"} == gone, seed
        shutil.rmtree(raw)
    assert moved > seeds / 2
    figure.reached(f"{seeds:,} of {seeds:,} seeds, in {moved:,} of them something moved")


@pytest.mark.requirement("R10", "delete 500 of 50,000: 500 marked, 0 false marks")
def test_deletions_are_found_and_nothing_else_is_taken_for_one(tmp_path: Path, figure) -> None:
    things, gone = figure.of(500, 50_000), figure.of(5, 500)
    shelf = Shelf(things=things, page=1000)
    with shelf.serving():
        assert run(shelf, tmp_path).state == "fresh"
        chosen = set(random.Random(10).sample(sorted(shelf.things), gone))
        for key in chosen:
            shelf.things[key].state = "deleted"
        found = run(shelf, tmp_path, confirm_removals=True)

    assert found.state == "fresh", found.reason
    assert {key for key, what in outcomes(tmp_path).items() if what == "deleted"} == chosen
    assert set(outcomes(tmp_path).values()) == {"deleted"}
    figure.reached(f"{gone} of {gone} marked of {things:,}, 0 false marks")


TRIES, LONGEST = 5, 60.0
SILENT, PATIENT = Timeouts(2, 0.2, 5), Timeouts(2, 1.5, 5)
"""Who says nothing is left soon; where an answer is to come, a busy machine may take its time."""
NOT_AGAIN = (400, 401, 403, 404)


class Scripted(Echo):
    """A server that notes by the clock when it is asked."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock, self.asked_at = clock, list[float]()
        super().__init__(World(1, items=1, people=1, containers=1))

    def answer(self, request: Request) -> tuple[Answer, Fault | None]:
        self.asked_at.append(self.clock.now())
        return super().answer(request)


@dataclass(frozen=True)
class Script:
    """What is at fault with a server, how often, and the seconds it asks to wait each time."""

    kind: str
    status: int = 0
    times: int = FOR_EVER
    asks: int | None = None

    def fault(self) -> Fault:
        headers = {} if self.asks is None else {"Retry-After": str(self.asks)}
        return Fault(
            self.kind,
            times=self.times,
            details={"status": self.status, "headers": headers, "body": {}, "seconds": 60},
        )

    @property
    def tries(self) -> int:
        """How often it is asked in all."""
        return 1 if self.status in NOT_AGAIN else min(TRIES, self.times + 1)

    def bounds(self, attempt: int) -> tuple[float, float]:
        """The shortest and the longest silence after a try: as asked, else by chance."""
        if self.asks is not None:
            return self.asks, self.asks * 1.1 + 1
        return 0, min(LONGEST, 2.0**attempt) * 1.1


def scripts(dice: random.Random) -> list[Script]:
    """Each kind of server once: some that recover, and some that never do."""

    def some() -> int:
        return dice.randint(1, 3)

    return [
        *(Script("status", status, some(), dice.randint(1, 90)) for status in (429, 503, 502)),
        *(Script("status", status, some()) for status in (429, 500, 502, 503)),
        *(Script(kind, times=some()) for kind in ("reset", "cut")),
        Script("hang", times=1),
        *(Script("status", status) for status in (429, 500, 502)),
        Script("status", 429, asks=dice.randint(1, 90)),
        *(Script(kind) for kind in ("reset", "hang")),
        *(Script("status", status) for status in NOT_AGAIN),
    ]


@pytest.mark.requirement(
    "R19", "100 scripted servers: each wait as asked, at most 5 tries, no retry on 4xx"
)
def test_each_server_is_asked_again_as_it_wants_and_no_more(figure) -> None:
    servers = figure.of(24, 100)
    dice, silences, by_chance = random.Random(19), set[float](), 0
    chosen: list[Script] = []
    while len(chosen) < servers:
        chosen += scripts(dice)
    for number, script in enumerate(chosen[:servers]):
        clock = FakeClock()
        server = Scripted(clock)
        server.faults = [script.fault()]
        is_silent = script.kind == "hang" and script.times == FOR_EVER
        with server.serving():
            budget, timeouts = Budget(clock, None), SILENT if is_silent else PATIENT
            asking = client(server, clock, seed=number, budget=budget, timeouts=timeouts)
            try:
                healed = asking.get("/ok").json(dict)["path"] == "/ok"
            except ThroughlineError:
                healed = False
            asking.close()
        gaps = [later - earlier for earlier, later in pairwise(server.asked_at)]
        told = (number, script, len(server.asked_at), gaps)

        assert len(server.asked_at) == len(server.requests) == script.tries, told
        assert healed == (script.times < FOR_EVER), told
        for attempt, gap in enumerate(gaps, 1):
            least, most = script.bounds(attempt)
            assert least <= gap <= most, told
        assert clock.now() - server.asked_at[-1] <= 0, "nobody waits after the last try"
        if script.asks is None and gaps:
            assert sum(gaps) > 0, told
            by_chance += len(gaps)
            silences |= {round(gap, 3) for gap in gaps}
    assert len(silences) > by_chance * 0.9, "silences that nobody asked for are by chance"
    figure.reached(f"{servers} of {servers} servers")
