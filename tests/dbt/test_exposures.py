"""What dbt says that reports and tools read is what they read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.report.facts import Facts, read
from pipelines.report.workbook import write_workbook
from tests.dbt import project

pytestmark = pytest.mark.timeout(600)


class Watched:
    """A connection that notes the tables of every statement."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, tables: set[str]) -> None:
        self._connection, self._tables = connection, tables

    def __enter__(self) -> Watched:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, query: str, *values: Any) -> duckdb.DuckDBPyConnection:
        # the parser of names takes no parameters
        self._tables |= self._connection.get_table_names(query.replace("?", "null"))
        return self._connection.execute(query, *values)


@pytest.fixture
def tables_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], set[str]]:
    """Call something; the tables that it read."""
    connect = duckdb.connect

    def called(reader: Callable[[], Any]) -> set[str]:
        tables: set[str] = set()
        with monkeypatch.context() as patched:
            patched.setattr(
                duckdb, "connect", lambda *args, **more: Watched(connect(*args, **more), tables)
            )
            reader()
        return tables

    return called


def exposed(name: str) -> set[str]:
    """The models that an exposure names."""
    (found,) = [each for each in project.manifest()["exposures"].values() if each["name"] == name]
    return {model.split(".")[-1] for model in found["depends_on"]["nodes"]}


def test_the_report_is_exposed_with_exactly_the_tables_that_it_reads(tables_of, published):
    tables = tables_of(lambda: read(published / "throughline.duckdb"))

    assert "dim_work_item" in tables
    assert tables == exposed("report")


def test_the_workbook_is_exposed_with_exactly_the_tables_on_its_sheets(
    tables_of, published, tmp_path: Path
):
    manifest = json.loads((published / "manifest.json").read_text())

    tables = tables_of(
        lambda: write_workbook(
            published / "throughline.duckdb", tmp_path / "tables.xlsx", Facts(), manifest
        )
    )

    assert tables == exposed("workbook")


def test_tools_are_offered_all_published_tables():
    assert exposed("bi_tables") == {model["name"] for model in project.models("marts")}


def test_every_exposure_is_one_that_a_test_holds():
    names = {each["name"] for each in project.manifest()["exposures"].values()}

    assert names == {"report", "workbook", "bi_tables"}
