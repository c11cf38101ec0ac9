"""What is told of runs of the command and of Dagster: once each, and it changes nothing of them."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import dagster as dg
import pytest

from pipelines.commands.job import dagster_instance
from pipelines.defs.ghosts import end_ghosts
from pipelines.defs.location import definitions_of
from pipelines.defs.sensors import sensors
from pipelines.home.home import Home, load_home
from pipelines.warehouse.exits import Exit
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import read_records
from tests.figures import Figure
from tests.pipelines.cli.conftest import Called
from tests.pipelines.conftest import board
from tests.pipelines.operations.listener import Listener
from tests.pipelines.operations.test_alerts import ALERTS, SECRETS
from tests.pipelines.publish.test_lock import holder


def look_again(home: Home, call: Callable[..., Called]) -> None:
    """Let all who look after runs from outside do so: `status --alert`, and Dagster's sensors."""
    call("status", "--home", home.folder, "--alert")
    sweeper, listener, of_lost_runs = sensors(home.folder, 26)
    with dagster_instance(Places(home.folder).dagster) as instance:
        for sensor in (sweeper, listener):
            sensor(dg.build_sensor_context(instance=instance))
        for run in instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE])):
            of_lost_runs(failure(instance, run))


def failure(instance: dg.DagsterInstance, run: dg.DagsterRun) -> dg.RunFailureSensorContext:
    """What Dagster gives to the sensor that is told of failures."""
    [entry] = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.RUN_FAILURE)
    assert entry.dagster_event is not None
    event = entry.dagster_event
    return dg.build_run_status_sensor_context("any", event, instance, run).for_run_failure()


@pytest.mark.timeout(1800)
@pytest.mark.requirement("R39", "20 failing runs: 20 alerts, whoever else looks after them")
def test_each_failing_run_is_told_once(
    toy_home: Callable[..., Path],
    toy_project: Path,
    listener: Listener,
    figure: Figure,
    call: Callable[..., Called],
) -> None:
    home, number = load_home(toy_home({}, settings=ALERTS)), figure.of(2, 20)
    for _ in range(number):
        assert call("run", "--home", home.folder).code == Exit.NOTHING_FETCHED
    for _ in range(3):
        look_again(home, call)

    assert len(listener.messages) == number
    figure.reached(
        f"{number} failing runs, {len(listener.messages)} alerts, also after 3 looks of the command"
        " and of each of Dagster's sensors"
    )


@pytest.mark.requirement("R39", "a run that failed before it began is told of, from outside")
@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("mistakes", "The home has mistakes"),
        ("no folder", "A run failed before it began"),
        ("killed", "A run failed before it began"),
        ("locked", None),
    ],
)
def test_a_run_that_never_began_is_told_of(
    toy_home: Callable[..., Path],
    toy_project: Path,
    listener: Listener,
    fault: str,
    told: str | None,
    figure: Figure,
) -> None:
    folder = toy_home(settings=ALERTS)
    places, job = Places(folder), definitions_of(str(folder)).resolve_job_def("nightly")
    with dagster_instance(places.dagster) as instance, ExitStack() as until_then:
        if fault == "mistakes":
            (folder / "throughline.yml").write_text(ALERTS.replace("trello", "trella"))
        elif fault == "no folder":
            places.logs.write_text("a file where the folder of logs should be")
        elif fault == "locked":
            until_then.callback(until_then.enter_context(holder(folder)).kill)
        if fault == "killed":
            run = instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
            assert end_ghosts(instance, places, "another run") == [run.run_id]
        else:
            run = job.execute_in_process(instance=instance, raise_on_error=False).dagster_run
        sensors(folder, 26)[2](failure(instance, run))

    messages = [each["message"] for each in listener.messages]
    assert [told in each for each in messages] == [True] if told else messages == []
    figure.reached(f"{fault}: {'an alert' if told else 'no alert, as another run is under way'}")


@pytest.mark.timeout(600)
@pytest.mark.requirement("R39", "endpoint down, 503 or hanging: exit codes as without it")
@pytest.mark.parametrize("fault", ["down", "refuses", "hangs"])
def test_an_endpoint_that_fails_changes_nothing_but_the_log(
    toy_home: Callable[..., Path],
    toy_project: Path,
    call: Callable[..., Called],
    listener: Listener,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    figure: Figure,
) -> None:
    home = load_home(toy_home({}, settings=ALERTS))
    codes = [Exit.NOTHING_FETCHED, Exit.PUBLISHED, Exit.DEGRADED, Exit.REFUSED]
    listener.status, listener.hangs = 503, fault == "hangs"
    if fault == "down":
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
        monkeypatch.setenv("ALERT_HOOK", f"json://user:SeCrEtPaSs@127.0.0.1:{port}/SeCrEtToKeN")
    ended = []
    for code in codes[: figure.of(1, len(codes))]:
        if code == Exit.PUBLISHED:
            (home.folder / "exports" / "board.json").write_text(board())
        elif code == Exit.DEGRADED:
            (home.folder / "exports" / "board.json").unlink()
        elif code == Exit.REFUSED:
            toy_home(settings=ALERTS.replace("name: old", "name: new"))
        called = call("run", "--home", home.folder, "--as-of", "2026-06-30")
        [record] = read_records(Places(home.folder), 1)
        log = Places(home.folder).log(record["run_id"]).read_text()
        assert (called.code, record["exit_code"]) == (code, code), called.err
        expected = "HTTP status 503" if fault == "refuses" else "it could not be reached"
        assert log.count("an alert could not be sent") == 1
        assert expected in log
        assert not any(secret in log + called.err for secret in SECRETS)
        ended.append(str(code.value))
    figure.reached(f"{fault}: runs end with {', '.join(ended)} as without it")
