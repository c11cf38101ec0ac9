"""The strategy: what is allowed, what is warned of, and how long it takes."""

from __future__ import annotations

import random
import time

import pytest

from pipelines.home.home import load_home
from pipelines.home.problems import HomeError

EDGE = """\
    contributes_to:
      - {to: KR-1.2, because: It removes the slowest steps}
"""
CUSTOM = r"identifiers: {pattern: 'OUT-\p{Lu}?\d+'}"
SETTINGS = """\
organisation: {name: Example}
effort: {since: 2026-01-01}
sources: [{name: eng, type: asana, token_env: ASANA_TOKEN, workspace: '1'}]
"""


def warned(home):
    return [(each.file, each.key_path) for each in home.warnings]


def test_a_valid_strategy_gives_no_warning(loaded):
    assert loaded().warnings == ()


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"b": ("    owner: ben\n", "")}, ("strategy/b.yml", "nodes[0]")),
        ({"b": ("{id: M-1, node: G-1", "{id: M-1, node: P-2")}, ("strategy/a.yml", "nodes[1]")),
        (
            {"a": ("because: It converts, ", "")},
            ("strategy/a.yml", "nodes[2].contributes_to[0]"),
        ),
        (
            {"b": (EDGE, "")},
            ("strategy/b.yml", "nodes[0]"),
        ),
        (
            {"b": ("owner: ben", "owner: ben\n    status: retired")},
            ("strategy/b.yml", "nodes[0].status"),
        ),
        ({"b": ("starts:", "stops:")}, ("strategy/b.yml", "decisions[0].stops[0]")),
        ({"b": ("Share, kind: outcome", "Share")}, ("strategy/b.yml", "measures[0]")),
        ({"absences": ("BEN", "carl")}, ("strategy/absences.csv", "person")),
        ({"exports/board.json": None}, ("throughline.yml", "sources[1].export")),
        ({"strategy/plan.xlsx": "x"}, ("strategy/plan.xlsx", "")),
        (
            {"teams": ("{person: ben}", "{person: ben}\n      - {person: BEN}")},
            ("teams.yml", "teams[0].members[2]"),
        ),
    ],
)
def test_what_a_person_should_look_at_is_a_warning_with_its_place(loaded, change, place):
    assert warned(loaded(**change)) == [place]


def test_a_decision_that_stops_a_retired_node_says_when(loaded):
    home = loaded(b=("owner: ben", "owner: ben\n    status: retired\n    to: 2026-03-01"))

    assert home.warnings == ()


def test_a_node_that_is_started_again_after_a_stop_may_stay_active(loaded):
    text = "- {id: DEC-2, date: 2026-02-01, title: Stop, stops: [INI-7]}\n"

    assert loaded(b=("  - {id: DEC-3", f"  {text}  - {{id: DEC-3")).warnings == ()


def test_a_result_may_enable_an_output_and_an_objective_may_be_an_anchor(loaded):
    home = loaded(
        a=("kind: key_result", "kind: objective"),
        b=(
            "nodes:",
            "nodes:\n  - {id: R-HR.1, kind: result, title: Roles, owner: h,"
            " enables: [{to: INI-7, because: b}]}",
        ),
    )

    assert warned(home) == [("strategy/b.yml", "nodes[0]")]


def test_an_own_pattern_is_judged_as_duckdb_reads_it(make_home):
    folder = make_home(
        throughline=SETTINGS + CUSTOM,
        teams="",
        a="nodes:\n"
        "  - {id: out-Ä7, kind: purpose, title: Any}\n"
        "  - {id: OUT-7a, kind: purpose, title: No}\n",
        b=None,
        manual=None,
        observations=None,
        **{"check-ins": None, "absences": None},
    )

    with pytest.raises(HomeError) as caught:
        load_home(folder)

    found = [each.key_path for each in caught.value.problems if each.severity == "error"]
    assert found == ["nodes[1].id"]


def test_manual_shares_may_add_up_to_one_and_follow_each_other(loaded):
    more = "ben,G-1,,2026-03-31,0.7,c,r\nben,P-2,,,0.3,c,r\nben,G-1,2026-04-01,,0.7,c,r\n"

    home = loaded(manual=('once"\n', f'once"\n{more}'))

    assert len(home.files.manual_allocations) == 4


def test_columns_in_another_order_and_a_mark_of_byte_order_are_read(loaded):
    home = loaded(observations="\ufeffdate, value ,Measure\r\n2026-01-31,30,M-12\r\n\r\n")

    assert [each.value.value for each in home.files.observations] == [30]


def test_each_of_several_cycles_is_told_with_its_path(make_home):
    pairs = "".join(
        f"  - {{id: R-{i}, kind: result, title: t, enables: [{{to: R-{i + 1 - 2 * (i % 2)}}}]}}\n"
        for i in range(10, 16)
    )
    folder = make_home(b=("nodes:\n", f"nodes:\n{pairs}"))

    with pytest.raises(HomeError) as caught:
        load_home(folder)

    cycles = [each.found for each in caught.value.problems if "cycle" in each.found]
    assert len(cycles) == 3
    assert any("→" in each for each in cycles)


def test_a_strategy_of_12000_nodes_takes_seconds(tmp_path):
    choose = random.Random(7)
    nodes = ["nodes:", "  - {id: G-0, kind: goal, title: Goal}"]
    for number in range(1, 12_000):
        target = f"R-{choose.randrange(1, number)}" if number > 1 else "G-0"
        edge = f"{{to: {target}, because: It does, weight: 1}}"
        nodes.append(f"  - id: R-{number}\n    kind: result\n    title: Result {number}")
        nodes.append(f"    owner: ana\n    contributes_to: [{edge}]")
    (tmp_path / "strategy").mkdir()
    (tmp_path / "strategy" / "big.yml").write_text("\n".join(nodes))
    (tmp_path / "throughline.yml").write_text(SETTINGS)
    begin = time.perf_counter()

    home = load_home(tmp_path)

    assert len(home.files.nodes) == 12_000
    assert time.perf_counter() - begin < 15
