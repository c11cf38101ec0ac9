"""What stands in the working database of a run."""

from __future__ import annotations

from pathlib import Path

from pipelines.warehouse.sql_text import name


def row_counts(database: Path) -> dict[str, int]:
    """The number of rows of each table that dbt built; views are left out."""
    import duckdb

    if not database.exists():
        return {}
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'main' order by 1"
        ).fetchall()
        if not tables:
            return {}
        counts = ", ".join(f"(select count(*) from main.{name(table)})" for (table,) in tables)
        row = connection.execute(f"select {counts}").fetchone() or ()
    return {str(table): int(count) for (table,), count in zip(tables, row, strict=True)}
