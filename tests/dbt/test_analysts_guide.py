"""Every query of the guide for analysts runs on a published night, and says what the guide says."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from pipelines.defs.dbt_project import PROJECT

pytestmark = pytest.mark.timeout(600)

GUIDE = (PROJECT / "ANALYSTS.md").read_text(encoding="utf-8")
CURRENT = "/srv/throughline/data/published/current"


def blocks(marked: str) -> list[str]:
    """The blocks of SQL in the guide whose fence says this after `sql`."""
    return re.findall(rf"^```sql{marked}\n(.*?)^```$", GUIDE, re.M | re.S)


def statements(block: str) -> list[str]:
    return [part.strip() for part in block.split(";") if part.strip()]


PLAIN = [each for block in blocks("") for each in statements(block)]
EQUAL = [each for block in blocks(" equal") for each in statements(block)]
PARQUET = [each for block in blocks(" parquet") for each in statements(block)]


@pytest.fixture(scope="module")
def database(published: Path):
    with duckdb.connect(str(published / "throughline.duckdb"), read_only=True) as connection:
        yield connection


def test_no_query_of_the_guide_is_left_out():
    assert len(re.findall(r"^```sql", GUIDE, re.M)) == sum(
        len(blocks(marked)) for marked in ("", " equal", " parquet")
    )
    assert len(re.findall(r"^\*\*\d+\. ", GUIDE, re.M)) == 10


@pytest.mark.parametrize("query", PLAIN)
def test_a_query_has_an_answer(database, query: str):
    rows = database.execute(query).fetchall()

    assert rows
    assert any(value is not None for row in rows for value in row)


@pytest.mark.parametrize("query", EQUAL)
def test_sums_that_are_called_equal_are_equal(database, query: str):
    answer = database.execute(query)
    names = [column[0] for column in answer.description]
    rows = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    assert rows
    for row in rows:
        assert row["one"] > 0
        assert row["one"] == pytest.approx(row["other"], abs=1e-6)


@pytest.mark.parametrize("query", PARQUET)
def test_parquet_answers_as_the_database_does(database, published: Path, query: str):
    assert CURRENT in query
    table = re.sub(r"read_parquet\('.*/(\w+)\.parquet'\)", r"\1", query)
    moved = query.replace(CURRENT, str(published))

    with duckdb.connect() as engine:
        rows = engine.execute(moved).fetchall()

    assert rows
    assert rows == database.execute(table).fetchall()


def test_a_team_that_is_folded_in_some_periods_does_not_add_up(database):
    """The trap that the guide warns of is real: weeks of one team are not its months."""
    weeks, months = (
        dict(
            database.execute(
                "select team_id, sum(person_days) from rpt_effort"
                f" where period_type = '{period_type}' group by team_id"
            ).fetchall()
        )
        for period_type in ("week", "month")
    )

    assert set(weeks) > set(months)
    assert weeks["(small teams)"] < months["(small teams)"]


def test_every_table_that_the_guide_names_is_published(database):
    (published,) = zip(
        *database.execute("select table_name from duckdb_tables()").fetchall(), strict=True
    )
    named = set(re.findall(r"\b(?:dim|fct|rpt|bridge)_[a-z_]*[a-z]\b", GUIDE))

    assert named - set(published) == {"fct_allocation_day"}
