"""How a run ends: the exit code, the sentence, and what is published."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from pipelines.commands.job import dagster_instance
from pipelines.defs.location import definitions_of
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import read_records
from tests import forked
from tests.pipelines.cli.conftest import call  # noqa: F401 - a fixture for the tests here
from tests.pipelines.conftest import SETTINGS, board

TWO_SOURCES = SETTINGS + "  - {name: ops, type: trello, export: 'more/*.json'}\n"
AS_OF = "2026-06-30"
GUARD = """
import socket
def refused(*arguments, **named):
    open({path!r}, "a").write(f"{{arguments}}\\n")
    raise OSError("nobody is called")
socket.socket.connect = socket.getaddrinfo = refused
open({path!r}, "a").write("guarded\\n")
"""


@pytest.fixture
def run(call: Callable, toy_project: Path):  # noqa: F811 - the fixture
    """Run a home with the project of three models."""
    return lambda home, *more: call("run", "--home", home, "--as-of", AS_OF, *more)


def states(home: Path) -> dict[str, str]:
    manifest = json.loads((Places(home).current / "manifest.json").read_text())
    return {source["source"]: source["state"] for source in manifest["sources"]}


def test_a_whole_run_ends_with_0_and_prints_the_answer(run, toy_home) -> None:
    home = toy_home()

    called = run(home)

    assert called.code == 0, called.err
    assert "Traced share: 75.0% (3.0 of 4.0 person-days" in called.out
    assert "of 5.0 person-days of capacity" in called.out
    assert str(Places(home).current / "report" / "index.html") in called.out
    assert states(home) == {"old": "fresh"}


def test_what_a_run_leaves_behind_is_its_publication_its_log_and_its_record(run, toy_home) -> None:
    home = toy_home()
    run(home)

    places = Places(home)
    [record] = read_records(places, 5)
    stages = [stage["stage"] for stage in record["stages"]]
    assert stages == ["home", "fetch old", "type trello", "database", "models", "checks", "publish"]
    assert record["published"] == places.current.readlink().name
    assert list(places.runs.iterdir()) == []
    assert "done stage=publish" in places.log(record["run_id"]).read_text()


def test_the_same_job_runs_from_dagster_without_any_configuration(toy_home, toy_project) -> None:
    home = toy_home()

    with dg.DagsterInstance.ephemeral() as instance:
        job = definitions_of(str(home)).resolve_job_def("nightly")
        assert job.execute_in_process(instance=instance).success

    [record] = read_records(Places(home), 5)
    assert (record["state"], record["exit_code"]) == ("published", 0)
    assert Places(home).current.exists()


@pytest.mark.requirement("R23", "after SIGKILL, the next start marks the run as failed")
def test_a_run_that_dagster_believes_to_be_under_way_is_marked_as_failed(
    run, toy_home, figure
) -> None:
    home = toy_home()
    killed = subprocess.Popen(
        forked.command("throughline", ["run", "--home", str(home), "--as-of", AS_OF]),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    with killed:
        assert killed.stderr is not None
        assert any("started stage=database" in line for line in killed.stderr)
        [record] = read_records(Places(home), 1)
        os.kill(record["process"], signal.SIGKILL)
    assert killed.returncode == -signal.SIGKILL
    with dagster_instance(Places(home).dagster) as instance:
        ghost = instance.get_run_by_id(record["dagster_run"])
        assert ghost is not None
        assert ghost.status is dg.DagsterRunStatus.STARTED

    assert run(home).code == 0
    with dagster_instance(Places(home).dagster) as instance:
        found = instance.get_run_by_id(ghost.run_id)
        assert found is not None
        assert found.status is dg.DagsterRunStatus.FAILURE
        assert instance.get_runs_count(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])) == 0
    figure.reached("a run of the command, killed: failed once the next one has begun")


@pytest.mark.requirement("S17", "no process of a whole run opens a connection")
def test_no_process_of_a_run_calls_anybody(run, toy_home, tmp_path, afresh, monkeypatch) -> None:
    calls = tmp_path / "calls"
    (tmp_path / "guard").mkdir()
    (tmp_path / "guard" / "sitecustomize.py").write_text(GUARD.format(path=str(calls)))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "guard"))
    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)

    called = run(toy_home())

    assert called.code == 0, called.err
    assert set(calls.read_text().splitlines()) == {"guarded"}


def refused(*arguments: object, **_named: object) -> None:
    raise AssertionError(f"somebody was called: {arguments}")


def test_nobody_is_told_of_a_run(run, toy_home) -> None:
    home = toy_home()
    run(home)

    names = {path.name for path in home.rglob("*")}
    assert not names & {".user.yml", "telemetry.yaml", "event.log", "id.yaml", ".telemetry"}
    assert "enabled: false" in (Places(home).dagster / "dagster.yaml").read_text()


def test_a_source_whose_files_are_gone_keeps_its_rows_and_ends_with_3(run, toy_home) -> None:
    home = toy_home()
    run(home)
    (home / "exports" / "board.json").unlink()

    called = run(home)

    assert called.code == 3, called.err
    assert states(home) == {"old": "stale"}


def test_where_nothing_can_be_fetched_the_run_ends_with_4(run, toy_home) -> None:
    home = toy_home({})

    called = run(home)

    assert called.code == 4
    assert "Nothing could be fetched" in called.err
    assert not Places(home).current.exists()


def test_a_gate_that_holds_ends_with_1_and_the_old_run_stays(run, toy_home) -> None:
    home = toy_home()
    assert run(home).code == 0
    before = Places(home).current.resolve()
    toy_home(settings=SETTINGS.replace("name: old", "name: new"))

    called = run(home)

    assert called.code == 1
    assert "A quality gate held, so nothing was published: accepted_values" in called.err
    assert Places(home).current.resolve() == before


def test_a_model_that_cannot_be_built_ends_with_1_and_names_it(
    run, toy_home, toy_project: Path
) -> None:
    (toy_project / "models" / "marts" / "dim_team.sql").write_text("select 1 / 'x' as team_id")
    home = toy_home()

    called = run(home)

    assert called.code == 1
    assert "dim_team" in called.err
    assert "Traceback" not in called.err
    [record] = read_records(Places(home), 5)
    assert str(Places(home).log(record["run_id"])) in called.err


def test_an_unexpected_failure_is_a_sentence_that_names_the_log(
    run, toy_home, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pipelines.report

    def broken(*_arguments: object) -> None:
        raise KeyError("a thing\nthat was not there")

    monkeypatch.setattr(pipelines.report, "render", broken)
    home = toy_home()

    called = run(home)

    [record] = read_records(Places(home), 5)
    assert called.code == 1
    last = called.err.strip().splitlines()[-1]
    assert last.startswith("The run failed unexpectedly: KeyError")
    assert last.endswith(str(Places(home).log(record["run_id"])))
    assert "Traceback" in Places(home).log(record["run_id"]).read_text()


def test_only_the_source_named_is_fetched(run, toy_home) -> None:
    home = toy_home(settings=TWO_SOURCES)
    (home / "more").mkdir()
    (home / "more" / "board.json").write_text(board(2))
    assert run(home).code == 0
    (home / "more" / "later.json").write_text(board(3))
    (home / "exports" / "later.json").write_text(board(4))

    called = run(home, "--source", "ops")

    assert called.code == 0, called.err
    journals = {name: (home / "data/raw" / name / "journal.jsonl") for name in ("old", "ops")}
    assert "later.json" in journals["ops"].read_text()
    assert "later.json" not in journals["old"].read_text()


def test_full_forgets_typed_tables_and_reads_every_export_anew(run, toy_home) -> None:
    home = toy_home()
    run(home)
    typed = Places(home).typed
    (typed / "left-over").mkdir()
    journal = Places(home).raw / "old" / "journal.jsonl"
    files_read = journal.read_text().count('"kind":"file"')

    called = run(home, "--full")

    assert called.code == 0, called.err
    assert not (typed / "left-over").exists()
    assert "full=True" in called.err
    assert journal.read_text().count('"kind":"file"') == 2 * files_read > 0
