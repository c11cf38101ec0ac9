"""After nights without a scheduler one run is started, not one for each night."""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dagster._core.test_utils import create_test_daemon_workspace_context, freeze_time
from dagster._core.workspace.load_target import PythonFileTarget
from dagster._scheduler.scheduler import launch_scheduled_runs

from pipelines.commands.job import dagster_instance
from tests.figures import Figure

LOCATION = """
import dagster as dg
from pipelines.defs.schedules import nightly_schedule

@dg.job
def nightly(): ...

defs = dg.Definitions(jobs=[nightly], schedules=[nightly_schedule(nightly, "Europe/Berlin")])
"""
NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


@pytest.mark.requirement("R25", "scheduler off for 1, 3, 10 nights: one catch-up run each time")
def test_one_run_makes_up_for_all_nights_that_were_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Figure
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", os.environ.get("DAGSTER_HOME", ""))
    file = tmp_path / "location.py"
    file.write_text(LOCATION)
    target = PythonFileTarget(
        str(file), attribute=None, working_directory=str(Path.cwd()), location_name="throughline"
    )
    log, started, now = logging.getLogger("schedules"), [], NOON
    with (
        dagster_instance(tmp_path / "dagster") as instance,
        create_test_daemon_workspace_context(target, instance) as workspace,
    ):
        location = next(iter(workspace.create_request_context().code_locations))
        [schedule] = location.get_repository("__repository__").get_schedules()
        with freeze_time(now):
            instance.start_schedule(schedule)
        for nights in (1, 3, 10):
            now += timedelta(days=nights)
            before = instance.get_runs_count()
            with freeze_time(now):
                list(launch_scheduled_runs(workspace, log, now, {}))
            started.append(instance.get_runs_count() - before)

    assert started == [1, 1, 1]
    figure.reached("1, 3 and 10 nights off: 1 run each")
