"""What the web page shows of a run beside its steps: the day it stands for, and how it ended.

Why it is so: Dagster calls a run a success that published without one of its sources, shows of a
refusal the stack before the sentence, and leaves runs that cron started out of the job's own list.
Its timeline leaves them out still: it asks for more than a tag.
"""

from __future__ import annotations

import dagster as dg

from pipelines.warehouse.record import RunRecord

LOCATION = "throughline"
"""The name of the code location in `workspace.yaml`."""
BELONGS = {".dagster/repository": f"__repository__@{LOCATION}"}


def show_start(instance: dg.DagsterInstance, run_id: str, record: RunRecord) -> None:
    """Put a run into the list of the job, with the day it stands for."""
    instance.add_run_tags(run_id, {**BELONGS, "as_of": record.as_of})


def show_end(instance: dg.DagsterInstance, run: dg.DagsterRun, record: RunRecord) -> None:
    """Put the exit code beside the run, and the sentence it ended with among its events."""
    if record.exit_code is None:
        return
    instance.add_run_tags(run.run_id, {"exit_code": str(record.exit_code)})
    told = f"Ended with exit code {record.exit_code}. {record.sentence}"
    instance.report_engine_event(told, run)
