"""What a tracker tells only after the run that should have read it: the next one reads it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.transport import Timeouts
from tests.drills.states import (
    Source,
    flat,
    unsynced,  # noqa: F401 - a fixture
)
from tests.drills.trackers import TRACKERS
from tests.figures import IS_DRILL
from tests.simulators.server import Simulator
from tests.simulators.world import Happening

pytestmark = [pytest.mark.timeout(3600), pytest.mark.usefixtures("unsynced")]
DAY = 24 * 3600
LOGGED = {"jira_cloud", "jira_data_center", "asana"}
"""Trackers that know time spent."""
PATIENT = Timeouts(10, 60, 120)
"""A busy machine may take its time over hundreds of items."""
OVERLAPS = {"15 minutes, the default": 15, "48 hours": 48 * 60}


def edit(name: str, number: int) -> tuple[str, dict[str, Any]]:
    """What happens to the item with a number: each kind in turn."""
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("retitle", {"title": f"Told late {number} for KR-1.2"}),
        ("move_status", {"status": "In Progress"}),
        ("comment", {"text": f"A late word {number}"}),
        ("describe", {"description": f"Because of what was late {number}"}),
        ("set_field", {"field": "size", "value": 5}),
    ]
    if name in LOGGED:
        kinds += [("log_work", {"log": f"log-17-{number}", "seconds": 900 * (number % 20 + 1)})]
    return kinds[number % len(kinds)]


def ages(count: int, overlap: int) -> list[int]:
    """So many ages in seconds, spread over an overlap; the last is a second short of it."""
    return [(number + 1) * (overlap - 1) // count for number in range(count)]


def tell_late(simulator: Simulator, name: str, first: int, back: list[int]) -> None:
    """Let items have been edited so many seconds before the run that has just read everything."""
    for number, age in enumerate(back, first):
        what, details = edit(name, number)
        at = simulator.now - timedelta(seconds=age)
        more = {"started": at} if what == "log_work" else {}
        actor = simulator.world.people[0]
        simulator.play([Happening(at, what, f"item-{number}", actor, details | more)])


@pytest.mark.parametrize("overlap", list(OVERLAPS) if IS_DRILL else list(OVERLAPS)[:1])
@pytest.mark.parametrize("name", list(TRACKERS))
@pytest.mark.requirement(
    "R09", "edits told late by up to the overlap: 100 % are read a night after"
)
def test_every_edit_that_is_told_late_within_the_overlap_is_read_the_night_after(
    name: str, overlap: str, tmp_path: Path, figure
) -> None:
    edits, nights, minutes = figure.of(5, 200), figure.of(1, 3), OVERLAPS[overlap]
    tracker = TRACKERS[name]
    if minutes != 15:
        tracker = replace(tracker, options={**tracker.options, "overlap_minutes": minutes})
    simulator = flat(tracker, edits * nights)
    simulator.advance(3 * DAY)
    source = Source(tracker, simulator, tmp_path / "grown")
    missing = 0
    with simulator.serving():
        assert source.run(timeouts=PATIENT).state == "fresh"
        for night in range(nights):
            before = source.newest()
            tell_late(simulator, name, night * edits, ages(edits, minutes * 60))
            simulator.advance(DAY)
            found = source.run(timeouts=PATIENT)
            whole = Source(tracker, simulator, tmp_path / f"whole {night}")
            whole.run(timeouts=PATIENT)
            after, expected = source.newest(), whole.newest()

            assert found.state == "fresh", found.reason
            assert sum(after[each] != before.get(each) for each in after) >= edits
            missing += sum(after.get(each) != expected[each] for each in expected)
    assert missing == 0
    figure.reached(f"{name}, {overlap}: {edits} of {edits} on each of {nights} nights")
