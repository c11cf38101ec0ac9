"""Deletions that no tracker tells of: all ids are compared once a week, and nothing else goes."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.kernel.shelf import Shelf, outcomes, run, truth
from tests.connectors.kernel.shelf import landed as things_landed
from tests.drills.states import (
    Source,
    flat,
    happen,
    interpose,
    unsynced,  # noqa: F401 - a fixture
)
from tests.drills.trackers import TRACKERS
from tests.figures import IS_DRILL
from tests.simulators.server import Answer, Request, Simulator

pytestmark = [pytest.mark.timeout(3600), pytest.mark.usefixtures("unsynced")]
ROOT = Path(__file__).resolve().parents[2]
DAY, EARLIER = 24 * 3600, 600
WEEK, ITEMS = 7, 30
QUIET, BUSY = [f"b{number}" for number in range(1, 11)], ["b11", "b12"]
"""Boards that say nothing of their deletions, and boards that tell of every change."""


def until(simulator: Simulator, night: int) -> None:
    """Let a day pass; every other night begins some minutes earlier than the one before."""
    simulator.advance(DAY + (EARLIER if night % 2 == 0 else -EARLIER))


@pytest.mark.requirement("R10", "500 of 50,000 that nobody tells of: marked within a week, 0 false")
def test_what_nobody_tells_of_is_found_by_the_weekly_sweep_and_nothing_else_is(
    tmp_path: Path, figure
) -> None:
    each_board, gone = figure.of(50, 5_000), figure.of(5, 500)
    things = each_board * (len(QUIET) + len(BUSY))
    shelf, dice = Shelf(boards=len(QUIET + BUSY), things=things, page=1000), random.Random(10)
    shelf.tells_change = True
    marked: list[int] = []
    with shelf.serving():
        assert run(shelf, tmp_path).state == "fresh"
        by_board = {board: [each.id for each in shelf.on(board)] for board in QUIET}
        share = [key for keys in by_board.values() for key in dice.sample(keys, -(-gone // 10))]
        chosen = set(dice.sample(share, gone))
        for key in chosen:
            shelf.things[key].state = "deleted"
        for night in range(1, WEEK + 1):
            until(shelf, night)
            disturb(shelf, dice, gone // WEEK + 1)
            found = run(shelf, tmp_path)
            told = outcomes(tmp_path)
            assert found.state == "fresh", found.reason
            assert set(told) <= chosen, "a false mark"
            marked.append(len(told))

    assert outcomes(tmp_path) == dict.fromkeys(chosen, "deleted")
    assert marked == [0] * (WEEK - 1) + [gone], "only the sweep can know"
    there = things_landed(tmp_path)
    assert {key: there[key] for key in truth(shelf)} == truth(shelf)
    figure.reached(f"{gone} of {gone} marked of {each_board * 10:,} on night {WEEK}, 0 false marks")


def disturb(shelf: Shelf, dice: random.Random, count: int) -> None:
    """Let things move from any board to one that tells of it, and be edited there."""
    there = [each for each in shelf.things.values() if each.state == "present"]
    for thing in dice.sample(there, count):
        shelf.put(thing.id, dice.choice(BUSY), f"moved {shelf.now}")


def without_insight(simulator: Any, _: str) -> None:
    """Jira Cloud: what the list of projects says of the first one stays as it is."""
    told: list[Any] = []

    def frozen(request: Request, answer: Answer) -> Answer:
        first = answer.body["values"][0]
        told.append(first["insight"])
        values = [{**first, "insight": told[0]}, *answer.body["values"][1:]]
        return replace(answer, body={**answer.body, "values": values})

    interpose(simulator, r"/project/search", frozen)


def without_newest(simulator: Any, project: str) -> None:
    """Jira Data Center: the newest issue of a project, and how many there are, stay as they are."""
    told: list[Answer] = []

    def frozen(request: Request, answer: Answer) -> Answer:
        told.append(answer)
        return told[0]

    interpose(simulator, rf"/search .*project = {project} ORDER BY updated DESC", frozen)


def without_events(simulator: Any, _: str) -> None:
    """Asana: events are good, and those of deletions are among the ones never delivered."""
    simulator.endpoints.feeds.life = timedelta(days=30)
    simulator.endpoints.feeds.lost = ['"action": "deleted"']


MUTED: dict[str, Callable[[Any, str], None]] = {
    "jira_cloud": without_insight,
    "jira_data_center": without_newest,
    "asana": without_events,
    "trello": lambda *_: None,
}


def delete(simulator: Any, name: str, item: str) -> None:
    """Delete an item, in Trello without the action that tells of it."""
    if name == "trello":
        simulator.advance(1)
        del simulator.story.cards[simulator.story.id_of(item)]
    else:
        happen(simulator, "delete", item)


@pytest.mark.parametrize("name", list(TRACKERS) if IS_DRILL else ["asana"])
@pytest.mark.requirement("R10", "what a tracker does not tell of: marked within a week, 0 false")
def test_a_tracker_that_tells_of_no_deletion_is_swept_within_a_week(
    name: str, tmp_path: Path, figure
) -> None:
    tracker, gone = TRACKERS[name], 5
    simulator = flat(tracker, ITEMS, containers=3)
    _, busy, _ = simulator.world.containers
    items = [f"item-{number}" for number in range(ITEMS)]
    in_quiet, in_busy, in_other = items[::3], items[1::3], items[2::3]
    source, marked = Source(tracker, simulator, tmp_path), []
    with simulator.serving():
        probe = Source(tracker, simulator, tmp_path / "probe").run()
        MUTED[name](simulator, next(each.id for each in probe.scopes if each.id))
        assert source.run().state == "fresh"
        before = set(source.items())
        for item in in_quiet[:gone]:
            delete(simulator, name, item)
        for night in range(1, WEEK + 1):
            until(simulator, night)
            happen(simulator, "move_container", in_other[night], container=busy)
            happen(simulator, "retitle", in_busy[night], title=f"Another {night} for KR-1.2")
            found = source.run()
            assert found.state == "fresh", found.reason
            marked.append(sum(each == "deleted" for each in source.outcomes().values()))
        expected = Source(tracker, simulator, tmp_path / "whole")
        expected.run()

    assert source.outcomes() == dict.fromkeys(before - set(expected.items()), "deleted")
    assert (marked[0], marked[-1]) == (0, gone)
    night = marked.index(gone) + 1
    figure.reached(f"{name}: {gone} of {gone} marked on night {night}, 0 false marks")


def test_the_readme_says_how_long_a_deletion_may_be_unknown() -> None:
    [section] = re.findall(r"(?ms)^### Deletions\n(.*?)^##", (ROOT / "README.md").read_text())

    assert "up to 7 days" in " ".join(section.split())
