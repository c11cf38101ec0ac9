"""What of a landing is of no use: a file of faults for each export file and reading of a scope.

A file is named by its content, so that no bit of it can change unseen, and so that what is read
anew stands beside what it replaces until the journal names it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from connectors.contract import Rejected
from connectors.durable import write_durably
from connectors.errors import Damaged
from connectors.journal import FileEntry, ScopeEntry
from connectors.shaping import shaped

QUARANTINE = "quarantine"
_quoted = msgspec.json.Encoder().encode


def keep(landing: Path, faults: Sequence[Rejected]) -> str:
    """Keep faults durably; returns what an entry names them by."""
    text = b"".join(_quoted(fault) + b"\n" for fault in faults)
    name = hashlib.sha256(text).hexdigest()
    write_durably(landing / QUARANTINE / f"{name}.jsonl", text)
    return name


def place_of(landing: Path, entry: FileEntry | ScopeEntry) -> Path:
    """Return where the faults of an entry stand."""
    name = entry.quarantine
    if isinstance(entry, FileEntry) and not name:
        # Of format 1: named by the export file.
        name = hashlib.sha256(f"{entry.file}\0{entry.sha256}".encode()).hexdigest()
    return landing / QUARANTINE / f"{name}.jsonl"


def faults_of(landing: Path, entry: FileEntry | ScopeEntry) -> list[Rejected]:
    """Return the faults of an entry.

    Raises:
        Damaged: If their file is gone or its bytes are not those that were written.
    """
    if not entry.rejected:
        return []
    path = place_of(landing, entry)
    try:
        text = path.read_bytes()
        if not entry.quarantine or hashlib.sha256(text).hexdigest() == entry.quarantine:
            return [shaped(line, Rejected) for line in text.splitlines()]
    except (OSError, msgspec.DecodeError):
        pass
    raise Damaged("quarantine file", path, landing)
