"""What the report says of alignment is what the tables say, and the map can be read."""

from __future__ import annotations

import re
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.report import render
from pipelines.report.alignment import index
from pipelines.report.facts import Facts
from pipelines.report.figures import plain
from pipelines.report.follow_up import decisions
from pipelines.report.results_map import BOX_HEIGHT, MOST_NODES, Chain, Result, results_map
from pipelines.report.signals import signals_of
from tests.pipelines.report.markup import parsed
from tests.pipelines.report.published import diagnosed_world, write_database

MANIFEST = {"run_id": "20260701T010203Z", "organisation": "Example Lines"}
DIRECTION = re.compile(r"\b(improving|worsening|risen|fallen)\b")


@pytest.fixture(scope="module")
def text(tmp_path_factory) -> str:
    """The words of the page of a world that is known."""
    folder: Path = tmp_path_factory.mktemp("diagnosed")
    render(write_database(folder / "published.duckdb", diagnosed_world()), folder, MANIFEST)
    return parsed((folder / "report" / "index.html").read_text(encoding="utf-8")).text


@pytest.mark.parametrize(
    "words",
    [
        "No signal: 40 % to 60 % is usual over 12 months.",
        "June 2026: of 3 results, 2 motion without progress, 1 unknown",
        "0.2 times the plan",
        "-1.5 times the plan, away from the target",
        "no outcome measure",
        "not clearly: chains are broken or lack reasons (12 of 24 person-days (50 %))",
        "0.42 of one; the weakest component is clarity. With what is missing it lies between 0.42"
        " and 0.50.",
        "effort on nodes with playbook score 3: 20 of 80 person-days",
        "under a tenth after 14 days",
        "no effort yet",
        "3 of 4 that fell due are done (75 %; 80 % is the mark).",
        "Paper tickets (INI-9), due 31 May 2026, put off 2 times",
        "0.2 of 50 person-days in sixty days, no check-in",
        "Trams run on time (R-2) has nearly the same title as Trains run on time (G-1)",
        "Trains run on time (G-1), 34 person-days, and Safe travel (P-1), 8 person-days",
        "links changed",
    ],
)
def test_the_page_says_what_the_tables_say(text, words):
    assert words in text.replace("\u00a0", " ")


def test_outputs_are_no_part_of_the_map(text):
    drawn = text[text.index("Results Map") : text.index("Outcomes from the other side")]

    assert "Nobody works on this" in drawn
    assert "INI-9" not in drawn


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from(["no signal", "improving", "worsening", "risen", "fallen", "too early to say"]),
    st.floats(0, 1),
    st.lists(st.booleans(), min_size=3, max_size=3),
)
def test_no_direction_is_told_without_a_signal_and_none_but_the_tables_own(verdict, value, why):
    row = {
        "share_name": "traced",
        "period_start": date(2026, 6, 1),
        "is_closed": True,
        "is_latest": True,
        "value": value,
        "signal": verdict,
        "verdict": verdict,
        "closed_points": 12,
        "lower_limit": -0.1,
        "centre_line": 0.4,
        "upper_limit": 1.2,
        **dict(zip(("is_outside", "is_long_run", "is_short_run"), why, strict=True)),
    }

    told = DIRECTION.findall(signals_of(Facts(signals=[row]), "traced").sentence)

    assert told == ([verdict] if DIRECTION.search(verdict) else [])


def test_an_index_that_cannot_be_given_says_why():
    row = {"component": "index", "score": None, "reason": "buy-in is missing"}

    found = index(Facts(index=[row]))

    assert found is not None
    assert found.sentence == "No index: buy-in is missing."


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({"action": "stops", "days_until_stopped": None}, "goes on"),
        ({"action": "stops", "weekly_days_before": 0.0}, "no effort before it"),
        ({"action": "starts", "days_until_started": 7}, "effort within 14 days"),
        ({"action": "starts", "weekly_days_after": None}, "no whole week since"),
    ],
)
def test_whether_effort_followed_a_decision(changed, verdict):
    row = {
        "decision_id": "DEC-1",
        "title": "Stop",
        "decided_on": date(2026, 4, 15),
        "nodes": 1,
        "weekly_days_before": 4.0,
        "weekly_days_after": 1.0,
        "days_until_stopped": 0,
        "days_until_started": None,
        "week_offset": 0,
        **changed,
    }

    assert [plain(each.verdict) for each in decisions(Facts(decisions=[row]))] == [verdict]


@st.composite
def strategies(draw):
    """Results in four layers and chains that lead upwards, or along a layer."""
    number = draw(st.integers(1, 90))
    results = [
        Result(
            f"R-{at}", "A result " * draw(st.integers(1, 9)), draw(st.integers(0, 3)), at, "A", ""
        )
        for at in range(number)
    ]
    pairs = draw(st.lists(st.tuples(st.integers(0, number - 1), st.integers(0, number - 1))))
    chains = [
        Chain(f"R-{a}", f"R-{b}", float(a), bool(a % 2), bool(b % 2))
        for a, b in set(pairs)
        if a < b and results[a].layer <= results[b].layer
    ]
    return results, chains


@settings(max_examples=100, deadline=None)
@given(strategies(), st.randoms(use_true_random=False))
def test_boxes_lie_apart_within_the_map_and_in_the_same_place_whatever_the_order(world, chance):
    results, chains = world
    drawn = results_map(results, chains)
    shuffled = results_map(chance.sample(results, len(results)), chance.sample(chains, len(chains)))

    assert drawn == shuffled
    assert len(drawn.boxes) + drawn.left_out == len(results)
    assert len(drawn.boxes) <= MOST_NODES
    assert all(box.y + BOX_HEIGHT <= drawn.height for box in drawn.boxes)
    for one, other in combinations(drawn.boxes, 2):
        assert one.x != other.x or abs(one.y - other.y) >= BOX_HEIGHT
    shown = {box.result.node_id for box in drawn.boxes}
    assert {end for line in drawn.lines for end in (line.chain.from_id, line.chain.to_id)} <= shown
