"""The published tables of a worked case, as BI tools read them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from openpyxl import load_workbook

from pipelines.defs.dbt_project import PROJECT
from pipelines.warehouse.published_contract import NAME, references
from tests.dbt.project import manifest
from tests.figures import Figure

SAVED = yaml.safe_load((PROJECT / "saved_queries.yaml").read_text())
Database = duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def folder(case_home: Callable[[str], Path]) -> Path:
    """The published folder of a worked organisation."""
    return case_home("busy") / "data" / "published" / "current"


@pytest.fixture(scope="module")
def database(folder: Path) -> Iterator[Database]:
    """Its tables."""
    with duckdb.connect(str(folder / "throughline.duckdb"), read_only=True) as connection:
        yield connection


@pytest.mark.requirement("C01", "50 saved queries run, with the same names and types of columns")
def test_saved_queries_run_with_the_columns_that_they_had(
    database: Database, figure: Figure
) -> None:
    wrong = {}
    for saved in SAVED:
        told = database.execute(f"describe {saved['sql']}").fetchall()
        columns = {name: kind.lower() for name, kind, *_ in told}
        if columns != saved["columns"] or list(columns) != list(saved["columns"]):
            wrong[saved["name"]] = columns
        database.execute(saved["sql"]).fetchall()

    assert len(SAVED) >= 50
    assert wrong == {}
    figure.reached(f"{len(SAVED)} of {len(SAVED)}")


def test_a_saved_query_would_tell_of_a_column_that_is_gone(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "a.duckdb")) as connection:
        connection.execute("create table rpt_wins (month date)")
        saved = next(each for each in SAVED if each["name"] == "all of rpt_wins")

        with pytest.raises(duckdb.BinderException):
            connection.execute(saved["sql"])


@pytest.mark.requirement("C03", "foreign keys join both ways: 0 orphans, 0 doubles, members there")
def test_keys_join_without_loss_and_without_doubles(
    database: Database, folder: Path, figure: Figure
) -> None:
    told = yaml.safe_load((folder / NAME).read_text())
    held = [each for table in told["schema"] for each in table.get("relationships", ())]
    wrong = []
    for each in held:
        (table, column), (dimension, key) = (each[end].split(".") for end in ("from", "to"))
        rows, joined = database.execute(
            f"select (select count(*) from {table}), (select count(*) from {table}"
            f' join {dimension} on {table}."{column}" = {dimension}."{key}")'
        ).fetchall()[0]
        if rows != joined:
            wrong.append(each)

    members = {
        dimension: {
            value for (value,) in database.execute(f"select {key} from {dimension}").fetchall()
        }
        for dimension, key in (("dim_work_item", "work_item_id"), ("dim_strategy_node", "node_id"))
    }
    promised = {
        f"{table}.{column}" for table, all_ in references(manifest()).items() for column in all_
    }
    assert wrong == []
    assert {each["from"] for each in held} == {
        each for each in promised if not each.startswith("fct_allocation_day.")
    }
    assert all("(none)" in found for found in members.values())
    figure.reached(f"0 of {len(held)} keys with orphans or doubles")


@pytest.mark.requirement("C04", "wide = star: equal totals under 1,000 random filters")
def test_the_wide_table_adds_up_to_the_star(database: Database, figure: Figure) -> None:
    dice, filters = random.Random(4), figure.of(150, 1_000)
    columns = ("period_start", "team_id", "bucket", "node_id")
    values = {
        column: [
            value
            for (value,) in database.execute(
                f"select distinct {column} from rpt_effort where period_type = 'week' order by 1"
            ).fetchall()
        ]
        for column in columns
    }
    worst, seen = 0.0, 0
    for _ in range(filters):
        chosen = {
            column: dice.sample(values[column], dice.randint(1, len(values[column])))
            for column in dice.sample(columns, dice.randint(1, 4))
        }
        wide = _total(database, "rpt_effort", chosen, "period_type = 'week'")
        named = {("week" if name == "period_start" else name): few for name, few in chosen.items()}
        star = _total(database, "fct_allocation_week", named, "true")
        seen += star > 0
        worst = max(worst, abs(wide - star))

    assert seen > filters / 3, "most filters find something"
    assert worst < 1e-6
    figure.reached(f"{filters} filters, worst difference {worst:.1e} person-days")


def _total(database: Database, table: str, chosen: dict[str, list[Any]], more: str) -> float:
    wheres = " and ".join([more, *(f"{column} in (select unnest(?))" for column in chosen)])
    query = f"select coalesce(sum(person_days), 0) from {table} where {wheres}"
    ((total,),) = database.execute(query, list(chosen.values())).fetchall()
    return float(total)


@pytest.mark.requirement("C05", "DuckDB = Parquet, row by row")
def test_parquet_holds_the_rows_of_the_database(
    database: Database, folder: Path, figure: Figure
) -> None:
    names = [
        name for (name,) in database.execute("select table_name from duckdb_tables()").fetchall()
    ]
    counted = 0
    for name in names:
        rows = database.execute(f"from {name}").fetchall()
        packed = database.execute(f"from '{folder}/parquet/{name}.parquet'").fetchall()
        assert packed == rows, name
        counted += len(rows)

    figure.reached(f"{counted} rows of {len(names)} tables")


@pytest.mark.requirement("C05", "DuckDB = Excel, row by row, in every sheet")
def test_the_workbook_holds_the_rows_of_the_database(
    database: Database, folder: Path, figure: Figure
) -> None:
    book, counted = load_workbook(folder / "tables.xlsx", read_only=True), 0
    for name in book.sheetnames[1:]:
        head, *sheet = book[name].iter_rows(values_only=True)
        columns = [str(each) for each in head if each is not None]
        listed = ", ".join(f'"{each}"' for each in columns)
        rows = database.execute(f"select {listed} from {name}").fetchall()
        shown = [[_written(cell) for cell in row[: len(columns)]] for row in sheet]
        shown = [row for row in shown if any(cell is not None for cell in row)]
        assert sorted(shown, key=repr) == sorted(
            ([_written(c) for c in r] for r in rows), key=repr
        ), name
        counted += len(rows)

    figure.reached(f"{counted} rows of {len(book.sheetnames) - 1} sheets")


def _written(cell: Any) -> Any:
    """A value as Excel can hold it: no empty text, instants to the millisecond, twelve digits."""
    if isinstance(cell, datetime):
        step = timedelta(milliseconds=1)
        cell = datetime.min + round((cell - datetime.min) / step) * step
        return cell.date() if cell.time() == datetime.min.time() else cell
    if isinstance(cell, date) and cell.year < 1900:
        return cell.isoformat()
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(f"{cell:.12g}")
    return None if cell == "" else cell
