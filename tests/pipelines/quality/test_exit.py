"""The promises to readers are held against tables in which each of them is broken once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest
from msgspec import structs

from pipelines.defs import dbt_project
from pipelines.defs.models import read_manifest
from pipelines.quality.examiner import Examiner
from pipelines.quality.exit import counts_in, exit_counts
from pipelines.quality.promises import ALLOCATED, ENDLESS, Promise, promises
from pipelines.quality.rules import RULES, Count
from pipelines.quality.verdicts import checks_of, gate
from pipelines.warehouse.marts import Mart, MartColumn
from pipelines.warehouse.record import GateError
from tests.figures import Figure
from tests.homes import copy_published

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Breach = tuple[str, str, str, str]
"""Table, subject, rule, and the statement that breaks it."""


LOST = (
    f"insert into {ALLOCATED} by name select 0.5 as person_days, 'untraced' as bucket, "
    "(select any_value(node_id) from dim_strategy_node where node_id <> '(none)') as node_id"
)
"""Half a day more is allocated than any table tells of."""


@dataclass(frozen=True)
class Tables:
    """Published tables that may be changed, and what they promise."""

    connection: DuckDBPyConnection
    """To the tables in memory, so that a change is taken back in no time."""
    promised: list[Promise]

    def counts(self, statement: str = "", table: str = "") -> list[Count]:
        """The counts, of one table or of all, once a statement was run; it is taken back."""
        promised = [each for each in self.promised if table in ("", each.mart.name)]
        self.connection.execute("begin")
        try:
            if statement:
                self.connection.execute(statement)
            return counts_in(self.connection, promised)
        finally:
            self.connection.execute("rollback")


@pytest.fixture(scope="module")
def built(case_home: Callable[[str], Path]) -> Iterator[Tables]:
    """What a worked organisation published, without the keys that DuckDB itself would hold.

    It hides its people, so that a day of one of them is added: all tables there are stand here.
    """
    promised = promises(read_manifest(dbt_project.prepared()), "named")
    with duckdb.connect() as connection:
        copy_published(case_home("housing"), connection)
        connection.execute("insert into dim_person by name select 'ana' as person_key")
        connection.execute(
            "create table fct_allocation_day as select week as day, 'ana' as person_key, "
            "* exclude (week) from fct_allocation_week"
        )
        yield Tables(connection, promised)


def breaches(tables: Tables) -> Iterator[Breach]:
    """A statement for every rule of every table, so that all of them are seen to fail."""
    types = dict(
        tables.connection.execute(
            "select table_name || '.' || column_name, lower(data_type) from duckdb_columns() "
            "where schema_name = 'main' and not internal"
        ).fetchall()
    )
    for promise in tables.promised:
        yield from _of_a_table(promise, types)


def _of_a_table(promise: Promise, types: dict[str, str]) -> Iterator[Breach]:
    """Statements that add a row, so that a table without rows is put to the test as well."""
    name = promise.mart.name
    for column in promise.mart.columns:
        yield name, column.name, "present", f'alter table {name} drop column "{column.name}"'
    yield name, "(table)", "present", f"alter table {name} add column surprise integer"
    add = f"insert into {name} by name select "
    for column in promise.filled:
        yield name, column, "empty", f'{add} cast(null as varchar) as "{column}"'
    if promise.mart.key:
        key = ", ".join(promise.mart.key)
        values = ", ".join(
            f'cast({_some(types[f"{name}.{column}"])} as {types[f"{name}.{column}"]}) as "{column}"'
            for column in promise.mart.key
        )
        yield name, key, "repeated", f"{add} {values} from range(2)"
    for column, (low, high) in promise.ranges.items():
        beyond = [low - 1] if high == ENDLESS else [low - 1, high + 1]
        if types[f"{name}.{column}"] == "double":
            beyond += [float("nan"), float("inf")]
        for value in beyond:
            yield name, column, "outside", f"{add} cast('{value}' as double) as \"{column}\""
    for column in promise.catalogues:
        yield name, column, "unknown", f"{add} 'nonsense' as \"{column}\""
    for column in promise.members:
        some = _some(types[f"{name}.{column}"])
        yield name, column, "orphan", f'{add} {some} as "{column}"'
    if promise.is_cut:
        subject = "direct" if name == "rpt_node_effort" else "person_days"
        yield name, subject, "lost", LOST


def _some(kind: str) -> str:
    return {"date": "date '1901-01-01'", "timestamp": "timestamp '1901-01-01'"}.get(
        kind, "987654321" if kind in ("integer", "bigint", "double") else "'no such thing'"
    )


def is_red(counts: list[Count], breach: Breach) -> bool:
    table, subject, rule, _ = breach
    return any(
        (count.suite, count.subject, count.rule) == (table, subject, rule)
        and count.is_broken
        and count.severity == "error"
        for count in counts
    )


def test_tables_as_they_were_published_break_no_promise(built: Tables) -> None:
    counts = built.counts()

    assert [count.sentence for count in counts if count.is_broken] == []
    assert len({count.suite for count in counts}) == len(built.promised) > 30


@pytest.mark.requirement("R37", "100 % of the exit's expectations turn red")
def test_every_expectation_of_the_exit_can_fail(built: Tables, figure: Figure) -> None:
    all_breaches = list(breaches(built))
    expected = {(c.suite, c.subject, c.rule) for c in built.counts()}
    assert expected == {(table, subject, rule) for table, subject, rule, _ in all_breaches}

    step = max(1, len(all_breaches) // figure.of(40, len(all_breaches)))
    tried = all_breaches[::step]
    never_red = [each for each in tried if not is_red(built.counts(each[3], each[0]), each)]

    assert never_red == []
    figure.reached(f"{len(tried)} of {len(all_breaches)} breaches red")


MUTATIONS = {
    "drop": "alter table {table} drop column {column}",
    "rename": "alter table {table} rename column {column} to renamed",
    "retype": "alter table {table} alter column {column} type {retyped}",
    "grain": "insert into {table} from (from {table} limit 1)",
    "another grain": (
        "insert into {table} select * replace (cast({other} as {type}) as {column}) "
        "from (from {table} limit 1)"
    ),
    "null key": "insert into {table} by name select cast(null as varchar) as {key}",
}
"""A row that is there twice breaks the grain, and one more of another amount or time does too."""
BREAKS = {
    **dict.fromkeys(("drop", "rename", "retype"), ("present",)),
    **dict.fromkeys(("grain", "another grain"), ("repeated",)),
    "null key": ("empty",),
}
"""The rule that has to hold a change back, whatever others do."""
OTHERS = {"date": "date '2026-01-01'", "timestamp": "timestamp '2026-01-01'", "boolean": "true"}


def mutations(tables: Tables) -> list[tuple[str, str, str]]:
    """Of each table some changes of its contract: name, table, statement.

    What a row holds beside its key is retyped: to text, or to a number if it is one.
    """
    found = []
    for promise in tables.promised:
        name, key = promise.mart.name, promise.mart.key
        kinds = {column.name: column.type for column in promise.mart.columns}
        beside = [column for column in kinds if column not in key]
        column = next((each for each in beside if kinds[each] != "varchar"), beside[0])
        is_text = kinds[column] == "varchar"
        for kind, text in MUTATIONS.items():
            statement = text.format(
                table=name,
                column=column,
                key=key[0],
                type=kinds[column],
                other=OTHERS.get(kinds[column], "7"),
                retyped="bigint using 7" if is_text else "varchar using 'x'",
            )
            first = _a_row(promise) if "grain" in kind else ""
            found.append((kind, name, first + statement))
    return found


def _a_row(promise: Promise) -> str:
    """A row of a key alone in a table that has none, as no grain would be broken there."""
    name, types = promise.mart.name, {each.name: each.type for each in promise.mart.columns}
    key = ", ".join(
        f'cast({_some(types[each])} as {types[each]}) as "{each}"' for each in promise.mart.key
    )
    return f"insert into {name} by name select {key} where not exists (from {name}); "


@pytest.mark.requirement("R35", "50 of 50 schema mutations blocked before publish")
def test_a_table_that_breaks_its_contract_is_held_back_and_named(
    built: Tables, tmp_path: Path, figure: Figure
) -> None:
    tried = mutations(built)[:: figure.of(17, 1)]
    counts = []
    for number, (kind, table, statement) in enumerate(tried):
        # Each changed table is a suite of its own, so that one process judges all of them.
        of_it = built.counts(statement, table)
        of_it = [each for each in of_it if each.rule in BREAKS[kind]]
        counts += [structs.replace(count, suite=f"{number}: {table}") for count in of_it]

    held = {}
    for check in checks_of(Examiner(tmp_path).examine(counts)):
        try:
            gate([check])
        except GateError as fault:
            held[check.suite] = str(fault)

    assert held.keys() == {f"{number}: {table}" for number, (_, table, _) in enumerate(tried)}
    assert all(suite in told for suite, told in held.items())
    figure.reached(f"{len(held)} of {len(tried)} blocked")


@pytest.mark.parametrize("table", [ALLOCATED, "rpt_effort"])
@pytest.mark.parametrize("change", ["drop column person_days", "alter person_days type varchar"])
def test_amounts_that_cannot_be_added_up_are_told_by_their_contract_alone(
    built: Tables, table: str, change: str
) -> None:
    broken = [each for each in built.counts(f"alter table {table} {change}") if each.is_broken]

    assert [(each.suite, each.subject, each.rule) for each in broken] == [
        (table, "person_days", "present")
    ]


def test_the_process_that_judges_agrees_with_the_counts(
    built: Tables, tmp_path: Path, afresh: None
) -> None:
    counts = built.counts("update rpt_effort set person_days = -1 where true")
    home = tmp_path / "home"
    home.mkdir()

    judged = Examiner(tmp_path).examine(counts)

    assert {(each.suite, each.rule) for each in judged if not each.is_met} == {
        (count.suite, count.rule) for count in counts if count.is_broken
    }
    with pytest.raises(GateError, match=r"rpt_effort\.person_days lies within its range: broken"):
        gate(checks_of(judged))
    assert {each.rule for each in judged} <= RULES.keys()
    assert {path.name for path in tmp_path.iterdir()} == {"home", "judging.log"}


@pytest.mark.parametrize("kind", ["double", "bigint", "integer", "decimal(4, 1)"])
def test_an_amount_of_any_type_of_number_is_held_to_its_range(tmp_path: Path, kind: str) -> None:
    database = tmp_path / "work.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"create table t as select cast(unnest([-1, 0, 7]) as {kind}) as days")
    mart = Mart("t", "", (MartColumn("days", "", "", "person-days"),), ())
    promise = Promise(mart, is_closed=False, filled=(), ranges={"days": (0, ENDLESS)})

    [count] = [each for each in exit_counts(database, [promise]) if each.rule == "outside"]
    assert count.found == 1
    assert count.sentence == "t.days lies within its range: broken 1 times"
