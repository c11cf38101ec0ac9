"""Which exported files a source means: a file, a folder or a glob."""

from __future__ import annotations

import glob
from pathlib import Path

CATALOGUES = {"jira": ("fields", "statuses")}
"""Catalogues of a tracker's interface that are read wherever they lie beside its exports."""

SUFFIXES = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz")


def matching_files(folder: Path, export: str) -> list[Path]:
    """The exported files that an ``export`` names, sorted.

    Args:
        folder: The home; a relative ``export`` is seen from there.
        export: A file (of any name), a folder (its JSON files, those of folders inside it too), or
            a glob with ``*``, ``?``, ``[]`` and ``**``.
    """
    whole = folder / export
    if whole.is_file():
        return [whole]
    if whole.is_dir():
        return sorted(path for path in whole.rglob("*") if _is_export(path, whole))
    # Path.glob refuses absolute patterns and some that people write
    found = glob.iglob(export, root_dir=folder, recursive=True)  # noqa: PTH207
    return sorted(path for path in (folder / match for match in found) if path.is_file())


def catalogues_beside(files: list[Path], tracker: str) -> list[Path]:
    """The catalogues of a tracker in the folders of exported files, which no pattern need name."""
    names = [f"{stem}{suffix}" for stem in CATALOGUES.get(tracker, ()) for suffix in SUFFIXES]
    folders = dict.fromkeys(file.parent for file in files)
    beside = (folder / name for folder in folders for name in names)
    return sorted(path for path in beside if path not in files and path.is_file())


def _is_export(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return not hidden and path.name.lower().endswith(SUFFIXES) and path.is_file()
