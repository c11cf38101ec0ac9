"""summary.md is what a chat or a mail can hold: short, no names, no markup of others."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.report import render
from pipelines.report.digest import summary
from pipelines.report.facts import Facts, read
from tests.pipelines.report.published import (
    Rows,
    diagnosed_world,
    small_world,
    write_database,
)
from tests.pipelines.report.test_hostile_texts import PAYLOADS

MANIFEST = {"run_id": "20260701T010203Z-as-of-2026-07-01", "organisation": "Example Lines"}


def digest(folder, rows: Rows) -> str:
    render(write_database(folder / "published.duckdb", rows), folder, MANIFEST)
    return (folder / "report" / "summary.md").read_text(encoding="utf-8")


def test_it_gives_answer_change_place_worries_next_step_and_link(tmp_path):
    rows = diagnosed_world()
    rows["rpt_alignment_index_parts"].append(
        {"component": "adaptability", "part": "spells", "numerator": 1, "denominator": 3}
    )
    rows["rpt_hygiene"][3]["node_id"] = "R-2"

    assert digest(tmp_path, rows) == (
        "**Of 80 person-days seen, 42 (53 %) went to work traced to an outcome; "
        "26 (33 %) carry no link to the strategy.**\n"
        "\n"
        "Traced in Jun 26: 14 of 27 person-days (53 %), after May 26: 14 of 27 person-days (53 %)."
        " No signal: 40 % to 60 % is usual over 12 months.\n"
        "Largest untraced place: Depot requests, 20 of 26 untraced person-days (77 %).\n"
        "Look at: 1 overdue initiative, 2 off-track spells unanswered and 1 measure without a"
        " fresh reading.\n"
        "Next: Link, or stop, the work of one place (20 of 26 untraced person-days (77 %)).\n"
        "1 April 2026 to 30 June 2026. Observed: 80 of 100 person-days (80 %) of capacity.\n"
        "\n"
        "[Report](index.html), run 20260701T010203Z-as-of-2026-07-01. It shows effort, not"
        " achievement.\n"
    )


def test_without_worries_it_says_that_there_are_none(tmp_path):
    text = digest(tmp_path, small_world())

    assert "Nothing is overdue, off track without an answer, or stale." in text
    assert "No signal. Not tested for signals." in text


def test_an_empty_world_has_a_digest_too(tmp_path):
    text = digest(tmp_path, {})

    assert "No month is whole yet" in text
    assert "No untraced work was seen." in text


@pytest.mark.parametrize("container", ["Ana's board", "For ANA MOTA", "mota", "ana-tasks"])
def test_a_place_that_is_called_after_a_person_is_not_named(tmp_path, container):
    rows = small_world()
    rows["dim_person"] = [{"person_key": "ana@example.org", "name": "Ana Mota"}]
    rows["rpt_untraced"][0]["container"] = container

    text = digest(tmp_path, rows)

    assert "Largest untraced place: a place of one source," in text
    assert "ana" not in text.casefold().replace("an a", "")
    assert "mota" not in text.casefold()


def test_owners_and_titles_are_not_in_it(tmp_path):
    text = digest(tmp_path, diagnosed_world())

    for name in ("someone", "example.org", "Tidy the shelves", "Trains run on time", "Paper"):
        assert name not in text


@pytest.mark.parametrize("start", range(0, len(PAYLOADS), 40))
def test_no_foreign_text_becomes_markup_a_mention_or_an_address(tmp_path, start):
    found: Facts = read(write_database(tmp_path / "published.duckdb", small_world()))
    calm = summary(found, {"run_id": "run"})

    for payload in [*PAYLOADS[start : start + 40], "<!channel> @here www.evil.example", "[a](b)"]:
        found.untraced[0]["container"] = payload
        text = summary(found, {"run_id": payload})

        assert len(text) < 1000
        for mark in "<>[](){}*`|@!":
            assert text.count(mark) <= calm.count(mark)
        assert "://" not in text
        assert "www." not in text
        assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=2000), st.floats(0.001, 1e300, allow_nan=False))
def test_it_is_under_a_thousand_characters_whatever_the_world(text, amount):
    untraced = [{"source": text, "container": text or "(none)", "person_days": amount}]

    found = summary(Facts(untraced=untraced), {"run_id": text})

    assert len(found) < 1000
