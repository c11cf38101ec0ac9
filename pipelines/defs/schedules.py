"""The one job and its one schedule."""

from __future__ import annotations

import dagster as dg

NIGHTLY = "nightly"


def nightly_job() -> dg.UnresolvedAssetJobDefinition:
    """All assets in one process: steps in processes of their own would double a small run."""
    return dg.define_asset_job(
        NIGHTLY,
        selection=dg.AssetSelection.all(),
        executor_def=dg.in_process_executor,
        description="Fetch, type, build, check and publish.",
    )


def nightly_schedule(job: dg.UnresolvedAssetJobDefinition, zone: str) -> dg.ScheduleDefinition:
    """Every night at 02:00 in the organisation's zone.

    After nights without a scheduler, Dagster starts the latest of them alone; that run covers all.
    """
    return dg.ScheduleDefinition(
        name="every_night",
        job=job,
        cron_schedule="0 2 * * *",
        execution_timezone=zone,
        description="Fetch, compute, check and publish, every night at two. Switch it on once.",
    )
