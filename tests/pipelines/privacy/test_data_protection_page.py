"""The page on what is stored of people says what the code stores, and what the tables hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

import duckdb
import pytest

from connectors.live import LiveConnector
from connectors.personal import FREE_TEXT, OTHER, PERSON, class_of
from connectors.registry import all_connectors
from pipelines.commands.privacy import page_of
from pipelines.home.home import load_home
from pipelines.warehouse import personal
from pipelines.warehouse.marts import marts
from tests.dbt.project import manifest
from tests.figures import Figure
from tests.pipelines.privacy.conftest import ACCOUNT, EMAIL, NAME, Haunted

LIVE = """\
organisation: {name: Example, timezone: UTC}
effort: {since: 2026-01-05}
retention: {raw_days: 90}
sources:
  - {name: eng, type: jira, url: 'https://site.example.net', user_env: U, token_env: T}
  - {name: ops, type: asana, token_env: T, workspace: '12345'}
  - {name: mkt, type: trello, key_env: K, token_env: T}
"""


def _text_columns() -> Iterator[tuple[str, str]]:
    for connector in all_connectors().values():
        for stream in connector.streams:
            for table in stream.tables:
                for column in table.columns:
                    if column.type == "text":
                        yield f"{connector.tracker}: {table.name}", column.name


@pytest.mark.requirement("P08", "page = code: 0 stored fields of a person or free text unlisted")
def test_every_stored_text_column_was_thought_about(figure: Figure) -> None:
    typed = set(_text_columns())
    published = {
        (mart.name, column.name)
        for mart in marts(manifest(), "named")
        for column in mart.columns
        if column.type.lower() == "varchar"
    }

    unlisted = {place for place in typed if class_of(place[1]) is None}
    unlisted |= {place for place in published if personal.purpose_of(*place) is None}

    assert unlisted == set(), "say in connectors/personal.py or warehouse/personal.py what it holds"
    figure.reached(f"0 of {len(typed) + len(published)} unlisted")


@pytest.mark.requirement("P08", "0 listed fields that are not stored")
def test_nothing_is_listed_that_is_not_stored() -> None:
    typed = {column for _, column in _text_columns()}
    tables = {
        f"{mart.name}.{column.name}"
        for mart in marts(manifest(), "named")
        for column in mart.columns
    }

    assert {*PERSON, *FREE_TEXT, *OTHER} - typed == set()
    assert set(personal.PERSON) - tables == set()
    columns = {name.partition(".")[2] for name in tables}
    assert {*personal.FREE_TEXT, *personal.OTHER} - columns == set()


@pytest.mark.requirement("P08", "every landed and asked field stands on the page")
def test_the_page_lists_every_field_and_every_store(tmp_path: Path) -> None:
    (tmp_path / "strategy").mkdir()
    (tmp_path / "throughline.yml").write_text(LIVE)
    (tmp_path / "teams.yml").write_text("teams: [{id: platform}]\n")
    (tmp_path / "strategy" / "a.yml").write_text("nodes: [{id: P-1, kind: purpose, title: S}]\n")

    page = unescape(page_of(load_home(tmp_path), marts(manifest(), "hidden")))

    places = {
        f"{table}.{column}"
        for table, column in _text_columns()
        if class_of(column) in ("person", "free text")
    }
    assert [place for place in sorted(places) if place not in page] == []
    live = [each for each in all_connectors().values() if isinstance(each, LiveConnector)]
    assert len(live) == LIVE.count("{name: ") - 1
    assert [field for each in live for field in each.asked if field not in page] == []
    assert "fct_allocation_day" not in page, "not published with hidden people"
    assert "replaced copies 90 days" in page
    assert "can trace a work item's row to its assignee" in page
    assert "<script" not in page


@pytest.mark.requirement("P04", "0 columns at person grain with hidden people")
def test_no_table_has_a_row_of_a_person_where_people_are_hidden(
    case_home: Callable[[str], Path], figure: Figure
) -> None:
    folder = case_home("busy") / "data" / "published" / "current"
    tables = marts(manifest(), "hidden")
    keyed = [
        f"{mart.name}.{column}"
        for mart in tables
        for column in mart.key
        if f"{mart.name}.{column}" in personal.PERSON
    ]

    with duckdb.connect(str(folder / "throughline.duckdb"), read_only=True) as database:
        names = {
            name
            for (name,) in database.execute("select table_name from duckdb_tables()").fetchall()
        }
        told = {
            place: database.execute(f'select count("{column}") from "{table}"').fetchone()
            for place in personal.PERSON
            for table, _, column in [place.partition(".")]
            if table in names
        }

    assert keyed == ["dim_person.person_key"], "empty where people are hidden"
    assert "fct_allocation_day" not in names
    assert set(told.values()) == {(0,)}
    figure.reached(f"0 values in {len(told)} columns of people, {len(names)} tables")


@pytest.mark.requirement("P08", "measured: 0 columns with a person in them undeclared")
def test_columns_that_tell_of_a_person_are_declared_as_such(haunted: Haunted) -> None:
    """Measured: where account, e-mail or name of a known person stand in typed tables."""
    undeclared = set()
    for name, files in haunted.typed().files.items():
        table = duckdb.execute("from read_parquet($1)", [[str(file) for file in files]])
        columns = [each[0] for each in table.description or ()]
        for row in table.fetchall():
            for column, cell in zip(columns, row, strict=True):
                tells = isinstance(cell, str) and any(t in cell for t in (ACCOUNT, EMAIL, NAME))
                if tells and class_of(column) not in ("person", "free text"):
                    undeclared.add((name, column))

    assert undeclared == set()
