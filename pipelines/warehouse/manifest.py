"""The manifest: what a published folder holds, from what it was made, and how to check it."""

from __future__ import annotations

import hashlib
import json
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from packaging.version import Version

from connectors.durable import write_durably
from connectors.errors import SettingsError
from pipelines.warehouse.places import Places
from pipelines.warehouse.published_contract import VERSION

NAME = "manifest.json"


def versions() -> dict[str, str]:
    """The versions of all that computed the figures."""
    named = {"python": platform.python_version(), "contract": VERSION}
    for package in ("throughline", "dagster", "dbt-core", "dbt-duckdb", "duckdb"):
        try:
            named[package] = version(package)
        except PackageNotFoundError:
            named[package] = "not installed"
    return named


def add_files(manifest: dict[str, Any], folder: Path) -> None:
    """Add size and SHA-256 of every file of the folder, by its path inside."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != NAME)
    manifest["files"] = {
        path.relative_to(folder).as_posix(): {
            "bytes": path.stat().st_size,
            "sha256": sha256_of(path),
        }
        for path in files
    }


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's content."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def write_manifest(manifest: dict[str, Any], folder: Path) -> None:
    """Write it as the folder's last file."""
    text = json.dumps(manifest, indent=1, ensure_ascii=False, default=str)
    write_durably(folder / NAME, (text + "\n").encode())


def read_current(places: Places) -> tuple[Path, dict[str, Any]] | None:
    """The folder that is current, by its own name, and its manifest; None where there is none.

    Raises:
        SettingsError: If a later version of the program has published it.
    """
    if not places.current.exists():
        return None
    # The pointer is followed once, so that folder and manifest are of the same run.
    folder = places.current.resolve()
    manifest = json.loads((folder / NAME).read_text(encoding="utf-8"))
    contract = manifest.get("versions", {}).get("contract", VERSION)
    if Version(contract).major > Version(VERSION).major:
        raise SettingsError(
            f"{folder} was published under version {contract} of the contract, this program knows "
            f"{VERSION}: a later version of Throughline has written it. Use that version."
        )
    return folder, manifest
