"""Foreign text in what spreadsheets read: no formula, no link, and nothing of it is changed."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import duckdb
import pytest
from openpyxl import load_workbook

from pipelines.report import render
from pipelines.report.facts import Facts
from pipelines.report.workbook import write_workbook
from pipelines.warehouse.marts import Mart, MartColumn
from pipelines.warehouse.places import Places
from pipelines.warehouse.publish import publish
from tests.figures import Figure
from tests.pipelines.report.published import all_tables, diagnosed_world, write_database
from tests.pipelines.report.test_hostile_texts import JINJA, PAYLOADS

PREFIXES = ("=", "+", "-", "@", "\t=", "\r=", "|")
STARTS = ("", " ", '"', "'", ",", ";", "\t", "\n", "x,", "x;", 'x"\t', "x\n")
RESTS = ("1+2", 'HYPERLINK("https://evil.example";"x")', "cmd|' /C calc'!A0")
FORMULAS = [f"{start}{each}{rest}" for each in PREFIXES for start in STARTS for rest in RESTS]
LINKS = ["https://evil.example", "mailto:x@evil.example", "internal:Cover!A1", "external:c:\\x.xls"]
TEXTS = [*FORMULAS, *LINKS, JINJA]
TEXT_TYPES = ("text", "varchar")


def hostile_rows(texts: list[str]) -> dict[str, list[dict[str, str]]]:
    """Every published table, in which each text column holds each of the texts."""
    found = {}
    for table, columns in all_tables().items():
        split = (each.split() for each in columns.split(", "))
        names = [name for name, kind, *_ in split if kind.lower() in TEXT_TYPES]
        found[table] = [dict.fromkeys(names, text) for text in texts] if names else []
    return found


def parts_of(folder: Path) -> list[bytes]:
    """What the files of the workbook in a folder say."""
    with ZipFile(folder / "tables.xlsx") as archive:
        names = [name for name in archive.namelist() if name.endswith((".xml", ".rels"))]
        return [archive.read(name) for name in names]


@pytest.mark.requirement("S11", "Jinja in every sheet stands there literally")
@pytest.mark.requirement("S09", "7 prefixes x separators x quotes: 0 formulas, 0 links")
def test_no_text_becomes_a_formula_or_a_link_in_any_sheet(tmp_path: Path, figure: Figure) -> None:
    count = figure.of(12, len(TEXTS))
    texts = [*TEXTS[:: len(TEXTS) // count][:count], *LINKS, JINJA]
    database = write_database(tmp_path / "published.duckdb", hostile_rows(texts))

    manifest = {"run_id": "=1+2", "organisation": "@x", "warnings": texts}
    write_workbook(database, tmp_path / "tables.xlsx", Facts(), manifest)

    book = load_workbook(tmp_path / "tables.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    # the cover leads to the other sheets; nothing leads out of the workbook
    links = {(cell.parent.title, cell.hyperlink.target) for cell in cells if cell.hyperlink}
    assert links == {("Cover", None)}
    assert not any(
        b"<f>" in each or b'TargetMode="External"' in each for each in parts_of(tmp_path)
    )
    shown = {str(cell.value) for cell in cells}
    assert {each for each in texts if each == each.strip() and "\r" not in each} <= shown
    assert "49" not in shown
    sheets = [sheet for sheet in book if any(cell.value == JINJA for row in sheet for cell in row)]
    assert len(sheets) >= 25
    figure.reached(f"{len(set(texts))} texts in {len(sheets)} sheets: 0 formulas, 0 links")


@pytest.mark.requirement("S09", "0 formulas in the workbook of a report")
def test_no_text_of_a_report_becomes_a_formula_in_its_workbook(tmp_path: Path) -> None:
    rows = diagnosed_world()
    pattern = rows["rpt_quality"][0]
    rows["rpt_quality"] = [pattern | {"subject": text, "detail": text} for text in FORMULAS]
    database = write_database(tmp_path / "published.duckdb", rows)

    render(database, tmp_path, {"run_id": "=1+2", "organisation": "@x"})

    book = load_workbook(tmp_path / "tables.xlsx")
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert not any(b"<f>" in each for each in parts_of(tmp_path))


@pytest.mark.requirement("S09", "hostile texts in Parquet and DuckDB: published as they are")
def test_a_text_is_published_as_it_is(tmp_path: Path, figure: Figure) -> None:
    texts = sorted({*TEXTS, *PAYLOADS})
    places = Places(tmp_path)
    places.run("run-1").mkdir(parents=True)
    work = places.run("run-1") / "work.duckdb"
    with duckdb.connect(str(work)) as connection:
        connection.execute("create table dim_text as select unnest($1::text[]) as said", [texts])
    mart = Mart("dim_text", "Texts.", (MartColumn("said", "text", "A text", ""),), ("said",))

    publish(places, "run-1", work, [mart], {"as_of": "2026-01-01"}, lambda *_: None)

    parquet = str(places.current / "parquet" / "dim_text.parquet")
    published = str(places.current / "throughline.duckdb")
    assert sorted(each for (each,) in duckdb.read_parquet(parquet).fetchall()) == texts
    with duckdb.connect(published, read_only=True) as connection:
        rows = connection.execute("select said from dim_text").fetchall()
    assert sorted(each for (each,) in rows) == texts
    figure.reached(f"{len(texts)} of {len(texts)} texts unchanged")


def test_each_separator_stands_before_each_prefix() -> None:
    # a tab before `=` is both a prefix and a separator
    assert len(set(FORMULAS)) == (len(PREFIXES) * len(STARTS) - 1) * len(RESTS)
    assert {"\n=1+2", ",=1+2", ";@1+2", "\t+1+2"} <= set(FORMULAS)
