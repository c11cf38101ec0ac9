"""Count what breaks the promises in the tables that are about to be published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.quality.promises import ALLOCATED, CUTS, ENDLESS, Promise, Range
from pipelines.quality.rules import WHOLE, Count
from pipelines.warehouse.sql_text import name as quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ROUNDING = 1e-6
"""What sums of doubles may miss a bound by."""
AMOUNT = "person_days"
LOSS = 1e-6
"""What sums of doubles may differ by, as a part of them."""


def exit_counts(database: Path, promised: list[Promise]) -> list[Count]:
    """Hold the promises against the working database of a run.

    Args:
        database: As dbt has left it; nobody else has it open.
        promised: Of all tables to be published.

    Returns:
        A count for every subject of every rule. One query for each table.
    """
    import duckdb

    with duckdb.connect(str(database), read_only=True) as connection:
        return counts_in(connection, promised)


def counts_in(connection: DuckDBPyConnection, promised: list[Promise]) -> list[Count]:
    """As `exit_counts`, in the tables that a connection sees."""
    there = _columns(connection)
    return [count for promise in promised for count in _of_a_table(connection, promise, there)]


def _columns(connection: DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """By table and column its type."""
    found: dict[str, dict[str, str]] = {}
    rows = connection.execute(
        "select table_name, column_name, lower(data_type) from duckdb_columns() "
        "where schema_name = 'main' and not internal"
    )
    for table, column, kind in rows.fetchall():
        found.setdefault(table, {})[column] = kind
    return found


def _of_a_table(
    connection: DuckDBPyConnection, promise: Promise, there: dict[str, dict[str, str]]
) -> Iterator[Count]:
    name = promise.mart.name
    columns = there.get(name)
    if columns is None:
        yield Count(name, WHOLE, "present", 1, detail="there is no such table")
        return
    yield from _contract(promise, columns)
    asked = list(_asked(promise, columns, there))
    if asked:
        sums = ", ".join(sql for _, _, sql in asked)
        row = connection.execute(f"select {sums} from main.{quoted(name)} as t").fetchone() or ()
        for (subject, rule, _), found in zip(asked, row, strict=True):
            yield Count(name, subject, rule, float(found or 0))
    if promise.is_cut and _can_be_added_up(name, there):
        yield from _conservation(connection, name)


def _contract(promise: Promise, columns: dict[str, str]) -> Iterator[Count]:
    """What of the declared columns is not there, or is of another type; what else is there."""
    for column in promise.mart.columns:
        kind = columns.get(column.name)
        detail = ""
        if kind is None:
            detail = f"expected {column.type or 'a column'}, found none"
        elif column.type and kind != column.type.lower():
            detail = f"expected {column.type}, found {kind}"
        yield Count(promise.mart.name, column.name, "present", float(bool(detail)), detail=detail)
    declared = {column.name for column in promise.mart.columns}
    more = sorted(columns.keys() - declared) if promise.is_closed else []
    detail = f"columns that are not declared: {', '.join(more)}" if more else ""
    yield Count(promise.mart.name, WHOLE, "present", float(len(more)), detail=detail)


def _asked(
    promise: Promise, columns: dict[str, str], there: dict[str, dict[str, str]]
) -> Iterator[tuple[str, str, str]]:
    """Subject, rule, and the sum that counts what breaks it."""
    key = [column for column in promise.mart.key if column in columns]
    if key and len(key) == len(promise.mart.key):
        # A number made of the key costs half of the key itself, and two keys hardly share one.
        hashed = ", ".join(f't."{column}"' for column in key)
        yield ", ".join(key), "repeated", f"count(*) - count(distinct hash({hashed}))"
    for column in promise.filled:
        if column in columns:
            yield column, "empty", f'count(*) filter (where t."{column}" is null)'
    for column, bounds in promise.ranges.items():
        if column in columns and _is_amount(columns[column]):
            yield column, "outside", f"count(*) filter (where {_beyond(column, bounds)})"
    for column, values in promise.catalogues.items():
        if columns.get(column) == "varchar":
            listed = ", ".join(f"'{value}'" for value in values)
            yield column, "unknown", f'count(*) filter (where t."{column}" not in ({listed}))'
    for column, (dimension, member) in promise.members.items():
        if column in columns and member in there.get(dimension, {}):
            yield column, "orphan", _orphans(promise.mart.name, column, dimension, member)


def _is_amount(kind: str) -> bool:
    return kind.startswith("decimal") or kind in ("double", "float", "bigint", "integer", "hugeint")


def _beyond(column: str, bounds: Range) -> str:
    """Outside its bounds, or no number at all: not a number, endless."""
    low, high = bounds
    told = f't."{column}" < {low - ROUNDING} or not isfinite(cast(t."{column}" as double))'
    return told if high == ENDLESS else f'{told} or t."{column}" > {high + ROUNDING}'


def _orphans(table: str, column: str, dimension: str, member: str) -> str:
    return (
        f"(select count(*) from main.{quoted(table)} as fact where fact.{quoted(column)} is null "
        f"or cast(fact.{quoted(column)} as varchar) not in "
        f"(select cast({quoted(member)} as varchar) "
        f"from main.{quoted(dimension)} where {quoted(member)} is not null))"
    )


def _can_be_added_up(table: str, there: dict[str, dict[str, str]]) -> bool:
    """Whether a cut and what it is made of have the columns; a contract that is broken says so."""
    groups, amount, rows, made_of = CUTS[table]
    columns, allocated = there[table], there.get(ALLOCATED, {})
    needed = {name for name in ("period_type", "team_id") if name in f"{groups} {rows}"}
    origin = {name for name in ("node_id", "bucket") if name in made_of}
    amounts = [*(columns.get(each, "") for each in amount.split(" + ")), allocated.get(AMOUNT, "")]
    return needed <= columns.keys() and origin <= allocated.keys() and all(map(_is_amount, amounts))


def _conservation(connection: DuckDBPyConnection, table: str) -> Iterator[Count]:
    """All effort that was allocated is in every cut of it, no more and no less."""
    groups, amount, rows, made_of = CUTS[table]
    total = connection.execute(
        f"select coalesce(fsum({AMOUNT}), 0) from main.{ALLOCATED} where {made_of}"
    ).fetchone()
    expected = float(total[0]) if total else 0.0
    cuts = connection.execute(
        f"select {groups}, coalesce(fsum({amount}), 0) from main.{quoted(table)}"
        f" where {rows} group by 1"
    ).fetchall()
    subject = "direct" if table == "rpt_node_effort" else "person_days"
    worst = max((abs(float(found) - expected) for _, found in cuts), default=abs(expected))
    detail = f"{worst:.6f} of {expected:.6f} person-days" if worst > LOSS else ""
    yield Count(table, subject, "lost", worst, most=LOSS * max(1.0, abs(expected)), detail=detail)
