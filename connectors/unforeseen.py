"""Mistakes of this program: met where a connector makes them, told without what it held."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import wraps
from traceback import walk_tb
from typing import Any, ParamSpec, TypeVar, cast

import structlog

from connectors.durable import FULL
from connectors.errors import ThroughlineError, UnexpectedError
from connectors.live import Reader, Scope

_OURS = ("connectors", "pipelines")
_END = object()
Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
log = structlog.get_logger()


def is_of_the_machine(fault: BaseException) -> bool:
    """True for a full disk, a file that cannot be used, or no memory: no program foresees these."""
    if isinstance(fault, OSError):
        return fault.errno in FULL or fault.filename is not None
    if isinstance(fault, sqlite3.OperationalError):
        return getattr(fault, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return isinstance(fault, MemoryError)


def described(fault: Exception) -> str:
    """Return what kind of fault it is and where it was met.

    The words of the fault are left out: they may hold what was read, or a secret.
    """
    way = _way(fault)
    ours = [each for each in way if each.partition(".")[0] in _OURS]
    place = (ours or way or ["an unknown place"])[-1]
    return f"{type(fault).__name__} at {place}: a mistake of this program"


def told(fault: Exception, source: str) -> UnexpectedError:
    """Log the way to a fault; return the error that tells of it."""
    if isinstance(fault, UnexpectedError):
        return fault
    log.error("unexpected", source=source, fault=type(fault).__name__, way=" > ".join(_way(fault)))
    return UnexpectedError(f"{described(fault)}. Report it with this sentence and the run's log.")


def _way(fault: Exception) -> list[str]:
    steps = [
        (str(frame.f_globals.get("__name__", "?")), line)
        for frame, line in walk_tb(fault.__traceback__)
    ]
    return [f"{module}:{line}" for module, line in steps if module != __name__]


def guarded(call: Callable[Arguments, Result], source: str) -> Callable[Arguments, Result]:
    """Return a call that raises an ``UnexpectedError`` for what it did not foresee."""

    @wraps(call)
    def careful(*args: Arguments.args, **named: Arguments.kwargs) -> Result:
        try:
            return call(*args, **named)
        except ThroughlineError:
            raise
        except Exception as fault:
            if is_of_the_machine(fault):
                raise
            raise told(fault, source) from None

    return careful


def guarded_each(found: Iterable[Result], source: str) -> Iterator[Result]:
    """Yield the same, with an ``UnexpectedError`` for what making it did not foresee."""
    steps = iter(found)
    take = guarded(lambda: next(steps, _END), source)
    while (each := take()) is not _END:
        yield cast(Result, each)


class GuardedReader:
    """A reader whose mistakes concern what it was asked for, like any other of its failures."""

    def __init__(self, reader: Reader, source: str) -> None:
        """Stand before the reader of a source."""
        self._reader = reader
        self._source = source

    def __getattr__(self, name: str) -> Any:
        return guarded(getattr(self._reader, name), self._source)

    def census(self, scope: Scope) -> Iterator[Sequence[str]] | None:
        """Yield pages of ids, if the reader does."""
        pages = guarded(self._reader.census, self._source)(scope)
        return None if pages is None else guarded_each(pages, self._source)
