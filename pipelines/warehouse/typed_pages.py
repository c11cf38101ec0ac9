"""What a landed page was typed to: its files, and a marker that tells damage from what was written.

    <typed>/<tracker>/<table>/<page sha>-<version>.parquet    the rows, where there are any
    <typed>/<tracker>/_pages/<page sha>-<version>.json        written last: the page is typed

The marker holds a digest of each file and begins with one of itself. A Parquet file whose bits have
turned can be read all the same, so the bytes alone say that the rows are those of the page.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from connectors.contract import Rejected
from connectors.durable import write_durably
from connectors.shaping import shaped
from pipelines.warehouse.manifest import sha256_of


class TypedPage(msgspec.Struct, frozen=True):
    """What one page became: the digest of its file by table, and the records that could not be
    typed."""

    stream: str
    records: int
    tables: dict[str, str]
    rejected: list[Rejected]
    version: str
    sha256: str


def typed_file(folder: Path, table: str, sha256: str, version: str) -> Path:
    """Where the rows of a page stand that are of one table."""
    return folder / table / f"{sha256}-{version}.parquet"


def marker_of(folder: Path, sha256: str, version: str) -> Path:
    """Where it stands that a page is typed."""
    return folder / "_pages" / f"{sha256}-{version}.json"


def mark(folder: Path, page: TypedPage) -> None:
    """Say that a page is typed, once its files are on the disk."""
    marker = marker_of(folder, page.sha256, page.version)
    marker.parent.mkdir(parents=True, exist_ok=True)
    told = msgspec.json.encode(page)
    write_durably(marker, _digest(told) + b"\n" + told)


def sound_page(folder: Path, sha256: str, version: str) -> TypedPage | None:
    """What a page was typed to; None if it is not typed, or not all stands there as written."""
    try:
        digest, told = marker_of(folder, sha256, version).read_bytes().split(b"\n", 1)
        if digest != _digest(told):
            return None
        page = shaped(told, TypedPage)
        files = {
            typed_file(folder, table, sha256, version): page.tables[table] for table in page.tables
        }
        is_whole = all(sha256_of(file) == written for file, written in files.items())
    except (OSError, ValueError):
        return None
    return page if is_whole else None


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
