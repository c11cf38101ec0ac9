"""A small home, and an import into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.home.home import check_home
from pipelines.home.imports.importing import Imported, import_strategy

SETTINGS = """\
organisation: {name: Example}
sources: [{name: eng, type: trello, export: 'exports/*.json'}]
"""


class _Words(yaml.SafeLoader):
    """YAML as the home reads it: days are text."""


_Words.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if not pair[0].endswith("timestamp")]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass
class ImportHome:
    """A home to import into."""

    folder: Path

    def write(self, name: str, text: str | bytes) -> Path:
        """A file to import, outside the home."""
        path = self.folder.parent / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def take(self, name: str, text: str | bytes, **options: Any) -> Imported:
        """Import a file of this name and text; the home passes its check with it."""
        found = import_strategy(self.folder, self.write(name, text), **options)
        assert [each for each in check_home(self.folder) if each.severity == "error"] == []
        return found

    def text(self, name: str) -> str:
        """A file of the strategy."""
        return (self.folder / "strategy" / name).read_text(encoding="utf-8")

    def data(self, name: str) -> dict[str, Any]:
        """A YAML file of the strategy."""
        return yaml.load(self.text(name), _Words)

    def nodes(self, name: str) -> dict[str, dict[str, Any]]:
        """The nodes of a YAML file by identifier."""
        return {node["id"]: node for node in self.data(name)["nodes"]}

    def listed(self) -> list[str]:
        """The names of the strategy's files."""
        return sorted(path.name for path in (self.folder / "strategy").glob("*"))


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., ImportHome]:
    """Write a home, with files of its own if given."""

    def write(settings: str = SETTINGS, **files: str) -> ImportHome:
        folder = tmp_path / "a home"
        (folder / "strategy").mkdir(parents=True)
        (folder / "throughline.yml").write_text(settings)
        for stem, text in files.items():
            (folder / "strategy" / f"{stem}.yml").write_text(text)
        return ImportHome(folder)

    return write


@pytest.fixture
def home(make: Callable[..., ImportHome]) -> ImportHome:
    """A home without a strategy."""
    return make()
