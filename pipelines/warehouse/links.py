"""Links in the data folder: none may lead what is written there to another place.

The folder itself may be a link, for whoever keeps it on a disk of its own has made that one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from connectors.errors import SettingsError
from pipelines.warehouse.places import Places

LEVELS = 3
"""As deep lie the folders that names give their names to: ``raw/<source>/<stream>``."""


def check_links(places: Places) -> None:
    """See that everything in the data folder lies there.

    Raises:
        SettingsError: If a link leads out of it. Nothing is written then.
    """
    folder = places.data.resolve()
    for path in _links(folder, LEVELS):
        there = path.resolve()
        if not there.is_relative_to(folder):
            raise SettingsError(
                f"{places.data / path.relative_to(folder)} is a link to {there}, and nothing is "
                "written outside the data folder. Put what it leads to in its place; to keep the "
                f"data elsewhere, let {places.data} as a whole be a link."
            )


def _links(folder: Path, levels: int) -> Iterator[Path]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return  # not there yet, or just removed
    for entry in entries:
        if entry.is_symlink():
            yield Path(entry.path)
        elif levels > 1 and entry.is_dir(follow_symlinks=False):
            yield from _links(Path(entry.path), levels - 1)
