"""Every number on the page is what a query on the published tables gives, without exception."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.report import render
from pipelines.report.figures import KEYS, Figure, figure, plain, shown
from pipelines.report.words import days, percent, reading
from tests.dbt import project
from tests.pipelines.report.proof import count_numbers, faults, says
from tests.pipelines.report.published import (
    BUCKETS,
    days_in_range,
    diagnosed_world,
    share_row,
    small_world,
    write_database,
)

MANIFEST = {
    "run_id": "20260701T010203Z",
    "organisation": "3rd Lines",
    "minimum_group": 5,
    "warnings": ["strategy/a.yml:12: found 3 of 4"],
    "versions": {"contract": "1"},
}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[str, Path]:
    """The page of a world in which every section has something to say, and its tables."""
    folder = tmp_path_factory.mktemp("proof")
    rows = diagnosed_world()
    rows["dim_strategy_node"][0]["title"] = 'It\'s 99 "trains" <on> & on time'
    rows["rpt_untraced"][0]["container"] = "Depot's 7 'requests'; drop table \\"
    render(write_database(folder / "published.duckdb", rows), folder, MANIFEST)
    page = (folder / "report" / "index.html").read_text(encoding="utf-8")
    return page, folder / "published.duckdb"


def test_every_number_of_the_page_is_what_its_query_gives(made):
    page, database = made

    assert faults(page, database, MANIFEST) == []
    assert count_numbers(page) > 150


@pytest.mark.parametrize("rows", [{}, small_world()], ids=["empty", "without diagnostics"])
def test_it_holds_for_worlds_that_have_little_to_say(tmp_path, rows):
    render(write_database(tmp_path / "published.duckdb", rows), tmp_path, MANIFEST)

    page = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")

    assert faults(page, tmp_path / "published.duckdb", MANIFEST) == []


def test_it_holds_for_a_large_world_whose_page_stays_small(tmp_path):
    rows = diagnosed_world()
    months = [date(2022 + month // 12, month % 12 + 1, 1) for month in range(54)]
    buckets = dict.fromkeys(BUCKETS[:-1], 100 / 7)
    rows["dim_date"] = days_in_range(months[0], date(2026, 6, 30))
    rows["rpt_traced_share"] += [share_row("month", month, **buckets) for month in months[:-3]]
    result = {"kind": "result", "title": "A result of many", "status": "active"}
    rows["dim_strategy_node"] += [{"node_id": f"R-{n}", **result} for n in range(10, 1010)]
    rows["rpt_quality"] = [
        {"check_name": "c", "source": "eng", "subject": f"s{n}", "severity": "info", "records": n}
        for n in range(1000)
    ]
    measure = {"node_id": "G-1", "title": "One of many", "unit": "days", "value": 1234567.0}
    rows["fct_measure"] += [
        {"measure_id": f"M-{n}", "day": date(2026, 5, 1), "target": 7654321.0, **measure}
        for n in range(100, 300)
    ]
    render(write_database(tmp_path / "published.duckdb", rows), tmp_path, MANIFEST)

    page = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")

    assert faults(page, tmp_path / "published.duckdb", MANIFEST) == []
    assert len(page.encode()) < 1_500_000
    assert "more are in dim_strategy_node of tables.xlsx" in page
    assert "Jul 24" in page and "Jun 24" not in page


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda page: page.replace("</h1>", " 7</h1>"), "a number without a query"),
        (lambda page: re.sub(r">42</data>", ">43</data>", page, count=1), "'43' is shown"),
        (lambda page: re.sub(r'value="42"', 'value="42.1"', page, count=1), "'42' is shown"),
        (lambda page: page.replace("select traced_days", "select strict_days"), "'42' is shown"),
        (lambda page: page.replace(">1 April 2026<", ">2 April 2026<"), "is told as '2 April"),
        (lambda page: page.replace('"2026-04-01"', '"2031-04-01"'), "no published day"),
        (lambda page: page.replace("<bdi>INI-9<", "<bdi>INI-8<"), "no published text: 'INI-8'"),
        (
            lambda page: page.replace(">75 %</text>", ">70 %</text>"),
            "a number without a query: '70 %'",
        ),
        (lambda page: page.replace('aria-label="Sources', 'aria-label="4 So'), "a spoken number"),
    ],
)
def test_a_page_that_was_tampered_with_is_found_out(made, spoil: Callable[[str], str], found: str):
    page, database = made
    spoilt = spoil(page.replace("\u00a0", " "))

    assert spoilt != page.replace("\u00a0", " ")
    assert any(found in fault for fault in faults(spoilt, database, MANIFEST))


@pytest.mark.parametrize(
    "change",
    [
        "update rpt_traced_share set traced_days = 43 where period_type = 'all'",
        "update rpt_traced_share set enabling_days = 1 where period_type = 'month'",
        "delete from rpt_untraced where container = '(none)'",
        "update fct_measure set target = 5",
        "update rpt_measure_signals set upper_limit = upper_limit + 1",
        "update rpt_hygiene set has_one_owner = true",
        "update rpt_effort set person_days = person_days * 1.1",
        "update rpt_movement_progress set items_finished = 4 where node_id = 'G-1'",
        "update rpt_initiatives set slips = 3",
        "update rpt_sources set records_landed = 121",
    ],
)
def test_a_table_that_says_something_else_is_found_out(made, tmp_path, change):
    page, database = made
    other = tmp_path / "other.duckdb"
    other.write_bytes(database.read_bytes())
    with duckdb.connect(str(other)) as tables:
        tables.execute(change)

    assert faults(page, other, MANIFEST)


def test_the_keys_by_which_rows_are_found_are_those_of_the_contract():
    keys = {
        model["name"]: tuple(model["config"]["meta"]["primary_key"])
        for model in project.models("marts")
    }

    assert {table: keys[table] for table in KEYS} == KEYS


NUMBERS = st.one_of(st.just(0.0), st.floats(1e-4, 1e7, allow_nan=False))


@settings(max_examples=500, deadline=None)
@given(NUMBERS, st.floats(0, 1), st.one_of(NUMBERS, NUMBERS.map(lambda number: -number)))
def test_what_is_shown_of_a_number_is_that_number(amount, share, value):
    assert says(plain(days(amount)), amount)
    assert says(plain(percent(share)), share)
    for unit in ("share", "days", None):
        assert says(plain(reading(value, unit)), value)


def test_sums_differences_and_ratios_carry_the_queries_of_both(tmp_path):
    rows = small_world()
    one = figure(20.0, "sum(person_days)", "rpt_untraced", container="Depot requests")
    other = figure(26.0, "sum(person_days)", "rpt_untraced")
    database = write_database(tmp_path / "published.duckdb", rows)

    made = {20 / 26: one / other, 46.0: sum([one, other]), -6.0: one - other, 1.0: one / one}

    with duckdb.connect(str(database), read_only=True) as tables:
        for value, number in made.items():
            assert isinstance(number, Figure)
            assert number == pytest.approx(value)
            assert tables.execute(f"select {number.query}").fetchall() == [(pytest.approx(value),)]


def test_with_a_plain_number_the_query_is_lost_and_the_digits_stand_bare():
    number = figure(20.0, "sum(person_days)", "rpt_untraced")

    assert not isinstance(number + 1, Figure)
    assert shown(number + 1, "21", "days") == "21"
