"""Dagster's own records hold night after night, while somebody looks at the web page."""

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from pipelines.commands.job import dagster_instance
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
@pytest.mark.requirement("R24", "100 consecutive runs, default storage: 0 'database is locked'")
def test_the_default_storage_holds_while_somebody_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Figure
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "")
    nights, folder = figure.of(2, 100), tmp_path / "dagster"
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
            assert job.execute_in_process(instance=instance).success
        assert looking.poll() is None
        looking.kill()
        _, told = looking.communicate()

        assert instance.get_runs_count() == nights
        assert len(instance.all_logs(instance.get_runs(limit=1)[0].run_id)) > EVENTS
    assert "locked" not in told
    figure.reached(f"{nights} runs of {EVENTS} observations, a reader beside them: 0 locked")
