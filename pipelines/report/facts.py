"""The published tables as plain rows: the only place where the report reads a database."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pipelines.report.figures import Row

_TABLES = {
    "effort": "select * from rpt_effort where period_type = 'month' order by all",
    "node_effort": "select * from rpt_node_effort where period_type = 'month' order by all",
    "shares": "select * from rpt_traced_share where period_type in ('month', 'all') order by all",
    "untraced": "select * from rpt_untraced order by all",
    "hygiene": "select * from rpt_hygiene order by all",
    "measures": "select * from fct_measure order by measure_id, day",
    "measure_signals": "select * from rpt_measure_signals order by measure_id, period_start",
    "measure_quality": "select * from rpt_measure_alignment order by measure_id",
    "people": "select name from dim_person where name is not null order by name",
    "suggestions": (
        "select * from rpt_link_suggestions"
        " order by person_days desc, work_item_id, similarity desc, node_id"
    ),
    "sources": "select * from rpt_sources order by all",
    "quality": "select * from rpt_quality order by all",
    "nodes": "select * from dim_strategy_node order by all",
    "teams": "select * from dim_team order by all",
    "signals": "select * from rpt_share_signals order by share_name, period_start",
    "index": "select * from rpt_alignment_index order by all",
    "index_parts": "select * from rpt_alignment_index_parts order by all",
    "movement": "select * from rpt_movement_progress order by all",
    "map_nodes": "select * from rpt_results_map_node order by all",
    "map_edges": "select * from rpt_results_map_edge order by all",
    "questions": "select * from rpt_three_question_test order by all",
    "decisions": "select * from rpt_decisions order by all",
    "initiatives": "select * from rpt_initiatives order by all",
    "false_alignment": "select * from rpt_false_alignment order by all",
    "conflicts": "select * from rpt_conflicts order by all",
    "restatement": "select * from rpt_restatement order by all",
}


@dataclass(frozen=True)
class Facts:
    """Everything that the report says, as rows of the published tables in a fixed order."""

    first_day: date | None = None
    last_day: date | None = None
    effort: list[Row] = field(default_factory=list)
    node_effort: list[Row] = field(default_factory=list)
    shares: list[Row] = field(default_factory=list)
    untraced: list[Row] = field(default_factory=list)
    hygiene: list[Row] = field(default_factory=list)
    measures: list[Row] = field(default_factory=list)
    measure_signals: list[Row] = field(default_factory=list)
    measure_quality: list[Row] = field(default_factory=list)
    people: list[Row] = field(default_factory=list)
    suggestions: list[Row] = field(default_factory=list)
    sources: list[Row] = field(default_factory=list)
    quality: list[Row] = field(default_factory=list)
    nodes: list[Row] = field(default_factory=list)
    teams: list[Row] = field(default_factory=list)
    signals: list[Row] = field(default_factory=list)
    index: list[Row] = field(default_factory=list)
    index_parts: list[Row] = field(default_factory=list)
    movement: list[Row] = field(default_factory=list)
    map_nodes: list[Row] = field(default_factory=list)
    map_edges: list[Row] = field(default_factory=list)
    questions: list[Row] = field(default_factory=list)
    decisions: list[Row] = field(default_factory=list)
    initiatives: list[Row] = field(default_factory=list)
    false_alignment: list[Row] = field(default_factory=list)
    conflicts: list[Row] = field(default_factory=list)
    restatement: list[Row] = field(default_factory=list)
    urls: dict[str, str] = field(default_factory=dict)


def read(database: Path) -> Facts:
    """Read the published file once, read-only.

    Rows are fully ordered, since sums of doubles depend on the order of their terms and one run
    must always give the same report.
    """
    import duckdb

    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("set time zone 'UTC'")
        tables = {name: _rows(connection, select) for name, select in _TABLES.items()}
        first_day, last_day = connection.execute(
            "select min(day), max(day) from dim_date where is_in_range"
        ).fetchall()[0]
        shown = {row["largest_work_item_id"] or "" for row in tables["untraced"]}
        shown |= {row["work_item_id"] for row in tables["suggestions"]}
        items = _rows(
            connection,
            "select work_item_id, url from dim_work_item where work_item_id in (select unnest(?))",
            [sorted(shown)],
        )
    urls = {row["work_item_id"]: row["url"] or "" for row in items}
    return Facts(first_day, last_day, **tables, urls=urls)


def _rows(connection, select: str, parameters: list | None = None) -> list[Row]:
    """The rows of one statement, each by column name."""
    cursor = connection.execute(select, parameters or [])
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
