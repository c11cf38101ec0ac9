"""Dagster's own records hold night after night, while somebody looks at the web page."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from pipelines.commands.job import dagster_instance
from pipelines.defs.history import keep_newest_runs
from pipelines.defs.storage import FILES_KEPT_OPEN
from pipelines.warehouse.places import Places
from pipelines.warehouse.retention import DAGSTER_RUNS_KEPT
from tests.figures import Figure
from tests.homes import ROOT

EVENTS = 300
LOOKING = """
import sys, warnings
from pathlib import Path
warnings.simplefilter("ignore")
from pipelines.commands.job import dagster_instance
with dagster_instance(Path(sys.argv[1])) as instance:
    print("looking", flush=True)
    while True:
        for run in instance.get_runs(limit=3):
            instance.all_logs(run.run_id)
"""


@dg.asset
def published(context: dg.AssetExecutionContext) -> None:
    for number in range(EVENTS):
        context.log_event(dg.AssetObservation("published", metadata={"number": number}))


@pytest.mark.timeout(3600)
@pytest.mark.requirement("R24", "100 consecutive runs, old ones removed: 0 'database is locked'")
def test_the_default_storage_holds_while_somebody_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Figure
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "")
    nights, places = figure.of(3, 100), Places(tmp_path)
    folder, kept = places.dagster, figure.of(1, DAGSTER_RUNS_KEPT)
    job = dg.Definitions(
        assets=[published],
        jobs=[dg.define_asset_job("nightly", executor_def=dg.in_process_executor)],
    ).resolve_job_def("nightly")
    with dagster_instance(folder) as instance:
        looking = subprocess.Popen(
            [sys.executable, "-c", LOOKING, str(folder)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert looking.stdout is not None
        assert looking.stdout.readline() == "looking\n"
        for _ in range(nights):
            keep_newest_runs(instance, places, kept)  # as a night does when it begins
            assert job.execute_in_process(instance=instance).success
        assert looking.poll() is None
        looking.kill()
        _, told = looking.communicate()

        assert instance.get_runs_count() == kept + 1
        assert len(instance.all_logs(instance.get_runs(limit=1)[0].run_id)) > EVENTS
    assert "locked" not in told
    figure.reached(
        f"{nights} runs of {EVENTS} observations, all but the newest {kept} removed before each, a"
        " reader beside them: 0 locked"
    )


@dg.asset(check_specs=[dg.AssetCheckSpec("holds", asset="night")])
def night(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    context.log_event(dg.AssetObservation("night", metadata={"text": "x" * 50_000}))
    return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True)])


def test_of_old_runs_dagster_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "")
    places, kept, sizes, runs = Places(tmp_path), 2, list[int](), list[str]()
    job = dg.Definitions(
        assets=[night],
        jobs=[dg.define_asset_job("nightly", executor_def=dg.in_process_executor)],
    ).resolve_job_def("nightly")
    with dagster_instance(places.dagster) as instance:
        under_way = instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED).run_id
        for _ in range(6):
            runs.append(job.execute_in_process(instance=instance).run_id)
            keep_newest_runs(instance, places, kept)
            sizes.append(sum(path.stat().st_size for path in places.dagster.rglob("*.db")))

        checks = "select distinct run_id from asset_check_executions"
        index = sqlite3.connect(places.dagster / "history" / "index.db")
        assert {run_id for (run_id,) in index.execute(checks)} == {under_way, *runs[-kept:]}
        index.close()
        assert {each.run_id for each in instance.get_runs()} == {under_way, *runs[-kept:]}
        assert instance.get_latest_materialization_event(night.key).run_id == runs[-1]
        assert len(instance.all_logs(runs[-kept])) > 5
        opened = instance.event_log_storage._engines
        assert len(opened) <= FILES_KEPT_OPEN
    shards = {path.stem for path in (places.dagster / "history").rglob("*.db")}
    assert shards & set(runs) == set(runs[-kept:])
    assert {path.name for path in (places.dagster / "storage").iterdir()} <= {*runs[-kept:]}
    assert sizes[-1] < 1.1 * sizes[2], sizes
