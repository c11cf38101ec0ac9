"""A small published database, written row by row, for reports whose figures a test knows."""

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from tests.dbt import project

BUCKETS = (
    "outcome",
    "enabling",
    "purpose",
    "unanchored",
    "retired",
    "unknown_id",
    "untraced",
    "unobserved",
)

TABLES = {
    "dim_date": "day date, is_in_range boolean",
    "dim_team": "team_id text, name text, function text, direction text",
    "dim_work_item": "work_item_id text, url text",
    "dim_strategy_node": (
        "node_id text, kind text, title text, owner text, status text, target_share double, "
        "is_anchor boolean, valid_to date, priority integer, due_on date"
    ),
    "rpt_effort": (
        "period_type text, period_start date, team_id text, bucket text, node_id text, "
        "person_days double, items bigint, imputed_days double"
    ),
    "rpt_node_effort": (
        "period_type text, period_start date, node_id text, direct double, rolled_up double, "
        "exposed double"
    ),
    "rpt_untraced": (
        "source text, container text, item_type text, team_id text, person_days double, "
        "items bigint, share double, largest_work_item_id text, largest_title text, "
        "largest_person_days double, suggested_node_id text, suggested_title text, "
        "similarity double"
    ),
    "rpt_link_suggestions": (
        "work_item_id text, node_id text, similarity double, title text, node_title text, "
        "person_days double"
    ),
    "rpt_traced_share": (
        "period_type text, period_start date, team_id text, traced_days double, "
        "strict_days double, "
        + ", ".join(f"{bucket}_days double" for bucket in BUCKETS)
        + ", observed_days double, allocated_days double, capacity_days double, "
        "traced_share double, strict_share double, observed_share double, reason text"
    ),
    "rpt_sources": (
        "source text, tracker text, scope text, scope_name text, stream text, "
        "records_landed bigint, records_reported bigint, records_quarantined bigint, state text, "
        "data_as_of timestamp, scope_state text, scope_detail text, last_good_read_at timestamp"
    ),
    "rpt_quality": (
        "check_name text, source text, subject text, severity text, records bigint, detail text"
    ),
}

Rows = dict[str, list[dict[str, Any]]]


@cache
def all_tables() -> dict[str, str]:
    """Every published table: those written out above, the others as the project declares them."""
    declared = {
        model["name"]: ", ".join(
            f"{column['name']} {column['data_type']}" for column in model["columns"].values()
        )
        for model in project.models("marts")
    }
    return declared | TABLES


def share_row(
    period_type: str,
    start: date,
    team: str = "(all)",
    strict: float = 0.0,
    capacity: float | None = None,
    **days: float,
) -> dict[str, Any]:
    """A row of rpt_traced_share whose sums agree with its buckets."""
    row: dict[str, Any] = {f"{bucket}_days": days.get(bucket, 0.0) for bucket in BUCKETS}
    seen = sum(amount for bucket, amount in days.items() if bucket != "unobserved")
    whole = seen + days.get("unobserved", 0.0) if capacity is None else capacity
    traced = sum(days.get(bucket, 0.0) for bucket in ("outcome", "enabling", "purpose"))
    reason = None
    if whole <= 0 and seen <= 0:
        reason = "no effort"
    elif whole > 0 and seen / whole < 0.5:
        reason = "insufficient evidence"
    return row | {
        "period_type": period_type,
        "period_start": start,
        "team_id": team,
        "traced_days": traced,
        "strict_days": strict,
        "observed_days": seen,
        "allocated_days": seen,
        "capacity_days": whole,
        "traced_share": None if reason else traced / seen,
        "strict_share": None if reason else strict / seen,
        "observed_share": seen / whole if whole > 0 else None,
        "reason": reason,
    }


def write_database(path: Path, rows: Rows) -> Path:
    """Write the tables of the report; a table that is not given is empty."""
    with duckdb.connect(str(path)) as connection:
        created = [f"create table {table} ({columns})" for table, columns in all_tables().items()]
        connection.execute("; ".join(created))
        for table, columns in all_tables().items():
            marks = ", ".join("?" for _ in columns.split(", "))
            for row in whole_rows(rows, table):
                connection.execute(f"insert into {table} values ({marks})", list(row.values()))
    return path


