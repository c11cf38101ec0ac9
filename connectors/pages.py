"""A page of records: lines of JSON in an envelope, and how they are written and read."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import lru_cache

import msgspec

from connectors.contract import LandedRecord, Record

DIGEST_BYTES = 16
_ONE_LINE = bytes.maketrans(b"\r\n", b"  ")
_encode = msgspec.json.Encoder().encode


class Envelope(msgspec.Struct):
    """One line of a page."""

    source: str
    stream: str
    key: str
    payload: msgspec.Raw
    digest: str
    version: str | None
    pulled_at: str
    scope: str = ""

    def record(self, timezone: str) -> LandedRecord:
        """Return the record that a line holds."""
        return LandedRecord(
            source=self.source,
            stream=self.stream,
            key=self.key,
            digest=self.digest,
            payload=bytes(self.payload),
            version=instant(self.version),
            pulled_at=datetime.fromisoformat(self.pulled_at),
            timezone=timezone,
        )


decode_envelope = msgspec.json.Decoder(Envelope).decode


def record_digest(key: str, payload: bytes) -> bytes:
    """Return what tells one state of a record from another: 16 bytes."""
    found = hashlib.blake2b(key.encode(), digest_size=DIGEST_BYTES)
    found.update(b"\0")
    found.update(payload)
    return found.digest()


def mixed_digest(content: bytes, pulled_at: datetime) -> bytes:
    """Return what tells a landed copy of a state from an older copy of the same state."""
    told = text_of(pulled_at).encode()
    return hashlib.blake2b(content + told, digest_size=DIGEST_BYTES).digest()


def with_digest(digests: bytes) -> bytes:
    """Return the digests of a page as they are written down: they, and one of them all."""
    return digests + hashlib.blake2b(digests, digest_size=DIGEST_BYTES).digest()


def digests_in(text: bytes, rows: int) -> bytes:
    """Return the digests of a page; none if it is not what was written down of so many rows."""
    found = text[: rows * DIGEST_BYTES]
    # In landings of format 1 none of them all stands behind them.
    is_sound = text in (found, with_digest(found)) and len(found) == rows * DIGEST_BYTES
    return found if is_sound else b""


def one_line(payload: bytes) -> bytes:
    """Return JSON whose line feeds, which stand between tokens only, are blanks."""
    if b"\n" in payload or b"\r" in payload:
        return payload.translate(_ONE_LINE)
    return payload


class _Written(msgspec.Struct):
    """An envelope with its members in the order in which they are written."""

    source: str
    stream: str
    key: str
    scope: str
    version: str | None
    pulled_at: str
    digest: str
    payload: msgspec.Raw


class Page:
    """A page that is being filled."""

    def __init__(self, stream: str) -> None:
        self.stream = stream
        self.lines: list[bytes] = []
        self.digests: list[bytes] = []
        self.size = 0
        self.origin = ""
        self.pulled_from = datetime.max
        self.pulled_to = datetime.min

    def add(
        self,
        source: str,
        record: Record,
        payload: bytes,
        digest: bytes,
        pulled_at: datetime,
        origin: str,
    ) -> int:
        """Add a record, whose payload is one line already; returns the size of its line."""
        written = _Written(
            source,
            record.stream,
            record.key,
            record.scope,
            text_of(record.version) if record.version else None,
            text_of(pulled_at),
            digest.hex(),
            msgspec.Raw(payload),
        )
        line = b"%b\n" % _encode(written)
        self.lines.append(line)
        self.digests.append(digest)
        self.size += len(line)
        self.origin = self.origin or origin
        self.pulled_from = min(self.pulled_from, pulled_at)
        self.pulled_to = max(self.pulled_to, pulled_at)
        return len(line)


@lru_cache(maxsize=4096)
def text_of(instant: datetime) -> str:
    """Return an instant as text, in UTC and without an offset."""
    if instant.tzinfo is not None:
        instant = instant.astimezone(UTC).replace(tzinfo=None)
    return instant.isoformat()


def instant(text: str | None) -> datetime | None:
    """Return the instant that ``text_of`` made a text of."""
    return datetime.fromisoformat(text) if text else None
