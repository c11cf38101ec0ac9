"""The columns of what is remembered: the tables ``remembered_…`` of the schema ``run``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

TABLES: dict[str, str] = {
    "nodes": (
        "node_id text, kind text, title text, team_id text, status text, target_share double,"
        " from_on date, to_on date, due_on date, done_on date"
    ),
    "milestones": "node_id text, position integer, title text, due_on date, done_on date",
    "edges": (
        "from_node_id text, to_node_id text, relation text, valid_from date, valid_to date,"
        " because text, weight double"
    ),
    "measures": (
        "measure_id text, node_id text, title text, kind text, baseline double, target double,"
        " start_on date, due_on date"
    ),
    "node_allocations": (
        "node_id text, bucket text, period_from date, period_to date, weight double"
    ),
    "links": "work_item_id text, identifier text, weight double",
    "figures": (
        "period_type text, period_start date, bucket text, person_days double, capacity_days double"
    ),
    "node_figures": (
        "period_type text, period_start date, node_id text, direct double, rolled_up double"
    ),
}
"""Each table's own columns in their order; before the last two stand ``is_gone`` and ``as_of``."""


def empty(table: str) -> pa.Table:
    """A remembered table of which nothing is remembered."""
    columns = [column.split() for column in f"{TABLES[table]}, is_gone flag, as_of date".split(",")]
    return _schema(columns).empty_table()


def nights_table(nights: Iterable[Mapping[str, Any]]) -> pa.Table:
    """The remembered nights: the date each stands for, and its run."""
    import pyarrow as pa

    rows = [
        {"as_of": date.fromisoformat(night["as_of"]), "run_id": night["run_id"]} for night in nights
    ]
    return pa.Table.from_pylist(rows, schema=_schema([["as_of", "date"], ["run_id", "text"]]))


def _schema(columns: Iterable[Iterable[str]]) -> pa.Schema:
    import pyarrow as pa

    kinds = {
        "text": pa.string(),
        "date": pa.date32(),
        "integer": pa.int32(),
        "double": pa.float64(),
        "flag": pa.bool_(),
    }
    return pa.schema([(name, kinds[kind]) for name, kind in columns])
