"""Dagster keeps its own records in PostgreSQL where the environment names one."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import dagster as dg
import pytest

from pipelines.commands.job import STORAGE_ENV, dagster_instance
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import read_records
from tests.figures import Figure
from tests.pipelines.cli.conftest import Called, call  # noqa: F401 - a fixture for the tests here
from tests.pipelines.postgres.server import PASSWORD, Server


@dg.job
def nightly() -> None:
    """Nothing: what counts is where that is written down."""


def address(server: Server, name: str) -> str:
    """Where Dagster finds a database of its own, which is made."""
    server.database(name)
    socket = quote(str(server.folder), safe="")
    return f"postgresql+psycopg2://{name}:{PASSWORD}@/{name}?host={socket}&port={server.port}"


def holding(folder: Path, text: str) -> list[Path]:
    """The files below a folder that hold a text."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path for path in files if text.encode() in path.read_bytes()]


@pytest.mark.needs_program("postgres")
@pytest.mark.requirement("R24", "PostgreSQL recipe tested")
def test_runs_are_kept_in_postgres_and_its_password_nowhere(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Figure
) -> None:
    folder = tmp_path / "dagster"
    monkeypatch.setenv("DAGSTER_HOME", "")
    monkeypatch.setenv(STORAGE_ENV, address(server, "dagster"))
    with dagster_instance(folder) as instance:
        assert nightly.execute_in_process(instance=instance).success
        assert instance.get_runs_count() == 1
    with dagster_instance(folder) as again:
        assert [each.status for each in again.get_runs()] == [dg.DagsterRunStatus.SUCCESS]

    assert not (folder / "history").exists()
    assert holding(folder, PASSWORD) == []
    figure.reached("1 run kept, read again by another instance")


@pytest.mark.needs_program("postgres")
@pytest.mark.requirement("R24", "PostgreSQL recipe: a run of the command")
def test_a_run_of_the_command_is_kept_in_postgres(
    server: Server,
    toy_home: Callable[..., Path],
    toy_project: Path,
    call: Callable[..., Called],  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
    figure: Figure,
) -> None:
    home = toy_home()
    monkeypatch.setenv(STORAGE_ENV, address(server, "nights"))

    called = call("run", "--home", home, "--as-of", "2026-06-30")

    assert called.code == 0, called.err
    places = Places(home)
    with dagster_instance(places.dagster) as instance:
        [run] = instance.get_runs()
        [record] = read_records(places, 5)
        assert run.status is dg.DagsterRunStatus.SUCCESS
        assert run.run_id == record["dagster_run"]
        assert len(instance.all_logs(run.run_id)) > 20
    assert not (places.dagster / "history").exists()
    assert holding(places.data, PASSWORD) == []
    figure.reached("a run of the command is kept, with its events")
