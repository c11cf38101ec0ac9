"""Items that every page of a first load lacks, too few to be noticed by a count: not lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.drills.states import PAGED, Source, flat, interpose
from tests.drills.test_short_answers import DAY, without
from tests.drills.trackers import TRACKERS
from tests.simulators.server import Answer, Request, Simulator

pytestmark = pytest.mark.timeout(3600)
MISSED = 2
IN_FULL = {"asana": "notes"}
"""A field that is asked for where items are read and not where they are only listed."""


def lack(simulator: Simulator, name: str, lacking: set[str]) -> None:
    """Let pages of items lack some of them; counts, and lists of ids alone, tell of all."""
    short = without(lacking)

    def page(request: Request, answer: Answer) -> Answer:
        fields = request.value("opt_fields") or request.value("fields")
        is_listed = IN_FULL[name] not in fields if name in IN_FULL else fields == "idBoard"
        return answer if is_listed else short(request, answer)

    interpose(simulator, PAGED[name][TRACKERS[name].connector.items], page)


@pytest.mark.parametrize("name", list(TRACKERS))
@pytest.mark.requirement("R11", "998 of 1,000 items are given: the others land the night after")
def test_an_item_that_no_page_held_and_that_never_changes_lands_the_night_after(
    name: str, tmp_path: Path, figure
) -> None:
    tracker, items = TRACKERS[name], figure.of(30, 1_000)
    simulator = flat(tracker, items)
    tracker.cut(simulator, items // 5)
    source = Source(tracker, simulator, tmp_path / "grown")
    real = simulator.respond
    with simulator.serving():
        whole = Source(tracker, simulator, tmp_path / "whole")
        whole.run()
        expected = whole.items()
        lacking = set(sorted(expected)[items // 2 : items // 2 + MISSED])
        lack(simulator, name, lacking)
        first = source.run()
        between = source.items()
        simulator.respond = real
        simulator.advance(DAY)
        second = source.run()
        after = source.items()
        simulator.advance(DAY)
        third = source.run()

    assert len(expected) == items
    assert (first.state, set(expected) - set(between)) == ("fresh", lacking)
    assert sum(each.awaited for each in first.scopes) == MISSED
    assert [each for each in first.warnings if "2 work items are listed and were in" in each]
    assert (second.state, after) == ("fresh", expected)
    assert second.landed[tracker.connector.items] == MISSED
    assert [(each.awaited, each.unread) for each in second.scopes] == [(0, 0)] * len(second.scopes)
    assert not [each for each in second.warnings if "work items are listed" in each]
    assert (third.state, third.landed) == ("fresh", {})
    figure.reached(f"{name}: {len(between)} of {items} the first night, {len(after)} the second")
