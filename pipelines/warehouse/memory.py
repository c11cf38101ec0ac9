"""The memory: what the strategy, the links and the figures were when each night was published.

    memory/<table>/<digest>.parquet   what of a table had changed since the night before
    memory/nights/<as of>.json        a remembered night: its run, and its file of each table
    memory/pending.json               what the run under way will have been, once it is published

Why it is so: a night that was never published must not be remembered, and one that was must be. No
step does both at once, so the night is written down as pending before readers are switched to it,
and `settle` asks the pointer that they follow whether it happened: right after, or, where the run
was killed in between, before the next one begins. Only the newest night is ever replaced: what an
older one was can no longer be told by a run of today.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.durable import sync_folder, write_durably
from connectors.errors import SettingsError
from connectors.formats import read_state
from pipelines.warehouse.memory_tables import TABLES, empty, nights_table
from pipelines.warehouse.places import Places
from pipelines.warehouse.sql_text import literal, name

if TYPE_CHECKING:
    import pyarrow as pa

REMEMBERED_AS = "remembered_as"
FORMAT_VERSION = 1
"""Of a remembered night. Raised by one when an earlier program could not read what is written."""


def remembered_models(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The models whose rows are remembered: by the name of the memory's table, the model's name."""
    models = (node for node in manifest["nodes"].values() if node["resource_type"] == "model")
    named = ((node["config"].get("meta", {}).get(REMEMBERED_AS), node["name"]) for node in models)
    return {table: model for table, model in named if table}


def write_down(
    places: Places, run_id: str, as_of: date, database: Path, models: Mapping[str, str]
) -> dict[str, int]:
    """Write down what a run is about to publish; `settle` makes a memory of it once it has.

    Args:
        places: Of the home.
        run_id: The run that is about to be published.
        as_of: The date that it stands for. Nothing is written down for one before the newest night.
        database: The run's working database.
        models: By the name of the memory's table: the model with what has changed in it.

    Returns:
        The number of changes by table; tables without any are left out.
    """
    newest = max(_nights(places), default=None)
    if newest is not None and as_of.isoformat() < newest:
        return {}
    copied = dict(_copied(database, places.run(run_id) / "memory", models))
    kept = {table: _keep(places, table, file) for table, (file, _) in copied.items()}
    told = {"run_id": run_id, "as_of": as_of.isoformat(), "files": kept, "format": FORMAT_VERSION}
    places.memory.mkdir(parents=True, exist_ok=True)
    write_durably(_pending(places), _json(told))
    return {table: rows for table, (_, rows) in copied.items()}


def settle(places: Places) -> None:
    """Remember the night that is pending if readers were switched to it, and sweep what is of none.

    Only under the lock.
    """
    pending = _pending(places)
    if pending.exists():
        told = _known(pending)
        if places.current.resolve().name == told["run_id"]:
            nights = places.memory / "nights"
            nights.mkdir(exist_ok=True)
            sync_folder(places.memory)
            write_durably(nights / f"{told['as_of']}.json", _json(told))
        pending.unlink()
        sync_folder(places.memory)
    _sweep(places)


def check_memory(places: Places) -> None:
    """See that this program can go on with the memory.

    Raises:
        SettingsError: If a later version of it has written there, or a file cannot be read.
    """
    _nights(places)
    if _pending(places).exists():
        _known(_pending(places))


def remembered_before(places: Places, as_of: date) -> dict[str, list[Path] | pa.Table]:
    """What a run may remember: every night of an earlier date, as tables of the schema ``run``.

    Raises:
        SettingsError: If a file of the memory is gone or is not what was written.
    """
    nights = _nights(places)
    earlier = [nights[night] for night in sorted(nights) if night < as_of.isoformat()]
    found: dict[str, list[Path] | pa.Table] = {"remembered_nights": nights_table(earlier)}
    for table in TABLES:
        files = [_whole(places, night, table) for night in earlier if table in night["files"]]
        found[f"remembered_{table}"] = files or empty(table)
    return found


def newest_night(places: Places) -> date | None:
    """The date of the newest remembered night; None if there is none."""
    newest = max(_nights(places), default=None)
    return date.fromisoformat(newest) if newest else None


def _pending(places: Places) -> Path:
    return places.memory / "pending.json"


def _json(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, indent=1, sort_keys=True).encode()


def _nights(places: Places) -> dict[str, dict[str, Any]]:
    """Every remembered night by its date."""
    files = (places.memory / "nights").glob("[0-9]*.json")
    return {file.stem: _known(file) for file in files}


def _known(file: Path) -> dict[str, Any]:
    """What stands in a file of the memory; one without a format is of the first.

    Raises:
        SettingsError: If a later version of the program has written it, or it cannot be read.
    """
    damaged = (
        f"The memory is damaged: {file} is no JSON. Put {file.parent.parent} back from a copy, "
        "or move it away: then the memory begins anew with the next night."
    )
    return read_state(file, FORMAT_VERSION, damaged)


def _copied(
    database: Path, folder: Path, models: Mapping[str, str]
) -> Iterator[tuple[str, tuple[Path, int]]]:
    """Copy the rows of each model that has any, in the order of all columns."""
    import duckdb

    if not models:
        return
    folder.mkdir()
    with duckdb.connect(str(database), read_only=True) as connection:
        for table, model in sorted(models.items()):
            file = folder / f"{table}.parquet"
            rows = connection.execute(
                f"copy (select * from main.{name(model)} order by all) to {literal(file)}"
                " (format parquet, compression zstd)"
            ).fetchone()
            if rows and rows[0]:
                yield table, (file, int(rows[0]))


def _keep(places: Places, table: str, file: Path) -> str:
    """Move a file into the memory under its digest, and put it on the disk."""
    digest = _digest(file)
    kept = places.memory / table / f"{digest}.parquet"
    kept.parent.mkdir(parents=True, exist_ok=True)
    with file.open("rb") as handle:
        os.fsync(handle.fileno())
    file.replace(kept)
    sync_folder(kept.parent)
    return digest


def _digest(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _whole(places: Places, night: Mapping[str, Any], table: str) -> Path:
    """The night's file of a table, if it is what was written."""
    digest = night["files"][table]
    file = places.memory / table / f"{digest}.parquet"
    if not file.exists() or _digest(file) != digest:
        raise SettingsError(
            f"The memory of {night['as_of']} is damaged: {file} is "
            f"{'not what was written' if file.exists() else 'missing'}. Put {places.memory} back "
            "from a copy, or move it away: then the memory begins anew with the next night."
        )
    return file


def _sweep(places: Places) -> None:
    """Remove the files of nights that were replaced, or never published."""
    nights = _nights(places).values()
    named = {(table, digest) for night in nights for table, digest in night["files"].items()}
    for file in places.memory.glob("*/*.parquet"):
        if (file.parent.name, file.stem) not in named:
            file.unlink()
