"""The journal of one source's landing: which pages and which export files are complete."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import msgspec

from connectors.errors import ResponseError, TemporaryError

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


Entry = PageEntry | FileEntry
_decode = msgspec.json.Decoder(Entry).decode
_encode = msgspec.json.Encoder().encode


class _Format(msgspec.Struct):
    format: int


class Journal:
    """Reads the journal once, then appends to it; an entry counts once its line feed is on disk."""

    def __init__(self, path: Path) -> None:
        """Read the journal.

        Raises:
            ResponseError: If a complete line cannot be understood.
        """
        self.path = path
        self.entries: list[Entry] = []
        self._read()

    def append(self, entries: list[Entry]) -> None:
        """Add entries durably: all of them are on disk when this returns."""
        text = b"".join(_encode(entry) + b"\n" for entry in entries)
        with disk_space_of(self.path.parent), self.path.open("ab") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        self.entries += entries

    def _read(self) -> None:
        if not self.path.exists():
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

    def _entry(self, number: int, line: bytes) -> Entry:
        try:
            version = msgspec.json.decode(line, type=_Format).format
            if version == FORMAT_VERSION:
                return _decode(line)
            found = f"has format {version}, this program knows {FORMAT_VERSION}"
        except msgspec.DecodeError:
            found = "cannot be read"
        raise ResponseError(
            f"Line {number} of the landing's journal {self.path} {found}. Restore the folder "
            f"{self.path.parent} from a backup, or move it away and run again: everything is then "
            "read from the exports and trackers anew."
        )


class disk_space_of:  # noqa: N801 - reads as a phrase after `with`
    """Turns a full disk into advice. What was half written is removed at the next start."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, fault: BaseException | None, trace: object) -> None:
        if isinstance(fault, OSError) and fault.errno in (errno.ENOSPC, errno.EDQUOT):
            free = shutil.disk_usage(self.folder).free // 1_000_000
            raise TemporaryError(
                f"The disk of {self.folder} is full ({free} MB free). Nothing that counts is lost: "
                "free some space and run again."
            ) from fault


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_durably(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, whenever the program is killed."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with disk_space_of(path.parent):
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
        sync_folder(path.parent)
