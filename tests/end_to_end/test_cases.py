"""Worked organisations: what `throughline demo --case` publishes is what was reckoned by hand.

The sums behind each figure stand in the README.md of the case.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.demo import CASES

pytestmark = pytest.mark.timeout(300)

BUCKETS = {
    "housing": {"outcome": 204, "enabling": 48, "untraced": 12, "unobserved": 36},
    "council": {"outcome": 234, "unknown_id": 12, "untraced": 24, "unobserved": 30},
    "health": {"outcome": 96, "purpose": 100, "untraced": 32, "unobserved": 12},
    "retail": {"outcome": 200, "enabling": 40, "untraced": 44, "unobserved": 16},
    "busy": {"outcome": 220, "retired": 32, "untraced": 36, "unobserved": 12},
}
# traced, strictly traced, allocated, capacity
TRACED = {
    "housing": (252, 252, 264, 300),
    "council": (234, 234, 270, 300),
    "health": (196, 172, 228, 240),
    "retail": (240, 240, 284, 300),
    "busy": (220, 112, 288, 300),
}
TEAMS = {
    "housing": {"policy": (108, 120), "delivery": (96, 96), "land": (48, 48)},
    "council": {"desk": (96, 120), "contact": (108, 108), "planning": (30, 42)},
    "health": {"facilities": (100, 120), "clinic": (96, 108)},
    "retail": {"stores": (104, 104), "online": (96, 120), "logistics": (40, 60)},
    "busy": {"product": (112, 180), "growth": (108, 108)},
}
ROLLED_UP = {
    "housing": {"P-1": 0, "G-1": 228, "G-2": 24},
    "council": {"G-1": 204, "G-2": 30},
    "health": {"P-1": 100, "G-1": 96},
    "retail": {"G-1": 240},
    "busy": {
        **{"G-1": 36, "G-2": 108, "G-3": 12, "G-4": 12, "G-5": 12, "G-6": 12, "G-7": 12},
        "G-8": 48,  # effort on an ended goal is effort on a goal still
    },
}
GOALS = {
    "housing": (2, "too few"),
    "council": (2, "too few"),
    "health": (1, "too few"),
    "retail": (1, "too few"),
    "busy": (7, "too many"),
}
HIGHEST_3 = {"housing": 252, "council": 234, "health": 196, "retail": 240, "busy": 192}


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> dict[str, Path]:
    """The homes of the cases that have run, by name."""
    return {case: tmp_path_factory.mktemp(case) for case in CASES}


@pytest.fixture(scope="module", params=CASES)
def case(request, folders) -> tuple[str, Path]:
    """Each case after the run of the command, with its database."""
    command = [sys.executable, "-m", "pipelines.cli", "demo", "--case", request.param]
    ended = subprocess.run(
        [*command, str(folders[request.param])], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr[-4000:]
    published = folders[request.param] / "data" / "published" / "current"
    return request.param, published / "throughline.duckdb"


def asked(case: tuple[str, Path], query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(case[1]), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_every_bucket_holds_the_days_reckoned_by_hand(case) -> None:
    found = dict(
        asked(case, "select bucket, sum(person_days) from fct_allocation_week group by bucket")
    )

    assert found == pytest.approx(BUCKETS[case[0]], abs=1e-6)


def test_the_traced_share_and_what_it_rests_on(case) -> None:
    ((share, strict, observed, *days),) = asked(
        case,
        "select traced_share, strict_share, observed_share, traced_days, allocated_days,"
        " capacity_days from rpt_traced_share where period_type = 'all' and team_id = '(all)'",
    )
    traced, strictly, allocated, capacity = TRACED[case[0]]

    assert days == pytest.approx([traced, allocated, capacity], abs=1e-6)
    assert share == pytest.approx(traced / allocated, abs=1e-9)
    assert strict == pytest.approx(strictly / allocated, abs=1e-9)
    assert observed == pytest.approx(allocated / capacity, abs=1e-9)


def test_each_team_has_its_own_share(case) -> None:
    found = asked(
        case,
        "select team_id, traced_days, allocated_days from rpt_traced_share"
        " where period_type = 'all' and team_id <> '(all)'",
    )

    assert {team: days for team, *days in found} == {
        team: pytest.approx(list(days), abs=1e-6) for team, days in TEAMS[case[0]].items()
    }


def test_effort_is_rolled_up_to_goals_and_purposes(case) -> None:
    found = dict(asked(case, "select node_id, rolled_up from rpt_focus where node_id <> '(all)'"))

    assert found == pytest.approx(ROLLED_UP[case[0]], abs=1e-6)


def test_the_number_of_goals_is_judged_and_effort_on_few_is_told(case) -> None:
    ((goals, verdict, effective, highest_3),) = asked(
        case,
        "select active_goals, goals_verdict, effective_number, top_3_days from rpt_focus"
        " where node_id = '(all)'",
    )
    days = ROLLED_UP[case[0]].values()

    assert (goals, verdict) == GOALS[case[0]]
    assert effective == pytest.approx(sum(days) ** 2 / sum(d * d for d in days), abs=1e-9)
    assert highest_3 == pytest.approx(HIGHEST_3[case[0]], abs=1e-6)


def test_work_on_an_ended_goal_is_retired_from_the_day_of_the_decision(folders, case) -> None:
    found = asked(
        case,
        "select cast(min(week) as varchar), cast(max(week) as varchar), sum(person_days)"
        " from fct_allocation_week where bucket = 'retired'",
    )

    expected = ("2026-02-02", "2026-03-23", 32.0) if case[0] == "busy" else (None, None, None)
    assert found == [expected]


def test_the_story_is_written_beside_the_home(folders, case) -> None:
    told = (folders[case[0]] / "README.md").read_text(encoding="utf-8")
    traced, _, allocated, _ = TRACED[case[0]]

    assert (
        f"{traced} of {allocated} allocated = {traced / allocated:.1%}".replace("%", " %") in told
    )


def test_a_case_is_not_written_over_the_home_of_another(folders, case) -> None:
    other = next(name for name in CASES if name != case[0])
    command = [sys.executable, "-m", "pipelines.cli", "demo", "--case", other]
    ended = subprocess.run(
        [*command, str(folders[case[0]])], capture_output=True, text=True, check=False
    )

    assert ended.returncode == 2
    assert "Name another folder" in ended.stderr
