"""Run the job of the code location in this process, with a display of how far it is."""

from __future__ import annotations

import json
import os
import warnings
from contextlib import ExitStack, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.durable import write_durably
from pipelines.commands.display import DbtLines, display
from pipelines.home.home import Home
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import read_records
from pipelines.warehouse.space import check_space

if TYPE_CHECKING:
    from dagster import DagsterInstance

DAGSTER_YAML = """\
# Written by throughline. Nothing is reported to anybody.
telemetry:
  enabled: false
nux:
  enabled: false
# One run of a home at a time; others wait in the queue.
concurrency:
  runs:
    max_concurrent_runs: 1
# Ends a run whose process never came to life. A run that takes too long ends itself.
run_monitoring:
  enabled: true
# After an update the models are read anew, which may take minutes on a busy machine.
code_servers:
  local_startup_timeout: 900
# Of runs the newest 30 are kept; of each look of schedule and sensors, days.
retention:
  schedule: {purge_after_days: 90}
  sensor: {purge_after_days: {skipped: 2, success: 30, failure: 30, started: 30}}
"""
IN_FILES = """\
event_log_storage:
  module: pipelines.defs.storage
  class: KeptOpenEventLog
  config:
    base_dir: {folder}
"""
STORAGE_ENV = "THROUGHLINE_DAGSTER_POSTGRES"
IN_POSTGRES = """\
# The connection string stays in the environment.
storage:
  postgres:
    postgres_url: {{env: {variable}}}
"""


def run_job(
    home: Home,
    *,
    full: bool = False,
    source: str | None = None,
    confirm: str | None = None,
    offline: bool = False,
) -> dict[str, Any]:
    """Run the job for a home whose lock is held; the record of the run."""
    os.environ["THROUGHLINE_HOME"] = str(home.folder)
    os.environ["DO_NOT_TRACK"] = "1"
    places = Places(home.folder)
    before = {record["run_id"] for record in read_records(places, 1)}
    with ExitStack() as stack:
        stack.enter_context(display())
        stack.enter_context(warnings.catch_warnings())
        # News of Dagster's API for its programmers; the suite sees them.
        warnings.simplefilter("ignore")
        stack.enter_context(redirect_stdout(DbtLines()))
        choices = {"source": source or "", "confirm_removals": confirm or ""}
        _execute(home, {"full": full, "offline": offline, **choices})
    newest = read_records(places, 1)
    if not newest or newest[0]["run_id"] in before:
        raise RuntimeError(f"The run did not begin; see {places.logs}.")
    if newest[0]["exit_code"] is None:
        check_space(places)
        raise RuntimeError(f"The run broke off and could not say why; see {places.logs}.")
    return newest[0]


def _execute(home: Home, choices: dict[str, Any]) -> None:
    from pipelines.defs.location import definitions
    from pipelines.defs.schedules import NIGHTLY

    wanted = {
        "home": str(home.folder),
        "as_of": home.as_of.isoformat(),
        **choices,
    }
    job = definitions(home).resolve_job_def(NIGHTLY)
    with dagster_instance(Places(home.folder).dagster) as instance:
        job.execute_in_process(
            run_config={
                "resources": {"run": {"config": wanted}},
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            },
            instance=instance,
            raise_on_error=False,
        )


def dagster_instance(folder: Path) -> DagsterInstance:
    """The Dagster instance of a home, which `dagster dev` shows with DAGSTER_HOME set to it."""
    import yaml
    from dagster import DagsterInstance
    from dagster._core.instance import InstanceRef

    folder.mkdir(parents=True, exist_ok=True)
    kept = IN_POSTGRES if os.environ.get(STORAGE_ENV) else IN_FILES
    history = json.dumps(str(folder / "history"))
    written = DAGSTER_YAML + kept.format(folder=history, variable=STORAGE_ENV)
    write_durably(folder / "dagster.yaml", written.encode())
    os.environ["DAGSTER_HOME"] = str(folder)
    # Dagster takes the path of its file for a pattern, and finds none behind a `[`.
    given = yaml.safe_load(written)
    return DagsterInstance.from_ref(InstanceRef.from_dir(str(folder), overrides=given))
