"""Runs that Dagster believes to be under way, though their process is gone."""

from __future__ import annotations

import time

import dagster as dg

from pipelines.operations.leftovers import under_way
from pipelines.warehouse.places import Places

SECONDS_TO_TAKE_THE_LOCK = 20
"""A run is called started some seconds before it holds the lock of the home."""
LOST = "Its process is gone (a restart, a full memory, or by hand)."
BELIEVED = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]


def end_ghosts(instance: dg.DagsterInstance, places: Places, own: str = "") -> list[str]:
    """Mark the runs as failed that are under way no longer; their ids in Dagster.

    Args:
        instance: Of the home.
        places: Of the home.
        own: The run that asks, which holds the lock; empty for an onlooker, who leaves alone what
            began a moment ago.
    """
    believed = instance.get_run_records(dg.RunsFilter(statuses=BELIEVED))
    if not believed:
        return []
    holder = {} if own else under_way(places)
    if holder == {} and not own:
        return []  # whoever holds the lock has not said yet which run it is
    alive = {own, (holder or {}).get("dagster_run", "")}
    latest = time.time() if own else time.time() - SECONDS_TO_TAKE_THE_LOCK
    gone = [
        each.dagster_run
        for each in believed
        if each.dagster_run.run_id not in alive
        and (each.start_time or each.create_timestamp.timestamp()) <= latest
    ]
    for run in gone:
        instance.report_run_failed(run, LOST)
    return [run.run_id for run in gone]
