"""The journal of one source's landing: which pages, export files and scopes are complete."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from connectors.durable import disk_space_of, sync_folder, write_durably
from connectors.errors import ResponseError
from connectors.shaping import shaped

FORMAT_VERSION = 1


class PageEntry(msgspec.Struct, tag="page", tag_field="kind", frozen=True):
    """A page that is complete on disk. ``sha256`` is of its uncompressed bytes."""

    stream: str
    file: str
    rows: int
    sha256: str
    origin: str
    pulled_from: str
    pulled_to: str
    format: int = FORMAT_VERSION


class FileEntry(msgspec.Struct, tag="file", tag_field="kind", frozen=True):
    """An export file all of whose records are in pages. Counts are by stream."""

    file: str
    sha256: str
    reading: int
    read: dict[str, int]
    rejected: dict[str, int]
    unreadable: str = ""
    format: int = FORMAT_VERSION


class ScopeEntry(msgspec.Struct, tag="scope", tag_field="kind", frozen=True):
    """A scope all of whose records, up to ``mark``, are in pages. Counts are by stream.

    ``started_at`` is the tracker's clock when it was planned. ``state`` is ``complete``, ``held``
    where removals wait for a word, or ``absent`` where the scope itself is no longer to be seen.
    ``awaited`` names the work items that its census lists and of which there is no record, each
    with the time from which on it is asked for; see ``awaited.py``.
    """

    scope: str
    name: str
    state: str
    mark: dict[str, Any]
    started_at: str
    read: dict[str, int] = {}
    landed: dict[str, int] = {}
    rejected: dict[str, int] = {}
    quarantine: str = ""
    awaited: dict[str, str] = {}
    format: int = FORMAT_VERSION


Entry = PageEntry | FileEntry | ScopeEntry
_decode = msgspec.json.Decoder(Entry).decode
_encode = msgspec.json.Encoder().encode


class _Format(msgspec.Struct):
    format: int


class Journal:
    """Reads the journal once, then appends to it; an entry counts once its line feed is on disk."""

    def __init__(self, path: Path, decode: Callable[[bytes], Any] = _decode) -> None:
        """Read the journal.

        Args:
            path: Where it stands; it is made if it is missing.
            decode: Reads a line of another kind of journal.

        Raises:
            ResponseError: If a complete line cannot be understood.
        """
        self.path = path
        self.entries: list[Any] = []
        self._decode = decode
        self._read()

    def append(self, entries: Sequence[Any]) -> None:
        """Add entries durably: all of them are on disk when this returns."""
        text = b"".join(_encode(entry) + b"\n" for entry in entries)
        with disk_space_of(self.path.parent), self.path.open("ab") as file:
            start = file.tell()
            try:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                # What stands there of a line must not be taken for one by whoever appends next.
                os.truncate(self.path, start)
                raise
        self.entries += entries

    def replace(self, entries: Sequence[Any]) -> None:
        """Put other entries in the place of all that stand there, in one step."""
        write_durably(self.path, b"".join(_encode(entry) + b"\n" for entry in entries))
        self.entries = list(entries)

    def _read(self) -> None:
        if not self.path.exists():
            with disk_space_of(self.path.parent):
                self.path.touch()
                sync_folder(self.path.parent)
            return
        text = self.path.read_bytes()
        complete = text.rfind(b"\n") + 1
        if complete < len(text):
            # The program was killed while it wrote this line: what it told of never counted.
            os.truncate(self.path, complete)
        for number, line in enumerate(text[:complete].splitlines(), 1):
            self.entries.append(self._entry(number, line))

    def _entry(self, number: int, line: bytes) -> Any:
        try:
            version = shaped(line, _Format).format
            if version == FORMAT_VERSION:
                return self._decode(line)
            found = f"has format {version}, this program knows {FORMAT_VERSION}"
        except msgspec.DecodeError:
            found = "cannot be read"
        raise ResponseError(
            f"Line {number} of the landing's journal {self.path} {found}. Restore the folder "
            f"{self.path.parent} from a backup, or move it away and run again: everything is then "
            "read from the exports and trackers anew."
        )
