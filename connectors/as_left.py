"""Whether a derived SQLite file is still as it was left, by a digest beside it.

Why it is so: SQLite finds a torn page, but reads a turned bit in a key or a time like any other,
and the landing would miss changes from then on. A run that was killed may leave the file with a
write-ahead log. That has sums of its own and counts as far as they are right; what had been moved
from it into the file no longer fits the digest.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

from connectors.durable import write_durably
from connectors.errors import DiskFullError


def note_as_left(path: Path) -> None:
    """Take down how a file is left; nobody may have it open."""
    digest = _digest(path)
    if _noted(path) != digest:
        # Without the note the file is made again, which is no reason to end a run.
        with suppress(OSError, DiskFullError):
            write_durably(_note(path), digest)


def is_as_left(path: Path) -> bool:
    """True if the file is the one whose digest was taken down last."""
    return _noted(path) == _digest(path)


def _note(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


def _noted(path: Path) -> bytes:
    try:
        return _note(path).read_bytes()
    except OSError:
        return b""


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest().encode()
