"""Checks of our own beside dbt's: what must hold before anything is computed."""

from __future__ import annotations

import dagster as dg

from pipelines.defs.keys import DATABASE
from pipelines.defs.resources import RunUnderWay


@dg.asset_check(asset=DATABASE, blocking=True)
def something_was_read(run: RunUnderWay) -> dg.AssetCheckResult:
    """At least one source has given records, in this run or in an earlier one."""
    states = {each["source"]: each["state"] for each in run.night.record.sources}
    usable = sum(state != "failed" for state in states.values())
    return dg.AssetCheckResult(passed=usable > 0, metadata={"sources": states})
