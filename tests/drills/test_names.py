"""Hostile names in all that an export names: they are data from the landing to the marts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.home.home import Home, load_home
from tests.dbt.building import dbt, failed, working_database
from tests.dbt.project import models
from tests.drills.names import hostile_names, write_home
from tests.figures import IS_DRILL, Figure

JIRA = {
    "jira_issues": ("title", "description", "project_name", "issue_type", "status_name"),
    "jira_labels": ("label",),
    "jira_fields": ("field_name",),
    "jira_field_values": ("value",),
}
TRELLO = {
    "trello_cards": ("title", "description"),
    "trello_boards": ("board_name",),
    "trello_lists": ("list_name",),
    "trello_board_lists": ("list_name",),
    "trello_labels": ("label_name",),
    "trello_card_labels": ("label_name",),
    "trello_custom_fields": ("field_name",),
    "trello_card_fields": ("text",),
}
AS_OF = date(2026, 6, 30)


def values(database: Path, schema: str, table: str, column: str) -> set[str]:
    """What stands in a column; a NUL, which Jira's texts lose when they are typed, left out."""
    with duckdb.connect(str(database), read_only=True) as found:
        rows = found.execute(f'select "{column}" from "{schema}"."{table}"').fetchall()
    return {str(row[0]).replace("\x00", "") for row in rows if row[0] is not None}


def tables(database: Path) -> list[tuple[str, str, str]]:
    """All tables and views: schema, name and which of the two it is."""
    with duckdb.connect(str(database), read_only=True) as found:
        return found.execute(
            "select schema_name, table_name, 'table' from duckdb_tables() union all"
            " select schema_name, view_name, 'view' from duckdb_views() where not internal"
            " order by 1, 2"
        ).fetchall()


def home_of(folder: Path, names: list[str]) -> tuple[Home, Path]:
    """A home of these names, landed and typed, and its database."""
    home = load_home(write_home(folder / "home", names), AS_OF)
    return home, working_database(home, folder / "database")


@pytest.mark.requirement("S10", "500 names of everything in exports: read back equal")
def test_hostile_names_are_landed_and_typed_as_they_are(tmp_path: Path, figure: Figure) -> None:
    names = hostile_names(figure.of(60, 500))
    calm = [f"name {number}" for number in range(len(names))]
    _, database = home_of(tmp_path / "hostile", names)
    _, expected = home_of(tmp_path / "calm", calm)

    assert tables(database) == tables(expected)
    assert values(database, "run", "quarantine", "record_id") == set()
    told = {each.replace("\x00", "") for each in names}
    for table, columns in (JIRA | TRELLO).items():
        for column in columns:
            assert values(database, "landed", table, column) == told, (table, column)
    assert values(database, "landed", "jira_issues", "project_key") == told
    keys = {f"{each}-{number}".replace("\x00", "") for number, each in enumerate(names, 1)}
    assert values(database, "landed", "jira_issues", "issue_key") == keys
    figure.reached(f"{len(names)} names in 16 columns, read back equal")


if IS_DRILL:

    @pytest.mark.timeout(3600)
    @pytest.mark.requirement("S10", "500 names through all models of a run: the same tables")
    def test_hostile_names_go_through_the_models_as_they_are(
        tmp_path: Path, figure: Figure
    ) -> None:
        names = hostile_names(500)
        home, database = home_of(tmp_path, names)
        before = tables(database)

        assert failed(dbt(tmp_path / "database", database, "build", pattern=home.pattern)) == {}

        built = {name for schema, name, _ in tables(database) if schema == "main"}
        kept = [each for each in tables(database) if each[0] != "main"]
        assert kept == [each for each in before if each[0] != "main"]
        assert built == {each["name"] for each in models()} | {
            name for schema, name, _ in before if schema == "main"
        }
        told = {each.replace("\x00", "") for each in names}
        for column in ("title", "status_name"):
            assert told <= values(database, "main", "dim_work_item", column)
        assert told <= values(database, "main", "int_containers_unioned", "name")
        figure.reached(f"{len(names)} names, {len(built)} tables as without them")
