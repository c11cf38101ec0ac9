"""The published tables of a worked case, as BI tools read them."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from openpyxl import load_workbook

from pipelines.defs.dbt_project import PROJECT
from pipelines.warehouse.published_contract import NAME, VERSION, references
from tests.dbt.project import manifest
from tests.figures import IS_DRILL, Figure
from tests.homes import readable_home  # noqa: F401 - a fixture for the tests here

SAVED = yaml.safe_load((PROJECT / "saved_queries.yaml").read_text())
Database = duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def folder(readable_home: Path) -> Path:  # noqa: F811
    """A published folder."""
    return readable_home / "data" / "published" / "current"


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


SAVED_IN = {1: (63, "fbebd80825b0effb")}
"""By major version of the contract: how many queries of it are held, and a digest of those."""


@pytest.mark.requirement("C01", "no saved query of this major version was edited or taken away")
def test_saved_queries_stay_as_they_were_saved(figure: Figure) -> None:
    count, digest = SAVED_IN[int(VERSION.partition(".")[0])]

    told = json.dumps(SAVED[:count], sort_keys=True).encode()

    assert len(SAVED) >= count >= 50
    assert hashlib.sha256(told).hexdigest()[:16] == digest, (
        "Add queries at the end of saved_queries.yaml; one that is there stays as it is until the "
        "first number of the contract's version is raised."
    )
    figure.reached(f"{count} of {len(SAVED)} as they were")


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
    faults = {
        each["from"]: found for each in held if any(found := lost_or_doubled(database, **each))
    }

    promised = {
        f"{table}.{column}" for table, all_ in references(manifest()).items() for column in all_
    }
    assert faults == {}
    assert {each["from"] for each in held} == {
        each for each in promised if each.partition(".")[0] in tables(database)
    }
    assert not missing_members(database, is_folded=IS_DRILL)
    figure.reached(f"0 of {len(held)} keys with orphans or doubles")


def missing_members(database: Database, *, is_folded: bool) -> set[tuple[str, str]]:
    """What stands for nothing in particular, and is not there; folded teams in the whole demo."""
    wanted = {
        ("dim_work_item.work_item_id", "(none)"),
        ("dim_strategy_node.node_id", "(none)"),
        ("dim_source.source", "(none)"),
        ("dim_team.team_id", "(unassigned)"),
        *((("dim_team.team_id", "(small teams)"),) * is_folded),
    }
    missing = set()
    for place, member in wanted:
        table, column = place.split(".")
        if not database.execute(f"from {table} where {column} = ?", [member]).fetchall():
            missing.add((place, member))
    return missing


def lost_or_doubled(database: Database, **reference: str) -> tuple[int, int]:
    """How many rows join no member, and how many members would join more than once."""
    (table, column), (dimension, key) = (reference[end].split(".") for end in ("from", "to"))
    ((lost, doubled),) = database.execute(
        f"select (select count(*) from {table} as fact anti join {dimension} as member"
        f' on fact."{column}" = member."{key}"),'
        f' (select count("{key}") - count(distinct "{key}") from {dimension})'
    ).fetchall()
    return lost, doubled


@pytest.mark.requirement("C03", "references that may be null: 0 orphans where they are not")
@pytest.mark.parametrize(
    ("column", "dimension"),
    [
        ("rpt_results_map_node.broken_from_node_id", "dim_strategy_node.node_id"),
        ("rpt_results_map_node.broken_to_node_id", "dim_strategy_node.node_id"),
        ("rpt_untraced.suggested_node_id", "dim_strategy_node.node_id"),
    ],
)
def test_what_may_be_null_joins_where_it_is_not(
    database: Database, column: str, dimension: str
) -> None:
    (table, name), (other, key) = column.split("."), dimension.split(".")
    orphans = database.execute(
        f"select {name} from {table} anti join {other} on {table}.{name} = {other}.{key}"
        f" where {name} is not null and {name} <> '(none)'"
    ).fetchall()

    assert orphans == []


STARS = {
    "week": ("fct_allocation_week", "week"),
    "month": ("fct_allocation_day", "date_trunc('month', day)"),
    "quarter": ("fct_allocation_day", "date_trunc('quarter', day)"),
}
"""By period of the wide table: the star, and its period there. Months cut weeks, so that only days
add up to them; days stand under the team of their week, and months are folded by themselves."""


@pytest.mark.requirement("C04", "wide = star: equal totals under 1,000 random filters")
def test_the_wide_table_adds_up_to_the_star(database: Database, figure: Figure) -> None:
    filters, are_days_there = figure.of(150, 1_000), "fct_allocation_day" in tables(database)
    kinds = list(STARS) if are_days_there else ["week"]
    worst, seen = add_up(database, filters, kinds)

    assert seen > filters / 3, "most filters find something"
    assert worst < 1e-6
    told = f"{filters} filters of {', '.join(kinds)}"
    figure.reached(f"{told}, worst difference {worst:.1e} person-days")


def tables(database: Database) -> set[str]:
    """The names of the tables."""
    return {
        name for (name,) in database.execute("select table_name from duckdb_tables()").fetchall()
    }


def add_up(database: Database, filters: int, kinds: list[str]) -> tuple[float, int]:
    """How far wide and star differ at most, and how many filters find something."""
    dice, worst, seen = random.Random(4), 0.0, 0
    for _ in range(filters):
        kind = dice.choice(kinds)
        table, start = STARS[kind]
        columns = ["period_start", "bucket", "node_id"] + ["team_id"] * (kind == "week")
        chosen = {
            column: dice.sample(values, dice.randint(1, len(values)))
            for column in dice.sample(columns, dice.randint(1, len(columns)))
            if (values := _values(database, column, kind))
        }
        wide = _total(database, "rpt_effort", chosen, f"period_type = '{kind}'")
        named = {(start if name == "period_start" else name): few for name, few in chosen.items()}
        star = _total(database, table, named, "true")
        seen += star > 0
        worst = max(worst, abs(wide - star))
    return worst, seen


def _values(database: Database, column: str, kind: str) -> list[Any]:
    told = f"select distinct {column} from rpt_effort where period_type = '{kind}' order by 1"
    return [value for (value,) in database.execute(told).fetchall()]


def _total(database: Database, table: str, chosen: dict[str, list[Any]], more: str) -> float:
    wheres = " and ".join([more, *(f"{column} in (select unnest(?))" for column in chosen)])
    query = f"select coalesce(sum(person_days), 0) from {table} where {wheres}"
    ((total,),) = database.execute(query, list(chosen.values())).fetchall()
    return float(total)


@pytest.mark.requirement("C05", "DuckDB = Parquet, row by row")
def test_parquet_holds_the_rows_of_the_database(
    database: Database, folder: Path, figure: Figure
) -> None:
    names, counted = sorted(tables(database)), 0
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
