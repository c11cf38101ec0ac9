"""The run's log: one line per event, in a file of the run and wherever else somebody listens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import structlog

from connectors.plain import plain

Event = MutableMapping[str, Any]
Listener = Callable[[Event], None]

_listeners: list[Listener] = []
_runs: list[str] = []
"""The run that all threads of this process write of, last; nothing binds it to one of them."""


def line(event: Event) -> str:
    """One event as one line: time, level, what happened, and its facts as ``key=value``."""
    facts = {key: value for key, value in event.items() if key not in {"timestamp", "level"}}
    words = [str(event["timestamp"]), str(event["level"]).upper().ljust(7)]
    words.append(plain(facts.pop("event", "")))
    words += [f"{key}={_value(value)}" for key, value in facts.items() if value is not None]
    return " ".join(words)


def _value(value: object) -> str:
    text = plain(value)
    return f'"{text}"' if " " in text else text


def _name_the_run(_logger: object, _method: str, event: Event) -> Event:
    if _runs:
        event["run_id"] = _runs[-1]
    return event


def _pass_on(_logger: object, _method: str, event: Event) -> str:
    for listener in _listeners:
        listener(event)
    raise structlog.DropEvent


def configure() -> None:
    """Send what is logged to whoever listens, and nowhere else."""
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _name_the_run,
            _pass_on,
        ],
        cache_logger_on_first_use=False,
    )


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Pass every event to ``listener`` while the body runs."""
    configure()
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


@contextmanager
def written_to(path: Path, run_id: str = "") -> Iterator[IO[str]]:
    """Append every event to a file while the body runs; each names the run, where there is one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        path.open("a", encoding="utf-8", buffering=1, errors="backslashreplace") as file,
        listening(lambda event: _append(file, event)),
        _of_run(run_id),
    ):
        yield file


@contextmanager
def _of_run(run_id: str) -> Iterator[None]:
    """Let every event name a run, for whoever listens."""
    if not run_id:
        yield
        return
    _runs.append(run_id)
    try:
        yield
    finally:
        _runs.pop()


def _append(file: IO[str], event: Event) -> None:
    file.write(line(event) + "\n")
