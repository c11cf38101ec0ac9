"""Dagster keeps its own records in PostgreSQL where the environment names one."""

from pathlib import Path
from urllib.parse import quote

import dagster as dg
import pytest

from pipelines.commands.job import STORAGE_ENV, dagster_instance
from tests.figures import Figure
from tests.pipelines.postgres.server import PASSWORD, Server


@dg.job
def nightly() -> None:
    """Nothing: what counts is where that is written down."""


@pytest.mark.needs_program("postgres")
@pytest.mark.requirement("R24", "PostgreSQL recipe tested")
def test_runs_are_kept_in_postgres_and_its_password_nowhere(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Figure
) -> None:
    server.database("dagster")
    folder, socket = tmp_path / "dagster", quote(str(server.folder), safe="")
    address = f"postgresql+psycopg2://dagster:{PASSWORD}@/dagster?host={socket}&port={server.port}"
    monkeypatch.setenv("DAGSTER_HOME", "")
    monkeypatch.setenv(STORAGE_ENV, address)
    with dagster_instance(folder) as instance:
        assert nightly.execute_in_process(instance=instance).success
        assert instance.get_runs_count() == 1
    with dagster_instance(folder) as again:
        assert [each.status for each in again.get_runs()] == [dg.DagsterRunStatus.SUCCESS]

    assert not (folder / "history").exists()
    for path in folder.rglob("*"):
        assert path.is_dir() or PASSWORD.encode() not in path.read_bytes()
    figure.reached("1 run kept, read again by another instance")
