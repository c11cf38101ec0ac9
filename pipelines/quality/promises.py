"""What readers of the published tables are promised, derived from the contract that dbt holds.

A suite per mart: columns and types as declared, a key that is unique and filled, amounts within the
range of their unit, catalogues, members of dimensions. Rules that dbt tests already are held here
once more on what is about to be published, so that a table which changed after dbt is found too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.report.buckets import SEEN, UNOBSERVED
from pipelines.warehouse.marts import Mart, marts

Range = tuple[float, float]
ENDLESS = float("inf")
SHARE: Range = (0, 1)
UNITS: Mapping[str, Range] = {
    "share (0 to 1)": SHARE,
    "score (0 to 1)": SHARE,
    "correlation (-1 to 1)": (-1, 1),
    "layer (0 to 4)": (0, 4),
    "parts of 6": (0, 6),
    "points of 3": (0, 3),
    **dict.fromkeys(
        (
            *("share", "person-days", "records", "work items", "items", "links", "measures"),
            *("results", "milestones", "times", "weeks", "months", "readings", "check-ins"),
            *("teams", "functions", "sources", "trackers", "strategy nodes", "count", "edges"),
        ),
        (0, ENDLESS),
    ),
}
"""Between what the amounts of a unit lie; other units have no bounds."""
SIGNED = frozenset({("rpt_restatement", "difference"), ("rpt_decisions", "week_offset")})
"""Amounts of these units that may be negative: a difference, and weeks before a decision."""
BUCKETS = tuple(bucket.key for bucket in (*SEEN, UNOBSERVED))
DIRECTIONS = ("strategy", "teams", "purpose", "(none)")
BASES = ("manual", "logged", "status", "finished", "unobserved")
CATALOGUES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("", "bucket"): BUCKETS,
    ("fct_allocation_week", "direction"): DIRECTIONS,
    ("fct_allocation_day", "direction"): DIRECTIONS,
    ("dim_strategy_node", "direction"): DIRECTIONS,
    ("", "strength"): ("strict", "loose", "none"),
    ("fct_allocation_week", "basis"): BASES,
    ("fct_allocation_day", "basis"): BASES,
    ("rpt_alignment_index", "basis"): ("data", "survey", "none"),
    ("", "period_type"): ("week", "month", "quarter", "all"),
    ("dim_work_item", "status_category"): ("todo", "in_progress", "done", "dropped"),
    ("", "severity"): ("error", "warning", "info"),
    ("dim_source", "state"): ("fresh", "partial", "stale", "failed"),
    ("rpt_sources", "state"): ("fresh", "partial", "stale", "failed"),
    ("", "chain_grade"): ("A", "B", "C", "D"),
}
"""By table (any, if empty) and column: the values that there are. Null is none of them."""

ALLOCATED = "fct_allocation_week"
_DAYS = " + ".join(f"{bucket}_days" for bucket in BUCKETS)
CUTS = {
    "rpt_effort": ("period_type", "person_days", "true", "true"),
    "rpt_node_effort": ("period_type", "direct", "true", "node_id <> '(none)'"),
    "rpt_traced_share": ("period_type", _DAYS, "team_id = '(all)'", "true"),
    "rpt_untraced": ("'all'", "person_days", "true", "bucket = 'untraced'"),
}
"""Tables that cut all effort in other ways: their groups, each of which has all of it, the amount,
which rows of theirs, and which rows of the allocation it is made of."""


@dataclass(frozen=True)
class Promise:
    """What one mart promises. Columns of a type that is not declared may have any."""

    mart: Mart
    is_closed: bool
    """No other columns than the declared ones may be there."""
    filled: tuple[str, ...]
    ranges: Mapping[str, Range] = field(default_factory=dict)
    catalogues: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    members: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """By column: the dimension, and its column, that every value is a member of."""
    is_cut: bool = False
    """All effort stands in it, cut in another way."""


def promises(manifest: Mapping[str, Any], people: str) -> list[Promise]:
    """The promise of every published table, by name.

    Args:
        manifest: What dbt knows of the project.
        people: The privacy setting: hidden, pseudonym or named.
    """
    models = {node["name"]: node for node in manifest["nodes"].values() if _is_mart(node)}
    published = marts(manifest, people)
    members = _members(manifest, {mart.name for mart in published})
    return [_promise(mart, models[mart.name], members.get(mart.name, {})) for mart in published]


def _is_mart(node: Mapping[str, Any]) -> bool:
    return node["resource_type"] == "model" and "marts" in node["fqn"]


def _promise(
    mart: Mart, node: Mapping[str, Any], members: Mapping[str, tuple[str, str]]
) -> Promise:
    filled = [
        column["name"]
        for column in node["columns"].values()
        if any(each["type"] == "not_null" for each in column.get("constraints") or ())
    ]
    return Promise(
        mart=mart,
        is_closed=bool((node.get("contract") or {}).get("enforced")),
        filled=tuple(dict.fromkeys((*mart.key, *filled))),
        ranges={
            column.name: UNITS[column.unit]
            for column in mart.columns
            if column.unit in UNITS and (mart.name, column.name) not in SIGNED
        },
        catalogues={
            column.name: values
            for column in mart.columns
            for table in ("", mart.name)
            if (values := CATALOGUES.get((table, column.name)))
        },
        members=members,
        is_cut=mart.name in CUTS,
    )


def _members(
    manifest: Mapping[str, Any], published: set[str]
) -> dict[str, dict[str, tuple[str, str]]]:
    """By table and column: the dimension that dbt tests it against."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for node in manifest["nodes"].values():
        tested = node.get("test_metadata") or {}
        if tested.get("name") != "known_members":
            continue
        table = node["attached_node"].rsplit(".", 1)[-1]
        for column, told in tested["kwargs"]["members"].items():
            dimension = re.search(r"ref\('(\w+)'\)", told["in"])
            if dimension and dimension[1] in published:
                found.setdefault(table, {})[column] = (dimension[1], told["column"])
    return found
