"""Who may read what the program writes: its own account, and a group where the settings name one.

    data/              0700; with a group of readers 0710, so that they get through
    data/published/    0700; with a group of readers 0750, and files 0440
    all else           0700, and files 0600

Why it is so: the landing holds every text of the trackers, whatever their own permissions say. The
umask of whoever starts a run must not decide who reads that.
"""

from __future__ import annotations

import grp
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from connectors.errors import SettingsError
from pipelines.warehouse.places import Places

OWN = 0o700
log = structlog.get_logger()


@contextmanager
def privately() -> Iterator[None]:
    """Whatever is made while the body runs is for this account alone, in child processes too."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def group_id(name: str) -> int:
    """The number of a group of this machine.

    Raises:
        SettingsError: If there is no such group.
    """
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        raise SettingsError(
            f"throughline.yml names the group `{name}` in publish.readers, and this machine has no "
            f"such group. Make it (`groupadd {name}`) and put the account that runs the program "
            "into it, or leave the setting out: then that account alone reads what is published."
        ) from None


@dataclass(frozen=True)
class TooOpen:
    """A file or folder that more people may read or change than should."""

    path: Path
    mode: int
    wanted: int


def close(places: Places, readers: str | None = None) -> list[TooOpen]:
    """Take from others what they should not have of ``data``, and give the readers what is theirs.

    Args:
        places: Of the home. Nothing happens where it has no data yet.
        readers: The group that may read what is published; None for nobody.

    Returns:
        What was too open before.

    Raises:
        SettingsError: If there is no such group, or this account may not give it anything.
    """
    gid = None if readers is None else group_id(readers)
    found = too_open(places, readers)
    for each in found:
        _set_mode(each.path, each.wanted)
    if gid is not None:
        for path in _shared(places):
            give(path, gid, readers or "")
    return found


def give(path: Path, gid: int, readers: str) -> None:
    """Let a group read a file, or go into a folder, that is published."""
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        return
    is_folder = stat.S_ISDIR(status.st_mode)
    wanted = (0o750 if path.name != "data" else 0o710) if is_folder else 0o440
    try:
        if status.st_gid != gid:
            os.chown(path, -1, gid)
        if stat.S_IMODE(status.st_mode) != wanted:
            path.chmod(wanted)
    except PermissionError:
        raise SettingsError(
            f"{path} cannot be given to the group `{readers}` of publish.readers: the account that "
            "runs the program is not in that group, or the file is somebody else's. Put it into "
            "the group and sign in anew, or leave the setting out."
        ) from None


def too_open(places: Places, readers: str | None = None) -> list[TooOpen]:
    """What of ``data`` is open to more people than it should be, by path. Nothing is changed."""
    found = []
    for path in _below(places.data):
        try:
            mode = path.lstat().st_mode
        except FileNotFoundError:
            continue  # another program, such as Dagster's page, has just removed it
        if stat.S_ISLNK(mode):
            continue
        allowed = OWN | _of_the_readers(places, path, readers is not None)
        if stat.S_IMODE(mode) & ~allowed:
            found.append(TooOpen(path, stat.S_IMODE(mode), stat.S_IMODE(mode) & allowed))
    return found


def _below(folder: Path) -> Iterator[Path]:
    """The folder, and all that is in it, folders first; links are not followed."""
    if not folder.is_dir():
        return
    yield folder
    for here, folders, files in os.walk(folder):
        yield from (Path(here, name) for name in sorted((*folders, *files)))


def _of_the_readers(places: Places, path: Path, are_there: bool) -> int:
    """What the group may do with a path: go through ``data``, read what is published."""
    if not are_there:
        return 0
    if path == places.data:
        return 0o010
    return 0o050 if path.is_relative_to(places.published) else 0


def _shared(places: Places) -> Iterator[Path]:
    if places.data.is_dir():
        yield places.data
    yield from _below(places.published)


def _set_mode(path: Path, mode: int) -> None:
    """Close one path; one that is somebody else's cannot be closed, and is told."""
    try:
        path.chmod(mode)
    except FileNotFoundError:
        pass  # removed since it was looked at
    except OSError as fault:
        log.warning("stays open to others", path=str(path), reason=fault.strerror)
