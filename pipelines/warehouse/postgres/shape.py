"""Give a table in PostgreSQL the columns that are published, without making it anew.

Why it is so: rights, views, indexes and subscriptions of users hang on the table itself. One that
is replaced each night, by renaming or by another schema, would lose them, and a reader whose
transaction began before would find it empty. So tables stay, and their rows are exchanged; only a
column that is gone or has another type takes with it what hangs on that very column, and where that
is a view of a user, PostgreSQL refuses and so do we.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.warehouse.postgres.standing import Standing
from pipelines.warehouse.postgres.tables import Column, Table

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.sql import Composable


def in_order(table: Table, standing: Standing | None) -> list[Column]:
    """The columns of a table in the order of PostgreSQL, where new ones come last."""
    by_name = {column.name: column for column in table.columns}
    kept = [name for name in (standing.columns if standing else ()) if name in by_name]
    return [by_name[name] for name in dict.fromkeys([*kept, *by_name])]


def retyped(table: Table, standing: Standing) -> list[Column]:
    """The columns that have another type from now on."""
    return [
        column
        for column in table.columns
        if standing.columns.get(column.name, column.type) != column.type
    ]


def has_another_key(table: Table, standing: Standing) -> bool:
    """Whether rows are told apart by other columns from now on, or by columns of another type."""
    return table.key != standing.key or bool(
        set(table.key) & {column.name for column in retyped(table, standing)}
    )


def keeps_its_shape(table: Table, standing: Standing) -> bool:
    """Whether columns and key are what they were, so that only rows change."""
    columns = {column.name: column.type for column in table.columns}
    return columns == standing.columns and table.key == standing.key


def shaped(
    connection: Connection[Any], schema: str, table: Table, standing: Standing | None
) -> None:
    """Make the table, or change its columns. A new key is added later, to the new rows.

    The columns of a key that is no longer one may be empty again, and a column of another type is
    empty until the rows are exchanged.
    """
    from psycopg import sql

    name = sql.Identifier(schema, table.name)
    if standing is None:
        columns = [_declared(column) for column in table.columns]
        made = sql.SQL("create table {} ({})").format(name, sql.SQL(", ").join(columns))
        connection.execute(made)
        return
    changes = list(_changes(table, standing))
    if retyped(table, standing):
        connection.execute(sql.SQL("delete from {}").format(name))
    if changes:
        altered = sql.SQL("alter table {} {}").format(name, sql.SQL(", ").join(changes))
        connection.execute(altered)


def _changes(table: Table, standing: Standing) -> list[Composable]:
    from psycopg import sql

    published = {column.name for column in table.columns}
    changes: list[Composable] = []
    if standing.key and has_another_key(table, standing):
        dropped = sql.SQL("drop constraint {}").format(sql.Identifier(standing.key_name))
        changes.append(dropped)
        freed = [column for column in standing.key if column in published]
        changes += [_altered(column, "drop not null") for column in freed]
    gone = [column for column in standing.columns if column not in published]
    changes += [sql.SQL("drop column {}").format(sql.Identifier(column)) for column in gone]
    changes += [
        _altered(column.name, f"type {column.type} using null")
        for column in retyped(table, standing)
    ]
    new = [column for column in table.columns if column.name not in standing.columns]
    return [*changes, *(sql.SQL("add column {}").format(_declared(column)) for column in new)]


def _altered(column: str, change: str) -> Composable:
    from psycopg import sql

    return sql.SQL("alter column {} {}").format(
        sql.Identifier(column),
        sql.SQL(change),  # pyright: ignore
    )


def _declared(column: Column) -> Composable:
    from psycopg import sql

    return sql.SQL("{} {}").format(
        sql.Identifier(column.name),
        sql.SQL(column.type),  # pyright: ignore
    )


def describe(
    connection: Connection[Any], schema: str, table: Table, standing: Standing | None
) -> None:
    """Set the descriptions that are not there yet."""
    from psycopg import sql

    name = sql.Identifier(schema, table.name)
    if table.comment != (standing.comment if standing else ""):
        told = sql.SQL("comment on table {} is {}").format(name, sql.Literal(table.comment))
        connection.execute(told)
    known = standing.comments if standing else {}
    for column in table.columns:
        if column.comment != known.get(column.name, ""):
            place = sql.Identifier(schema, table.name, column.name)
            words = sql.Literal(column.comment)
            connection.execute(sql.SQL("comment on column {} is {}").format(place, words))
