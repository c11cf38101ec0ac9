"""How a command fails: one clear sentence on standard error, and the exit code that says so."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import typer

from connectors.durable import FULL
from connectors.errors import SettingsError, ThroughlineError
from connectors.plain import plain
from pipelines.warehouse.exits import Exit

INTERRUPTED = 130
"""Of a command that the user stops; no run ends so."""


def say(text: object = "", *, error: bool = False) -> None:
    """Print one line; control characters of foreign text, line ends too, become blanks."""
    typer.echo(plain(text), err=error)


def say_lines(text: object, *, error: bool = False) -> None:
    """Print a text of ours, or of an error of ours, that has several lines."""
    for line in str(text).split("\n"):
        say(line, error=error)


def fail(sentence: str, code: int, *more: object) -> typer.Exit:
    """Print the sentence as an error, and more lines below it; what to raise."""
    for line in (sentence, *more):
        say(line, error=True)
    return typer.Exit(code)


def no_source(wanted: str, names: Iterable[str]) -> typer.Exit:
    """Say that the home has no source of a name, and which it has; what to raise."""
    return fail(f"There is no source `{wanted}`; there are {', '.join(names)}.", Exit.SETTINGS)


@contextmanager
def told_in_a_sentence() -> Iterator[None]:
    """Turn failures into a sentence and an exit code; nobody is shown a traceback."""
    try:
        yield
    except ThroughlineError as fault:
        say_lines(fault, error=True)
        sys.exit(code_of(fault))
    except OSError as fault:
        sentence, code = _of_the_disk(fault)
        say(sentence, error=True)
        sys.exit(code)
    except KeyboardInterrupt:
        say("Interrupted. What was published before still stands.", error=True)
        sys.exit(INTERRUPTED)
    except Exception as fault:  # noqa: BLE001 - the last door: whoever starts us gets a sentence
        say(f"Unexpected failure: {type(fault).__name__}: {fault}", error=True)
        sys.exit(Exit.REFUSED)


def code_of(fault: ThroughlineError) -> int:
    """The exit code that a failure before the run ends the command with."""
    from pipelines.warehouse.lock import LockHeldError

    if isinstance(fault, LockHeldError):
        return Exit.LOCKED
    return Exit.SETTINGS if isinstance(fault, SettingsError) else Exit.REFUSED


def _of_the_disk(fault: OSError) -> tuple[str, int]:
    """What is wrong with a file or the disk, and whether it can be set right beforehand."""
    if fault.errno in FULL:
        return "The disk is full. Make room for the home and start again.", Exit.REFUSED
    if fault.filename is None:
        return f"Unexpected failure: {type(fault).__name__}: {fault}", Exit.REFUSED
    told = f"{fault.filename}: {fault.strerror}."
    return (
        f"{told} Expected a folder that may be read and written. Name another one.",
        Exit.SETTINGS,
    )
