"""The border of the landing: what nothing needs is left behind it, and so are forgotten people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from connectors.contract import Record, Rejected
from connectors.erasure import Erasure
from connectors.live import Reader, Scope, Slice, Step
from connectors.sparing import Sparing


class Border:
    """What becomes of records before they land."""

    def __init__(self, erasure: Erasure, sparing: Sparing | None = None) -> None:
        """Forget people; leave out what is not needed, if it is said what that is."""
        self.erasure = erasure
        self._sparing = sparing

    def passed(self, found: Record | Rejected) -> Record | Rejected:
        """Return what was read as it may land."""
        if isinstance(found, Rejected):
            return self.erasure.rejected(found)
        spared = self._sparing.record(found) if self._sparing else found
        return self.erasure.record(spared)

    def named(self, scopes: Sequence[Scope]) -> list[Scope]:
        """Return scopes under names without forgotten people."""
        return [replace(scope, name=self.erasure.text(scope.name)) for scope in scopes]


class BorderedReader:
    """A reader whose records and scopes have passed the border; all else is its own."""

    def __init__(self, reader: Reader, border: Border) -> None:
        """Stand before a reader."""
        self._reader = reader
        self._border = border

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)

    def scopes(self) -> Sequence[Scope]:
        """Return the roster of the reader."""
        return self._border.named(self._reader.scopes())

    def step(self, slice: Slice, token: str | None) -> Step:
        """Read one page of a walk."""
        found = self._reader.step(slice, token)
        return replace(found, records=[self._border.passed(each) for each in found.records])
