"""The journal of one source's landing: which pages, export files and scopes are complete.

    {"kind":"page", …, "format":2,"check":"…"}      ``check`` is a digest of what stands before it

Lines of format 1 have no ``check``. Of the landing's journal ``journal.end`` tells how far it was
written, so that one that was cut off is told from one that nothing was added to.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from connectors.durable import disk_space_of, sync_folder, write_durably
from connectors.errors import ResponseError
from connectors.shaping import shaped

FORMAT_VERSION = 2
UNCHECKED = 1
"""The format of lines without a digest."""
_CHECK = b',"check":"'


class PageEntry(msgspec.Struct, tag="page", tag_field="kind", frozen=True):
    """A page that is complete on disk.

    ``sha256`` is of its uncompressed bytes and names it, ``packed`` is the SHA-256 of its file;
    pages of format 1 have none.
    """

    stream: str
    file: str
    rows: int
    sha256: str
    origin: str
    pulled_from: str
    pulled_to: str
    packed: str = ""


class FileEntry(msgspec.Struct, tag="file", tag_field="kind", frozen=True):
    """An export file all of whose records are in pages. Counts are by stream.

    ``quarantine`` is the SHA-256 of the file of its faults, ``read_at`` (naive UTC) the time of
    what it holds; entries of format 1 have neither.
    """

    file: str
    sha256: str
    reading: int
    read: dict[str, int]
    rejected: dict[str, int]
    unreadable: str = ""
    quarantine: str = ""
    read_at: str = ""


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


Entry = PageEntry | FileEntry | ScopeEntry
_decode = msgspec.json.Decoder(Entry).decode
_encode = msgspec.json.Encoder().encode


class _Format(msgspec.Struct):
    format: int


class _End(msgspec.Struct):
    bytes: int


_decode_end = msgspec.json.Decoder(_End).decode


class Journal:
    """Reads the journal once, then appends to it; an entry counts once its line feed is on disk."""

    def __init__(
        self, path: Path, decode: Callable[[bytes], Any] = _decode, end: Path | None = None
    ) -> None:
        """Read the journal.

        Args:
            path: Where it stands; it is made if it is missing.
            decode: Reads a line of another kind of journal.
            end: Where it is written down how long the journal is; None where a journal that was
                cut off does no harm.

        Raises:
            ResponseError: If a complete line cannot be understood, or some are gone.
        """
        self.path = path
        self.entries: list[Any] = []
        self._decode = decode
        self._end = end
        self._read()

    def append(self, entries: Sequence[Any]) -> None:
        """Add entries durably: all of them are on disk when this returns."""
        text = b"".join(map(line_of, entries))
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
        self._note_end(start + len(text))

    def replace(self, entries: Sequence[Any]) -> None:
        """Put other entries in the place of all that stand there, in one step."""
        text = b"".join(map(line_of, entries))
        if self._end is not None:
            self._end.unlink(missing_ok=True)
        write_durably(self.path, text)
        self.entries = list(entries)
        self._note_end(len(text))

    def _note_end(self, length: int) -> None:
        if self._end is not None:
            write_durably(self._end, line_of(_End(length)))

    def _read(self) -> None:
        text = self.path.read_bytes() if self.path.exists() else b""
        complete = text.rfind(b"\n") + 1
        self._hold_against_the_end(complete)
        if not self.path.exists():
            with disk_space_of(self.path.parent):
                self.path.touch()
                sync_folder(self.path.parent)
        if complete < len(text):
            # The program was killed while it wrote this line: what it told of never counted.
            os.truncate(self.path, complete)
        for number, line in enumerate(text[:complete].splitlines(), 1):
            name = f"Line {number} of the landing's journal {self.path}"
            self.entries.append(self._entry(name, line, self._decode))

    def _hold_against_the_end(self, complete: int) -> None:
        """Refuse a journal of which less is there than was written once."""
        if self._end is None or not self._end.exists():
            return
        line, name = self._end.read_bytes(), f"The end of the landing's journal, {self._end},"
        # One line feed short of a line it is no line.
        written = self._entry(name, line[:-1] if line[-1:] == b"\n" else b"", _decode_end).bytes
        if complete < written:
            raise ResponseError(
                f"The landing's journal {self.path} was cut off: {complete:,} of {written:,} bytes "
                f"are there. {self._advice}"
            )

    def _entry(self, name: str, line: bytes, decode: Callable[[bytes], Any]) -> Any:
        before, mark, check = line.rpartition(_CHECK)
        try:
            version = shaped(line, _Format).format
            is_sound = version == UNCHECKED or (mark and check == _check_of(before))
            if is_sound and version in (UNCHECKED, FORMAT_VERSION):
                return decode(line)
            found = "is damaged"
            if version > FORMAT_VERSION and (is_sound or not mark):
                found = (
                    f"has format {version}, this program knows {FORMAT_VERSION}: a later version "
                    "of Throughline has written it, which can go on with it"
                )
        except msgspec.DecodeError:
            found = "cannot be read"
        raise ResponseError(f"{name} {found}. {self._advice}")

    @property
    def _advice(self) -> str:
        return (
            f"Restore the folder {self.path.parent} from a backup, or move it away and run again: "
            "everything is then read from the exports and trackers anew."
        )


def line_of(entry: Any) -> bytes:
    """Return an entry, which has some members, as it is written down."""
    before = b'%b,"format":%d' % (_encode(entry)[:-1], FORMAT_VERSION)
    return before + _CHECK + _check_of(before) + b"\n"


def _check_of(before: bytes) -> bytes:
    """Return how a line ends of which this stands before its digest."""
    return b'%b"}' % hashlib.blake2b(before, digest_size=8).hexdigest().encode()
