"""The time budget of a run, kept whatever hangs.

Why it is so: a run may hang in Python, in a call of a library that never comes back, or in a child,
and none of them is asked first. When the time is up, the record is closed, children are killed and
the main thread is interrupted, so that the run ends in order. Where that does not help, the process
ends itself; and where not even this thread can run, a timer below Python ends it. What is published
and what is landed outlives all three, as it outlives a kill.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import structlog

from pipelines.warehouse.exits import Exit
from pipelines.warehouse.night import Night
from pipelines.warehouse.record import BudgetError

SECONDS_FOR_CHILDREN = 3.0
SECONDS_TO_END = 20.0
SECONDS_BELOW_PYTHON = 45.0
UP = "The time of the run is up."
INTERRUPT = signal.SIGUSR2
log = structlog.get_logger()


@contextmanager
def within_budget(night: Night, last_word: Callable[[], None]) -> Iterator[None]:
    """End the run when it takes longer than ``run.max_minutes`` of its settings.

    Args:
        night: The run under way.
        last_word: Called before the process ends itself, where the run does not end in order.

    Raises:
        BudgetError: In the main thread, when the time is up.
    """
    seconds = night.home.settings.run.max_minutes * 60
    over, up = threading.Event(), threading.Event()
    watch = threading.Thread(
        target=_watch, args=(night, seconds, over, up, last_word), name="time budget", daemon=True
    )
    in_main = threading.current_thread() is threading.main_thread()
    before = signal.signal(INTERRUPT, _interrupted) if in_main else None
    with night.places.log(night.run_id).open("a", encoding="utf-8") as file:
        # Not even a call that never lets go of the interpreter outlives this timer.
        faulthandler.dump_traceback_later(seconds + SECONDS_BELOW_PYTHON, exit=True, file=file)
        watch.start()
        try:
            yield
            if up.is_set():
                # What hung was a child; without it, the body came to an end that does not count.
                raise BudgetError(UP)
        finally:
            over.set()
            watch.join()
            faulthandler.cancel_dump_traceback_later()
            if in_main:
                signal.signal(INTERRUPT, before)


def _interrupted(_signal: int, _frame: FrameType | None) -> None:
    raise BudgetError(UP)


def _watch(
    night: Night,
    seconds: float,
    over: threading.Event,
    up: threading.Event,
    last_word: Callable[[], None],
) -> None:
    if over.wait(seconds):
        return
    up.set()
    sentence = _close(night)
    _kill_children()
    if over.wait(SECONDS_FOR_CHILDREN):
        return
    if threading.main_thread().ident is not None:
        signal.pthread_kill(threading.main_thread().ident or 0, INTERRUPT)
    if over.wait(SECONDS_TO_END):
        return
    _kill_children()
    try:
        last_word()
    finally:
        sys.stderr.write(sentence + "\n")
        sys.stderr.flush()
        os._exit(night.record.exit_code or Exit.REFUSED)


def _close(night: Night) -> str:
    """Close the record before anything is ended, so that the cause is told and not its echo."""
    record = night.record
    stage = record.stages[-1]["stage"] if record.stages else "start"
    minutes = f"{night.home.settings.run.max_minutes:g}"
    sentence = (
        f"The run took longer than its {minutes} minutes and was ended in the stage `{stage}`."
        f" What was landed is kept. See {night.places.log(record.run_id)}, and raise"
        " `run.max_minutes` in throughline.yml if it needs more."
    )
    if record.published:
        sentence = f"Published, but then: {sentence}"
        record.end(night.places, "published", Exit.DEGRADED, sentence, "budget")
    else:
        sentence = f"Nothing was published. {sentence}"
        record.end(night.places, "failed", Exit.REFUSED, sentence, "budget")
    log.error(sentence, stage=stage)
    return sentence


def _kill_children() -> None:
    import psutil

    for child in psutil.Process().children(recursive=True):
        try:
            child.kill()
        except psutil.NoSuchProcess:
            continue