def whole_rows(rows: Rows, table: str) -> list[dict[str, Any]]:
    """The rows of a table with every column; what is not given is null."""
    names = [column.split()[0] for column in all_tables()[table].split(", ")]
    return [{name: row.get(name) for name in names} for row in rows.get(table, [])]


def days_in_range(first: date, last: date) -> list[dict[str, Any]]:
    """The two ends of the period are all that the report reads of dim_date."""
    return [{"day": day, "is_in_range": True} for day in (first, last)]


def small_world() -> Rows:
    """One quarter of 100 person-days of capacity: 42 of 80 seen are traced, 30 of them strictly."""
    first, last = date(2026, 4, 1), date(2026, 6, 30)
    days = {
        "outcome": 24.0,
        "enabling": 10.0,
        "purpose": 8.0,
        "unanchored": 4.0,
        "retired": 6.0,
        "unknown_id": 2.0,
        "untraced": 26.0,
        "unobserved": 20.0,
    }
    third = {bucket: amount / 3 for bucket, amount in days.items()}
    months = [date(2026, month, 1) for month in (4, 5, 6)]
    return {
        "dim_date": days_in_range(first, last),
        "dim_team": [
            {"team_id": "b", "name": "Beta", "function": "work", "direction": "teams"},
            {"team_id": "a", "name": "Alpha", "function": "work", "direction": "strategy"},
        ],
        "dim_work_item": [{"work_item_id": "eng:1", "url": "https://tracker.example.org/eng/1"}],
        "dim_strategy_node": [
            {
                "node_id": "G-1",
                "kind": "goal",
                "title": "Trains run on time",
                "status": "active",
                "owner": "someone@example.org",
                "target_share": 0.5,
                "is_anchor": True,
            },
            {
                "node_id": "INI-9",
                "kind": "initiative",
                "title": "Paper tickets",
                "status": "retired",
                "owner": "other@example.org",
                "is_anchor": False,
            },
            {
                "node_id": "P-1",
                "kind": "purpose",
                "title": "Safe travel",
                "status": "active",
                "is_anchor": True,
            },
            {
                "node_id": "R-2",
                "kind": "result",
                "title": "Nobody works on this",
                "status": "active",
                "is_anchor": False,
            },
        ],
        "rpt_traced_share": [
            share_row("all", first, strict=30.0, **days),
            share_row("all", first, "a", strict=20.0, outcome=24.0, untraced=16.0, unobserved=5.0),
            share_row(
                "all", first, "b", strict=10.0, enabling=10.0, untraced=10.0, unobserved=15.0
            ),
            *(share_row("month", month, strict=10.0, **third) for month in months),
        ],
        "rpt_effort": [
            {
                "period_type": "month",
                "period_start": months[0],
                "team_id": "a",
                "bucket": "retired",
                "node_id": "INI-9",
                "person_days": 6.0,
                "items": 2,
                "imputed_days": 1.5,
            },
        ],
        "rpt_node_effort": [
            {
                "period_type": "month",
                "period_start": months[0],
                "node_id": "G-1",
                "direct": 24.0,
                "rolled_up": 34.0,
                "exposed": 34.0,
            },
            {
                "period_type": "month",
                "period_start": months[0],
                "node_id": "P-1",
                "direct": 8.0,
                "rolled_up": 8.0,
                "exposed": 8.0,
            },
        ],
        "rpt_untraced": [
            {
                "source": "eng",
                "container": "Depot requests",
                "item_type": "Task",
                "team_id": "a",
                "person_days": 20.0,
                "items": 12,
                "share": 20 / 26,
                "largest_work_item_id": "eng:1",
                "largest_title": "Tidy the shelves",
                "largest_person_days": 7.0,
                "suggested_node_id": "G-1",
                "suggested_title": "Trains run on time",
                "similarity": 0.31,
            },
            {
                "source": "eng",
                "container": "(none)",
                "item_type": "Task",
                "team_id": "b",
                "person_days": 6.0,
                "items": 3,
                "share": 6 / 26,
                "largest_work_item_id": "eng:2",
                "largest_title": "Answer the phone",
                "largest_person_days": 2.0,
            },
        ],
        "rpt_link_suggestions": [
            {
                "work_item_id": "eng:1",
                "node_id": "G-1",
                "similarity": 0.31,
                "title": "Tidy the shelves",
                "node_title": "Trains run on time",
                "person_days": 7.0,
            },
        ],
        "rpt_sources": [
            {
                "source": "eng",
                "tracker": "jira",
                "scope": "(none)",
                "stream": "issues",
                "records_landed": 120,
                "records_quarantined": 2,
                "state": "fresh",
                "data_as_of": datetime(2026, 6, 30, 22, 5),
            },
        ],
        "rpt_quality": [
            {
                "check_name": "unmapped_status",
                "source": "eng",
                "subject": "Parked",
                "severity": "warning",
                "records": 3,
                "detail": "read as work not begun",
            },
        ],
    }


