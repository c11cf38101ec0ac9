"""tables.xlsx can be circulated: it says what it is, what it cannot tell and how to read it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from pipelines.report import render
from pipelines.report.facts import read
from pipelines.report.workbook import write_workbook
from tests.dbt import project
from tests.pipelines.report.published import diagnosed_world, write_database

MANIFEST = {
    "run_id": "20260701T010203Z",
    "organisation": "Example Lines",
    "as_of": "2026-07-01",
    "people": "named",
}


@pytest.fixture(scope="module")
def database(tmp_path_factory) -> Path:
    """Tables with the descriptions that the project publishes with them."""
    path = write_database(
        tmp_path_factory.mktemp("workbook") / "published.duckdb", diagnosed_world()
    )
    with duckdb.connect(str(path)) as tables:
        for model in project.models("marts"):
            _describe(tables, model)
    return path


def _describe(tables: duckdb.DuckDBPyConnection, model: dict) -> None:
    there = {row[0] for row in tables.execute(f"describe {model['name']}").fetchall()}
    quoted = model["description"].replace("'", "''")
    tables.execute(f"comment on table {model['name']} is '{quoted}'")
    for name in there & set(model["columns"]):
        column = model["columns"][name]
        unit = column["config"]["meta"]["unit"]
        comment = f"{column['description'].strip()} [{unit}]".replace("'", "''")
        tables.execute(f"comment on column {model['name']}.{name} is '{comment}'")


@pytest.fixture(scope="module")
def book(database) -> Workbook:
    """The workbook as Excel would read it."""
    render(database, database.parent, MANIFEST)
    return load_workbook(database.parent / "tables.xlsx")


def texts(sheet) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


@pytest.mark.parametrize(
    "words",
    [
        "Example Lines",
        "2026-07-01",
        "20260701T010203Z",
        "Of 80 person-days seen, 42 (53 %) went to work traced to an outcome; "
        "26 (33 %) carry no link to the strategy.",
        "No signal: 40 % to 60 % is usual over 12 months.",
        "80 of 100 person-days (80 %) of capacity",
        "How to read it",
        "What it cannot tell",
        "It shows where effort went, not whether an outcome moved.",
        "One row per strategy node, valid or not: whether somebody answers for it, whether it is"
        " measured, and whether it is spoken of as often as it should be.",
    ],
)
def test_the_cover_gives_answer_run_and_how_to_read(book, words):
    assert words in texts(book["Cover"])


def test_the_cover_leads_to_every_sheet_and_says_what_it_is(book):
    cover = book["Cover"]
    links = {
        row[0].hyperlink.location: (row[0].value, row[2].value)
        for row in cover.iter_rows()
        if row[0].hyperlink
    }

    assert list(links) == [f"'{name}'!A1" for name in book.sheetnames[1:]]
    assert all(meaning and meaning.startswith("One row per") for _, meaning in links.values())


def test_every_sheet_is_a_table_with_filters_and_a_header_that_stays(book):
    for sheet in book.worksheets[1:]:
        (table,) = sheet.tables.values()
        assert table.displayName == sheet.title
        assert table.autoFilter.ref == table.ref
        assert sheet.freeze_panes == "A2"
        assert sheet.print_title_rows == "$1:$1"


def test_every_column_has_a_note_with_its_meaning_and_unit(book):
    for sheet in book.worksheets[1:]:
        for cell in sheet[1]:
            assert cell.comment, (sheet.title, cell.value)
            assert "Unit: " in cell.comment.text
    hint = book["rpt_untraced"]["E1"].comment.text
    assert hint == "Untraced effort.\nUnit: person-days"


@pytest.mark.parametrize(
    ("table", "column", "look"),
    [
        ("rpt_traced_share", "traced_share", "0.0%"),
        ("rpt_traced_share", "traced_days", "#,##0.0"),
        ("rpt_traced_share", "period_start", "yyyy-mm-dd"),
        ("rpt_untraced", "items", "#,##0"),
        ("rpt_sources", "data_as_of", "yyyy-mm-dd hh:mm"),
        ("rpt_alignment_index", "score", "0.00"),
        ("rpt_measure_signals", "value", "General"),
    ],
)
def test_numbers_are_written_by_their_unit(book, table, column, look):
    sheet = book[table]
    place = next(cell.column for cell in sheet[1] if cell.value == column)
    found = [row[place - 1] for row in sheet.iter_rows(min_row=2) if row[place - 1].value]

    assert found
    assert {cell.number_format for cell in found} == {look}


def test_a_table_without_rows_has_its_sheet_all_the_same(book):
    assert book["rpt_silos"].max_row <= 2
    assert next(cell.value for cell in book["rpt_silos"][1]) == "node_id"


def test_owners_stay_out_and_nothing_is_a_formula(book):
    assert "owner" not in [cell.value for cell in book["dim_strategy_node"][1]]
    for sheet in book.worksheets:
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
        assert not any("someone@" in text for text in texts(sheet))


def test_a_sheet_that_was_cut_says_so_and_where_the_rest_is(database, tmp_path):
    write_workbook(database, tmp_path / "tables.xlsx", read(database), MANIFEST, rows=1)

    book = load_workbook(tmp_path / "tables.xlsx")
    cover = [row[1].value or "" for row in book["Cover"].rows]
    assert "1 of 2; all are in throughline.duckdb" in cover
    assert "Cut here: 1 of 2 rows. All are in throughline.duckdb." in texts(book["rpt_untraced"])
    assert "Cut here" not in " ".join(texts(book["rpt_quality"]))


def test_a_table_longer_than_a_sheet_is_cut_at_twenty_thousand_rows(database, tmp_path):
    longer = tmp_path / "longer.duckdb"
    longer.write_bytes(database.read_bytes())
    with duckdb.connect(str(longer)) as tables:
        tables.execute(
            "insert into rpt_quality select 'c', 's', i::text, 'info', 1, '' from range(20500) r(i)"
        )

    write_workbook(longer, tmp_path / "tables.xlsx", read(longer), MANIFEST)

    book = load_workbook(tmp_path / "tables.xlsx", read_only=True)
    cover = [row[1].value or "" for row in book["Cover"].rows if len(row) > 1]
    assert "20,000 of 20,501; all are in throughline.duckdb" in cover


def test_it_is_made_on_the_last_day_of_its_period(book):
    assert book.properties.created == datetime(2026, 6, 30)
