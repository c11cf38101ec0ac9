"""One run under way, whichever door it was started by: its id, its folder, its log, its record."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import structlog

from connectors.durable import remove_half_written
from connectors.errors import (
    AccessError,
    DiskFullError,
    ResponseError,
    SettingsError,
    TemporaryError,
    ThroughlineError,
)
from connectors.plain import plain
from pipelines.home.home import Home
from pipelines.home.problems import HomeError
from pipelines.warehouse import forgetting, memory, retention, run_log
from pipelines.warehouse.exits import Exit
from pipelines.warehouse.going_back import rolled_back
from pipelines.warehouse.lock import held
from pipelines.warehouse.missed import missed_nights, missed_sentence
from pipelines.warehouse.places import Places
from pipelines.warehouse.private import close, privately
from pipelines.warehouse.record import (
    BudgetError,
    Cause,
    GateError,
    NothingFetchedError,
    RunRecord,
    State,
    new_run_id,
)
from pipelines.warehouse.side_by_side import SideBySide
from pipelines.warehouse.space import foreseen, measured
from pipelines.warehouse.state import check_state

NOBODY = ""
"""In place of a source's name: no source is asked, all are as they were landed."""
log = structlog.get_logger()


@dataclass(frozen=True)
class Night:
    """A run that holds the lock. ``confirmed`` names a source whose removals a person confirms.

    ``side_by_side`` is what its sources share while they are read; ``bytes_taken`` tells how large
    the folder that it builds in was at most.
    """

    home: Home
    places: Places
    record: RunRecord
    full: bool = False
    only: str | None = None
    confirmed: str | None = None
    side_by_side: SideBySide = field(default_factory=lambda: SideBySide(1), compare=False)
    bytes_taken: Callable[[], int] = lambda: 0

    @property
    def run_id(self) -> str:
        """The id of the run."""
        return self.record.run_id

    @contextmanager
    def stage(self, name: str) -> Iterator[dict[str, Any]]:
        """Time a stage, log its end with the counts its body gives, and note how it failed."""
        log.info("started", stage=name)
        try:
            with self.record.stage(name, self.places) as counts:
                yield counts
        except Exception as fault:
            self._note(name, fault)
            raise
        finally:
            self.record.bytes_built = max(self.record.bytes_built, self.bytes_taken())
        told = {key: value for key, value in counts.items() if key not in {"stage", "seconds"}}
        log.info("done", stage=name, seconds=counts["seconds"], **told)

    def _note(self, name: str, fault: Exception) -> None:
        """Close the record with what the user should know; the log has the rest."""
        end = _end_by(self, fault)
        where = f"See {self.places.log(self.run_id)}"
        if self.record.published:
            log.exception("failed", stage=name)
            end = replace(end, sentence=f"{end.sentence} {where}")
        elif end.code is Exit.REFUSED and end.state == "failed":
            log.exception("failed", stage=name)
            end = replace(end, sentence=f"{end.sentence} Nothing was published. {where}")
        else:
            log.error(end.sentence, stage=name)
        end.write(self)


@dataclass(frozen=True)
class _End:
    """How a failure ends a run."""

    state: State
    code: Exit
    sentence: str
    cause: Cause

    def write(self, night: Night) -> None:
        night.record.end(night.places, self.state, self.code, self.sentence, self.cause)


def _end_by(night: Night, fault: BaseException) -> _End:
    known, published = foreseen(night.places, fault), night.record.published
    return _End(*verdict(known, published), cause_of(known, published))


def verdict(fault: BaseException, published: str = "") -> tuple[State, Exit, str]:
    """The state, the exit code and the sentence that a failure ends a run with.

    What was ``published`` before stays so, whatever fails after it.
    """
    if published:
        return "published", Exit.DEGRADED, f"Published, but then: {verdict(fault)[2]}"
    if isinstance(fault, GateError):
        return "refused", Exit.REFUSED, plain(fault)
    if isinstance(fault, NothingFetchedError):
        return "empty", Exit.NOTHING_FETCHED, plain(fault)
    if isinstance(fault, HomeError):
        return "failed", Exit.SETTINGS, str(fault)
    if isinstance(fault, ThroughlineError | BudgetError):
        return "failed", Exit.REFUSED, str(fault)
    cause = plain(fault).strip()[:300] or "no further word"
    return "failed", Exit.REFUSED, f"The run failed unexpectedly: {type(fault).__name__}: {cause}."


