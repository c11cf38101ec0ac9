"""Which exported files a source means: a file, a folder or a glob."""

from __future__ import annotations

import glob
from pathlib import Path

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


def _is_export(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return not hidden and path.name.lower().endswith(SUFFIXES) and path.is_file()
