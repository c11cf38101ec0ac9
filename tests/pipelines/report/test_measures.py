"""Measures are drawn as they were read, and told in the direction that the tables give."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.report.facts import Facts
from pipelines.report.figures import plain
from pipelines.report.measures import BOTTOM, MOST_CHARTS, MOST_POINTS, TOP, measures
from tests.pipelines.report.published import diagnosed_world, whole_rows

DIRECTION = re.compile(
    r"\b(improv\w*|worsen\w*|risen|rose|rising|fallen|fell|falling|up|down|better|worse|grew|"
    r"higher|lower|increas\w*|decreas\w*|trend\w*)\b",
    re.I,
)
VERDICTS = ["no signal", "improving", "worsening", "risen", "fallen", "too early to say"]
FIRST = date(2025, 1, 15)


def facts(readings: list[dict], tested: list[dict] | None = None, **tables) -> Facts:
    rows = {"fct_measure": readings, "rpt_measure_signals": tested or [], **tables}
    return Facts(
        nodes=whole_rows({"dim_strategy_node": [{"node_id": "G-1"}]}, "dim_strategy_node"),
        measures=whole_rows(rows, "fct_measure"),
        measure_signals=whole_rows(rows, "rpt_measure_signals"),
        measure_quality=whole_rows(rows, "rpt_measure_alignment"),
    )


def reading(day: date, value: float, **more) -> dict:
    common = {"measure_id": "M-1", "node_id": "G-1", "title": "Delay", "unit": "minutes"}
    return {**common, "day": day, "value": value, **more}


def world() -> Facts:
    rows = diagnosed_world()
    tables = {name: rows[name] for name in ("rpt_measure_alignment",)}
    return facts(rows["fct_measure"], rows["rpt_measure_signals"], **tables)


def test_a_measure_is_told_with_its_last_reading_its_marks_and_its_verdict():
    first = measures(world()).charts[0]

    assert plain(first.title) == "Median delay"
    assert plain(first.last) == "3.95 on 24 May 2026"
    assert (plain(first.baseline), plain(first.target)) == ("9", "4")
    assert first.standing == "Target reached."
    assert plain(first.signals.sentence) == (
        "Signal, improving (outside the usual range): 3.95 in May 2026, where 7.5 to 10.3 is usual."
    )
    assert [dot.is_signal for dot in first.dots] == [False] * 6 + [True] * 2


def test_a_share_is_a_percentage_and_a_few_readings_are_too_few_to_judge():
    second = measures(world()).charts[1]

    assert plain(second.last) == "55 % on 3 May 2026"
    assert plain(second.signals.sentence) == (
        "Too early to say: 2 whole months, and six are needed."
    )
    assert second.standing == "A new reading is due."


def test_without_readings_there_is_nothing_to_draw():
    found = measures(facts([]))

    assert (found.number, found.charts, found.lines) == (0, [], [])


def test_a_dozen_is_drawn_and_the_rest_is_counted_and_named():
    found = measures(facts([reading(FIRST, 1.0, measure_id=f"M-{n:02}") for n in range(15)]))

    assert (len(found.charts), found.not_drawn, len(found.lines)) == (MOST_CHARTS, 3, 15)


def test_what_worsens_comes_before_what_improves_and_what_is_calm():
    verdicts = {"M-1": "no signal", "M-2": "improving", "M-3": "worsening"}
    common = {"period_start": FIRST, "is_closed": True, "is_latest": True, "value": 1.0}
    common |= {"lower_limit": 0.0, "centre_line": 0.5, "upper_limit": 1.0, "closed_points": 8}
    tested = [
        {"measure_id": name, "verdict": verdict, "signal": verdict, **common}
        for name, verdict in verdicts.items()
    ]

    found = measures(facts([reading(FIRST, 1.0, measure_id=name) for name in verdicts], tested))

    assert [chart.signals.verdict for chart in found.charts] == [
        "worsening",
        "improving",
        "no signal",
    ]


@pytest.mark.parametrize(
    ("better", "value", "words"),
    [
        ("lower", 4.0, "Target reached."),
        ("lower", 3.9, "Target reached."),
        ("lower", 4.1, "Target not reached."),
        ("higher", 4.0, "Target reached."),
        ("higher", 4.1, "Target reached."),
        ("higher", 3.9, "Target not reached."),
        (None, 9.0, ""),
    ],
)
def test_a_target_is_reached_on_the_side_that_is_better(better, value, words):
    found = measures(facts([reading(FIRST, value, better=better, target=4.0)]))

    assert found.charts[0].standing == words


@st.composite
def series(draw):
    """Readings of a measure on different days, and what the signal table says of them."""
    number = draw(st.integers(1, 40))
    values = draw(st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=number, max_size=number))
    more = {"better": draw(st.sampled_from(["higher", "lower", None]))}
    more["unit"] = draw(st.sampled_from(["share", "days", None]))
    for name in ("baseline", "target"):
        more[name] = draw(st.one_of(st.none(), st.floats(-1e6, 1e6, allow_nan=False)))
    days = [FIRST + timedelta(days=31 * step) for step in range(number)]
    verdict = draw(st.sampled_from(VERDICTS))
    tested = [
        {
            **reading(day, value, **more),
            "observed_on": day,
            "period_start": day.replace(day=1),
            "period_type": "month",
            "is_closed": True,
            "is_latest": day == days[-1],
            "closed_points": number,
            "lower_limit": -1.0,
            "centre_line": 0.0,
            "upper_limit": 1.0,
            "signal": draw(st.sampled_from([verdict, "no signal"])),
            "verdict": verdict,
            "is_outside": draw(st.booleans()),
            "is_long_run": draw(st.booleans()),
            "is_short_run": draw(st.booleans()),
        }
        for day, value in zip(days, values, strict=True)
    ]
    names = ("unit", "better", "baseline", "target")
    rows = [
        reading(day, value, **{name: more[name] for name in names})
        for day, value in zip(days, values, strict=True)
    ]
    return facts(rows, tested), verdict


def test_the_names_of_baseline_and_target_lie_apart_and_long_numbers_stay_out():
    found = measures(facts([reading(FIRST, 5.0, baseline=5.0, target=5.0)]))
    long = measures(facts([reading(FIRST, 1.0, baseline=0.0, target=123456789.0)]))

    first, second = found.charts[0].levels
    assert second.label_y - first.label_y >= 13
    assert [plain(level.label) for level in (first, second)] == ["baseline 5", "target 5"]
    assert [plain(level.label) for level in long.charts[0].levels] == ["target", "baseline 0"]


@settings(max_examples=500, deadline=None)
@given(series())
def test_no_direction_is_told_but_that_of_the_signal_table_and_marks_stay_within(world):
    found, verdict = world

    chart = measures(found).charts[0]

    words = f"{plain(chart.signals.sentence)} {chart.standing}"
    told = [word for word in DIRECTION.findall(words) if word != "under"]
    assert told == ([verdict] if DIRECTION.search(verdict) else [])
    assert ("No signal" in words) == (verdict == "no signal")
    assert len(chart.dots) <= MOST_POINTS
    assert all(0 <= dot.x <= 100 for dot in chart.dots)
    assert all(TOP - 1e-6 <= dot.y <= BOTTOM + 1e-6 for dot in [*chart.dots, *chart.levels])
