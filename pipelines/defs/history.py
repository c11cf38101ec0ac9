"""What Dagster keeps of earlier runs: of the newest, all; of the others, nothing.

Why it is so: a night leaves ten megabytes in Dagster's records, three gigabytes a year, and Dagster
itself removes none of it. What a run came to stands in its own record and log, which stay longer.
"""

from __future__ import annotations

import shutil

import dagster as dg
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage

from pipelines.warehouse.places import Places
from pipelines.warehouse.retention import DAGSTER_RUNS_KEPT

ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def keep_newest_runs(
    instance: dg.DagsterInstance, places: Places, kept: int = DAGSTER_RUNS_KEPT
) -> list[str]:
    """Remove what is kept of all runs that have ended but the newest; their ids in Dagster.

    What is known of an asset, when it was last made, stays.
    """
    ended = instance.get_run_records(dg.RunsFilter(statuses=ENDED))
    gone = [record.dagster_run.run_id for record in ended[kept:]]
    for run_id in gone:
        instance.delete_run(run_id)
        _forget_checks(instance, run_id)
        shutil.rmtree(places.dagster / "storage" / run_id, ignore_errors=True)
    return gone


def _forget_checks(instance: dg.DagsterInstance, run_id: str) -> None:
    """Remove what the checks of a run came to, which Dagster leaves behind."""
    storage = instance.event_log_storage
    if isinstance(storage, SqlEventLogStorage):
        with storage.index_connection() as connection:
            checks = AssetCheckExecutionsTable
            connection.execute(checks.delete().where(checks.c.run_id == run_id))
