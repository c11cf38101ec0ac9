"""What looks after runs from outside: those that ended without a word, and silence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dagster as dg

from pipelines.defs.ghosts import end_ghosts
from pipelines.home.home import load_home
from pipelines.home.problems import HomeError
from pipelines.operations.alerts import Message, deliver, tell
from pipelines.operations.leftovers import close_left_over
from pipelines.operations.silence import silence_of, tell_silence
from pipelines.operations.unreadable import tell_of_mistakes
from pipelines.warehouse.lock import LockHeldError
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import read_records
from pipelines.warehouse.retention import LOGS_KEPT

SECONDS_BETWEEN_SWEEPS = 30
SECONDS_BETWEEN_LOOKS = 900
ALWAYS_ON = dg.DefaultSensorStatus.RUNNING


def sensors(folder: Path, silent_hours: float) -> list[dg.SensorDefinition]:
    """The sensors of a home; all are on from the start, and none of them starts a run."""
    return [_sweeper(folder), _listener(folder, silent_hours), _of_lost_runs(folder)]


def _sweeper(folder: Path) -> dg.SensorDefinition:
    places = Places(folder)

    @dg.sensor(
        name="end_lost_runs",
        minimum_interval_seconds=SECONDS_BETWEEN_SWEEPS,
        default_status=ALWAYS_ON,
        description="Marks runs as failed whose process is gone, and tells of them.",
    )
    def end_lost_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        ended = end_ghosts(context.instance, places)
        try:
            left = close_left_over(places) if places.data.is_dir() else []
        except LockHeldError:
            left = []  # the run under way closed them when it began
        for record in left:
            _tell_of(folder, record)
        count = len(ended) or len(left)
        return dg.SkipReason(f"Lost runs that were ended: {count}." if count else "No run is lost.")

    return end_lost_runs


def _tell_of(folder: Path, record: dict[str, Any]) -> None:
    """Tell of a run that was lost; where the home cannot be read any more, of that."""
    try:
        tell(load_home(folder), record)
    except HomeError as fault:
        tell_of_mistakes(folder, len(fault.errors))


def _listener(folder: Path, silent_hours: float) -> dg.SensorDefinition:
    @dg.sensor(
        name="notice_silence",
        minimum_interval_seconds=SECONDS_BETWEEN_LOOKS,
        default_status=ALWAYS_ON,
        description=f"Tells, once, when no run was good in {silent_hours:g} hours.",
    )
    def notice_silence() -> dg.SkipReason:
        silence = silence_of(Places(folder), silent_hours)
        if silence is None:
            return dg.SkipReason("A run was good lately, or none was ever started.")
        answers = tell_silence(load_home(folder))
        told = "; ".join(map(str, answers)) or "nobody is to be told, or was told already"
        return dg.SkipReason(f"{silence} ({told})")

    return notice_silence


def _of_lost_runs(folder: Path) -> dg.SensorDefinition:
    @dg.run_failure_sensor(
        name="tell_of_runs_that_never_began",
        default_status=ALWAYS_ON,
        description="Tells of runs that failed before they had a log of their own.",
    )
    def tell_of_runs_that_never_began(context: dg.RunFailureSensorContext) -> None:
        known = {each["dagster_run"] for each in read_records(Places(folder), LOGS_KEPT)}
        if context.dagster_run.run_id in known or _found_another(context.failure_event):
            return
        try:
            home = load_home(folder)
        except HomeError as fault:
            tell_of_mistakes(folder, len(fault.errors))
            return
        body = (
            "A run failed before it began. Its page in Dagster says why:"
            f" run {context.dagster_run.run_id}.\nThen `throughline check --home {folder}`."
        )
        title = f"Throughline {home.organisation}: a run could not begin"
        deliver(home.settings.alerts, Message("failure", title, body))

    return tell_of_runs_that_never_began


def _found_another(failure: dg.DagsterEvent) -> bool:
    """Whether a run failed because another one was under way: that is no fault to be told of."""
    # Of a run that was ended from outside nothing is known but that it failed.
    fault = getattr(failure.event_specific_data, "error", None)
    while fault is not None and fault.cls_name != LockHeldError.__name__:
        fault = fault.cause
    return fault is not None
