"""The border of the landing for what is read over the network: forgotten people do not pass it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from connectors.contract import Record, Rejected
from connectors.erasure import Erasure
from connectors.live import Reader, Scope, Slice, Step


class ErasingReader:
    """A reader whose records and scopes come without forgotten people; all else is its own."""

    def __init__(self, reader: Reader, erasure: Erasure) -> None:
        """Stand before a reader."""
        self._reader = reader
        self._erasure = erasure

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)

    def scopes(self) -> Sequence[Scope]:
        """Return the roster of the reader."""
        named = ((scope, self._erasure.text(scope.name)) for scope in self._reader.scopes())
        return [replace(scope, name=name) for scope, name in named]

    def step(self, slice: Slice, token: str | None) -> Step:
        """Read one page of a walk."""
        found = self._reader.step(slice, token)
        return replace(found, records=[erased(self._erasure, each) for each in found.records])


def erased(erasure: Erasure, found: Record | Rejected) -> Record | Rejected:
    """Return what was read, without forgotten people."""
    return erasure.record(found) if isinstance(found, Record) else erasure.rejected(found)
