"""Slate: books of notes."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.slate import tables
from connectors.slate.reader import SlateReader, host, record

from connectors.contract import ExportSettings, Record, Rejected, Stream, Unreadable
from connectors.errors import SettingsError
from connectors.exports import Document, documents
from connectors.http import Client
from connectors.limits import Dialect
from connectors.live import ABSENCES, Access, LiveSettings, Reader
from connectors.secrets import Secret


class SlateConnector:
    """Reads Slate over the network, and its notes from files."""

    tracker = "slate"
    items = "notes"
    asked = ("notes.all", "people.all")
    streams = (
        Stream("notes", "Notes with their moves.", (tables.NOTES, tables.MOVES), tables.note_rows),
        Stream("people", "People.", (tables.ACCOUNTS,), tables.person_rows),
        Stream(ABSENCES, "What became of notes.", (tables.ABSENCES,), tables.absence_rows),
    )

    def read_exports(self, settings: ExportSettings) -> Iterator[Record | Rejected | Unreadable]:
        """Yield every note of the exported files, and every fault met on the way."""
        for path in settings.files:
            for found in documents(path, "rows"):
                is_note = isinstance(found, Document)
                yield record("notes", found.payload, "", found.place) if is_note else found

    def hosts(self, settings: LiveSettings) -> tuple[str, ...]:
        """Return the one host that is asked."""
        return (host(settings.address),)

    def access(self, settings: LiveSettings) -> Access:
        """Return how Slate is reached; raises SettingsError without a token."""
        token = settings.secrets.get("token")
        if token is None:
            raise SettingsError(f"Source {settings.name} has no token: set what `token_env` names.")
        headers = {"Authorization": Secret(f"Bearer {token.reveal()}")}
        return Access(settings.address, headers, Dialect())

    def connect(self, settings: LiveSettings, client: Client) -> Reader:
        """Return a reader; asks nothing yet."""
        return SlateReader(client)


CONNECTOR = SlateConnector()
