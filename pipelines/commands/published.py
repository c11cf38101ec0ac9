"""Read what is published, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.errors import SettingsError
from pipelines.warehouse.manifest import read_current
from pipelines.warehouse.places import Places

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = dict[str, Any]


class NothingPublishedError(SettingsError):
    """There is nothing to read yet: run first."""


@dataclass(frozen=True)
class Published:
    """One published run, open for reading."""

    folder: Path
    manifest: dict[str, Any]
    connection: DuckDBPyConnection

    def rows(self, query: str, values: Sequence[object] = ()) -> list[Row]:
        """The rows of a query as dictionaries."""
        done = self.connection.execute(query, list(values))
        names = [column[0] for column in done.description or ()]
        return [dict(zip(names, row, strict=True)) for row in done.fetchall()]


def current(home: Path) -> tuple[Path, dict[str, Any]]:
    """The folder of the current publication of a home, and its manifest.

    Raises:
        NothingPublishedError: If no run of the home has published.
    """
    found = read_current(Places(home.resolve()))
    if found is None:
        raise NothingPublishedError(
            f"Nothing is published in {home.resolve()} yet. Start `throughline run` first, or name "
            "the home with --home."
        )
    return found


@contextmanager
def published(home: Path) -> Iterator[Published]:
    """Open the current publication of a home.

    Raises:
        NothingPublishedError: If no run of the home has published.
    """
    import duckdb

    folder, manifest = current(home)
    with duckdb.connect(str(folder / "throughline.duckdb"), read_only=True) as connection:
        yield Published(folder, manifest, connection)
