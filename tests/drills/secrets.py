"""Search what was written or said for secrets, however they are packed or spelt."""

from __future__ import annotations

import base64
import gzip
import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import duckdb
import zstandard

ZSTD, GZIP, ZIP, PARQUET, DUCKDB = b"\x28\xb5\x2f\xfd", b"\x1f\x8b", b"PK\3\4", b"PAR1", b"DUCK"
"""How packed files begin; a database after eight bytes."""


def forms(secrets: Iterable[str]) -> set[bytes]:
    """Secrets as they are, in addresses and in headers."""
    return {form for secret in secrets for form in _forms(secret)}


def _forms(secret: str) -> Iterator[bytes]:
    for text in (secret, quote(secret, safe=""), quote_plus(secret)):
        yield text.encode()
    # Base64 of a secret differs by where in the text it begins; the ends differ by what follows.
    for before in range(3):
        packed = base64.b64encode(b"x" * before + secret.encode()).rstrip(b"=")
        yield packed[(0, 2, 3)[before] : -1]


def leaks(folder: Path, secrets: Iterable[str], *said: str) -> list[str]:
    """Where a secret stands: files of a folder by name, and what was ``said``."""
    texts = [*contents(folder), *(("said", text.encode()) for text in said)]
    wanted = forms(secrets)
    return [name for name, text in texts if any(form in text for form in wanted)]


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file, unpacked where it is packed; of tables the cells as text besides the bytes."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), _unpacked(path, path.read_bytes())


def _unpacked(path: Path, content: bytes) -> bytes:
    if content.startswith(ZSTD):
        return _unpacked(path, zstandard.ZstdDecompressor().decompressobj().decompress(content))
    if content.startswith(GZIP):
        return _unpacked(path, gzip.decompress(content))
    if content.startswith(ZIP):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = [_unpacked(path, packed.read(name)) for name in packed.namelist()]
            return b"\n".join([*(name.encode() for name in packed.namelist()), *members])
    if content.startswith(PARQUET):
        return content + _cells(duckdb.read_parquet(str(path)).fetchall())
    if content[8:].startswith(DUCKDB):
        return content + _tables(path)
    return content


def _tables(path: Path) -> bytes:
    """The cells of all tables of a database that nobody is writing."""
    with duckdb.connect(str(path), read_only=True) as database:
        names = database.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        tables = [f'from "{schema}"."{name}"' for schema, name in names]
        return b"\n".join(_cells(database.execute(each).fetchall()) for each in tables)


def _cells(rows: list[tuple[Any, ...]]) -> bytes:
    return "\n".join(str(cell) for row in rows for cell in row).encode()
