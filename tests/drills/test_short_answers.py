"""Walks that end early and answers that lack items: healed or told, and nothing is deleted."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.drills.states import (
    COUNTS,
    PAGED,
    Source,
    flat,
    happen,
    id_of,
    interpose,
    rows_of,
    walk_of,
    with_rows,
)
from tests.drills.trackers import TRACKERS
from tests.figures import IS_DRILL
from tests.simulators.server import FOR_EVER, Answer, Request, Simulator

pytestmark = pytest.mark.timeout(3600)
SHARE = 0.64
ITEMS, GIVEN = 794, 658
"""An answer that once made another program ask for 136 deletions."""
DAY = 24 * 3600
RUNS = (("first", 1), ("first", FOR_EVER), ("later", 1), ("later", FOR_EVER))
"""Which run a walk ends early in, and how often."""


def end_early(simulator: Simulator, name: str, items: int, times: int) -> list[int]:
    """Let walks over items end without an error once they gave 64 % of all; where they did."""
    pattern = PAGED[name][TRACKERS[name].connector.items]
    given: dict[str, int] = defaultdict(int)
    ended: list[int] = []

    def short(request: Request, answer: Answer) -> Answer:
        if request.value("fields") == "idBoard":
            return answer  # a census of Trello, which is asked for like its cards
        walk = walk_of(request)
        given[walk] += len(rows_of(answer))
        if given[walk] < items * SHARE or len(ended) >= times:
            return answer
        ended.append(given.pop(walk))
        return at_its_end(answer)

    interpose(simulator, pattern, short)
    return ended


def at_its_end(answer: Answer) -> Answer:
    """A page as the last one of a walk looks."""
    if isinstance(answer.body, list):
        return replace(answer, body=[])
    body = {key: value for key, value in answer.body.items() if key != "nextPageToken"}
    ends: dict[str, Any] = {"isLast": True, "next_page": None}
    if "total" in body:
        ends["total"] = body["startAt"] + len(rows_of(answer))
    return replace(answer, body=body | {key: ends[key] for key in ends if key in body})


@pytest.mark.parametrize(("run", "times"), RUNS if IS_DRILL else RUNS[1:3])
@pytest.mark.parametrize("name", list(TRACKERS))
@pytest.mark.requirement("R11", "a walk ends at 64 %: healed or told, 0 missed in silence")
def test_a_walk_that_ends_at_64_percent_is_healed_or_told(
    name: str, run: str, times: int, tmp_path: Path, figure
) -> None:
    tracker, items = TRACKERS[name], figure.of(79, ITEMS)
    simulator = flat(tracker, items)
    tracker.cut(simulator, max(2, items // 25))
    source = Source(tracker, simulator, tmp_path / "grown")
    real = simulator.respond
    with simulator.serving():
        if run == "later":
            assert source.run().state == "fresh"
            retitle(simulator, items)
        known = source.items() if run == "later" else {}
        ended = end_early(simulator, name, items, times)
        short = source.run()
        between = source.items()
        simulator.respond = real
        simulator.advance(DAY)
        healed = source.run()
        whole = Source(tracker, simulator, tmp_path / "whole")
        whole.run()

    assert ended, "a walk was long enough"
    expected = whole.items()
    assert len(expected) == items
    if short.state == "fresh":
        assert between == expected, "healed within the run"
    else:
        assert between == known, "nothing of the project has landed"
        assert short.state == "partial", short.reason
        reasons = " ".join(each.reason for each in short.scopes)
        assert re.search(r"holds \d+ of \d+|listed \d+ .* counted \d+", reasons), reasons
    assert healed.state == "fresh", healed.reason
    assert source.items() == expected
    assert source.outcomes() == {}
    how = "healed" if short.state == "fresh" else "told"
    figure.reached(f"{name}, {run} run: ended at {ended[0]} of {items}, {how}")


def retitle(simulator: Simulator, items: int) -> None:
    """Change every item, a day later."""
    simulator.advance(DAY)
    for number in range(items):
        happen(simulator, "retitle", f"item-{number}", title=f"Another {number} for KR-1.2")


def hide(simulator: Any, name: str, lacking: set[str], lies: str) -> None:
    """Let items be missing in every list; ``lies`` says what else tells of a world without them."""
    if name.startswith("jira"):
        searchable = simulator.state.searchable
        simulator.state.searchable = lambda: [
            each for each in searchable() if str(each.id) not in lacking
        ]
    else:
        interpose(simulator, PAGED[name][TRACKERS[name].connector.items], without(lacking))
    if name in COUNTS and name.startswith("jira") == ("counts" not in lies):
        pattern, member = COUNTS[name]
        by = len(lacking) if name.startswith("jira") else -len(lacking)
        interpose(simulator, pattern, lambda _, answer: counted(answer, member, by))
    if "look-ups" in lies:
        deny(simulator, lacking)


def without(lacking: set[str]) -> Callable[[Request, Answer], Answer]:
    """Pages that lack some items."""
    return lambda _, answer: with_rows(
        answer, [each for each in rows_of(answer) if id_of(each) not in lacking]
    )


def counted(answer: Answer, member: str, by: int) -> Answer:
    """A count that tells of more or fewer items."""
    body = answer.body.get("data", answer.body)
    told = {**body, member: body[member] + by}
    return replace(answer, body={"data": told} if "data" in answer.body else told)


def deny(simulator: Simulator, lacking: set[str]) -> None:
    """Let every question for one of these items be answered as if it had been deleted."""
    absent = {"name": "NotFound", "message": "not found", "statusCode": 404}

    def denied(request: Request, answer: Answer) -> Answer:
        if (
            request.path.rstrip("/").rpartition("/")[2] in lacking
            or set(request.path.split("/")) & lacking
        ):
            return Answer({"errors": []}, 404)
        if request.path.endswith("/batch"):
            asked = request.value("urls").split(",")
            pairs = zip(asked, answer.body, strict=True)
            return replace(
                answer,
                body=[
                    absent if re.split(r"[/?]", url)[2] in lacking else each for url, each in pairs
                ],
            )
        if "bulkfetch" in request.path and "issues" in answer.body:
            return without(lacking)(request, answer)
        return answer

    interpose(simulator, r"/batch |/issue/|/tasks/\d+", denied)


@pytest.mark.parametrize("lies", ["lists", "lists and counts", "lists, counts and look-ups"])
@pytest.mark.parametrize("name", list(TRACKERS))
@pytest.mark.requirement("R10", "658 of 794 items are given: 0 are deleted")
def test_an_answer_that_lacks_items_deletes_nothing(
    name: str, lies: str, tmp_path: Path, figure
) -> None:
    tracker, items = TRACKERS[name], figure.of(79, ITEMS)
    given = figure.of(65, GIVEN)
    simulator = flat(tracker, items)
    source = Source(tracker, simulator, tmp_path)
    real = simulator.respond
    with simulator.serving():
        assert source.run().state == "fresh"
        before = source.items()
        lacking = set(sorted(before)[5 : 5 + items - given])
        retitle(simulator, 3)
        hide(simulator, name, lacking, lies)
        short = source.run()
        outcomes, between = source.outcomes(), source.items()
        simulator.respond = real
        vars(getattr(simulator, "state", simulator)).pop("searchable", None)
        retitle(simulator, 3)
        healed = source.run()

    assert len(before) == items and len(lacking) == items - given
    assert outcomes == {}, "nothing is taken for gone"
    assert set(between) == set(before)
    said = [short.reason, *(each.reason for each in short.scopes)]
    assert any(said), "nobody was told"
    assert short.state == "partial", short.state
    assert healed.state == "fresh", healed.reason
    assert source.outcomes() == {}
    assert set(source.items()) == set(before)
    figure.reached(f"{name}, {lies}: {given} of {items} given, 0 deleted, {short.state}")
