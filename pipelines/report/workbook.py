"""tables.xlsx: a cover and one sheet for each table of the report, for people who read in Excel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from pipelines.report.cover import Sheet, write_cover
from pipelines.report.facts import Facts

ROWS_PER_SHEET = 20_000  # Excel ends at 1,048,576 rows; long before that nobody reads a sheet
_CELL_LIMIT = 32_767
_WIDTHS = {"text": 46, "identifier": 18, "name": 16, "day": 12, "instant (UTC)": 17, "flag": 11}
_FORMATS = {
    "share (0 to 1)": "0.0%",
    "share": "0.0%",
    "difference of shares": "0.0%",
    "score (0 to 1)": "0.00",
    "correlation (-1 to 1)": "0.00",
    "multiple of the straight line": "0.00",
    "as in `unit`": "General",
    "as in `counted_in`": "#,##0.0",
    "rank": "0",
    "year": "0",
    "day": "yyyy-mm-dd",
    "instant (UTC)": "yyyy-mm-dd hh:mm",
}
_BY_TYPE = {"DOUBLE": "#,##0.0", "DATE": "yyyy-mm-dd", "TIMESTAMP": "yyyy-mm-dd hh:mm"}

# `owner` stays out: the workbook travels by mail, and a name does not help to read a share
_SELECT = {
    "rpt_untraced": (
        "* from rpt_untraced order by person_days desc, source, container, item_type, team_id"
    ),
    "rpt_link_suggestions": (
        "* from rpt_link_suggestions order by person_days desc, work_item_id, node_id"
    ),
    "dim_strategy_node": "* exclude (owner) from dim_strategy_node order by all",
}
_TABLES = (
    *("rpt_traced_share", "rpt_share_signals", "rpt_effort", "rpt_node_effort", "rpt_untraced"),
    *("rpt_link_suggestions", "rpt_three_question_test", "rpt_movement_progress"),
    *("rpt_alignment_index", "rpt_alignment_index_parts", "rpt_focus", "rpt_results_map_node"),
    *("rpt_results_map_edge", "rpt_hygiene", "rpt_initiatives", "rpt_decisions", "fct_measure"),
    *("rpt_measure_signals", "rpt_measure_alignment", "rpt_false_alignment", "rpt_conflicts"),
    *("rpt_silos", "rpt_load", "rpt_misalignment", "rpt_wins", "rpt_restatement", "rpt_sources"),
    *("rpt_quality", "dim_strategy_node", "dim_team"),
)


@dataclass(frozen=True)
class Column:
    """A column of a table: its name and type, what it means, and the unit of its values."""

    name: str
    kind: str
    note: str
    unit: str


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
        rows: The most rows of one sheet; the cover and the sheet itself say where one was cut.
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
        sheets = [_write_sheet(book, looks, connection, table, rows) for table in _TABLES]
    write_cover(book, cover, facts, manifest, sheets)
    book.close()


class _Looks:
    """The cell formats of the workbook, one for each way to write a number."""

    def __init__(self, book) -> None:
        self._book = book
        self._made: dict[str, Any] = {}
        self.header = book.add_format(
            {"bold": True, "bg_color": "#0B5563", "font_color": "#FFFFFF", "valign": "vcenter"}
        )
        self.cut = book.add_format({"bold": True, "font_color": "#96420A"})

    def of(self, column: Column) -> Any:
        """The format of a column; None for text."""
        kind = "TIMESTAMP" if column.kind.startswith("TIMESTAMP") else column.kind
        if kind in ("VARCHAR", "BOOLEAN"):
            return None
        wanted = _FORMATS.get(column.unit) or _BY_TYPE.get(kind, "#,##0")
        if wanted not in self._made:
            self._made[wanted] = self._book.add_format({"num_format": wanted})
        return self._made[wanted]


def _write_sheet(book, looks: _Looks, connection, table: str, limit: int) -> Sheet:
    """One table as a sheet with filters, a header that stays, and a note on each column."""
    select = _SELECT.get(table, f"* from {table} order by all")
    entries = connection.execute(f"select {select} limit 0").description
    columns = [_described(connection, table, entry) for entry in entries]
    formats = [looks.of(column) for column in columns]
    sheet = book.add_worksheet(table)
    written = 0
    cursor = connection.execute(f"select {select}")
    while written < limit and (chunk := cursor.fetchmany(min(5_000, limit - written))):
        for values in chunk:
            written += 1
            for number, (look, value) in enumerate(zip(formats, values, strict=True)):
                _write_cell(sheet, written, number, value, look)
    ((total,),) = connection.execute(f"select count(*) from {table}").fetchall()
    _dress(sheet, looks, table, columns, written)
    if total > written:
        note = f"Cut here: {written:,} of {total:,} rows. All are in throughline.duckdb."
        sheet.write_string(written + 2, 0, note, looks.cut)
    ((meaning,),) = connection.execute(
        "select max(comment) from duckdb_tables() where table_name = ?", [table]
    ).fetchall()
    return Sheet(table, meaning or "", written, total)


def _described(connection, table: str, entry: Sequence[Any]) -> Column:
    """A column with its published comment, which ends in its unit: ``Due date. [day]``."""
    ((kind, comment),) = connection.execute(
        "select data_type, comment from duckdb_columns() where table_name = ? and column_name = ?",
        [table, entry[0]],
    ).fetchall()
    note, _, unit = (comment or "").rpartition(" [")
    return Column(entry[0], kind, note, unit.removesuffix("]"))


def _write_cell(sheet, row: int, column: int, value: Any, look: Any) -> None:
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
            sheet.write_datetime(row, column, value, look)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, look)
    else:
        sheet.write_string(row, column, str(value)[:_CELL_LIMIT])


def _dress(sheet, looks: _Looks, table: str, columns: Sequence[Column], written: int) -> None:
    """Header, filters, notes, widths, and how the sheet prints."""
    headers = [{"header": each.name, "header_format": looks.header} for each in columns]
    # a table of Excel has at least one row
    sheet.add_table(
        *(0, 0, max(written, 1), len(columns) - 1),
        {"name": table, "columns": headers, "style": "Table Style Light 1"},
    )
    sheet.set_row(0, 24)
    for number, column in enumerate(columns):
        width = max(_WIDTHS.get(column.unit, 13), len(column.name) + 4)
        sheet.set_column(number, number, width)
        if column.note:
            note = f"{column.note}\nUnit: {column.unit}"
            sheet.write_comment(0, number, note, {"author": "", "x_scale": 2, "y_scale": 1.2})
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
