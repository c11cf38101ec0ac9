"""How far the reading of a live source is, told often enough to see that it moves."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import structlog

from connectors.extraction_report import Progress

SECONDS_SHOWN = 0.5
SECONDS_TOLD = 5.0
"""Half of what is promised, so that a busy machine keeps to it too."""
SECONDS_OF_A_STALL = 300.0
log = structlog.get_logger()


class Watch:
    """Counts records and seconds while a source is read.

    A display sees each movement; the log has a line at least every ten seconds, also while a
    tracker wants silence and nothing moves, and one of what it came to. Where nothing has moved for
    five minutes, that is a warning: once, and again only after something has moved.
    """

    def __init__(self, source: str, names: Mapping[str, str]) -> None:
        """Watch a source whose scopes have these names."""
        self._stage = f"fetch {source}"
        self._names = dict(names)
        self._guard = threading.Lock()
        self._began = time.monotonic()
        self._shown = 0.0
        self._records = 0
        self._landed = 0
        self._scope = ""
        self._moved = self._began
        self._is_stalled = False
        self._over = threading.Event()

    def hear(self, progress: Progress) -> None:
        """Take note of a page or of a scope that has landed; called from several threads."""
        with self._guard:
            if progress.slice:
                self._records += progress.records
                self._scope = self._names.get(progress.scope, progress.scope)
            else:
                self._landed += 1
            now = self._moved = time.monotonic()
            self._is_stalled = False
            if now - self._shown < SECONDS_SHOWN:
                return
            self._shown = now
        log.debug("progress", **self._facts())

    def know(self, names: Mapping[str, str]) -> None:
        """Call scopes by these names, too."""
        with self._guard:
            self._names |= names

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Log how far it is at least every ten seconds while the body runs, and in the end."""
        teller = threading.Thread(target=self._tell, name=self._stage, daemon=True)
        teller.start()
        try:
            yield
        finally:
            self._over.set()
            teller.join()
            log.info("progress", **self._facts())

    def _tell(self) -> None:
        while not self._over.wait(SECONDS_TOLD):
            log.info("progress", **self._facts())
            self._warn_of_a_stall()

    def _warn_of_a_stall(self) -> None:
        """Warn once of each time in which nothing moves for too long."""
        with self._guard:
            silent = time.monotonic() - self._moved
            if self._is_stalled or silent < SECONDS_OF_A_STALL:
                return
            self._is_stalled = True
        log.warning(
            f"stalled: nothing has come for {silent:.0f} seconds; the run waits and ends by itself",
            **self._facts(),
        )

    def _facts(self) -> dict[str, object]:
        return {
            "stage": self._stage,
            "finished": f"{self._records:,} records",
            "scope": self._scope or None,
            "scopes_landed": self._landed,
            "seconds": round(time.monotonic() - self._began),
        }
