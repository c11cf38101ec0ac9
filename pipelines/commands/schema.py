"""``throughline schema``: JSON Schemas of the home's files."""

from __future__ import annotations

from pathlib import Path

from pipelines.commands.failures import say


def write_them(folder: Path) -> None:
    """Write the schemas and name them."""
    from pipelines.home.schemas import write_schemas

    for path in write_schemas(folder.resolve()):
        say(path)
