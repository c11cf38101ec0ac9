"""Exchange the rows of a table for those that wait for it, touching only what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.warehouse.postgres.shape import has_another_key
from pipelines.warehouse.postgres.staging import staged
from pipelines.warehouse.postgres.standing import Standing
from pipelines.warehouse.postgres.tables import Table

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.sql import Composable

# `*=` compares rows byte by byte: -0.0 is not 0.0, and null equals null. A row keeps its ctid, as
# the lock that comparing takes keeps away whatever moves rows.
_COMPARE = """
    create temp table {differing} on commit drop as
    select old.ctid as old_row, new.ctid as new_row
    from {table} as old
    full join {rows} as new on {matches}
    where old.ctid is null or new.ctid is null or not (new.* *= old.*)
"""
_REMOVE_DIFFERING = """
    delete from {table} as old using {differing} as differing where old.ctid = differing.old_row
"""
_WRITE_DIFFERING = """
    insert into {table} ({columns})
    select {columns}
    from {rows} as new
    inner join {differing} as differing on new.ctid = differing.new_row
"""
_WRITE_ALL = "insert into {table} ({columns}) select {columns} from {rows}"


def exchange(
    connection: Connection[Any], schema: str, table: Table, standing: Standing | None
) -> tuple[int, int]:
    """Make the rows of a table those of its staged one.

    Args:
        connection: In the transaction of the publication; the table has its shape.
        schema: Where the table is.
        table: What is published.
        standing: What the table was before; None if it is new.

    Returns:
        How many rows were removed and written; one that has changed counts as both.
    """
    from psycopg import sql

    names = {
        "table": sql.Identifier(schema, table.name),
        "rows": staged(table.name),
        "differing": sql.Identifier("pg_temp", f"differing_{table.name}"[:63]),
        "columns": sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns),
        "key": sql.SQL(", ").join(map(sql.Identifier, table.key)),
        "matches": _matches(table),
    }
    if standing is not None and table.key and not has_another_key(table, standing):
        connection.execute(sql.SQL(_COMPARE).format(**names))
        removed = connection.execute(sql.SQL(_REMOVE_DIFFERING).format(**names)).rowcount
        written = connection.execute(sql.SQL(_WRITE_DIFFERING).format(**names)).rowcount
    else:
        removed = connection.execute(sql.SQL("delete from {table}").format(**names)).rowcount
        written = connection.execute(sql.SQL(_WRITE_ALL).format(**names)).rowcount
        if table.key:
            connection.execute(
                sql.SQL("alter table {table} add primary key ({key})").format(**names)
            )
    if removed or written:
        connection.execute(sql.SQL("analyze (skip_locked) {table}").format(**names))
    return removed, written


def _matches(table: Table) -> Composable:
    from psycopg import sql

    return sql.SQL(" and ").join(
        sql.SQL("new.{} = old.{}").format(sql.Identifier(column), sql.Identifier(column))
        for column in table.key
    )
