"""Models built in a process of dbt, without the night around them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from pipelines.defs import dbt_project
from pipelines.defs.dbt_child import RESULTS
from pipelines.home.home import Home
from pipelines.warehouse import steps
from pipelines.warehouse.night import begun

Statuses = dict[str, str]
MODELS_ALONE = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


def dbt(folder: Path, database: Path, command: str, *more: str, pattern: str = "") -> Statuses:
    """Call dbt on all that the project has; how each node went, by its name.

    Args:
        folder: Where dbt writes.
        database: What the models are built in.
        command: ``build``, ``test`` and the like.
        more: Further arguments.
        pattern: The home's pattern of identifiers, if it is not the default.
    """
    variables = {"identifier_pattern": pattern} if pattern else None
    wanted = dbt_project.arguments(command, *more, variables=variables)
    whole = dbt_project.prepared() / dbt_project.WHOLE
    done = subprocess.run(
        dbt_project.child_command([*wanted, "--log-path", str(folder), "--quiet"]),
        env={
            **os.environ,
            **dbt_project.child_environment(database, whole),
            "DBT_TARGET_PATH": str(folder),
            "DBT_LOG_FORMAT": "json",  # as in a night, without the details that nobody reads
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    results = json.loads((folder / RESULTS).read_text())["results"]
    return {each["unique_id"]: each["status"] for each in results}


def working_database(home: Home, folder: Path, *, is_fetched: bool = False) -> Path:
    """Fetch a home's sources and put all that the models read into a database.

    Args:
        home: What the run works on.
        folder: Where the database is kept.
        is_fetched: The landing is complete already.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with begun(home) as night:
        for source in () if is_fetched else home.sources:
            steps.fetch(night, source)
        steps.build(night)
        return steps.database(night).rename(folder / dbt_project.DATABASE_NAME)


def build(home: Home, folder: Path, *more: str, is_fetched: bool = False) -> tuple[Path, Statuses]:
    """Build the models of a home; the database, and how each node went."""
    database = working_database(home, folder, is_fetched=is_fetched)
    return database, dbt(folder, database, "build", *more, pattern=home.pattern)


def failed(statuses: Statuses) -> Statuses:
    """What neither passed nor was built; of exposures there is nothing to build."""
    fine = ("pass", "success", "no-op")
    return {name: said for name, said in statuses.items() if said not in fine}
