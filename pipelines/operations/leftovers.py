"""What runs leave that ended without a word: records that say they are under way."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pipelines.warehouse.exits import Exit
from pipelines.warehouse.lock import LockHeldError, held
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import change_record, read_records
from pipelines.warehouse.retention import LOGS_KEPT


def close_left_over(places: Places) -> list[dict[str, Any]]:
    """Close the records of runs whose process is gone; those records, newest first.

    Raises:
        LockHeldError: If a run is under way.
    """
    with held(places):
        left = [each for each in read_records(places, LOGS_KEPT) if each["state"] == "running"]
        return [change_record(places, each, **_end_of(places, each)) for each in left]


def under_way(places: Places) -> dict[str, Any] | None:
    """The record of the run that holds the lock; None if nobody holds it.

    A run that holds it and has no record yet is an empty one.
    """
    if not places.data.is_dir():
        return None
    try:
        with held(places):
            return None
    except LockHeldError:
        newest = read_records(places, 1)
        return newest[0] if newest and newest[0]["state"] == "running" else {}


def _end_of(places: Places, record: dict[str, Any]) -> dict[str, Any]:
    stage = record["stages"][-1]["stage"] if record["stages"] else "start"
    ended = {"ended_at": datetime.now(UTC).isoformat(timespec="seconds"), "cause": "killed"}
    if places.current.resolve().name == record["run_id"]:
        sentence = f"Published, but the run was killed in the stage `{stage}`."
        told = {"state": "published", "exit_code": Exit.DEGRADED.value}
        return {**ended, **told, "published": record["run_id"], "sentence": sentence}
    sentence = (
        f"The run was killed in the stage `{stage}`, and nothing was published. What was landed is"
        " kept: the next run goes on from there."
    )
    return {**ended, "state": "killed", "exit_code": Exit.REFUSED.value, "sentence": sentence}
