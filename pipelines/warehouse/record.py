"""The record of a run: what it did, how it ended, and the exit code that says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any, Literal

from connectors.durable import write_durably
from pipelines.warehouse.exits import Exit
from pipelines.warehouse.places import Places
from pipelines.warehouse.retention import run_of


class GateError(Exception):
    """A check of the data failed, so nothing may be published."""


class NothingFetchedError(Exception):
    """No source gave anything, now or earlier."""


class BudgetError(Exception):
    """The run took longer than it may. No ``ThroughlineError``, lest a source swallows it."""


State = Literal["running", "published", "refused", "failed", "empty", "unfinished", "killed"]
Cause = Literal[
    "",
    "gate",
    "nothing_fetched",
    "settings",
    "access",
    "temporary",
    "response",
    "disk_full",
    "budget",
    "killed",
    "unfinished",
    "degraded",
    "locked",
    "unexpected",
]


@dataclass
class RunRecord:
    """What is known of one run so far; saved whenever a stage begins or ends.

    Times are ISO 8601, UTC. ``cause`` is empty where all is well. ``missed`` has the dates between
    the publication before and this run for which there is none; ``told_at`` when it was told of.
    ``bytes_landed`` and ``bytes_built`` are what reading and building took on the disk at most.
    """

    run_id: str
    as_of: str
    started_at: str
    process: int
    dagster_run: str = ""
    state: State = "running"
    exit_code: Literal[0, 1, 2, 3, 4, 75] | None = None
    ended_at: str = ""
    sentence: str = ""
    cause: Cause = ""
    stages: list[dict[str, Any]] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    published: str = ""
    bytes_landed: int = 0
    bytes_built: int = 0
    missed: list[str] = field(default_factory=list)
    told_at: str = ""

    def save(self, places: Places) -> None:
        """Write the record whole, so that a reader never sees half of it."""
        places.logs.mkdir(parents=True, exist_ok=True)
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False, default=str)
        write_durably(places.record(self.run_id), text.encode())

    @contextmanager
    def stage(self, name: str, places: Places) -> Iterator[dict[str, Any]]:
        """Time a stage and keep the counts that its body puts into the dictionary given."""
        entry: dict[str, Any] = {"stage": name, "seconds": None}
        self.stages.append(entry)
        begun = monotonic()
        try:
            yield entry
        finally:
            entry["seconds"] = round(monotonic() - begun, 3)
            self.save(places)

    def end(
        self, places: Places, state: State, code: Exit, sentence: str, cause: Cause = ""
    ) -> None:
        """Close the record; the first end counts, as what follows a failure is its echo."""
        if self.exit_code is None:
            self.state, self.exit_code, self.sentence = state, code.value, sentence
            self.cause = cause
            self.ended_at = datetime.now(UTC).isoformat(timespec="seconds")
            self.save(places)


def new_run_id(as_of: date, now: datetime, places: Places) -> str:
    """An id that sorts by the start of the run and names the date it stands for; never used before.

    Milliseconds tell runs apart, and a start within the same one takes the next.
    """
    instant = now.astimezone(UTC)
    while True:
        stamp = instant.strftime("%Y%m%dT%H%M%S%f")[:-3]
        run_id = f"{stamp}Z-as-of-{as_of.isoformat()}"
        used = (places.record(run_id), places.run(run_id), places.published / run_id)
        if not any(path.exists() for path in used):
            return run_id
        instant += timedelta(milliseconds=1)


def read_records(places: Places, limit: int) -> list[dict[str, Any]]:
    """The newest records, newest first; one that cannot be read is passed over."""
    found = []
    for path in sorted(places.logs.glob("*.json"), reverse=True):
        if len(found) == limit:
            break
        if run_of(path) != path.stem:
            continue
        read = _read(path)
        if read is not None:
            found.append(read)
    return found


def change_record(places: Places, record: dict[str, Any], **facts: Any) -> dict[str, Any]:
    """Write facts into the record of a run that has ended; the record as it is then."""
    changed = {**record, **facts}
    text = json.dumps(changed, indent=1, ensure_ascii=False)
    write_durably(places.record(record["run_id"]), text.encode())
    return changed


def _read(path: Path) -> dict[str, Any] | None:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return read if isinstance(read, dict) and "run_id" in read else None
