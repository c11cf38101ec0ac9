"""Identifiers and links, worked out by hand from SPEC section 5."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.oracle.identifiers import Named, find
from tests.oracle.small import PATTERN, ask, issue


@pytest.mark.parametrize(
    ("text", "brackets_only", "expected"),
    [
        ("see kr-1.2 and KR\u20113", False, [("KR-1.2", None), ("KR-3", None)]),
        ("xKR-1 KR-1-b KR-1é éKR-1", False, []),
        ("_KR-1_ (KR-2)", False, [("KR-1", None), ("KR-2", None)]),
        ("KR-1.2. Then", False, [("KR-1.2", None)]),
        ("P-1 incident", True, []),
        ("P-1 incident", False, [("P-1", None)]),
        ("[P-1] [see G-2]", True, [("P-1", None), ("G-2", None)]),
        ("[P-1 \n] [G-2", True, []),
        ("R-HR.1 and KR-1", True, [("KR-1", None)]),
        ("KR-1:70, KR-2=30%", False, [("KR-1", 70.0), ("KR-2", 30.0)]),
        ("KR-1: 70 KR-2:50x", False, [("KR-1", None), ("KR-2", None)]),
        ("KR-1:12.5.", False, [("KR-1", 12.5)]),
    ],
)
def test_identifiers_in_texts(
    text: str, brackets_only: bool, expected: list[tuple[str, float | None]]
) -> None:
    assert find(text, PATTERN, brackets_only) == [Named(*each) for each in expected]


def test_the_longest_match_counts_whatever_the_order_of_alternatives() -> None:
    assert find("KR-1.2", r"KR-\d+|KR-\d+\.\d+", False) == [Named("KR-1.2", None)]


def links(tmp_path: Path, *titles: str, **more: object) -> dict[str, list[tuple[object, ...]]]:
    """Deciding links of issues with those titles, the first the parent of the others."""
    issues = [
        issue(number, "03-02 09:00", title=title) for number, title in enumerate(titles, start=1)
    ]
    for child in issues[1:]:
        child["fields"]["parent"] = {"id": "1"}
    issues[-1]["fields"].update(more)
    found = ask(tmp_path, issues=issues)
    decided: dict[str, list[tuple[object, ...]]] = {}
    for row in found.tables["fct_link"]:
        if row["decides"]:
            told = (row["tier"], row["identifier"], round(row["weight"], 6))
            decided.setdefault(row["work_item_id"], []).append(told)
    return decided


def test_two_nodes_share_equally_and_the_ancestor_gives_way(tmp_path: Path) -> None:
    decided = links(tmp_path, "KR-1 for INI-1", "[G-1] or KR-99")

    # KR-1 is an ancestor of INI-1; an unknown identifier counts only where nothing is known
    assert decided == {"j:1": [(3, "INI-1", 1.0)], "j:2": [(3, "G-1", 1.0)]}


def test_weights_apply_only_where_every_node_has_one(tmp_path: Path) -> None:
    decided = links(tmp_path, "KR-1:30 INI-1:10", "KR-1:30 INI-1")

    assert decided == {
        "j:1": [(3, "KR-1", 0.75), (3, "INI-1", 0.25)],
        "j:2": [(3, "INI-1", 1.0)],
    }


def test_a_child_inherits_from_its_nearest_deciding_ancestor(tmp_path: Path) -> None:
    decided = links(tmp_path, "KR-99", "nothing", description="KR-98")

    # the parent's unknown identifier is passed on and comes before the child's description
    assert decided == {"j:1": [(3, "KR-99", 1.0)], "j:2": [(4, "KR-99", 1.0)]}


def test_a_known_node_of_a_later_tier_beats_an_unknown_identifier(tmp_path: Path) -> None:
    decided = links(tmp_path, "KR-99", description="KR-1")

    assert decided == {"j:1": [(6, "KR-1", 1.0)]}


def test_linked_items_count_in_equal_parts(tmp_path: Path) -> None:
    kind = {"outward": "Contributes to", "inward": "is served by"}
    stubs = [{"type": kind, "outwardIssue": {"id": str(number)}} for number in (2, 3, 4)]
    issues = [
        issue(1, "03-02 09:00", issuelinks=stubs),
        issue(2, "03-02 09:00", title="KR-1"),
        issue(3, "03-02 09:00", title="KR-1:1 INI-1:1"),
        issue(4, "03-02 09:00", title="KR-99"),
    ]

    found = ask(tmp_path, issues=issues, linking={"issue_links": ["contributes TO"]})

    rows = [row for row in found.tables["fct_link"] if row["work_item_id"] == "j:1"]
    assert {row["identifier"]: round(row["weight"], 6) for row in rows} == {
        "KR-1": 0.5,
        "INI-1": 0.166667,
        "KR-99": 0.333333,
    }


def test_the_key_of_an_item_is_no_evidence(tmp_path: Path) -> None:
    one = issue(1, "03-02 09:00", title="blocked by KR-1")
    other = issue(2, "03-02 09:00")
    other["key"] = "KR-1"

    found = ask(tmp_path, issues=[one, other])

    assert found.tables["fct_link"] == []


def test_a_container_mapping_is_the_last_tier(tmp_path: Path) -> None:
    mapping = {"j:project:work": "INI-1"}

    found = ask(tmp_path, issues=[issue(1, "03-02 09:00")], linking={"containers": mapping})

    (row,) = found.tables["fct_link"]
    assert (row["tier"], row["node_id"], row["strength"]) == (7, "INI-1", "loose")
