"""Night after night, what is published is what a full load from scratch publishes.

A full load knows nothing of what is gone by then, and what is gone keeps its past effort. So a new
home gets, besides its own full load, what nobody can read any more.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import connectors.extraction
import connectors.http
import connectors.sign_in
import pipelines.warehouse.side_by_side
from tests.drills.nights import Nights, Rows, carry_over, staged, write_home
from tests.drills.trackers import TRACKERS, StillClock
from tests.figures import IS_DRILL

# two builds of all models a night stand behind it
pytestmark = pytest.mark.timeout(7200)
SEED = 200
COMPARED = range(1, 11) if IS_DRILL else (6,)
"""`make drills` compares after each of ten nights."""

OF_THE_READING = {
    "rpt_sources": {
        "stream",
        "records_read",
        "records_landed",
        "records_reported",
        "first_landed_at",
        "last_landed_at",
    },
}
"""Columns that tell how and when something was read, and not what is there. A stream of a scope has
a row if it was read or landed: what two boards share landed with the first of them."""

BY_NIGHT = {"scope_out_of_sight"}
"""Findings on what was there on an earlier night."""


def comparable(rows: Rows) -> dict[str, Counter[str]]:
    """Tables without what tells of the reading."""
    return {table: _comparable(table, found) for table, found in rows.items()}


def _comparable(table: str, rows: list[dict[str, Any]]) -> Counter[str]:
    untold = OF_THE_READING.get(table, set())
    kept = [same_words(row) for row in rows if not is_of_the_reading(table, row)]
    told = [repr({name: row[name] for name in row if name not in untold}) for row in kept]
    return Counter(set(told) if untold else told)


def same_words(row: dict[str, Any]) -> dict[str, Any]:
    """A scope that says it is unchanged is as good as one that was read."""
    is_idle = row.get("scope_state") == "idle"
    return {**row, "scope_state": "complete"} if is_idle else row


def is_of_the_reading(table: str, row: dict[str, Any]) -> bool:
    """True for a row on what was read when, or on what only earlier nights could see."""
    if table == "rpt_quality":
        # what nobody can read any more was carried over past the reading, which counted less
        is_carried = row["check_name"] == "failed_expectation" and row["subject"].endswith(" lost")
        return is_carried or row["check_name"] in BY_NIGHT
    return table == "rpt_sources" and (
        row["stream"] in ("absences", "(none)") or row["scope_state"] == "absent"
    )


def differing(grown: Rows, fresh: Rows) -> dict[str, tuple[list[str], list[str]]]:
    """By table, rows on one side only, the first few."""
    one, other = comparable(grown), comparable(fresh)
    return {
        table: (list(one[table] - other[table])[:5], list(other[table] - one[table])[:5])
        for table in one.keys() | other.keys()
        if one[table] != other[table]
    }


@pytest.fixture
def in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits take no time, and every secret stands in the environment."""
    reading = (connectors.extraction, connectors.http, connectors.sign_in)
    for module in (*reading, pipelines.warehouse.side_by_side):
        monkeypatch.setattr(module, "Clock", StillClock)
    for tracker in TRACKERS.values():
        for name, value in tracker.environment().items():
            monkeypatch.setenv(name, value)


def test_each_night_publishes_what_a_full_load_from_scratch_does(
    in_no_time: None, tmp_path: Path
) -> None:
    with staged(SEED) as stage:
        grown = Nights(write_home(tmp_path / "grown", stage), stage)
        grown.fetch()
        carried: Counter[str] = Counter()
        for number in range(1, max(COMPARED) + 1):
            stage.night(number)
            read = grown.fetch()
            assert {each.state for each in read.values()} == {"fresh"}, read
            if number not in COMPARED:
                continue
            fresh = Nights(write_home(tmp_path / f"fresh {number}", stage), stage)
            again = fresh.fetch()
            assert {each.state for each in again.values()} == {"fresh"}, again
            for name, tracker in TRACKERS.items():
                gone = carry_over(grown.landing(tracker), fresh.landing(tracker))
                there = stage.simulators[name].truth()
                assert [key for stream, key in gone if key in there.get(stream, ())] == []
                carried.update({name: len(gone)})

            found = grown.build(tmp_path / f"built {number}")
            expected = fresh.build(tmp_path / f"built fresh {number}")

            assert differing(found, expected) == {}, f"night {number}"
            assert len(found["dim_work_item"]) > 200
            items = Counter(row["source"] for row in found["dim_work_item"])
            assert all(items[tracker.source] > 20 for tracker in TRACKERS.values()), items
            assert sum(row["person_days"] for row in found["fct_allocation_week"]) > 100
        assert set(carried) == set(TRACKERS)
        assert sum(carried.values()) > 0


def test_a_difference_of_one_cell_is_found() -> None:
    row = {"source": "a", "stream": "tasks", "scope_state": "idle", "records_read": 1, "state": "x"}
    one = {"rpt_sources": [row]}

    assert differing(one, {"rpt_sources": [{**row, "records_read": 2}]}) == {}
    assert set(differing(one, {"rpt_sources": [{**row, "state": "y"}]})) == {"rpt_sources"}
    assert set(differing({"fct_link": [row]}, {"fct_link": [row, row]})) == {"fct_link"}
