"""The rules of the models, each under the name of its unit test in the dbt project."""

import json
import os
import subprocess
from pathlib import Path

import duckdb
import pytest

from connectors.registry import all_connectors
from pipelines.defs import dbt_project
from pipelines.warehouse.engine import build_database
from tests.dbt import project


def _database(path: Path) -> None:
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


def _dbt(folder: Path, database: Path, command: str, *more: str) -> subprocess.CompletedProcess:
    prepared = dbt_project.prepared() / dbt_project.WHOLE
    wanted = dbt_project.arguments(
        command, *more, "--target-path", str(folder), "--log-path", str(folder), "--quiet"
    )
    environment = {**os.environ, **dbt_project.child_environment(database, prepared)}
    return subprocess.run(
        dbt_project.child_command(wanted),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.timeout(600)
def test_every_rule_of_the_models_holds(tmp_path):
    database = tmp_path / "work.duckdb"
    _database(database)
    built = _dbt(tmp_path, database, "run", "--empty")
    assert built.returncode == 0, built.stdout + built.stderr

    tested = _dbt(tmp_path, database, "test", "--select", "test_type:unit")

    results = json.loads((tmp_path / "run_results.json").read_text())["results"]
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert {result["status"] for result in results} == {"pass"}
    assert len(results) == len(project.manifest()["unit_tests"])
