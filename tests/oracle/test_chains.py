"""Chains and buckets, worked out by hand from SPEC sections 6 and 7."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from tests.oracle.small import ask, days_by, issue

DAY = date(2026, 3, 4)


def node(name: str, kind: str, *to: str, enables: str = "", **more: Any) -> dict[str, Any]:
    """A node with edges; ``KR-2*3`` is an edge of weight 3."""
    found: dict[str, Any] = {"id": name, "kind": kind, "title": name, **more}
    for text in to:
        target, _, weight = text.partition("*")
        found.setdefault("contributes_to", []).append({"to": target, "weight": float(weight or 1)})
    if enables:
        found["enables"] = [{"to": enables}]
    return found


def test_paths_of_several_directions_split_the_day(tmp_path: Path) -> None:
    nodes = [
        node("P-1", "purpose"),
        node("G-1", "goal"),
        node("KR-1", "key_result", "G-1"),
        node("KR-2", "result", "P-1*3", "G-1*1", enables="KR-1"),
        node("INI-1", "initiative", "KR-2"),
    ]
    one = issue(1, "03-01 09:00", title="INI-1", history=[("03-02 09:00", "status", "3")])

    found = ask(tmp_path, as_of=date(2026, 3, 3), nodes=nodes, issues=[one])

    assert days_by(found, "bucket", "direction") == {
        ("purpose", "purpose"): 0.6,
        ("outcome", "strategy"): 0.2,
        ("enabling", "teams"): 0.2,
    }
    above = found.strategy.ancestors("INI-1", date(2026, 3, 2))
    assert {name: (round(weight, 6), depth) for name, (weight, depth) in above.items()} == {
        "INI-1": (1.0, 0),
        "KR-2": (1.0, 1),
        "P-1": (0.6, 2),
        "G-1": (0.4, 2),
        "KR-1": (0.2, 2),
    }


def test_edges_that_lead_nowhere_take_no_weight(tmp_path: Path) -> None:
    nodes = [
        node("G-1", "goal"),
        node("KR-1", "key_result", "G-1"),
        node("KR-2", "key_result"),
        node("INI-1", "initiative", "KR-1", "KR-2"),
    ]

    found = ask(tmp_path, nodes=nodes)

    assert set(found.strategy.ancestors("INI-1", DAY)) == {"INI-1", "KR-1", "G-1"}
    assert found.strategy.allocation("KR-2", DAY) == {("unanchored", "(none)"): 1.0}


def test_an_objective_with_an_edge_at_any_date_is_no_anchor(tmp_path: Path) -> None:
    nodes = [
        node("G-1", "goal", to=date(2026, 3, 3)),
        node("O-1", "objective", "G-1"),
        node("O-2", "objective"),
    ]

    found = ask(tmp_path, nodes=nodes)

    assert found.strategy.is_anchored("O-1", date(2026, 3, 3))
    assert not found.strategy.is_anchored("O-1", DAY)
    assert found.strategy.is_anchored("O-2", DAY)


def test_a_retired_node_ends_after_to_or_with_the_decision_or_always(tmp_path: Path) -> None:
    nodes = [
        node("G-1", "goal", status="retired", to=date(2026, 3, 4)),
        node("G-2", "goal", status="declined"),
        node("G-3", "goal", status="retired"),
        node("G-4", "goal"),
        node("G-5", "goal", status="proposed"),
    ]
    stop = {"id": "DEC-1", "date": DAY, "title": "Stop", "stops": ["G-2", "G-4"]}

    found = ask(tmp_path, nodes=nodes, decisions=[stop])

    def valid(day: int) -> str:
        return "".join(
            name[-1]
            for name in found.home.nodes
            if found.strategy.is_valid(name, date(2026, 3, day))
        )

    assert (valid(3), valid(4), valid(5)) == ("124", "14", "4")


def test_an_edge_outside_its_dates_does_not_carry(tmp_path: Path) -> None:
    edge = {"to": "G-1", "valid_from": date(2026, 3, 3), "valid_to": DAY}
    nodes = [node("G-1", "goal"), {**node("KR-1", "key_result"), "contributes_to": [edge]}]

    found = ask(tmp_path, nodes=nodes)

    carried = [found.strategy.is_anchored("KR-1", date(2026, 3, day)) for day in (2, 3, 4, 5)]
    assert carried == [False, True, True, False]
