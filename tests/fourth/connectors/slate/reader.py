"""Asks Slate: who we are, which books there are, and the notes in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec

from connectors.contract import Record
from connectors.decoding import instant
from connectors.http import Client
from connectors.live import Forecast, Identity, Outcome, Plan, Scope, Slice, Step

OVERLAP = timedelta(minutes=15)


class _Me(msgspec.Struct):
    name: str
    zone: str


class _Book(msgspec.Struct):
    id: str
    name: str


class _Page(msgspec.Struct):
    rows: list[msgspec.Raw]
    next: str | None = None


class _Head(msgspec.Struct):
    id: str
    changed: str | None = None


def host(address: str) -> str:
    """Return the host of an address."""
    return urlsplit(address).netloc


def record(stream: str, payload: bytes, scope: str, place: str) -> Record:
    """Return the record of an object."""
    head = msgspec.json.decode(payload, type=_Head)
    return Record(stream, head.id, payload, instant(head.changed, "UTC", "changed"), scope, place)


class SlateReader:
    """The books of one source."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def identify(self) -> Identity:
        """Ask who we are."""
        me = self._client.get("/me").json(_Me)
        return Identity(me.name, me.zone, self._client.server_time())

    def scopes(self) -> Sequence[Scope]:
        """Return the source as a whole, then its books by id."""
        books = self._client.get("/books").json(list[_Book])
        found = sorted(books, key=lambda book: book.id)
        return [Scope("", "people", "source"), *(Scope(b.id, b.name, "book") for b in found)]

    def plan(
        self, scope: Scope, mark: Mapping[str, Any] | None, awaited: Sequence[str] = ()
    ) -> Plan:
        """Plan one walk: all people, or the notes of a book that changed since the mark.

        Slate gives no note by its id, so a book that awaits one is read whole.
        """
        now = self._client.server_time()
        if not scope.id:
            slices = (Slice("", "people", "people", {"path": "/people"}, is_whole=True),)
            return Plan(slices, {}, now)
        since = (
            datetime.fromisoformat(str(mark["asked"])) - OVERLAP if mark and not awaited else None
        )
        request = {"path": f"/books/{scope.id}/notes", "since": since.isoformat() if since else ""}
        slice = Slice(scope.id, "notes", "notes", request, is_whole=since is None)
        return Plan((slice,), {"asked": now.isoformat()}, now)

    def step(self, slice: Slice, token: str | None) -> Step:
        """Read one page; the next one begins behind the last note of it."""
        query = {"since": slice.request.get("since"), "after": token}
        page = self._client.get(slice.request["path"], query).json(_Page)
        records = [
            record(slice.stream, bytes(row), slice.scope, slice.request["path"])
            for row in page.rows
        ]
        return Step(records, page.next, len(page.rows))

    def expected(self, slice: Slice) -> int | None:
        """Slate tells no counts."""
        return None

    def halves(self, slice: Slice) -> Sequence[Slice]:
        """A book cannot be cut."""
        return ()

    def census(self, scope: Scope) -> Iterable[Sequence[str]] | None:
        """Yield the ids of all notes of a book."""
        if not scope.id:
            return None
        return [self._client.get(f"/books/{scope.id}/ids").json(list[str])]

    def look_up(self, scope: Scope, ids: Sequence[str]) -> Mapping[str, Outcome]:
        """Ask for each note."""
        found: dict[str, Outcome] = {}
        for each in ids:
            answer = self._client.get(f"/notes/{each}", pass_through={404})
            found[each] = "deleted" if answer.status == 404 else "present"
        return found

    def requests_expected(self, scope: Scope, mark: Mapping[str, Any] | None) -> Forecast | None:
        """Slate tells nothing beforehand."""
        return None
