"""The columns of every table that the home is turned into: the dbt source ``home``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow

TABLES: dict[str, str] = {
    "settings": (
        "organisation text, time_zone text, as_of date, as_of_at timestamp, since date, split text,"
        " idle_days integer, hours_per_day double, identifier_pattern text, people text,"
        " minimum_group integer, fiscal_year_start integer, organisation_calendar_id text"
    ),
    "calendar": (
        "time_zone text, day date, iso_week date, day_start_at timestamp, day_end_at timestamp,"
        " work_start_at timestamp, work_end_at timestamp, is_in_range boolean"
    ),
    "working_days": "calendar_id text, day date",
    "people": "person_id text, name text, time_zone text, calendar_id text",
    "person_accounts": "account_id text, person_id text, is_bot boolean",
    "teams": "team_id text, name text, function text, direction text",
    "memberships": (
        "person_id text, team_id text, capacity double, from_on date, to_on date, calendar_id text"
    ),
    "absences": "person_id text, from_on date, to_on date, share double",
    "manual_allocations": (
        "person_id text, node_id text, from_on date, to_on date, share double, author text,"
        " reason text"
    ),
    "nodes": (
        "node_id text, kind text, title text, owner text, team_id text, status text,"
        " priority integer, target_share double, from_on date, to_on date, due_on date,"
        " done_on date"
    ),
    "edges": (
        "from_node_id text, to_node_id text, relation text, because text, weight double,"
        " valid_from date, valid_to date"
    ),
    "milestones": "node_id text, position integer, title text, due_on date, done_on date",
    "measures": (
        "measure_id text, node_id text, title text, kind text, timing text, unit text, better text,"
        " baseline double, target double, start_on date, due_on date, cadence_days integer"
    ),
    "observations": "measure_id text, day date, value double",
    "checkins": "node_id text, day date, author text, confidence text, note text",
    "decisions": "decision_id text, day date, title text",
    "decision_nodes": "decision_id text, node_id text, action text",
    "conflicts": "conflict_id text, node_id text, other_node_id text, because text",
    "sources": "source text, tracker text, url text, timezone text, position integer",
    "status_map": "source text, status_name text, status_category text",
    "dropped_names": "source text, status_name text",
    "field_roles": "source text, role text, field_name text",
    "link_fields": "position integer, field_name text",
    "link_phrases": "phrase text",
    "container_mappings": "source text, kind text, container_name text, node_id text",
    "person_keys": "person_id text, person_key text",
}
"""Each table's columns in their order, with DuckDB's names of the types."""


def columns(table: str) -> list[tuple[str, str]]:
    """The names and types of a table's columns."""
    pairs = (column.split() for column in TABLES[table].split(","))
    return [(name, kind) for name, kind in pairs]


def schema(table: str) -> pyarrow.Schema:
    """The table's columns for pyarrow; moments are naive UTC in microseconds."""
    import pyarrow as pa

    kinds: dict[str, Any] = {
        "text": pa.string(),
        "date": pa.date32(),
        "timestamp": pa.timestamp("us"),
        "integer": pa.int32(),
        "double": pa.float64(),
        "boolean": pa.bool_(),
    }
    return pa.schema([(name, kinds[kind]) for name, kind in columns(table)])
