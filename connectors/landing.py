"""Pages of records on disk: the only writer of ``data/raw``.

    data/raw/<source>/journal.jsonl                  what is complete (see ``connectors.journal``)
    data/raw/<source>/<stream>/<sha256>.jsonl.zst    pages; one record per line in an envelope
    data/raw/<source>/<stream>/<sha256>.digests      16 bytes per record of that page
    data/raw/<source>/quarantine/<hash>.jsonl        what one export file held that is of no use

A page counts once its line stands in the journal; a page without one is a leftover of a killed run
and is removed, for its records will come again. Pages are named by their content and filled in the
order of the input, so an interrupted run that is repeated ends with the same bytes.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import zstandard

from connectors.contract import LandedRecord, Record, Rejected
from connectors.errors import ResponseError
from connectors.journal import FileEntry, Journal, PageEntry, write_durably

PAGE_RECORDS = 10_000
PAGE_BYTES = 32_000_000
DIGEST_BYTES = 16
QUARANTINE = "quarantine"
_LEVEL = 3
_ONE_LINE = bytes.maketrans(b"\r\n", b"  ")
_quoted = msgspec.json.Encoder().encode


class _Envelope(msgspec.Struct):
    """One line of a page."""

    source: str
    stream: str
    key: str
    payload: msgspec.Raw
    digest: str
    version: str | None
    pulled_at: str


_decode_envelope = msgspec.json.Decoder(_Envelope).decode


def record_digest(key: str, payload: bytes) -> bytes:
    """Return what tells one state of a record from another: 16 bytes."""
    found = hashlib.blake2b(key.encode(), digest_size=DIGEST_BYTES)
    found.update(b"\0")
    found.update(payload)
    return found.digest()


class Landing:
    """The landing of one source. One writer at a time: the run's lock sees to that."""

    def __init__(self, root: Path, source: str) -> None:
        """Open ``root/<source>``, make it if need be, and clear what a killed run left behind.

        Raises:
            ResponseError: If the journal cannot be understood.
        """
        self.folder = root / source
        self.source = source
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / QUARANTINE).mkdir(exist_ok=True)
        self._journal = Journal(self.folder / "journal.jsonl")
        self._open_pages: dict[str, _Page] = {}
        self._known: dict[str, set[bytes]] = {}
        self._files: list[FileEntry] = []
        self._remove_leftovers()

    @classmethod
    def reading(cls, root: Path, source: str) -> Landing:
        """Open a landing only to read pages of it; nothing is made, cleared or known of others."""
        landing = cls.__new__(cls)
        landing.folder = root / source
        landing.source = source
        return landing

    def pages(self, stream: str | None = None) -> list[PageEntry]:
        """Return the complete pages, oldest first, of one stream or of all."""
        return [
            entry
            for entry in self._journal.entries
            if isinstance(entry, PageEntry) and stream in (None, entry.stream)
        ]

    def files(self) -> dict[tuple[str, str], FileEntry]:
        """Return what is known of each export file read so far, by name and SHA-256."""
        return {
            (entry.file, entry.sha256): entry
            for entry in self._journal.entries
            if isinstance(entry, FileEntry)
        }

    def page_path(self, page: PageEntry) -> Path:
        """Return where a page stands."""
        return self.folder / page.stream / page.file

    def add(self, record: Record, pulled_at: datetime, origin: str) -> bool:
        """Take in a record; False if the same bytes under the same key have landed before.

        Args:
            record: The record; line feeds between its tokens become blanks.
            pulled_at: When this state of the record was read from the tracker (naive UTC).
            origin: The file or request it came from.
        """
        payload = record.payload
        if b"\n" in payload or b"\r" in payload:
            payload = payload.translate(_ONE_LINE)
        digest = record_digest(record.key, payload)
        known = self._known.get(record.stream)
        if known is None:
            known = self._known[record.stream] = self._digests(record.stream)
        if digest in known:
            return False
        known.add(digest)
        page = self._open_pages.get(record.stream)
        if page is None:
            page = self._open_pages[record.stream] = _Page(record.stream)
        page.add(self.source, record, payload, digest, pulled_at, origin)
        if page.is_full():
            self._write(page)
        return True

    def finish_file(self, entry: FileEntry, faults: list[Rejected]) -> None:
        """Note that an export file is read to its end; it counts from the next ``commit`` on."""
        if faults:
            text = b"".join(_quoted(fault) + b"\n" for fault in faults)
            write_durably(self._quarantined(entry), text)
        self._files.append(entry)

    def faults(self, entry: FileEntry) -> list[Rejected]:
        """Return what of an export file went to quarantine.

        Raises:
            ResponseError: If it is gone.
        """
        if not entry.rejected:
            return []
        path = self._quarantined(entry)
        try:
            lines = path.read_bytes().splitlines()
            return [msgspec.json.decode(line, type=Rejected) for line in lines]
        except (OSError, msgspec.DecodeError):
            raise ResponseError(
                f"The quarantine file {path} of {entry.file} is missing or damaged. Restore it "
                "from a backup, or run once with --full: every export is then read anew."
            ) from None

    def _quarantined(self, entry: FileEntry) -> Path:
        """Return where the faults of a file stand; files of the same bytes have one each."""
        name = hashlib.sha256(f"{entry.file}\0{entry.sha256}".encode()).hexdigest()
        return self.folder / QUARANTINE / f"{name}.jsonl"

    def commit(self) -> None:
        """Write the pages that are not full, then note the files whose records are all in pages."""
        for page in list(self._open_pages.values()):
            self._write(page)
        if self._files:
            self._journal.append(list(self._files))
            self._files = []

    def records(self, page: PageEntry, timezone: str = "UTC") -> Iterator[LandedRecord]:
        """Yield the records of one page.

        Raises:
            ResponseError: If the page is gone or its bytes are not those that were written.
        """
        for line in self._content(page).split(b"\n")[:-1]:
            envelope = _decode_envelope(line)
            yield LandedRecord(
                source=envelope.source,
                stream=envelope.stream,
                key=envelope.key,
                digest=envelope.digest,
                payload=bytes(envelope.payload),
                version=_instant(envelope.version),
                pulled_at=datetime.fromisoformat(envelope.pulled_at),
                timezone=timezone,
            )

    def _content(self, page: PageEntry) -> bytes:
        path = self.page_path(page)
        try:
            content = zstandard.ZstdDecompressor().decompress(path.read_bytes())
        except (OSError, zstandard.ZstdError):
            content = b""
        if hashlib.sha256(content).hexdigest() != page.sha256:
            raise ResponseError(
                f"The landed page {path} is missing or damaged. Restore it from a backup, or move "
                f"{self.folder} away and run again."
            )
        return content

    def _write(self, page: _Page) -> None:
        content = b"".join(page.lines)
        sha256 = hashlib.sha256(content).hexdigest()
        folder = self.folder / page.stream
        folder.mkdir(exist_ok=True)
        name = f"{sha256}.jsonl.zst"
        write_durably(folder / name, zstandard.ZstdCompressor(_LEVEL).compress(content))
        write_durably(folder / f"{sha256}.digests", b"".join(page.digests))
        entry = PageEntry(
            stream=page.stream,
            file=name,
            rows=len(page.lines),
            sha256=sha256,
            origin=page.origin,
            pulled_from=_text(page.pulled_from),
            pulled_to=_text(page.pulled_to),
        )
        self._journal.append([entry])
        del self._open_pages[page.stream]

    def _digests(self, stream: str) -> set[bytes]:
        """Return the digests of all records landed in a stream."""
        found: set[bytes] = set()
        for page in self.pages(stream):
            path = (self.folder / stream / page.file).with_name(f"{page.sha256}.digests")
            text = path.read_bytes() if path.exists() else b""
            if len(text) != page.rows * DIGEST_BYTES:
                digests = [bytes.fromhex(record.digest) for record in self.records(page)]
                text = b"".join(digests)
                write_durably(path, text)
            found.update(text[at : at + DIGEST_BYTES] for at in range(0, len(text), DIGEST_BYTES))
        return found

    def _remove_leftovers(self) -> None:
        complete: dict[str, set[str]] = defaultdict(set)
        for page in self.pages():
            complete[page.stream].add(page.sha256)
        for path in self.folder.glob("*/*"):
            is_page = path.parent.name != QUARANTINE
            orphan = is_page and path.name.split(".")[0] not in complete[path.parent.name]
            if path.suffix == ".tmp" or orphan:
                path.unlink()


class _Page:
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
    ) -> None:
        version = f'"{_text(record.version)}"' if record.version else "null"
        head = (
            f'{{"source":{_quoted(source).decode()},"stream":{_quoted(record.stream).decode()},'
            f'"key":{_quoted(record.key).decode()},"scope":{_quoted(record.scope).decode()},'
            f'"version":{version},"pulled_at":"{_text(pulled_at)}",'
            f'"digest":"{digest.hex()}","payload":'
        )
        line = b"".join((head.encode(), payload, b"}\n"))
        self.lines.append(line)
        self.digests.append(digest)
        self.size += len(line)
        self.origin = self.origin or origin
        self.pulled_from = min(self.pulled_from, pulled_at)
        self.pulled_to = max(self.pulled_to, pulled_at)

    def is_full(self) -> bool:
        return len(self.lines) >= PAGE_RECORDS or self.size >= PAGE_BYTES


def _text(instant: datetime) -> str:
    if instant.tzinfo is not None:
        instant = instant.astimezone(UTC).replace(tzinfo=None)
    return instant.isoformat()


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
