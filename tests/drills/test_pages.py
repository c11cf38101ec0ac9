"""Pages that overlap, data that moves under the pager, deletions, retries: by the hundred."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import ThroughlineError
from connectors.landing import Landing
from connectors.limits import Budget
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


def refusal(dice: random.Random, code: int) -> tuple[list[Fault], float | None]:
    """429 or 503 once or more, with or without a time; the faults, and the shortest silence."""
    times, named = dice.randint(1, 3), dice.random() < 0.7
    seconds = dice.randint(1, 90)
    headers = {"Retry-After": str(seconds)} if named else {}
    fault = Fault("status", times=times, details={"status": code, "headers": headers, "body": {}})
    return [fault], float(times * seconds) if named else None


@pytest.mark.requirement(
    "R19", "100 scripted servers: waits as asked, at most 5 tries, no retry on 4xx"
)
def test_each_server_is_asked_again_as_it_wants_and_no_more(figure) -> None:
    servers = figure.of(24, 100)
    dice, silences = random.Random(19), set()
    kinds: list[Callable[[], tuple[list[Fault], float | None]]] = [
        lambda: refusal(dice, 429),
        lambda: refusal(dice, 503),
        lambda: ([Fault("status", times=dice.randint(1, 3), details={"status": 500})], None),
        lambda: ([Fault("status", times=dice.randint(1, 3), details={"status": 502})], None),
        lambda: ([Fault("reset", times=dice.randint(1, 3))], None),
        lambda: ([Fault("status", times=FOR_EVER, details={"status": 500})], None),
        lambda: ([Fault("status", times=FOR_EVER, details={"status": 429})], None),
        *(
            lambda code=code: ([Fault("status", times=FOR_EVER, details={"status": code})], None)
            for code in (400, 401, 403, 404)
        ),
    ]
    for number in range(servers):
        echo = Echo(World(1, items=1, people=1, containers=1))
        echo.faults, shortest = kinds[number % len(kinds)]()
        [fault] = echo.faults
        code, times = fault.details.get("status"), fault.times
        clock = FakeClock()
        began = clock.now()
        with echo.serving():
            asking = client(echo, clock, seed=number, budget=Budget(clock, None))
            try:
                healed = asking.get("/ok").json(dict)["path"] == "/ok"
            except ThroughlineError:
                healed = False
            asking.close()
        waited, tries = clock.now() - began, len(echo.requests)
        told = (number, code, times, tries, waited)

        assert tries == (1 if code in (400, 401, 403, 404) else min(5, times + 1)), told
        assert healed == (times < FOR_EVER), told
        if shortest is not None:
            assert shortest <= waited <= shortest * 1.1 + times, told
        elif tries > 1:
            silences.add(round(waited, 3))
            assert 0 < waited <= 62 * 4, told
        else:
            assert waited == 0, told
    assert len(silences) > servers / 5, "silences that nobody asked for are by chance"
    figure.reached(f"{servers} of {servers} servers")
