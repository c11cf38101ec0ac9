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
def written_to(path: Path) -> Iterator[IO[str]]:
    """Append every event to a file while the body runs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        path.open("a", encoding="utf-8", buffering=1, errors="backslashreplace") as file,
        listening(lambda event: _append(file, event)),
    ):
        yield file


def _append(file: IO[str], event: Event) -> None:
    file.write(line(event) + "\n")
