"""Where this process turns to: every connection that it opens and every name that it looks up."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class _Ear:
    """Hears of sockets below every library. An audit hook stays for good, so there is one."""

    def __init__(self) -> None:
        self.heard: set[str] | None = None
        self._is_there = False

    @contextmanager
    def open(self) -> Iterator[set[str]]:
        if not self._is_there:
            sys.addaudithook(self._hear)
            self._is_there = True
        self.heard = set()
        try:
            yield self.heard
        finally:
            self.heard = None

    def _hear(self, event: str, arguments: Any) -> None:
        if self.heard is None or not event.startswith("socket."):
            return
        if event in ("socket.connect", "socket.sendto"):
            address = arguments[1]
            shown = ":".join(map(str, address[:2])) if isinstance(address, tuple) else str(address)
            self.heard.add(shown)
        elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
            port = arguments[1] if len(arguments) > 1 else ""
            self.heard.add(f"{arguments[0]}:{port}")


_EAR = _Ear()


def turned_to():
    """While the body runs, the set of ``host:port`` that was looked up or connected to."""
    return _EAR.open()
