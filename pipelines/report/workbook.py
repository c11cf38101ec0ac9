"""tables.xlsx: a cover and one sheet for each table of the report, for people who read in Excel."""

from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from pipelines.report.answer import answer
from pipelines.report.facts import Facts

ROWS_PER_SHEET = 20_000  # Excel ends at 1,048,576 rows; long before that nobody reads a sheet
_CELL_LIMIT = 32_767
_WIDTHS = {"title": 60, "detail": 60, "largest_title": 50, "suggested_title": 40, "node_title": 40}

# `owner` stays out: the workbook travels by mail, and a name does not help to read a share
_SHEETS = {
    "rpt_traced_share": "* from rpt_traced_share order by all",
    "rpt_effort": "* from rpt_effort order by all",
    "rpt_node_effort": "* from rpt_node_effort order by all",
    "rpt_untraced": (
        "* from rpt_untraced order by person_days desc, source, container, item_type, team_id"
    ),
    "rpt_link_suggestions": (
        "* from rpt_link_suggestions order by person_days desc, work_item_id, node_id"
    ),
    "rpt_three_question_test": "* from rpt_three_question_test order by all",
    "rpt_movement_progress": "* from rpt_movement_progress order by all",
    "rpt_alignment_index": "* from rpt_alignment_index order by all",
    "rpt_alignment_index_parts": "* from rpt_alignment_index_parts order by all",
    "rpt_focus": "* from rpt_focus order by all",
    "rpt_results_map_node": "* from rpt_results_map_node order by all",
    "rpt_results_map_edge": "* from rpt_results_map_edge order by all",
    "rpt_hygiene": "* from rpt_hygiene order by all",
    "rpt_initiatives": "* from rpt_initiatives order by all",
    "rpt_decisions": "* from rpt_decisions order by all",
    "rpt_measure_signals": "* from rpt_measure_signals order by all",
    "rpt_measure_alignment": "* from rpt_measure_alignment order by all",
    "rpt_false_alignment": "* from rpt_false_alignment order by all",
    "rpt_conflicts": "* from rpt_conflicts order by all",
    "rpt_silos": "* from rpt_silos order by all",
    "rpt_load": "* from rpt_load order by all",
    "rpt_misalignment": "* from rpt_misalignment order by all",
    "rpt_wins": "* from rpt_wins order by all",
    "rpt_restatement": "* from rpt_restatement order by all",
    "rpt_sources": "* from rpt_sources order by all",
    "rpt_quality": "* from rpt_quality order by all",
    "dim_strategy_node": "* exclude (owner) from dim_strategy_node order by all",
    "dim_team": "* from dim_team order by all",
}


def write_workbook(
    database: Path,
    path: Path,
    facts: Facts,
    manifest: Mapping[str, Any],
    rows: int = ROWS_PER_SHEET,
) -> None:
    """Write the workbook; text stays text, whatever it begins with.

    Args:
        database: The published DuckDB file.
        path: Where the workbook goes; it is overwritten.
        facts: What the report read; the cover repeats its verdict.
        manifest: The facts on the run, as for the page.
        rows: The most rows of one sheet; the cover names the tables that were cut.
    """
    import duckdb
    import xlsxwriter

    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    book = xlsxwriter.Workbook(str(path), options)
    # a fixed date: the same run must give the same bytes
    created = datetime.combine(facts.last_day or date(2000, 1, 1), time())
    book.set_properties({"title": "Throughline tables", "created": created})
    cover, looks = book.add_worksheet("Cover"), _Looks(book)
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("set time zone 'UTC'")
        counts = {
            table: _write_sheet(book, looks, table, connection.execute(f"select {select}"), rows)
            for table, select in _SHEETS.items()
        }
    _write_cover(cover, looks, facts, manifest, counts, rows)
    book.close()


class _Looks:
    """The cell formats of the workbook."""

    def __init__(self, book) -> None:
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.bold = book.add_format({"bold": True})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.header = book.add_format(
            {"bold": True, "bg_color": "#0B4F5C", "font_color": "#FFFFFF", "border": 1}
        )
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self.number = book.add_format({"num_format": "#,##0.00"})


def _write_sheet(book, looks: _Looks, table: str, cursor, limit: int) -> tuple[int, bool]:
    """One table as a sheet; returns the rows written and whether some were left out."""
    sheet = book.add_worksheet(table)
    names = [column[0] for column in cursor.description]
    for column, name in enumerate(names):
        sheet.write_string(0, column, name, looks.header)
        sheet.set_column(column, column, _WIDTHS.get(name, max(12, len(name) + 4)))
    written = 0
    while written < limit and (chunk := cursor.fetchmany(min(5_000, limit - written))):
        for values in chunk:
            written += 1
            for column, value in enumerate(values):
                _write_cell(sheet, looks, written, column, value)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, written, len(names) - 1)
    return written, bool(cursor.fetchone())


def _write_cell(sheet, looks: _Looks, row: int, column: int, value: Any) -> None:
    """One value by its type; text is always written as text."""
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, datetime | date):
        # Excel has no day before 1900
        if value.year < 1900:
            sheet.write_string(row, column, value.isoformat())
        else:
            look = looks.moment if isinstance(value, datetime) else looks.day
            sheet.write_datetime(row, column, value, look)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, looks.number if isinstance(value, float) else None)
    else:
        sheet.write_string(row, column, str(value)[:_CELL_LIMIT])


def _write_cover(
    cover,
    looks: _Looks,
    facts: Facts,
    manifest: Mapping[str, Any],
    counts: dict[str, tuple[int, bool]],
    limit: int,
) -> None:
    """The verdict, the run, and what is on each sheet."""
    first = answer(facts)
    cover.set_column(0, 0, 26)
    cover.set_column(1, 1, 90)
    cover.hide_gridlines(2)
    cover.write_string(0, 0, "Throughline", looks.title)
    lines = [
        ("Answer", first.verdict),
        ("Period", first.period),
        ("Observed", f"{first.observed.text} of capacity"),
        ("Run", str(manifest.get("run_id") or "unknown")),
        ("Unit", "Person-days: one working day of one full-time person."),
        ("Read with care", "Shows where effort went, not whether the outcome moved."),
        ("Suggestions", "rpt_link_suggestions are guesses by likeness and count for nothing."),
        ("Shares", "Each stands beside its two parts; a null share has its reason beside it."),
    ]
    for row, (name, text) in enumerate(lines, start=2):
        cover.write_string(row, 0, name, looks.bold)
        cover.write_string(row, 1, text.replace("\u00a0", " "), looks.wrap)
    start = len(lines) + 3
    cover.write_string(start, 0, "Sheet", looks.header)
    cover.write_string(start, 1, "Rows", looks.header)
    for row, (table, (written, was_cut)) in enumerate(counts.items(), start=start + 1):
        cover.write_string(row, 0, table)
        note = f" The first {limit:,} only; all are in throughline.duckdb." if was_cut else ""
        cover.write_string(row, 1, f"{written:,} rows.{note}")
