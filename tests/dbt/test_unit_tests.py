"""The rules of the models, each under the name of its unit test in the dbt project."""

import duckdb
import pytest

from connectors.registry import all_connectors
from pipelines.warehouse.engine import build_database
from tests.dbt import project
from tests.dbt.building import dbt, failed


def _database(path):
    """Build the database of a run that has read nothing: every source table, without a row."""
    build_database(path, [], {}, {}, all_connectors().values())
    with duckdb.connect(str(path)) as connection:
        for source in project.manifest()["sources"].values():
            if source["source_name"] == "landed":
                continue
            columns = ", ".join(
                f'"{column["name"]}" {column["data_type"]}' for column in source["columns"].values()
            )
            connection.execute(f'create table "{source["schema"]}"."{source["name"]}" ({columns})')


@pytest.mark.timeout(600)
def test_every_rule_of_the_models_holds(tmp_path):
    database = tmp_path / "work.duckdb"
    _database(database)

    went = dbt(tmp_path, database, "build", "--empty", "--exclude-resource-type", "test")

    assert failed(went) == {}
    tested = {name for name in went if name.startswith("unit_test.")}
    assert tested == set(project.manifest()["unit_tests"])
