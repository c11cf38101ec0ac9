"""Lines of a plain or compressed file, up to the very byte at which it is damaged."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

_CHUNK = 1 << 18
_SWOLLEN = 200
"""Exports unpack to 10 to 50 times their size, what was made to fill the memory to 1,000."""
_PIECE = 1 << 16
"""Bytes that are unpacked at a time; so many any file may unpack to."""
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_BOM = b"\xef\xbb\xbf"


class DamagedFileError(Exception):
    """The file cannot be read any further."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def lines(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file without their line feeds, and without a byte order mark.

    Only a line feed ends a line: other line separators of Unicode may stand inside JSON text.

    Raises:
        DamagedFileError: If reading stops before the end; all bytes before that have been yielded.
    """
    damage = None
    parts: list[bytes] = []
    chunks = _without_mark(_chunks(path))
    while True:
        try:
            chunk = next(chunks)
        except StopIteration:
            break
        except DamagedFileError as fault:
            damage = fault
            break
        *complete, rest = chunk.split(b"\n")
        if complete:
            yield b"".join((*parts, complete[0]))
            yield from complete[1:]
            parts = []
        parts.append(rest)
    last = b"".join(parts)
    if last:
        yield last
    if damage:
        raise damage


def _without_mark(chunks: Iterator[bytes]) -> Iterator[bytes]:
    first = next(chunks, None)
    if first is not None:
        yield first.removeprefix(_BOM)
        yield from chunks


def _chunks(path: Path) -> Iterator[bytes]:
    """Yield the file's content, decompressed if it starts like a gzip file."""
    try:
        with path.open("rb") as file:
            first = file.read(_CHUNK)
            if first.startswith(_ZSTD):
                raise DamagedFileError("compressed with zstd; expected plain JSON or gzip")
            raw = _read_on(first, file)
            yield from _unzipped(raw) if first.startswith(_GZIP) else raw
    except OSError as fault:
        raise DamagedFileError(f"cannot be read: {fault.strerror}") from fault


def _read_on(first: bytes, file) -> Iterator[bytes]:
    chunk = first
    while chunk:
        yield chunk
        chunk = file.read(_CHUNK)


def _unzipped(raw: Iterator[bytes]) -> Iterator[bytes]:
    """Decompress gzip members one after the other, a piece at a time; keep what was read before a
    fault. What swells beyond any export is refused before it is in memory.
    """
    unzip, taken, given = zlib.decompressobj(wbits=31), 0, 0
    for chunk in raw:
        is_more = False
        while chunk or is_more:
            if unzip.eof:
                chunk = chunk.lstrip(b"\0")
                if not chunk:
                    break
                unzip = zlib.decompressobj(wbits=31)
            before = unzip.copy()
            try:
                text = unzip.decompress(chunk, _PIECE)
            except zlib.error as fault:
                yield _up_to_the_fault(before, chunk)
                raise DamagedFileError(f"damaged gzip: {fault}") from fault
            rest = unzip.unused_data if unzip.eof else unzip.unconsumed_tail
            taken, given = taken + len(chunk) - len(rest), given + len(text)
            if given > max(_PIECE, _SWOLLEN * taken):
                raise DamagedFileError(f"unpacks to over {_SWOLLEN} times its size: not an export")
            if text:
                yield text
            # All of a chunk may be taken in while some of what it unpacks to is still to come.
            chunk, is_more = rest, len(text) == _PIECE and not unzip.eof
    if not unzip.eof:
        raise DamagedFileError("damaged gzip: the file ends too early")


def _up_to_the_fault(unzip, chunk: bytes) -> bytes:
    """Return what can be had of a chunk, byte by byte."""
    text = bytearray()
    try:
        for position in range(len(chunk)):
            text += unzip.decompress(chunk[position : position + 1])
    except zlib.error:
        return bytes(text)
    return bytes(text)
