"""The one job and its one schedule."""

from __future__ import annotations

import dagster as dg

NIGHTLY = "nightly"
SECONDS_AT_MOST = 12 * 60 * 60
"""Each source bounds its own reading by `max_minutes`; this ends a run that hangs."""


def nightly_job() -> dg.UnresolvedAssetJobDefinition:
    """All assets in one process: steps in processes of their own would double a small run."""
    return dg.define_asset_job(
        NIGHTLY,
        selection=dg.AssetSelection.all(),
        executor_def=dg.in_process_executor,
        description="Fetch, type, build, check and publish.",
        tags={"dagster/max_runtime": str(SECONDS_AT_MOST)},
    )


def nightly_schedule(job: dg.UnresolvedAssetJobDefinition, zone: str) -> dg.ScheduleDefinition:
    """Every night at 02:00 in the organisation's zone."""
    return dg.ScheduleDefinition(
        name="every_night", job=job, cron_schedule="0 2 * * *", execution_timezone=zone
    )
