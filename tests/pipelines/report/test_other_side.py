"""What the strategy lacks is told in words that follow the tables; where nothing lacks, that."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.report.facts import Facts
from pipelines.report.figures import plain
from pipelines.report.other_side import other_side

KEPT = {"kind": "result", "is_active": True, "has_one_owner": True, "outcome_measures": 1}
LAST = date(2026, 6, 30)


def result(node_id: str, **changed) -> dict:
    return {"node_id": node_id, "title": f"Result {node_id}", **KEPT, **changed}


def node(node_id: str, **changed) -> dict:
    common = {"title": f"Result {node_id}", "status": "active", "priority": None, "due_on": None}
    return {"node_id": node_id, **common, **changed}


def effort(node_id: str, rolled_up: float) -> dict:
    return {"node_id": node_id, "rolled_up": rolled_up, "period_type": "month"}


def retired(node_id: str, month: int, person_days: float) -> dict:
    start = date(2026, month, 1)
    return {
        "node_id": node_id,
        "bucket": "retired",
        "period_start": start,
        "person_days": person_days,
    }


def world(*results: dict, nodes: list[dict] | None = None, **tables) -> Facts:
    nodes = [node(each["node_id"]) for each in results] if nodes is None else nodes
    return Facts(last_day=LAST, hygiene=list(results), nodes=nodes, **tables)


def told(facts: Facts) -> tuple[str, dict[str, list[str]]]:
    found = other_side(facts)
    groups = {group.title: [plain(line) for line in group.lines] for group in found.groups}
    return plain(found.sentence), groups


def test_where_nothing_lacks_one_sentence_says_so_and_nothing_else_is_shown():
    sentence, groups = told(world(result("R-1"), node_effort=[effort("R-1", 5.0)]))

    assert sentence == (
        "The only active result has effort, one owner and an outcome measure."
        " No work went to anything that had ended or not begun."
    )
    assert groups == {}


def test_a_strategy_without_results_says_that():
    sentence, groups = told(world())

    assert sentence.startswith("The strategy has no active goal, objective or result.")
    assert groups == {}


def test_what_lacks_is_counted_and_what_does_not_is_named():
    facts = world(
        result("R-1", outcome_measures=0),
        result("R-2", outcome_measures=0),
        result("R-3"),
        node_effort=[effort("R-1", 5.0), effort("R-2", 7.0)],
    )

    sentence, groups = told(facts)

    assert sentence.startswith(
        "Of 3 active results, 1 has no effort and 2 have no outcome measure. Each has one owner."
    )
    assert groups == {
        "Without effort": ["Result R-3 (R-3)"],
        "Without an outcome measure": [
            "Result R-2 (R-2): 7 person-days",
            "Result R-1 (R-1): 5 person-days",
        ],
    }


def test_the_most_urgent_without_effort_come_first_and_only_five_are_shown():
    nodes = [
        node("R-1"),
        node("R-2", due_on=date(2026, 9, 1)),
        node("R-3", priority=2),
        node("R-4", priority=1),
        node("R-5", due_on=date(2026, 8, 1)),
        node("R-6"),
    ]
    facts = world(*(result(each["node_id"]) for each in nodes), nodes=nodes)

    group = other_side(facts).groups[0]

    assert [plain(line).split(" (")[0] for line in group.lines] == [
        f"Result R-{number}" for number in (4, 3, 5, 2, 1)
    ]
    assert plain(group.lines[2]) == "Result R-5 (R-5), due 1 August 2026"
    assert group.left_out == 1


def test_what_ended_and_still_takes_effort_comes_before_what_took_more_once():
    facts = world(
        nodes=[node("INI-1", status="retired"), node("INI-2", status="declined")],
        effort=[retired("INI-1", 4, 90.0), retired("INI-2", 5, 8.0), retired("INI-2", 6, 2.0)],
    )

    sentence, groups = told(facts)

    assert "Work on 2 nodes that had ended or not begun took" in sentence
    assert groups["Ended or not begun, yet worked on"] == [
        "Result INI-2 (INI-2), declined: 10 person-days, 2 of them in Jun 26",
        "Result INI-1 (INI-1), retired: 90 person-days, none of them in Jun 26",
    ]


@pytest.mark.parametrize("changed", [{"is_active": False}, {"kind": "initiative"}])
def test_outputs_and_what_is_not_active_lack_nothing(changed):
    sentence, groups = told(world(result("R-1", has_one_owner=False, **changed)))

    assert sentence.startswith("The strategy has no active")
    assert groups == {}
