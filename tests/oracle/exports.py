"""Read exported files: pages, lists and lines, plain or gzipped."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def files(home: Path, source: dict[str, Any]) -> list[Path]:
    """The files of a source whose ``export`` is a folder, a file or a glob."""
    place = home / source["export"]
    if place.is_dir():
        return sorted(file for file in place.rglob("*") if file.is_file())
    return sorted(home.glob(source["export"]))


def content(file: Path) -> Any:
    """The JSON of a file; a file of lines gives a list."""
    data = file.read_bytes()
    text = (gzip.decompress(data) if file.suffix == ".gz" else data).decode("utf-8")
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]


def records(found: Any, *wrappers: str) -> Iterator[dict[str, Any]]:
    """The records of a page, a list or a single object."""
    if isinstance(found, list):
        for entry in found:
            yield from records(entry, *wrappers)
        return
    for wrapper in wrappers:
        if isinstance(found.get(wrapper), list):
            yield from found[wrapper]
            return
    yield found
