"""How far a run is: a live table on a terminal, plain lines elsewhere."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import structlog

from connectors.plain import plain
from pipelines.warehouse.run_log import Event, line, listening

log = structlog.get_logger()
UNSEEN = {"debug"}


class DbtLines(io.TextIOBase):
    """Where dbt's lines go instead of standard output: into the run's log."""

    def write(self, text: str) -> int:
        """Log each line that is not empty."""
        for each in text.splitlines():
            if each.strip():
                log.debug(each.strip(), stage="models")
        return len(text)


@contextmanager
def display() -> Iterator[None]:
    """Show the events of a run while the body runs, on standard error."""
    shown = _on_a_terminal() if sys.stderr.isatty() else _as_lines()
    with shown:
        yield


@contextmanager
def _as_lines() -> Iterator[None]:
    stream = sys.stderr

    def write(event: Event) -> None:
        if event["level"] not in UNSEEN:
            # The traceback stands in the log of the run, for those who mend the program.
            shown = {key: value for key, value in event.items() if key != "exception"}
            stream.write(line(shown) + "\n")

    with listening(write):
        yield


@contextmanager
def _on_a_terminal() -> Iterator[None]:
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description}", markup=False),
        TextColumn("{task.fields[counts]}", markup=False),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress, listening(_Stages(progress).see):
        yield


class _Stages:
    """A row per stage."""

    def __init__(self, progress) -> None:
        self._progress = progress
        self._rows: dict[str, int] = {}
        self._guard = Lock()

    def _row(self, stage: str) -> int:
        """The row of a stage; sources that are read side by side move before theirs has begun."""
        with self._guard:
            if stage not in self._rows:
                self._rows[stage] = self._progress.add_task(plain(stage), total=1, counts="")
            return self._rows[stage]

    def see(self, event: Event) -> None:
        """Bring the display up to date with one event."""
        stage, what = str(event.get("stage") or ""), event["event"]
        if what == "started":
            self._row(stage)
        elif what == "progress":
            known = [event["finished"], event.get("scope")]
            told = " · ".join(plain(each) for each in known if each)
            self._progress.update(self._row(stage), counts=told)
        elif stage in self._rows and what == "done":
            hidden = {"event", "stage", "seconds", "level", "timestamp", "run_id"}
            counts = [f"{v:,} {k}" for k, v in event.items() if k not in hidden]
            self._progress.update(self._rows[stage], completed=1, counts=" · ".join(counts))
        elif event["level"] in {"warning", "error"}:
            self._progress.console.print(plain(what), style="yellow", markup=False)