def cause_of(fault: BaseException, published: str = "") -> Cause:
    """What kind of failure it is: what may be told of it to everybody, and what helps."""
    if published:
        return "degraded"
    kinds: tuple[tuple[type[Exception], Cause], ...] = (
        (GateError, "gate"),
        (NothingFetchedError, "nothing_fetched"),
        (BudgetError, "budget"),
        (SettingsError, "settings"),
        (AccessError, "access"),
        (DiskFullError, "disk_full"),
        (TemporaryError, "temporary"),
        (ResponseError, "response"),
    )
    for kind, cause in kinds:
        if isinstance(fault, kind):
            return cause
    return "unexpected"


@contextmanager
def begun(
    home: Home, *, full: bool = False, only: str | None = None, confirmed: str | None = None
) -> Iterator[Night]:
    """Begin a run: hold the lock, sweep what killed runs left, open log and record.

    Args:
        home: Valid, as of the date that the run stands for.
        full: Forget all typed tables and read every source anew.
        only: Fetch this source alone; None for all, ``NOBODY`` for none.
        confirmed: What was held of this source may go.

    Raises:
        LockHeldError: If another run is under way.
    """
    places = Places(home.folder)
    with privately(), held(places):
        run_id = new_run_id(home.as_of, datetime.now(UTC), places)
        with run_log.written_to(places.log(run_id), run_id):
            check_state(places)
            swept = retention.sweep_runs(places)
            resumed = forgetting.go_on(home)
            retention.sweep_going(places)
            remove_half_written(places.data)
            memory.settle(places)
            opened = close(places, home.settings.publish.readers)
            started = datetime.now(UTC).isoformat(timespec="seconds")
            record = RunRecord(run_id, home.as_of.isoformat(), started, os.getpid())
            record.missed = missed_nights(places, home.as_of)
            record.save(places)
            told = {"full": full, "only": only, "confirmed": confirmed}
            log.info("run", as_of=home.as_of, **told)
            if opened:
                log.warning("closed what others could read", files=len(opened))
            for name in swept:
                log.warning("swept the folder of a run that was killed", killed=name)
            for person in resumed:
                log.warning("finished what `throughline forget` began", key=person.replacement)
            if back := rolled_back(places):
                log.warning("readers had been switched back to an earlier run", **_renamed(back))
            if record.missed:
                log.warning(missed_sentence(record.missed))
            beside = SideBySide(home.settings.run.sources_at_once)
            yield from _running(Night(home, places, record, full, only, confirmed, beside))


def _renamed(back: dict[str, str]) -> dict[str, str]:
    return {"from_run": back["from"], "to_run": back["to"], "at": back["at"]}


def _running(night: Night) -> Iterator[Night]:
    places, record = night.places, night.record
    try:
        places.run(record.run_id).mkdir(parents=True)
        with measured(places.run(record.run_id)) as bytes_taken:
            yield replace(night, bytes_taken=bytes_taken)
    except Exception as fault:
        _end_by(night, fault).write(night)
        raise
    finally:
        night.side_by_side.end()
        if record.published:
            sentence = "Published, but the run was ended before it was done."
            record.end(places, "published", Exit.DEGRADED, sentence, "degraded")
        sentence = "The run ended before it published."
        record.end(places, "unfinished", Exit.REFUSED, sentence, "unfinished")
        retention.sweep_runs(places)
        retention.keep_newest_logs(places)
        # Where the disk was full, this is the first time that the end can be written down.
        record.save(places)
        log.info("ended", state=record.state, exit_code=record.exit_code)
