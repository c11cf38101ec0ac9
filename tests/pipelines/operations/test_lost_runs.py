"""Runs that were killed: their records are closed, and Dagster believes in none of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from pipelines.commands.job import dagster_instance
from pipelines.defs.ghosts import end_ghosts
from pipelines.defs.sensors import sensors
from pipelines.home.home import load_home
from pipelines.operations.leftovers import close_left_over
from pipelines.warehouse.exits import Exit
from pipelines.warehouse.lock import held
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import RunRecord, read_records
from tests.figures import Figure
from tests.homes import ROOT
from tests.pipelines.conftest import SETTINGS
from tests.pipelines.operations.listener import listening

LOST = """
import sys, time
from pathlib import Path
import dagster as dg
from pipelines.commands.job import dagster_instance
from pipelines.home.home import load_home
from pipelines.operations.watched import watched
home = load_home(Path(sys.argv[1]))
@dg.job
def nightly(): ...
with watched(home) as night, night.stage("models"):
    with dagster_instance(night.places.dagster) as instance:
        run = instance.create_run_for_job(nightly, status=dg.DagsterRunStatus.STARTED)
    night.record.dagster_run = run.run_id
    night.record.save(night.places)
    print(run.run_id, flush=True)
    time.sleep(600)
"""
STARTED = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])


@pytest.fixture(autouse=True)
def no_dagster_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "")


def begun(home: Path) -> tuple[subprocess.Popen[str], str]:
    """A run under way in a process of its own, and its id in Dagster."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", LOST, str(home)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


@pytest.mark.requirement("R23", "after SIGKILL, 0 runs are under way in Dagster within 60 s")
def test_a_killed_run_is_marked_as_failed_and_told_of(
    toy_home: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, figure: Figure
) -> None:
    home = toy_home(settings=SETTINGS + "alerts: [ALERT_HOOK]\n")
    places, number = Places(home), figure.of(1, 20)
    monkeypatch.setattr("pipelines.defs.ghosts.SECONDS_TO_TAKE_THE_LOCK", 0)
    with listening() as listener, dagster_instance(places.dagster) as instance:
        monkeypatch.setenv("ALERT_HOOK", listener.address)
        sweeper = sensors(home, 26)[0]
        for _ in range(number):
            process, run_id = begun(home)
            assert end_ghosts(instance, places) == []
            sweeper(dg.build_sensor_context(instance=instance))
            assert [each.run_id for each in instance.get_runs(STARTED)] == [run_id]
            kill(process)

            sweeper(dg.build_sensor_context(instance=instance))

            assert list(instance.get_runs(STARTED)) == []
            assert read_records(places, 1)[0]["state"] == "killed"

        assert len(listener.messages) == number
    assert all("killed in the stage `models`" in each["message"] for each in listener.messages)
    figure.reached(f"{number} of {number}; the sensor looks every 30 s")


def test_somebody_is_told_of_a_killed_run_of_a_home_that_was_broken_meanwhile(
    toy_home: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = toy_home(settings=SETTINGS + "alerts: [ALERT_HOOK]\n")
    RunRecord("20260101T020000000Z-as-of-2026-01-01", "2026-01-01", "", 1).save(Places(home))
    (home / "throughline.yml").write_text(SETTINGS + "alerts: [ALERT_HOOK]\nsourcs: []\n")
    with listening() as listener, dagster_instance(Places(home).dagster) as instance:
        monkeypatch.setenv("ALERT_HOOK", listener.address)

        sensors(home, 26)[0](dg.build_sensor_context(instance=instance))

        [message] = listener.messages
    assert "The home has mistakes" in message["message"]
    assert read_records(Places(home), 1)[0]["state"] == "killed"


def test_the_sweep_leaves_alone_what_began_a_moment_ago(tmp_path: Path) -> None:
    @dg.job
    def nightly() -> None: ...

    places = Places(tmp_path)
    places.data.mkdir()
    with dagster_instance(places.dagster) as instance:
        instance.create_run_for_job(nightly, status=dg.DagsterRunStatus.STARTED)
        assert end_ghosts(instance, places) == []
        assert len(end_ghosts(instance, places, own="the run that holds the lock")) == 1


def test_a_run_killed_after_it_published_has_published(tmp_path: Path) -> None:
    places = Places(tmp_path)
    (places.published / "b").mkdir(parents=True)
    places.current.symlink_to("b")
    for run_id in ("a", "b"):
        RunRecord(run_id, "2026-06-30", "", 1, stages=[{"stage": "x"}]).save(places)

    [newest, oldest] = close_left_over(places)

    assert (newest["state"], newest["exit_code"]) == ("published", Exit.DEGRADED)
    assert (oldest["state"], oldest["exit_code"]) == ("killed", Exit.REFUSED)
    assert close_left_over(places) == []


def test_the_next_run_closes_what_a_killed_one_left(toy_home: Callable[..., Path]) -> None:
    from pipelines.operations.watched import watched

    home = load_home(toy_home())
    places = Places(home.folder)
    RunRecord("20260101T020000000Z-as-of-2026-01-01", "2026-01-01", "", 1).save(places)

    with watched(home) as night:
        night.record.end(places, "published", Exit.PUBLISHED, "Published.")

    assert [each["state"] for each in read_records(places, 5)] == ["published", "killed"]


def test_looking_for_lost_runs_stops_no_run_that_begins(tmp_path: Path) -> None:
    places = Places(tmp_path)
    program = (
        "import sys, time\nfrom pathlib import Path\n"
        "from pipelines.operations.leftovers import under_way\n"
        "from pipelines.warehouse.places import Places\n"
        "print('looking', flush=True)\n"
        "while True: under_way(Places(Path(sys.argv[1])))"
    )
    places.data.mkdir()
    looking = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert looking.stdout is not None
    looking.stdout.readline()
    try:
        for _ in range(20):
            with held(places):
                pass
    finally:
        kill(looking)
