"""Goals of Asana as its API gives them, with their relationships inside or beside them.

Source: Asana REST API 1, objects ``Goal`` and ``GoalRelationship``.
"""

from __future__ import annotations

from typing import Any

from pipelines.home.imports.draft import Draft, DraftEdge, DraftMeasure, DraftNode, words
from pipelines.home.imports.json_records import is_filled, named
from pipelines.home.imports.origin_file import OriginFile
from pipelines.home.strategy_file import Kind, Status

GOAL = "goal"
STATUS: dict[str, Status] = {"achieved": "achieved", "dropped": "retired"}
USED = {
    "gid", "resource_type", "resource_subtype", "name", "notes", "owner", "start_on", "due_on",
    "time_period", "metric", "goal_relationships", "parent", "parent_goal", "subgoals", "status",
    "current_status_update",
}  # fmt: skip
Record = dict[str, Any]


def is_asana(rows: list[Record]) -> bool:
    """Whether the objects are goals of Asana, or relationships of such."""
    return any(_is_goal(row) for row in rows)


def read_asana_goals(file: OriginFile, rows: list[Record]) -> Draft:
    """Read goals; what has no goal above it is a goal, what has none below it a key result."""
    draft = Draft("Asana goals", "asana")
    goals = {named(row, "gid"): row for row in rows if _is_goal(row)}
    goals.pop("", None)
    weights = _weights(rows, goals, draft)
    with_parts = {above for _, above in weights}
    for gid, goal in goals.items():
        above = {to: weight for (below, to), weight in weights.items() if below == gid}
        kind: Kind = "goal"
        if above:
            kind = "objective" if gid in with_parts else "key_result"
        _add(gid, goal, kind, above, draft)
    return draft


def _weights(
    rows: list[Record], goals: dict[str, Record], draft: Draft
) -> dict[tuple[str, str], float | None]:
    """For each pair of a goal and the goal it supports the weight that it has there."""
    found: dict[tuple[str, str], float | None] = {}
    for row in rows:
        inside = row.get("goal_relationships")
        relations = inside if isinstance(inside, list) else []
        if not _is_goal(row):
            relations = [row]
        for relation in relations:
            supports = named(relation.get("supporting_resource"), "gid")
            above = named(relation.get("supported_goal"), "gid") or named(row, "gid")
            kind = named(relation.get("supporting_resource"), "resource_type")
            if supports in goals and above in goals:
                found[supports, above] = _weight(relation.get("contribution_weight"))
            else:
                draft.left[f"supporting {words(kind) or 'work'} that is no goal of the file"] += 1
    for gid, goal in goals.items():
        for above in (named(goal.get("parent"), "gid"), named(goal.get("parent_goal"), "gid")):
            if above in goals:
                found.setdefault((gid, above), None)
        for below in goal.get("subgoals") or []:
            if named(below, "gid") in goals:
                found.setdefault((named(below, "gid"), gid), None)
    return found


def _weight(value: object) -> float | None:
    """A weight that an edge may have."""
    return float(value) if isinstance(value, int | float) and value > 0 else None


def _add(gid: str, goal: Record, kind: Kind, above: dict[str, float | None], draft: Draft) -> None:
    title = words(goal.get("name"))
    if not title:
        draft.left["goal without a name"] += 1
        return
    period = goal.get("time_period") if isinstance(goal.get("time_period"), dict) else {}
    start = draft.day(named(goal, "start_on") or named(period, "start_on"), "start_on")
    due = draft.day(named(goal, "due_on") or named(period, "end_on"), "due_on")
    update = goal.get("current_status_update")
    status = named(goal, "status") or named(update, "status_type")
    edges = [DraftEdge((GOAL, to), weight=weight) for to, weight in above.items()]
    node = DraftNode(
        draft.origin(GOAL, gid, "", words(goal.get("notes"))),
        kind,
        title,
        edges,
        owner=named(goal.get("owner"), "email", "name") or None,
        status=STATUS.get(status, "active"),
        from_=start,
        due=due,
    )
    if is_filled(goal.get("owner")) and node.owner is None:
        draft.left["owner without an e-mail and a name"] += 1
    if node.status == "retired":
        node.to = draft.day(named(update, "created_at"), "current_status_update/created_at") or due
    elif status and status not in STATUS:
        draft.left[f"status {words(status)}"] += 1
    draft.nodes.append(node)
    if isinstance(goal.get("metric"), dict):
        _measure(node, goal["metric"], draft)
    for key, value in goal.items():
        if key not in USED and is_filled(value):
            draft.left[words(key)] += 1


def _measure(node: DraftNode, metric: Record, draft: Draft) -> None:
    """The metric of a goal; its current value has no day, so it is no observation."""
    unit = named(metric, "currency_code") or named(metric, "unit")
    baseline = draft.number(metric.get("initial_number_value"), "metric/initial_number_value")
    target = draft.number(metric.get("target_number_value"), "metric/target_number_value")
    better = None
    if baseline is not None and target is not None and baseline != target:
        better = "higher" if target > baseline else "lower"
    start, due = node.from_, node.due
    if start and due and due < start:
        start = None
    origin = draft.origin("metric", named(metric, "gid") or f"metric of {node.origin.id}")
    draft.measures.append(
        DraftMeasure(
            origin, node.key, node.title, unit=None if unit == "none" else unit or None,
            better=better, baseline=baseline, target=target, start=start, due=due,
        )
    )  # fmt: skip
    if is_filled(metric.get("current_number_value")):
        draft.left["metric/current_number_value: a value without its day"] += 1


def _is_goal(row: Record) -> bool:
    return named(row, "resource_type") == "goal" and "gid" in row
