"""Publishing: a complete folder for the run, then one switch of the pointer that readers follow.

Why it is so: readers hold files open for hours, and a database that is written cannot be read.
So no published file is ever written again: each run gets files of its own, and ``current`` is a
symbolic link that is replaced in one step. An old reader keeps its old files; a new one sees the
new ones; nobody sees a mixture.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from connectors.durable import sync_folder, sync_tree
from pipelines.warehouse.manifest import add_files, write_manifest
from pipelines.warehouse.marts import Mart
from pipelines.warehouse.places import Places
from pipelines.warehouse.private import give, group_id
from pipelines.warehouse.publish_tables import write_tables
from pipelines.warehouse.published_contract import References, contract_of, write_contract
from pipelines.warehouse.retention import keep_newest

Render = Callable[[Path, Path, dict[str, Any]], None]


def publish(
    places: Places,
    run_id: str,
    database: Path,
    tables: list[Mart],
    facts: Mapping[str, Any],
    render: Render,
    refers: References = MappingProxyType({}),
    readers: str | None = None,
) -> dict[str, Any]:
    """Publish one run.

    Args:
        places: Of the home.
        run_id: Names the folder; it must not be published yet.
        database: The run's working database; nobody else has it open.
        tables: What to publish of it.
        facts: What the manifest says of the run, beside tables and files.
        render: Writes the report and the workbook into the folder, from the published database.
        refers: Which columns refer to which, for the contract.
        readers: The group that may read the folder; None for this account alone.

    Returns:
        The manifest as published.
    """
    folder = places.run(run_id) / "published"
    folder.mkdir(parents=True)
    manifest: dict[str, Any] = {"run_id": run_id, **facts}
    manifest["tables"] = write_tables(database, folder, tables)
    write_contract(folder, contract_of(tables, refers))
    render(folder / "throughline.duckdb", folder, manifest)
    add_files(manifest, folder)
    write_manifest(manifest, folder)
    _seal(folder, readers)
    sync_tree(folder)
    _show(places, run_id, folder)
    keep_newest(places)
    return manifest


def _seal(folder: Path, readers: str | None) -> None:
    """Let nobody change the folder's files, and the readers alone read them."""
    gid = None if readers is None else group_id(readers)
    for path in (folder, *folder.rglob("*")):
        if path.is_file():
            path.chmod(path.stat().st_mode & ~0o222)
        if gid is not None:
            give(path, gid, readers or "")


def _show(places: Places, run_id: str, folder: Path) -> None:
    """Give the folder its place, then switch ``current`` to it."""
    places.published.mkdir(parents=True, exist_ok=True)
    folder.rename(places.published / run_id)
    sync_folder(places.published)
    point_to(places, run_id)


def point_to(places: Places, run_id: str) -> None:
    """Switch ``current`` to a published run, in one step."""
    pointer = places.published / f".current-{run_id}"
    pointer.unlink(missing_ok=True)
    pointer.symlink_to(run_id, target_is_directory=True)
    pointer.replace(places.current)
    sync_folder(places.published)
