"""The trace shows the line, the evidence and why the rest of it does not decide."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("identifier", ["eng:1", "APP-1", "app-1", "1"])
def test_a_work_item_is_found_by_id_key_and_native_id(call, published_home, identifier) -> None:
    called = call("trace", identifier, "--home", published_home)

    assert called.code == 0
    assert called.out.startswith("APP-1 Guided set-up [KR-1.2]  [eng:1]\n")


def test_the_line_of_a_work_item_leads_to_its_anchor(call, published_home) -> None:
    out = call("trace", "eng:1", "--home", published_home).out

    assert "Effort: 3.50 person-days since 2026-01-01" in out
    assert "3.50  outcome KR-1.2  (logged, strict)" in out
    assert "3 title: KR-1.2  DECIDES with weight 1 (strict)" in out
    assert "in title: '[KR-1.2]', written by ana on 2026-06-01 09:00 UTC" in out
    assert "G-1 Value within a week (goal, weight 1)  ANCHOR" in out


def test_evidence_that_does_not_decide_says_why(call, published_home) -> None:
    out = call("trace", "eng:1", "--home", published_home).out

    assert "2 label: KR-9.9  does not decide: its identifier is no node" in out
    assert "6 description: INI-4  does not decide: tier 3 (title) comes first" in out


def test_a_work_item_without_evidence_is_untraced(call, published_home) -> None:
    out = call("trace", "eng:2", "--home", published_home).out

    assert "below eng:1" in out
    assert "3.00  untraced  (status, none)" in out
    assert "Evidence: none." in out


def test_a_node_shows_what_feeds_it(call, published_home) -> None:
    out = call("trace", "g-1", "--home", published_home).out

    assert out.startswith("G-1 Value within a week\n")
    assert "KR-1.2 Median under 7 days (key_result): 7.5, weight 1" in out
    assert "No person-day is linked to G-1 itself." in out


def test_a_node_lists_the_work_linked_to_it(call, published_home) -> None:
    out = call("trace", "KR-1.2", "--home", published_home).out

    assert "Work linked to KR-1.2 itself: 7.5 person-days" in out
    assert "4.0  manual allocation" in out
    assert "3.5  APP-1 Guided set-up [KR-1.2]" in out


def test_a_node_without_an_anchor_says_so(call, published_home) -> None:
    out = call("trace", "INI-4", "--home", published_home).out

    assert "INI-4 leads to no anchor: nothing says what it changes." in out


def test_a_key_that_several_items_share_asks_for_the_id(call, published_home) -> None:
    called = call("trace", "APP-2", "--home", published_home)

    assert called.code == 2
    assert "names 2 work items" in called.err
    assert "eng:2" in called.err and "ops:2" in called.err


def test_an_unknown_name_offers_the_nearest(call, published_home) -> None:
    called = call("trace", "KR-1.3", "--home", published_home)

    assert (called.code, called.out) == (2, "")
    assert "The nearest is KR-1.2." in called.err


@pytest.mark.requirement("S16", "foreign text cannot steer the terminal")
def test_foreign_text_cannot_steer_the_terminal(call, published_home) -> None:
    out = call("trace", "eng:2", "--home", published_home).out

    assert "\x1b" not in out
    assert "APP-2 Slow  [31m login  [eng:2]" in out.splitlines()[0]
