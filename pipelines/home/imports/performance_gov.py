"""Goals of performance.gov: ``goals.json``, with ``target.json`` beside it where there is one.

A row ``SG`` is a strategic objective below the strategic goal of its agency, ``APG`` (an agency's
priority for two years) and ``PMA`` (of the President's agenda) are goals. Each indicator of a goal
is a measure, each reported quarter an observation on its last day.

Source: github.com/metzgr/beta-performance-gov, ``data/*.json``. Fiscal years of the United States
begin on October 1st of the year before.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from pipelines.home.imports.draft import Draft, DraftEdge, DraftMeasure, DraftNode, Key, words
from pipelines.home.imports.json_records import is_filled, records
from pipelines.home.imports.origin_file import OriginFile

EMPTY = {"#N/A", "#REF!", "None", "N/A"}
STRATEGIC_GOAL, GOAL = "strategic goal", "goal"
USED = {
    "goal_id", "goal_type", "goal_name", "goal_description", "agency_code", "sg_id", "so_id",
    "date_start_fy", "date_end_fy", "leaders4", "organization_abbreviation",
}  # fmt: skip
USED_OF_TARGET = {
    "related_goal_id", "indicator", "target", "indicator_type", "fiscal_yr", "fiscal_qtr",
    "value_start", "value_target", "value_current", "related_goal",
}  # fmt: skip
BETTER = {
    "Measurable increase": "higher",
    "Maintain at or above threshold": "higher",
    "Measurable decrease": "lower",
    "Maintain at or below threshold": "lower",
}
Row = dict[str, Any]


def is_performance_gov(rows: list[Row]) -> bool:
    """Whether the objects are goals of performance.gov."""
    return bool(rows) and {"goal_id", "goal_name", "goal_type"} <= rows[0].keys()


def read_performance_gov(file: OriginFile, rows: list[Row]) -> Draft:
    """Read goals, and their targets from the file beside them."""
    draft = Draft("performance.gov", "performance.gov")
    strategic: set[str] = set()
    for row in rows:
        cells = {key: _cell(value) for key, value in row.items()}
        if not cells.get("goal_id") or not cells.get("goal_name"):
            draft.left["goals.json: a row without an id or a name"] += 1
            continue
        _count_left(cells, USED, "goals.json", draft)
        _add_goal(cells, strategic, draft)
    targets = file.beside("target.json")
    if targets:
        _add_targets(records(targets, targets.raw()), draft)
    return draft


def _add_goal(cells: Row, strategic: set[str], draft: Draft) -> None:
    name, text = cells["goal_name"], cells.get("goal_description", "")
    edges: list[DraftEdge] = []
    is_objective = bool(cells.get("so_id")) and cells.get("so_id") != cells.get("sg_id")
    if is_objective:
        above = f"{cells.get('agency_code')} SG {cells.get('sg_id')}"
        if above not in strategic:
            strategic.add(above)
            origin = draft.origin(STRATEGIC_GOAL, above, cells.get("sg_id", ""))
            draft.nodes.append(DraftNode(origin, "goal", name))
        edges = [DraftEdge((STRATEGIC_GOAL, above))]
        name, text = text or name, ""
    leaders = [each for each in cells.get("leaders4", "").split(",") if each.strip()]
    if len(leaders) > 1:
        draft.left["goals.json: leaders of a goal that has several"] += len(leaders)
    number = cells.get("so_id") or cells.get("sg_id") or ""
    first, last = _fiscal_year(cells.get("date_start_fy")), _fiscal_year(cells.get("date_end_fy"))
    draft.nodes.append(
        DraftNode(
            draft.origin(GOAL, cells["goal_id"], number, text),
            "objective" if is_objective else "goal",
            name,
            edges,
            owner=leaders[0].strip() if len(leaders) == 1 else None,
            from_=date(first - 1, 10, 1) if first else None,
            to=date(last, 9, 30) if last else None,
        )
    )


def _add_targets(rows: list[Row], draft: Draft) -> None:
    goals = {node.key for node in draft.nodes}
    measures: dict[tuple[Key, str], DraftMeasure] = {}
    for row in rows:
        cells = {key: _cell(value) for key, value in row.items()}
        key, title = (GOAL, cells.get("related_goal_id", "")), cells.get("indicator", "")
        title = title or cells.get("target", "")
        if key not in goals or not title:
            draft.left["target.json: a row without a goal or a text"] += 1
            continue
        _count_left(cells, USED_OF_TARGET, "target.json", draft)
        if (key, title) not in measures:
            measure = DraftMeasure(_target_origin(cells, title, draft), key, title)
            measure.better = BETTER.get(cells.get("indicator_type", ""))
            measures[key, title] = measure
            draft.measures.append(measure)
        _take_quarter(measures[key, title], cells, draft)


def _target_origin(cells: Row, title: str, draft: Draft):
    text = cells.get("target", "")
    identifier = f"{cells['related_goal_id']} {title}"
    return draft.origin("indicator", identifier, "", text if text != title else "")


def _take_quarter(measure: DraftMeasure, cells: Row, draft: Draft) -> None:
    """Take over the values of one row: the latest target and baseline, and a reading."""
    what = "target.json"
    start = draft.number(cells.get("value_start"), f"{what}: value_start")
    target = draft.number(cells.get("value_target"), f"{what}: value_target")
    value = draft.number(cells.get("value_current"), f"{what}: value_current")
    measure.baseline = start if start is not None else measure.baseline
    measure.target = target if target is not None else measure.target
    year, quarter = _fiscal_year(cells.get("fiscal_yr")), cells.get("fiscal_qtr", "")
    if value is None:
        return
    if year is None or quarter not in ("1", "2", "3", "4"):
        draft.left[f"{what}: a value without its quarter"] += 1
        return
    ends = {"1": date(year - 1, 12, 31), "2": date(year, 3, 31), "3": date(year, 6, 30)}
    day = ends.get(quarter, date(year, 9, 30))
    if measure.observations.get(day, value) != value:
        draft.left[f"{what}: a value beside another of the same indicator and quarter"] += 1
    measure.observations[day] = value


def _count_left(cells: Row, used: set[str], what: str, draft: Draft) -> None:
    for key, value in cells.items():
        if key not in used and is_filled(value):
            draft.left[f"{what}: {words(key)}"] += 1


def _cell(value: Any) -> str:
    """A cell as text; errors of the spreadsheet are no values."""
    text = words(value) if isinstance(value, str) else "" if value is None else str(value)
    return "" if text in EMPTY else text


def _fiscal_year(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() and 1991 <= int(text) <= 2199 else None
