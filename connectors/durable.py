"""Writing that survives a kill: whole or not at all, and on the disk before anybody is told."""

from __future__ import annotations

import errno
import os
import shutil
import threading
import time
from contextlib import suppress
from pathlib import Path

from connectors.errors import DiskFullError

FULL = (errno.ENOSPC, errno.EDQUOT)
SECONDS_OF_A_WRITE = 60


class disk_space_of:  # noqa: N801 - reads as a phrase after `with`
    """Turns a full disk into advice. What was half written is removed at the next start."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, fault: BaseException | None, trace: object) -> None:
        if isinstance(fault, OSError) and fault.errno in FULL:
            free = shutil.disk_usage(self.folder).free // 1_000_000
            raise DiskFullError(
                f"The disk of {self.folder} is full ({free} MB free). Nothing that counts is lost: "
                "free some space and run again."
            ) from fault


def sync_folder(folder: Path) -> None:
    """Put a folder's own entries on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """Put every file and folder below, and the folder itself, on the disk."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            sync_folder(path)
        else:
            with path.open("rb") as handle:
                os.fsync(handle.fileno())
    sync_folder(folder)


def write_durably(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Write or replace a file in one step; ``mode``, less the umask, is never wider on the way.

    Raises:
        DiskFullError: If there is no room for it.
    """
    fresh = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.tmp")
    with disk_space_of(path.parent):
        with open(fresh, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        sync_folder(path.parent)


def remove_half_written(folder: Path) -> None:
    """Remove what killed processes left half written below a folder.

    What was touched a moment ago may be under way in another process, and is left to the next time.
    """
    for path in folder.rglob("*.tmp"):
        with suppress(FileNotFoundError):  # it may be whole, and have its name, by now
            if time.time() - path.lstat().st_mtime > SECONDS_OF_A_WRITE:
                path.unlink()
