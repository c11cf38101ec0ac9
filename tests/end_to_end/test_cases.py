"""Worked organisations: what `throughline demo --case` publishes is what was reckoned by hand.

The sums behind each figure stand in the README.md of the case.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.demo import CASES
from tests.browser.chromium import audited
from tests.homes import throughline
from tests.pipelines.report.proof import count_numbers, faults
from tests.properties.comparison import published

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
# of M-11: two values in turn for the twelve months of 2025, and what January and February tell
SIGNALS = {
    "housing": (140, 142, "improving"),  # 120 under 141 - 5.32, and lower is better
    "council": (0.66, 0.68, "no signal"),  # 0.70 within 0.67 + 0.0532
    "health": (0.7, 0.72, "improving"),  # 0.78 over 0.71 + 0.0532
    "retail": (0.25, 0.254, "improving"),  # 0.301 over 0.252 + 0.01064
    "busy": (40, 40, "no signal"),  # never another value
}
# what may be empty: cases that must have rows all the same
EMPTY = {
    "rpt_link_suggestions": set(),  # no title resembles one that carries an identifier
    "rpt_quality": set(),  # nothing was refused, and every status is known
    "rpt_restatement": set(),  # one night: nothing was published before
    "rpt_conflicts": {"busy"},  # declared there alone
    "rpt_decisions": {"busy"},  # taken there alone
    "rpt_initiatives": {"housing", "retail", "busy"},  # the other strategies have results only
    "rpt_false_alignment": {"housing", "busy"},  # these two deceive themselves
    "rpt_wins": {"housing", "retail"},
}
# node, days that rolled up to it, progress, quadrant
LINE = 28 / 729  # of the way in February, from 1 January 2025 to 31 December 2026
MOVED = {
    "retail": [
        ("KR-1.1", 32, 0.01 / (0.2 * LINE), "progress"),
        ("KR-1.2", 32, 0, "motion without progress"),
        ("KR-1.3", 0, 0, "idle"),
        ("R-LOG.1", 0, 0.03 / (0.25 * LINE), "progress without recorded effort"),
    ],
    "busy": [
        ("KR-1.1", 12, 0, "motion without progress"),
        ("KR-2.1", 36, -1 / (200 * LINE), "motion without progress"),
    ],
}
HIGHEST_3 = {"housing": 252, "council": 234, "health": 196, "retail": 240, "busy": 192}


@pytest.fixture(scope="module", params=CASES)
def case(request, case_home) -> tuple[str, Path]:
    """Each case after the run of the command, with its database."""
    return request.param, published(case_home(request.param))


def test_every_number_of_the_report_is_what_its_query_gives(case) -> None:
    page = (case[1].parent / "report" / "index.html").read_text(encoding="utf-8")
    manifest = json.loads((case[1].parent / "manifest.json").read_text(encoding="utf-8"))

    assert faults(page, case[1], manifest) == []
    assert count_numbers(page) > 300


@pytest.mark.needs_program("chromium")
@pytest.mark.parametrize(("name", "is_dark"), [("busy", False), ("housing", True)])
def test_a_checker_of_accessibility_finds_no_violation_in_the_report(
    case_home, tmp_path, name: str, is_dark: bool
) -> None:
    page = published(case_home(name)).parent / "report" / "index.html"
    found = audited(page, tmp_path, is_dark)

    assert (found["violations"], found["dark"]) == ([], is_dark)


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


def test_work_on_an_ended_goal_is_retired_from_the_day_of_the_decision(case) -> None:
    found = asked(
        case,
        "select cast(min(week) as varchar), cast(max(week) as varchar), sum(person_days)"
        " from fct_allocation_week where bucket = 'retired'",
    )

    expected = ("2026-02-02", "2026-03-23", 32.0) if case[0] == "busy" else (None, None, None)
    assert found == [expected]


def test_movement_and_progress_of_february_are_told_apart(case) -> None:
    found = asked(
        case,
        "select node_id, rolled_up, progress, quadrant from rpt_movement_progress"
        " where period_start = '2026-02-01' and outcome_measures > 0 order by node_id",
    )
    expected = MOVED.get(case[0])

    if expected:
        results = [row for row in found if not row[0].startswith("G-")]
        assert [(row[0], row[3]) for row in results] == [(row[0], row[3]) for row in expected]
        for row, wanted in zip(results, expected, strict=True):
            assert row[1:3] == pytest.approx(wanted[1:3], abs=1e-9)
    else:
        assert found


def test_a_measure_signals_where_a_reading_leaves_its_natural_limits(case) -> None:
    ((centre, lower, upper, verdict),) = asked(
        case,
        "select centre_line, lower_limit, upper_limit, verdict from rpt_measure_signals"
        " where measure_id = 'M-11' and is_latest",
    )
    first, second, expected = SIGNALS[case[0]]
    mean, spread = (first + second) / 2, 2.66 * abs(second - first)

    assert (centre, lower, upper) == pytest.approx((mean, mean - spread, mean + spread), abs=1e-9)
    assert verdict == expected


def test_a_measure_of_the_work_itself_is_vanity_however_well_made(case) -> None:
    found = asked(
        case,
        "select measure_id, quality, is_aligned, is_measure_first, fits_direction"
        " from rpt_measure_alignment where is_vanity order by measure_id",
    )

    assert found == {
        "council": [("M-31", 1.0, False, True, False)],
    }.get(case[0], [])


def test_no_table_is_empty_without_a_reason(case) -> None:
    tables = [
        name
        for (name,) in asked(
            case,
            "select table_name from information_schema.tables where table_name like 'rpt_%'",
        )
    ]
    empty = {name for name in tables if asked(case, f"select count(*) from {name}") == [(0,)]}

    assert empty <= set(EMPTY)
    assert not {name for name in empty if case[0] in EMPTY[name]}


def test_the_story_is_written_beside_the_home(case_home, case) -> None:
    told = (case_home(case[0]) / "README.md").read_text(encoding="utf-8")
    traced, _, allocated, _ = TRACED[case[0]]

    assert (
        f"{traced} of {allocated} allocated = {traced / allocated:.1%}".replace("%", " %") in told
    )


def test_a_case_is_not_written_over_the_home_of_another(case_home, case) -> None:
    other = next(name for name in CASES if name != case[0])
    ended = throughline("demo", "--case", other, case_home(case[0]))

    assert ended.returncode == 2
    assert "Name another folder" in ended.stderr
