"""What landed is as much as the tracker counts, up to a hundredth; beyond that nothing lands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from connectors.transport import Timeouts
from pipelines.warehouse.typing import type_source
from tests.drills.states import (
    PAGED,
    Source,
    flat,
    id_of,
    interpose,
    rows_of,
    unsynced,  # noqa: F401 - a fixture
)
from tests.drills.test_missed_items import lack
from tests.drills.test_short_answers import DAY
from tests.drills.trackers import TRACKERS, Tracker
from tests.figures import IS_DRILL
from tests.simulators.server import Answer, Request, Simulator

pytestmark = [pytest.mark.timeout(3600), pytest.mark.usefixtures("unsynced")]
PATIENT = Timeouts(10, 60, 120)
"""A busy machine may take its time over a thousand items."""
FEW = ["jira_data_center", "trello"]
"""In the suite: a tracker that tells an exact count, and one that tells none."""


@pytest.mark.parametrize("beyond", [0, 1])
@pytest.mark.parametrize("name", list(TRACKERS) if IS_DRILL else FEW)
@pytest.mark.requirement("R11", "10 of 1,000 missing are named and read next, 11 block: both named")
def test_a_hundredth_is_the_most_that_a_walk_may_lack(
    name: str, beyond: int, tmp_path: Path, figure
) -> None:
    tracker, items = TRACKERS[name], figure.of(60, 1_000)
    missed = max(2, items // 100) + beyond
    simulator = flat(tracker, items)
    tracker.cut(simulator, items // 5)
    source, whole = (Source(tracker, simulator, tmp_path / each) for each in ("grown", "whole"))
    real = simulator.respond
    with simulator.serving():
        whole.run(timeouts=PATIENT)
        expected = whole.items()
        lack(simulator, name, set(sorted(expected)[items // 2 : items // 2 + missed]))
        first = source.run(timeouts=PATIENT)
        between = source.items()
        simulator.respond = real
        simulator.advance(DAY)
        second = source.run(timeouts=PATIENT)

    told = " ".join([*(each.reason for each in first.scopes), *first.warnings])
    if beyond:
        assert (first.state, len(between)) == ("partial", 0)
        assert "incomplete" in {each.state for each in first.scopes}
        assert re.search(rf"holds {items - missed} of {items} {tracker.connector.items}\b", told)
    else:
        assert (first.state, len(between)) == ("fresh", items - missed)
        assert sum(each.awaited for each in first.scopes) == missed
        assert f"{missed} work items are listed and were in" in told
    assert (second.state, source.items()) == ("fresh", expected)
    how = "named, nothing lands" if beyond else "named, and read the night after"
    figure.reached(f"{name}: {missed} of {items} missing are {how}")


def spoil(simulator: Simulator, tracker: Tracker, bad: set[str]) -> None:
    """Let some items have a title that is no text."""

    def with_numbers(request: Request, answer: Answer) -> Answer:
        for row in rows_of(answer):
            told: dict[str, Any] = row.get("fields", row)
            for title in {"summary", "name"} & told.keys() if id_of(row) in bad else ():
                told[title] = {"no": "text"}
        return answer

    interpose(simulator, PAGED[tracker.name][tracker.connector.items], with_numbers)


@pytest.mark.parametrize("name", list(TRACKERS) if IS_DRILL else FEW[:1])
@pytest.mark.requirement("R11", "what the source counts = usable + set aside, difference 0")
def test_what_the_source_has_is_usable_or_set_aside(name: str, tmp_path: Path, figure) -> None:
    tracker, items = TRACKERS[name], figure.of(30, 1_000)
    bad = max(2, items // 50)
    simulator = flat(tracker, items)
    probe, source = (Source(tracker, simulator, tmp_path / each) for each in ("probe", "raw"))
    with simulator.serving():
        probe.run(timeouts=PATIENT)
        spoil(simulator, tracker, set(sorted(probe.items())[5 : 5 + bad]))
        found = source.run(timeouts=PATIENT)
    stream = tracker.connector.items
    typed = type_source(source.landing, tracker.kind, tmp_path / "typed", processes=1)
    usable = duckdb.execute(
        "select count(distinct record_id) from read_parquet($1)",
        [[str(each) for each in typed.first_files[stream]]],
    ).fetchall()[0][0]
    set_aside = {each.record_id for each in typed.rejected if each.stream == stream}
    at_the_border = found.rejected.get(stream, 0)

    assert found.state == "fresh", found.reason
    assert len(set_aside) + at_the_border == bad
    assert usable + len(set_aside) + at_the_border == items
    told = [each.expected for scope in found.scopes for each in scope.slices if each.expected]
    assert told in ([], [items])
    figure.reached(f"{name}: {items:,} = {usable:,} usable + {bad} set aside")
