"""The queries of the guide for analysts give in PostgreSQL what they give in DuckDB."""

from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.warehouse.postgres.publishing import publish_folder
from tests.dbt.test_analysts_guide import EQUAL, PLAIN
from tests.pipelines.postgres.conftest import SCHEMA, Database
from tests.pipelines.postgres.server import Server

pytestmark = [pytest.mark.needs_program("postgres"), pytest.mark.timeout(600)]

OF_DUCKDB = "duckdb_columns()"
QUERIES = [query for query in (*PLAIN, *EQUAL) if OF_DUCKDB not in query]


@pytest.fixture(scope="module")
def both(server: Server, demo_home: Path, tmp_path_factory: pytest.TempPathFactory):
    """The demo in PostgreSQL, and as it was published."""
    folder = demo_home / "data" / "published" / "current"
    database = Database(server, "analysts", tmp_path_factory.mktemp("analysts"))
    publish_folder(database.address, folder)
    with (
        database.connect(options=f"-c search_path={SCHEMA}") as postgres,
        duckdb.connect(str(folder / "throughline.duckdb"), read_only=True) as duck,
    ):
        yield postgres, duck


def in_order(rows: list[tuple[Any, ...]]) -> list[list[Any]]:
    """Rows in an order that no engine has a say in; a midnight of one is a day."""
    days = ([_day(value) for value in row] for row in rows)
    return sorted(days, key=lambda row: [str(value)[:8] for value in row])


def _day(value: Any) -> Any:
    is_midnight = isinstance(value, datetime) and value.time() == time()
    return value.date() if is_midnight else value


def near(value: Any) -> Any:
    """What equals the value, but for the last digits of a number."""
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return pytest.approx(value, abs=1e-6) if is_number else value


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_of_the_guide_has_the_same_answer(both, query: str) -> None:
    postgres, duck = both
    found = in_order(postgres.execute(query).fetchall())
    expected = in_order(duck.execute(query).fetchall())

    assert len(found) == len(expected) > 0
    for one, other in zip(found, expected, strict=True):
        assert one == [near(value) for value in other]


def test_one_query_of_the_guide_is_for_duckdb_alone() -> None:
    assert [OF_DUCKDB in query for query in (*PLAIN, *EQUAL)].count(True) == 1
