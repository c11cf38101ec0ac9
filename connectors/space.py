"""Room on the disk for what is read: asked for beforehand, and counted afterwards."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from connectors.errors import DiskFullError

LEAST = 64_000_000
"""Bytes that reading a live source is taken to need at least."""
MARGIN = 1.5
"""So many times what the last run took is asked for."""


def check_space(folder: Path, source: str, took: int, least: int | None = None) -> None:
    """See that a source can be read, before it is.

    Args:
        folder: Of its landing.
        source: Its name.
        took: How many bytes its last reading took on the disk; 0 if that is not known.
        least: How many bytes are needed whatever it took; None for ``LEAST``.

    Raises:
        DiskFullError: If the disk has fewer left.
    """
    least = LEAST if least is None else least
    free, needed = shutil.disk_usage(folder).free, max(least, round(MARGIN * took))
    if free < needed:
        raise DiskFullError(
            f"The disk of {folder} has {free:,} bytes left, and reading `{source}` needs about "
            f"{needed:,} bytes ({MARGIN} times what its last reading took, {least:,} at least). "
            f"Nothing was changed: free at least {needed - free:,} bytes and run again."
        )


def bytes_below(folder: Path, but: str = "") -> int:
    """Return the size of all files below a folder, without its sub-folder ``but``.

    What is removed meanwhile counts for nothing.
    """
    found = 0
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return 0
    for entry in entries:
        try:
            if entry.is_dir(follow_symlinks=False):
                found += 0 if entry.name == but else bytes_below(Path(entry.path))
            elif entry.is_file(follow_symlinks=False):
                found += entry.stat(follow_symlinks=False).st_size
        except OSError:
            continue
    return found
