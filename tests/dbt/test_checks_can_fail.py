"""Every data test that a night runs is seen to fail: its condition is broken, and it turns red.

What runs is the SQL that dbt compiled for a night, on what that night published; models between the
layers, which no night keeps, have the few rows that a case needs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.defs import dbt_project
from pipelines.defs.dbt_child import RESULTS
from tests.figures import Figure
from tests.homes import copy_published

BUCKETS = (
    *("outcome", "enabling", "purpose", "unanchored"),
    *("retired", "unknown_id", "untraced", "unobserved"),
)


@dataclass(frozen=True)
class Check:
    """A data test of the night: what it is, on which model, and its SQL."""

    kind: str
    model: str
    arguments: dict[str, Any]
    sql: str


@pytest.fixture(scope="module")
def home(case_home: Callable[[str], Path]) -> Path:
    """A worked organisation after its night."""
    return case_home("housing")


@pytest.fixture(scope="module")
def checks(home: Path) -> list[Check]:
    """All data tests that the project has for a night, as dbt compiled them in one."""
    manifest = json.loads((dbt_project.prepared() / dbt_project.NIGHTLY_MANIFEST).read_text())
    results = json.loads((home / "data/warehouse/dbt" / RESULTS).read_text())["results"]
    ran = {each["unique_id"] for each in results}
    tests = {
        key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "test"
    }
    assert {key for key in ran if key.startswith("test.")} == tests.keys()
    compiled = home / "data/warehouse/dbt/compiled" / manifest["metadata"]["project_name"]
    return [
        Check(
            node["test_metadata"]["name"],
            node["attached_node"].rsplit(".", 1)[-1],
            node["test_metadata"]["kwargs"],
            (compiled / node["original_file_path"] / node["path"]).read_text(),
        )
        for node in tests.values()
    ]


@pytest.fixture
def tables(home: Path) -> duckdb.DuckDBPyConnection:
    """The published tables in memory, and the models in between with good rows."""
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as work")
    connection.execute("use work")
    copy_published(home, connection)
    connection.execute("""
        create schema home;
        create table home.settings as select 'hidden' as people, 5 as minimum_group;
        create table fct_allocation_day as
            select *, null::date as day, null::varchar as person_key
            from fct_allocation_week limit 0;
        create table int_allocation as
            select bucket, node_id, 'ana' as person_id, 'status' as basis,
                date '2026-01-05' as slice_start, person_days from fct_allocation_week;
        create table int_effort as
            select 'ana' as person_id, 'status' as basis, date '2026-01-05' as slice_start,
                fsum(person_days) as person_days from fct_allocation_week;
        create table int_effort_linked as from int_effort;
        create table int_capacity as
            select person_id, slice_start as iso_week, person_days as capacity from int_effort;
        create table int_imputed_effort as select 'eng:1' as work_item_id, 2.0 as person_days;
        create table int_imputed_allocation as from int_imputed_effort;
        create table int_team_members as
            select 'month' as period_type, date '2026-01-01' as period_start, 'a' as team_id,
                'p' || range as person_id from range(6);
        create table int_team_folds as
            select 'month' as period_type, date '2026-01-01' as period_start, 'a' as team_id,
                'a' as published_team_id;
    """)
    return connection


def weights(connection: duckdb.DuckDBPyConnection, check: Check) -> None:
    """A model whose weights add up."""
    groups = ", ".join(f"'x' as {name}" for name in check.arguments["group_by"])
    column = check.arguments["column_name"]
    connection.execute(
        f"create or replace table {check.model} as "
        f"select {groups}, unnest([0.25, 0.75]) as {column}"
    )


def breach(check: Check) -> str:
    """The statement that breaks what a test holds."""
    match check.kind:
        case "unique_key":
            columns = ", ".join(check.arguments["columns"])
            nulls = ", ".join("null" for _ in check.arguments["columns"])
            return f"insert into {check.model} ({columns}) select {nulls} from range(2)"
        case "known_members":
            columns = ", ".join(check.arguments["members"])
            nulls = ", ".join("null" for _ in check.arguments["members"])
            return f"insert into {check.model} ({columns}) values ({nulls})"
        case "sums_to":
            return f"delete from {check.model} where {check.arguments['column_name']} < 0.5"
        case "conserves":
            source = re.findall(r"ref\('(\w+)'\)", check.arguments["from_model"])[0]
            return f"update {source} set person_days = person_days + 0.5"
        case "adds_up_in_every_week_of_a_person":
            return "update int_capacity set capacity = capacity + 0.5"
        case "publishes_no_team_below_the_minimum_group":
            return "delete from int_team_members where person_id > 'p3'"
        case "is_cut_without_loss":
            return "update rpt_effort set person_days = person_days + 1"
    raise AssertionError(f"There is no case that makes a test of the kind {check.kind} fail")


@pytest.mark.requirement("R37", "100 % of the data tests of a night turn red")
def test_every_data_test_of_a_night_can_fail(
    checks: list[Check], tables: duckdb.DuckDBPyConnection, figure: Figure
) -> None:
    never_red = []
    for check in checks:
        if check.kind == "sums_to":
            weights(tables, check)
        good = tables.execute(check.sql).fetchall()
        assert good == [], f"{check.kind} on {check.model} is red on good rows"
        tables.execute("begin")
        tables.execute(breach(check))
        red = tables.execute(check.sql).fetchall()
        tables.execute("rollback")
        is_red = (
            {row[0] for row in red} == set(check.arguments["members"])
            if (check.kind == "known_members")
            else bool(red)
        )
        if not is_red:
            never_red.append((check.kind, check.model, red[:3]))

    assert never_red == []
    assert len(checks) > 70
    figure.reached(f"{len(checks)} of {len(checks)} red")


def test_every_cut_of_the_effort_is_held(
    checks: list[Check], tables: duckdb.DuckDBPyConnection
) -> None:
    [check] = [each for each in checks if each.kind == "is_cut_without_loss"]
    cuts = [
        ("fct_allocation_week", "person_days"),
        ("rpt_effort", "person_days"),
        ("rpt_node_effort", "direct"),
        ("rpt_untraced", "person_days"),
        *(("rpt_traced_share", f"{bucket}_days") for bucket in BUCKETS),
    ]
    for table, column in cuts:
        tables.execute("begin")
        tables.execute(f"update {table} set {column} = {column} + 1")
        assert tables.execute(check.sql).fetchall(), f"{table}.{column}"
        tables.execute("rollback")