def hygiene() -> list[dict[str, Any]]:
    """Two active results, of which one lacks everything, and what is no result or not active."""
    whole = {"is_active": True, "has_one_owner": True, "outcome_measures": 1}
    bare = {"is_active": True, "has_one_owner": False, "outcome_measures": 0}
    return [
        {"node_id": "G-1", "kind": "goal", "title": "Trains run on time", **whole},
        {"node_id": "INI-9", "kind": "initiative", "title": "Paper tickets", **bare},
        {"node_id": "P-1", "kind": "purpose", "title": "Safe travel", **bare},
        {"node_id": "R-2", "kind": "result", "title": "Nobody works on this", **bare},
        {"node_id": "R-3", "kind": "result", "title": "Ended", **bare, "is_active": False},
    ]


def readings() -> list[dict[str, Any]]:
    """A measure that comes down to its target over eight months, and one read twice."""
    delay = {"measure_id": "M-1", "node_id": "G-1", "title": "Median delay", "unit": "minutes"}
    delay |= {"kind": "outcome", "better": "lower", "baseline": 9.0, "target": 4.0}
    share = {"measure_id": "M-2", "node_id": "R-2", "title": "Asked twice", "unit": "share"}
    down = [
        {**delay, "day": date(2025 + (9 + step) // 12, (9 + step) % 12 + 1, 24), "value": value}
        for step, value in enumerate([9.0, 8.5, 9.2, 8.8, 8.6, 9.1, 6.1, 3.95])
    ]
    twice = [(date(2026, 4, 3), 0.04), (date(2026, 5, 3), 0.55)]
    return down + [{**share, "kind": "output", "day": day, "value": value} for day, value in twice]


def tested_readings() -> list[dict[str, Any]]:
    """The same readings by month: the last two of the delay stand out below."""
    rows = []
    for reading in readings():
        start = reading["day"].replace(day=1)
        told = {name: reading[name] for name in ("measure_id", "node_id", "title", "unit")}
        told |= {"value": reading["value"], "better": reading.get("better"), "is_closed": True}
        told |= {"period_start": start, "period_type": "month", "observed_on": reading["day"]}
        if reading["measure_id"] == "M-1":
            is_out = reading["value"] < 7
            told |= {"centre_line": 8.9, "lower_limit": 7.5, "upper_limit": 10.3}
            told |= {"is_outside": is_out, "signal": "improving" if is_out else "no signal"}
            told |= {"verdict": "improving", "closed_points": 8}
            told["is_latest"] = start == date(2026, 5, 1)
        else:
            told |= {"signal": "too early to say", "verdict": "too early to say"}
            told |= {"closed_points": 2, "is_latest": start == date(2026, 5, 1)}
        rows.append(told)
    return rows


def diagnosed_world() -> Rows:
    """The small world with a row or two of everything that says whether its work is aligned."""
    month = date(2026, 6, 1)
    signals = {
        "share_name": "traced",
        "value": 0.525,
        "is_closed": True,
        "centre_line": 0.5,
        "lower_limit": 0.4,
        "upper_limit": 0.6,
        "is_outside": False,
        "is_long_run": False,
        "is_short_run": False,
        "signal": "no signal",
        "verdict": "no signal",
        "closed_points": 12,
    }
    decision = {
        "decision_id": "DEC-1",
        "title": "No paper tickets",
        "decided_on": date(2026, 4, 15),
        "nodes": 1,
        "weekly_days_before": 4.0,
        "weekly_days_after": 1.0,
        "week_offset": 0,
    }
    return small_world() | {
        "rpt_share_signals": [
            {**signals, "period_start": date(2026, 5, 1), "is_latest": False},
            {**signals, "period_start": month, "is_latest": True},
        ],
        "rpt_movement_progress": [
            {
                "node_id": "G-1",
                "period_start": month,
                "rolled_up": 12.0,
                "items_finished": 3,
                "progress": 0.25,
                "quadrant": "motion without progress",
            },
            {
                "node_id": "P-1",
                "period_start": month,
                "rolled_up": 8.0,
                "items_finished": 2,
                "progress": -1.5,
                "quadrant": "motion without progress",
            },
            {
                "node_id": "R-2",
                "period_start": month,
                "rolled_up": 0.0,
                "items_finished": 0,
                "quadrant": "unknown",
                "reason": "no outcome measure",
            },
        ],
        "rpt_results_map_node": [
            {"node_id": "P-1", "title": "Safe travel", "layer": 4, "rolled_up": 8.0},
            {"node_id": "G-1", "title": "Trains run on time", "layer": 3, "rolled_up": 34.0},
            {
                "node_id": "R-2",
                "title": "Nobody works on this",
                "layer": 1,
                "rolled_up": 0.0,
                "broken_because": "no reason",
            },
            {"node_id": "INI-9", "title": "Paper tickets", "layer": 0, "is_beside": True},
        ],
        "rpt_results_map_edge": [
            {
                "from_node_id": "R-2",
                "to_node_id": "G-1",
                "relation": "enables",
                "person_days": 0.0,
                "has_reason": False,
            },
        ],
        "rpt_three_question_test": [
            {
                "team_id": "a",
                "team_name": "Alpha",
                "declared_direction": "strategy",
                "observed_direction": "strategy",
                "direction_answer": "yes",
                "chain_answer": "not_clearly",
                "chain_reason": "chains are broken or lack reasons",
                "reasoned_days": 12.0,
                "result_days": 24.0,
                "results": 2,
                "evidence_answer": "yes",
                "evidenced_results": 1,
                "chain_results": 1,
                "starting_point": "chain",
            },
        ],
        "rpt_hygiene": hygiene(),
        "fct_measure": readings(),
        "rpt_measure_signals": tested_readings(),
        "rpt_measure_alignment": [
            {"measure_id": "M-1", "node_id": "G-1", "is_fresh": True},
            {"measure_id": "M-2", "node_id": "R-2", "is_fresh": False},
        ],
        "rpt_alignment_index": [
            {"component": "index", "score": 0.42, "low": 0.42, "high": 0.5, "weakest": "clarity"},
            {"component": "clarity", "score": 0.25},
        ],
        "rpt_alignment_index_parts": [
            {
                "component": "clarity",
                "part": "effort on nodes with playbook score 3",
                "counted_in": "person-days",
                "numerator": 20.0,
                "denominator": 80.0,
            },
        ],
        "rpt_decisions": [
            {**decision, "action": "stops", "days_until_stopped": 14},
            {**decision, "action": "starts", "week_offset": 1},
        ],
        "rpt_initiatives": [
            {
                "node_id": "INI-9",
                "title": "Paper tickets",
                "state": "overdue",
                "due_on": date(2026, 5, 31),
                "slips": 2,
                "recent_rolled_up": 0.2,
                "recent_seen_days": 50.0,
                "is_retire_candidate": True,
                "due_nodes": 4,
                "completed_nodes": 3,
                "completion_rate": 0.75,
                "completion_target": 0.8,
            },
        ],
        "rpt_false_alignment": [
            {
                "finding": "mini-me goal",
                "subject_id": "R-2",
                "related_id": "G-1",
                "subject_title": "Trams run on time",
                "related_title": "Trains run on time",
                "has_same_measure": False,
            },
        ],
        "rpt_conflicts": [
            {
                "conflict_id": "C-1",
                "conflict_type": "declared",
                "node_id": "G-1",
                "other_node_id": "P-1",
                "person_days": 34.0,
                "other_person_days": 8.0,
                "has_effort_on_both": True,
            },
        ],
        "rpt_restatement": [
            {
                "period_start": date(2026, 4, 1),
                "bucket": "untraced",
                "first_days": 12.0,
                "days_now": 9.0,
                "difference": -3.0,
                "why": "links changed",
            },
        ],
    }
