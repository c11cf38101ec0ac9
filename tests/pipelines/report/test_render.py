"""What the page, the summary and the workbook say of worlds whose figures are known."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from pipelines.report import render
from pipelines.report.words import Share, days, percent
from tests.pipelines.report.markup import Document, parsed
from tests.pipelines.report.published import (
    Rows,
    days_in_range,
    share_row,
    small_world,
    write_database,
)

MANIFEST = {"run_id": "20260701T010203Z", "organisation": "Example Lines", "minimum_group": 5}
FIRST, LAST = date(2026, 4, 1), date(2026, 6, 30)


def rendered(folder: Path, rows: Rows) -> Document:
    """The parsed page of a world."""
    render(write_database(folder / "published.duckdb", rows), folder, MANIFEST)
    return parsed((folder / "report" / "index.html").read_text(encoding="utf-8"))


def whole_period(**share: float) -> Rows:
    """A world of which only the sums of the whole period are known."""
    return {
        "dim_date": days_in_range(FIRST, LAST),
        "rpt_traced_share": [share_row("all", FIRST, **share)],
    }


def test_the_verdict_holds_the_number_with_its_parts(tmp_path):
    page = rendered(tmp_path, small_world())

    assert page.heading == (
        "Of 80 person-days seen, 42 (53 %) went to work traced to an outcome; "
        "26 (33 %) carry no link to the strategy."
    )


@pytest.mark.parametrize(
    "words",
    [
        "traced: 42 of 80 person-days",
        "53 % to 85 %",
        "30 of 80 person-days",
        "80 of 100 person-days",
        "20 of 100 person-days",
        "1 of 1 source fresh",
        "2 records set aside",
        "1 April 2026 to 30 June 2026",
        "planned 50 %",
        "34 of 80 person-days",
        "not whether an outcome moved",
        "can still be traced to its assignee by whoever can open the tracker",
        "1 status name mapped to nothing",
        "1.5 person-days are estimated",
        "20260701T010203Z",
    ],
)
def test_page_one_and_the_method_give_every_figure_with_its_parts(tmp_path, words):
    assert words in rendered(tmp_path, small_world()).text


def test_every_percentage_of_the_bars_stands_beside_its_parts(tmp_path):
    page = rendered(tmp_path, small_world())

    descriptions = [text for text in page.descriptions if "%" in text]

    assert len(descriptions) > 15
    bars = [text for text in descriptions if ";" not in text]
    assert all(re.match(r"[\d.,]+ of [\d.,]+ person-days \(", text) for text in bars)


def test_every_chart_has_a_role_a_title_and_a_description(tmp_path):
    page = rendered(tmp_path, small_world())

    for chart in page.all("svg"):
        if chart.get("aria-hidden") == "true":
            continue
        named = chart["aria-labelledby"].split()
        assert chart["role"] == "img"
        assert set(named) <= page.ids


def test_ids_are_unique_and_headings_come_in_order(tmp_path):
    page = rendered(tmp_path, small_world())

    levels = [int(tag[1]) for tag in page.tags if re.fullmatch("h[1-6]", tag)]

    assert len(page.ids) == page.id_count
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_a_suggestion_is_marked_as_one(tmp_path):
    page = rendered(tmp_path, small_world())

    assert "suggestion reads like G-1 Trains run on time (likeness 0.31)" in page.text
    assert "Suggestions for a person to accept or ignore" in page.text


def test_teams_come_in_alphabetical_order_and_nobody_is_named(tmp_path):
    page = rendered(tmp_path, small_world())

    assert page.text.index("Alpha") < page.text.index("Beta")
    assert "@example.org" not in page.text


def test_a_month_that_is_not_whole_is_said_to_be_so(tmp_path):
    rows = small_world()
    rows["dim_date"] = days_in_range(FIRST, date(2026, 6, 12))

    assert "Jun 26 (not whole)" in rendered(tmp_path, rows).text


def test_too_little_evidence_gives_the_reason_and_no_share(tmp_path):
    page = rendered(tmp_path, whole_period(outcome=10.0, untraced=10.0, unobserved=80.0))

    assert page.heading.startswith("Too little was seen for a verdict: 20 of 100 person-days")
    assert "insufficient evidence" in page.text
    assert "traced: 10 of 20" not in page.text


def test_an_empty_world_says_so_instead_of_zero(tmp_path):
    page = rendered(tmp_path, {})

    assert page.heading == "No effort was seen in this period, so there is no share to give."
    assert "0 %" not in page.text


def test_a_world_without_any_link_says_none(tmp_path):
    page = rendered(tmp_path, whole_period(untraced=90.0, unobserved=10.0))

    assert page.heading == (
        "Of 90 person-days seen, none went to work traced to an outcome; "
        "90 (100 %) carry no link to the strategy."
    )


def test_a_tiny_world_is_not_rounded_away(tmp_path):
    page = rendered(tmp_path, whole_period(outcome=0.02, untraced=0.01))

    assert "under 0.1" in page.heading


def test_the_same_run_gives_the_same_bytes(tmp_path):
    database = write_database(tmp_path / "published.duckdb", small_world())
    names = ("report/index.html", "report/summary.md", "tables.xlsx")
    written = []
    for number in range(3):
        folder = tmp_path / str(number)
        render(database, folder, MANIFEST)
        written.append([(folder / name).read_bytes() for name in names])

    assert written[0] == written[1] == written[2]


def test_the_summary_is_short_and_names_nobody(tmp_path):
    rendered(tmp_path, small_world())

    summary = (tmp_path / "report" / "summary.md").read_text(encoding="utf-8")

    assert len(summary) <= 1000
    assert "42 (53 %)" in summary
    assert "example.org" not in summary


@pytest.mark.requirement("S08", "no page of the report lets anything be fetched or run")
def test_the_page_is_small_and_asks_for_nothing(tmp_path):
    page = rendered(tmp_path, small_world())

    assert (tmp_path / "report" / "index.html").stat().st_size < 1_000_000
    assert not {"script", "link", "img", "iframe", "object"} & set(page.tags)
    policy = next(tag["content"] for tag in page.all("meta") if "http-equiv" in tag)
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.0, "0 %"), (0.004, "under 1 %"), (0.425, "43 %"), (0.999, "over 99 %"), (1.0, "100 %")],
)
def test_a_percentage_is_whole_and_never_rounds_to_an_end(share, words):
    assert percent(share).replace("\u00a0", " ") == words


@pytest.mark.parametrize(
    ("amount", "words"), [(0.0, "0"), (0.01, "under 0.1"), (4.25, "4.2"), (1730.4, "1,730")]
)
def test_person_days_have_a_decimal_only_where_they_are_few(amount, words):
    assert days(amount) == words


def test_a_share_without_a_denominator_has_no_value():
    assert Share(0.0, 0.0).value is None
    assert Share(1.0, 2.0, reason="insufficient evidence").percent == "insufficient evidence"
