"""Every diagnostic of the housing authority, and those that only a busy company has, by hand.

Days come from the tables in the README.md of each case: days per week, times the weeks in question.
The last eight weeks end with the run; March is not whole yet.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from math import log2, sqrt
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.properties.comparison import published

Ask = Callable[[str], list[tuple[Any, ...]]]
MONTHS = [date(2026, month, 1) for month in (1, 2, 3)]


def asked(home: Path) -> Ask:
    def rows(query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(published(home)), read_only=True) as connection:
            return connection.execute(query).fetchall()

    return rows


@pytest.fixture(scope="module")
def housing(case_home) -> Ask:
    """Ask what the housing authority published."""
    return asked(case_home("housing"))


@pytest.fixture(scope="module")
def busy(case_home) -> Ask:
    """Ask what the busy company published."""
    return asked(case_home("busy"))


def test_three_questions_find_the_team_whose_chains_lack_reasons(housing) -> None:
    """Policy's 2 of 9 days a week on the goal without a reason are more than a fifth."""
    assert housing(
        "select team_id, observed_direction, recent_traced_days, direction_answer, chain_answer,"
        " reasoned_days, result_days, evidence_answer, starting_point"
        " from rpt_three_question_test order by team_id"
    ) == [
        ("delivery", "strategy", 8 * 8, "yes", "yes", 12 * 8, 12 * 8, "yes", "(none)"),
        ("land", "teams", 8 * 4, "yes", "yes", 8 * 4, 8 * 4, "yes", "(none)"),
        ("policy", "strategy", 8 * 9, "yes", "not_clearly", 8 * 7, 8 * 9, "yes", "chain"),
    ]


def test_the_untraced_is_the_questions_from_the_assembly(housing) -> None:
    assert housing(
        "select source, container, team_id, person_days, items, share, largest_title,"
        " suggested_node_id from rpt_untraced"
    ) == [("work", "Policy", "policy", 12, 1, 1, "Questions from the assembly", None)]


def test_nobody_is_overloaded_where_all_is_logged_within_the_day(housing) -> None:
    """Four whole weeks a month; what is logged needs no item in progress."""
    assert housing(
        "select period_start, team_id, days_at_work, item_days, over_capacity_weeks,"
        " logged_and_manual_days from rpt_load order by 1, 2"
    ) == [
        (month, team, days, 0, 0, pytest.approx(logged))
        for month in MONTHS
        for team, days, logged in [
            ("(all)", 100, 4 * 22),
            ("delivery", 40, 4 * 8),
            ("land", 20, 4 * 4),
            ("policy", 40, 4 * 10),
        ]
    ]


def test_a_goal_of_three_functions_is_no_silo_and_one_of_one_is(housing) -> None:
    assert housing(
        "select node_id, teams, functions, silo_index, first_function from rpt_silos order by 1"
    ) == [
        ("G-1", 3, 3, pytest.approx((84**2 + 96**2 + 48**2) / 228**2), "construction"),
        ("G-2", 1, 1, 1, "policy"),
        ("P-1", 0, 0, None, None),
    ]


def test_misalignment_is_strategic_alone(housing) -> None:
    """One tracker, one owner each, outcome measures only, and no item was ever in progress."""
    found = housing(
        "select team_id, strategic_misalignment, trackers_in_use, across_share, waiting_share,"
        " ownerless_share, activity_measure_share from rpt_misalignment order by 1"
    )
    assert found == [
        (team, pytest.approx(share), 1, 0, None, 0, 0)
        for team, share in [
            ("(all)", 1 - 252 / 264),
            ("delivery", 0),
            ("land", 0),
            ("policy", 1 - 108 / 120),
        ]
    ]


def test_the_map_carries_the_effort_and_breaks_where_no_reason_is(housing) -> None:
    nodes = housing(
        "select node_id, layer, rolled_up, chain_grade, broken_because from rpt_results_map_node"
        " order by 1"
    )
    edges = housing(
        "select from_node_id, to_node_id, person_days, has_reason from rpt_results_map_edge"
        " order by 1, 2"
    )

    assert nodes == [
        ("G-1", 3, 84 + 96 + 48, "A", None),
        ("G-2", 3, 24, "A", None),
        ("INI-1", 0, 84, "A", None),
        ("INI-2", 0, 24, "C", "no reason"),
        ("KR-1.1", 2, 96 + 48, "A", None),
        ("KR-1.2", 2, 84, "A", None),
        ("KR-2.1", 2, 24, "C", "no reason"),
        ("P-1", 4, 0, "A", None),
        ("R-LAND.1", 1, 48, "A", None),
    ]
    assert edges == [
        ("INI-1", "KR-1.2", 84, True),
        ("INI-2", "KR-2.1", 24, True),
        ("KR-1.1", "G-1", 144, True),
        ("KR-1.2", "G-1", 84, True),
        ("KR-2.1", "G-2", 24, False),
        ("R-LAND.1", "KR-1.1", 48, True),
    ]


