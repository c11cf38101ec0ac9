"""The one way to a tracker: reads only, from listed hosts only, bounded in time and size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

Shape = TypeVar("Shape")


@dataclass(frozen=True)
class Answer:
    """A complete answer. Header names are in lower case; the body is JSON where status is 2xx."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def json(self, type: type[Shape]) -> Shape:
        """Return the body in a declared shape; ``msgspec.Raw`` keeps a part byte for byte.

        Raises:
            ResponseError: If it has another shape; it names the field.
        """
        raise NotImplementedError


@dataclass(frozen=True)
class Call:
    """One request. ``path`` starts with a slash and is joined to the address of the tracker.

    ``query`` values are text, numbers, flags or lists of them; None is left out. ``body`` makes it
    a POST, which only paths listed in ``Access.reads`` allow. ``kind`` names the limit it falls
    under. Statuses in ``pass_through`` are returned as they come, without a retry.
    """

    path: str
    query: Mapping[str, Any] | None = None
    body: Any = None
    kind: str = "read"
    pass_through: frozenset[int] | set[int] = frozenset()


class Client:
    """Asks one tracker. Made by the kernel from ``Access``; may be used from many threads."""

    def get(
        self,
        path: str,
        query: Mapping[str, Any] | None = None,
        *,
        kind: str = "read",
        pass_through: frozenset[int] | set[int] = frozenset(),
    ) -> Answer:
        """Ask for a path, or for a full address that the tracker gave, if its host is listed.

        Raises:
            Refused: At 401, 402 or 403.
            Missing: At 404.
            Gone: At 410.
            ResponseError: At any other 4xx, a redirect elsewhere, a body that is too large, or one
                that stayed unreadable through all tries.
            TemporaryError: If all tries are spent on 429, 5xx or a broken connection.
            DeferredError: If the budget is spent, or the tracker asks for a longer silence.
        """
        raise NotImplementedError

    def post(
        self,
        path: str,
        body: Any,
        *,
        query: Mapping[str, Any] | None = None,
        kind: str = "read",
        pass_through: frozenset[int] | set[int] = frozenset(),
    ) -> Answer:
        """Ask with a JSON body; for paths in ``Access.reads`` alone. Raises like ``get``."""
        raise NotImplementedError

    def many(self, calls: Sequence[Call]) -> list[Answer]:
        """Ask several things at once and return the answers in the order of the calls.

        What is in flight is bounded for all threads together. Raises the first fault, in the order
        of the calls, after those in flight have ended.
        """
        raise NotImplementedError

    def server_time(self) -> datetime:
        """Return the tracker's clock (naive UTC) as its newest answer told it; asks nothing.

        Raises:
            ResponseError: If no answer so far carried a ``Date``.
        """
        raise NotImplementedError
