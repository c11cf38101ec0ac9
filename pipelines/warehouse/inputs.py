"""What a night was computed from, kept so that it can be computed again: ``data/inputs``.

    inputs/<as of>.json       the night's run, its files, and how far each landing had come
    inputs/files/<digest>     a file of the home as it was, each content once

Why it is so: pages of the landing hardly ever change, so that the length of its journal names all
of it; where they do (`throughline forget`, `retention.raw_days`), these nights go. The files of the
home do change, and they name people: only the newest nights are kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from datetime import date
from pathlib import Path
from typing import Any

from connectors.durable import write_durably
from connectors.errors import SettingsError
from connectors.formats import read_state
from pipelines.home.home import Home
from pipelines.warehouse.places import Places
from pipelines.warehouse.readings import reading_path

NIGHTS_KEPT = 30
FORMAT_VERSION = 1
JOURNAL = "journal.jsonl"


def keep_inputs(home: Home, places: Places, run_id: str) -> None:
    """Keep what the published run was computed from; older nights than the newest 30 go,
    and what was computed of them again.
    """
    folder = places.inputs / "files"
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for path in _files_of_the_home(home.folder):
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        files[path.relative_to(home.folder).as_posix()] = digest
        if not (folder / digest).exists():
            write_durably(folder / digest, content)
    sources = {}
    for source in home.sources:
        journal, reading = places.raw / source.name / JOURNAL, reading_path(places, source.name)
        sources[source.name] = {
            "journal_bytes": journal.stat().st_size if journal.exists() else 0,
            "reading": reading.read_text(encoding="utf-8") if reading.exists() else None,
        }
    told = {"run_id": run_id, "since": home.since.isoformat(), "files": files, "sources": sources}
    told["format"] = FORMAT_VERSION
    write_durably(places.inputs / f"{home.as_of}.json", json.dumps(told, indent=1).encode())
    _forget_old(places)


def forget_nights(places: Places) -> None:
    """Forget what nights were computed from, and what was computed of it again.

    Where pages of a landing are written anew, the length of its journal names other ones, and
    files of the home as they were may tell of people that are to be forgotten.
    """
    for folder in (places.inputs, places.replays):
        shutil.rmtree(folder, ignore_errors=True)


def stored_nights(places: Places) -> list[str]:
    """The dates of the nights that can be computed again, oldest first."""
    return sorted(path.stem for path in places.inputs.glob("[0-9]*.json"))


def check_inputs(places: Places) -> None:
    """See that this program can go on with what is kept of past nights.

    Raises:
        SettingsError: If a later version of it has written there, or a file cannot be read.
    """
    for path in places.inputs.glob("[0-9]*.json"):
        _known(path)


def lay_out(places: Places, as_of: date, folder: Path) -> dict[str, Any]:
    """Make a home of a stored night: its files, landing, readings and memory as they were.

    Args:
        places: Of the real home, which is only read.
        as_of: The date of the night.
        folder: Where the home goes; what is there is replaced.

    Returns:
        What was kept of the night.

    Raises:
        SettingsError: If the night is not kept, or a part of it is gone.
    """
    kept = places.inputs / f"{as_of}.json"
    if not kept.exists():
        nights = stored_nights(places)
        among = f"{nights[0]} to {nights[-1]}" if nights else "none yet"
        raise SettingsError(
            f"The night of {as_of} is not kept in {places.inputs} (kept: {among}; the newest "
            f"{NIGHTS_KEPT} are). `throughline run --as-of {as_of}` computes that date from what is"
            " known today."
        )
    told = _known(kept)
    shutil.rmtree(folder, ignore_errors=True)
    for name, digest in told["files"].items():
        _put(places.inputs / "files" / digest, folder / name)
    there = Places(folder)
    for source, facts in told["sources"].items():
        _lay_out_landing(places.raw / source, there.raw / source, facts["journal_bytes"])
        if facts["reading"] is not None:
            path = reading_path(there, source)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(facts["reading"], encoding="utf-8")
    _lay_out_memory(places, there, as_of)
    return told


def _known(path: Path) -> dict[str, Any]:
    """What is kept of a night."""
    damaged = (
        f"{path} is damaged. Put it back from a copy, or remove it: that night can then no "
        "longer be computed again."
    )
    return read_state(path, FORMAT_VERSION, damaged)


def _files_of_the_home(folder: Path) -> list[Path]:
    strategy = folder / "strategy"
    inside = (
        sorted(path for path in strategy.iterdir() if path.is_file()) if strategy.is_dir() else []
    )
    return [
        path for name in ("throughline.yml", "teams.yml") if (path := folder / name).is_file()
    ] + [path for path in inside if path.name[0] not in ".~"]


def _lay_out_landing(raw: Path, there: Path, length: int) -> None:
    """The landing up to that length of its journal. Pages are linked, not copied: they never
    change, and what is removed there stays here."""
    there.mkdir(parents=True)
    with (raw / JOURNAL).open("rb") as file:
        journal = file.read(length)
    (there / JOURNAL).write_bytes(journal)
    for text in journal.splitlines():
        entry = json.loads(text)
        if entry["kind"] == "page":
            for path in (raw / entry["stream"]).glob(f"{entry['sha256']}.*"):
                _link(path, there / entry["stream"] / path.name)
    for path in (raw / "quarantine").glob("*"):
        _link(path, there / "quarantine" / path.name)


def _lay_out_memory(places: Places, there: Places, as_of: date) -> None:
    for path in places.memory.glob("*/*.parquet"):
        _link(path, there.memory / path.parent.name / path.name)
    for path in (places.memory / "nights").glob("[0-9]*.json"):
        if path.stem < as_of.isoformat():
            _link(path, there.memory / "nights" / path.name)


def _put(path: Path, to: Path) -> None:
    if not path.exists():
        raise SettingsError(
            f"{path} is gone, and with it a file of that night ({to.name}). It cannot be computed "
            "as it was; `throughline run --as-of DATE` computes it from what is known today."
        )
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, to)


def _link(path: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    os.link(path, to)


def _forget_old(places: Places) -> None:
    for night in stored_nights(places)[:-NIGHTS_KEPT]:
        (places.inputs / f"{night}.json").unlink()
    kept = (_known(path) for path in places.inputs.glob("[0-9]*.json"))
    named = {digest for night in kept for digest in night["files"].values()}
    for path in (places.inputs / "files").iterdir():
        if path.name not in named:
            path.unlink()
    for folder in places.replays.glob("*"):
        if folder.name not in stored_nights(places):
            shutil.rmtree(folder, ignore_errors=True)
