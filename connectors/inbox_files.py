"""How the inbox is written down: lines of its journal, its plan, the lines of its pages."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import zstandard

from connectors.contract import Record, Rejected
from connectors.errors import ResponseError
from connectors.live import Plan, Scope, Slice
from connectors.pages import instant, one_line, text_of
from connectors.shaping import shaped

FORMAT_VERSION = 1
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,80}")


class PageLine(msgspec.Struct, tag="page", tag_field="kind", frozen=True):
    """A page is complete; ``next`` asks for the one after it, None ends the walk."""

    slice: str
    file: str
    rows: int
    records: int
    sha256: str
    next: str | None
    notes: tuple[str, ...] = ()


class ExpectedLine(msgspec.Struct, tag="expected", tag_field="kind", frozen=True):
    """How many records a slice should hold, asked before its walk."""

    slice: str
    count: int | None


class RestartLine(msgspec.Struct, tag="restart", tag_field="kind", frozen=True):
    """A page token was no longer taken: the pages of the slice so far do not count."""

    slice: str


class HalvesLine(msgspec.Struct, tag="halves", tag_field="kind", frozen=True):
    """A slice came out short: these are walked besides."""

    slice: str
    parts: tuple[Slice, ...]


class CensusLine(msgspec.Struct, tag="census", tag_field="kind", frozen=True):
    """The census is complete; ``count`` is None where the tracker offers none."""

    count: int | None


class SpoiltLine(msgspec.Struct, tag="spoilt", tag_field="kind", frozen=True):
    """Going on would not help: the next run plans this scope anew."""

    reason: str


Line = PageLine | ExpectedLine | RestartLine | HalvesLine | CensusLine | SpoiltLine
decode_line = msgspec.json.Decoder(Line).decode


class _StoredPlan(msgspec.Struct):
    scope: str
    name: str
    slices: tuple[Slice, ...]
    mark: dict[str, Any]
    started_at: str
    awaited: tuple[str, ...] = ()
    format: int = FORMAT_VERSION


class _Kept(msgspec.Struct, tag="record", array_like=True):
    stream: str
    key: str
    version: str | None
    place: str


class _KeptRejected(msgspec.Struct, tag="rejected", array_like=True):
    stream: str
    record_id: str
    field_path: str
    reason: str
    place: str
    payload: bytes


_encode = msgspec.json.Encoder().encode
_decode_kept = msgspec.json.Decoder(list[_Kept | _KeptRejected]).decode


def folder_name(name: str) -> str:
    """Return a name that is safe for a folder, different for different names in any file system."""
    if not name:
        return "source"
    if _SAFE.fullmatch(name) and name == name.lower():
        return f"is-{name}"
    return f"of-{hashlib.blake2b(name.encode(), digest_size=12).hexdigest()}"


def written_plan(scope: Scope, plan: Plan) -> bytes:
    """Return a plan as it is written down."""
    started_at, mark = text_of(plan.started_at), dict(plan.mark)
    stored = _StoredPlan(scope.id, scope.name, plan.slices, mark, started_at, plan.awaited)
    return _encode(stored)


def read_plan(path: Path) -> tuple[Plan, str]:
    """Return a plan and the id of its scope.

    Raises:
        ResponseError: If the file cannot be understood.
    """
    try:
        stored = shaped(path.read_bytes(), _StoredPlan)
        if stored.format != FORMAT_VERSION:
            raise ValueError
        started_at = datetime.fromisoformat(stored.started_at)
    except (msgspec.DecodeError, ValueError):
        raise ResponseError(
            f"The plan {path} cannot be read. Move the folder {path.parent} away and run again: "
            "what it holds is then asked for anew."
        ) from None
    return Plan(stored.slices, stored.mark, started_at, stored.awaited), stored.scope


def written(page: Sequence[Record | Rejected]) -> bytes:
    """Return what a page holds: a line that tells of all of it, then a line for each payload.

    So no payload is read through until it is asked for.
    """
    payloads = [one_line(found.payload) for found in page if isinstance(found, Record)]
    return b"\n".join((_encode([_kept(found) for found in page]), *payloads, b""))


def _kept(found: Record | Rejected) -> _Kept | _KeptRejected:
    if isinstance(found, Rejected):
        return _KeptRejected(
            found.stream,
            found.record_id,
            found.field_path,
            found.reason,
            found.place,
            found.payload,
        )
    version = text_of(found.version) if found.version else None
    return _Kept(found.stream, found.key, version, found.place)


def read(content: bytes, scope: str) -> list[Record | Rejected]:
    """Return what ``written`` made a page of, as of one scope.

    Raises:
        ValueError: If it is something else.
    """
    head, *payloads = content.split(b"\n")[:-1]
    following = iter(payloads)
    return [
        Record(each.stream, each.key, next(following), instant(each.version), scope, each.place)
        if isinstance(each, _Kept)
        else Rejected(*msgspec.structs.astuple(each))
        for each in _decode_kept(head)
    ]


def packed_lines(path: Path) -> Iterator[bytes]:
    """Yield the lines of a packed file, a piece at a time."""
    rest = b""
    with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as reader:
        while piece := reader.read(1 << 18):
            *whole, rest = (rest + piece).split(b"\n")
            yield from whole