def test_what_is_owned_worded_and_measured_has_three_points(housing) -> None:
    """A cadence of 31 days holds from 6 March, not from 9 January; some never checked in."""
    assert housing(
        "select node_id, playbook_score, checkins, keeps_cadence from rpt_hygiene order by 1"
    ) == [
        ("G-1", 3, 3, True),
        ("G-2", 3, 0, False),
        ("INI-1", 2, 0, False),
        ("INI-2", 2, 0, False),
        ("KR-1.1", 3, 3, True),
        ("KR-1.2", 3, 3, True),
        ("KR-2.1", 3, 1, False),
        ("P-1", 2, 0, False),
        ("R-LAND.1", 3, 0, False),
    ]


def test_the_index_is_reckoned_from_its_components(housing) -> None:
    """Nothing was off track, so adaptability is missing and leaves a range."""
    on_time = 3 / 9
    known = {
        "clarity": (228 + 24 + 144 + 84 + 24 + 48) / (552 + 84 + 24),
        "communication": sqrt(5 / 5 * on_time),
        "allocation": 1 - ((228 / 264 - 0.7) + (0.3 - 24 / 264) + 12 / 264) / 2,
        "monitoring": sqrt(6 / 6 * on_time),
    }
    buy_in = sqrt(on_time * 3 / 3)
    gains = [log2(1 + value) for value in known.values()]
    found = {
        name: values
        for name, *values in housing("select component, score, low, high from rpt_alignment_index")
    }

    for name, value in {**known, "buy_in": buy_in}.items():
        assert found[name] == pytest.approx([value] * 3, abs=1e-9)
    assert found["adaptability"] == [None, 0, 1]
    assert found["index"] == pytest.approx(
        [buy_in * sum(gains) / 4, buy_in * sum(gains) / 5, buy_in * (sum(gains) + 1) / 5], abs=1e-9
    )
    ((weakest,),) = housing("select weakest from rpt_alignment_index where component = 'index'")
    assert weakest == "buy_in"


def test_two_whole_months_are_too_early_for_a_signal(housing) -> None:
    found = housing(
        "select share_name, period_start, part_days, allocated_days, is_closed, verdict"
        " from rpt_share_signals where share_name in ('traced', 'untraced') order by 1, 2"
    )

    assert found == [
        (share, month, pytest.approx(4 * days), 4 * 22, month < MONTHS[2], "too early to say")
        for share, days in [("traced", 21), ("untraced", 1)]
        for month in MONTHS
    ]


def test_a_goal_written_again_in_small_is_no_alignment(housing) -> None:
    """Its measure has the title of the goal's own."""
    assert housing(
        "select finding, subject_id, related_id, has_same_measure from rpt_false_alignment"
    ) == [("mini-me goal", "KR-2.1", "G-2", True)]
    quality = housing(
        "select measure_id, quality, is_aligned from rpt_measure_alignment order by 1"
    )
    assert quality == [
        ("M-1", 1, True),
        ("M-11", 1, True),
        ("M-12", 1, True),
        ("M-2", 1, True),
        ("M-21", 1, False),
        ("M-31", 1, True),
    ]


def test_one_initiative_was_early_and_one_is_overdue(housing) -> None:
    assert housing(
        "select node_id, state, days_late, slips, due_nodes, completed_nodes, completion_rate"
        " from rpt_initiatives order by 1"
    ) == [("INI-1", "on time", -5, 0, 2, 1, 0.5), ("INI-2", "overdue", None, 0, 2, 1, 0.5)]


def test_every_record_of_the_export_is_accounted_for(housing) -> None:
    assert housing(
        "select source, stream, records_read, records_landed, records_quarantined, state"
        " from rpt_sources"
    ) == [("work", "issues", 5, 5, 0, "fresh")]


def test_both_sides_of_a_conflict_get_effort(busy) -> None:
    assert busy(
        "select node_id, other_node_id, person_days, other_person_days, has_effort_on_both"
        " from rpt_conflicts where because is not null"
    ) == [("KR-1.1", "KR-2.1", 36, 108, True)]


def test_no_effort_followed_the_decisions(busy) -> None:
    """Four days a week before and after the stop; what was to begin has none."""
    assert busy(
        "select distinct decision_id, weekly_days_before, weekly_days_after, days_until_stopped,"
        " days_until_started from rpt_decisions order by 1"
    ) == [("DEC-1", 4, 4, None, None), ("DEC-2", 0, 0, None, None)]


def test_a_blanket_mapping_and_twenty_links_at_once_are_no_alignment(busy) -> None:
    found = busy("select loose_days, outcome_days, loose_share, links from rpt_false_alignment")

    assert sorted(found, key=str) == [(108, 108, 1, None), (None, None, None, 20)]
