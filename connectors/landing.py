"""Pages of records on disk: the only writer of ``data/raw``.

    data/raw/<source>/journal.jsonl                  what is complete (see ``connectors.journal``)
    data/raw/<source>/<stream>/<sha256>.jsonl.zst    pages; one record per line in an envelope
    data/raw/<source>/<stream>/<sha256>.digests      16 bytes per record of that page
    data/raw/<source>/quarantine/<hash>.jsonl        what one export file held that is of no use
    data/raw/<source>/inbox/                         what is being read (see ``connectors.inbox``)
    data/raw/<source>/index.sqlite                   derived (see ``connectors.index``)

A page counts once its line stands in the journal; a page without one is a leftover of a killed run
and is removed, for its records will come again. Pages are named by their content and filled in the
order of the input, so an interrupted run that is repeated ends with the same bytes.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
import zstandard

from connectors.contract import LandedRecord, Record, Rejected
from connectors.durable import write_durably
from connectors.erased import erasure_of
from connectors.errors import ResponseError
from connectors.journal import Entry, FileEntry, Journal, PageEntry, ScopeEntry
from connectors.pages import (
    DIGEST_BYTES,
    Page,
    decode_envelope,
    mixed_digest,
    one_line,
    record_digest,
    text_of,
)
from connectors.shaping import shaped

PAGE_RECORDS = 10_000
PAGE_BYTES = 32_000_000
QUARANTINE = "quarantine"
INBOX = "inbox"
_AT_ONCE_BYTES = 64_000_000
_LEVEL = 3
_quoted = msgspec.json.Encoder().encode


class Landing:
    """The landing of one source. One writer at a time: the run's lock sees to that."""

    def __init__(self, root: Path, source: str) -> None:
        """Open ``root/<source>``, make it if need be, and clear what a killed run left behind.

        ``erasure`` is what forgets the people on the list of the data folder: whoever lands
        records passes them through it.

        Raises:
            ResponseError: If the journal cannot be understood.
            SettingsError: If people are forgotten, and the key that tells them is not there.
        """
        self.erasure = erasure_of(root.parent)
        self.folder = root / source
        self.source = source
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / QUARANTINE).mkdir(exist_ok=True)
        self.journal = Journal(self.folder / "journal.jsonl")
        self._open_pages: dict[str, Page] = {}
        self._open_bytes = 0
        self._known: dict[str, set[bytes]] = {}
        self._files: list[FileEntry] = []
        self._held: list[PageEntry] = []
        self.remove_leftovers()

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
            for entry in self.journal.entries
            if isinstance(entry, PageEntry) and stream in (None, entry.stream)
        ]

    def files(self) -> dict[tuple[str, str], FileEntry]:
        """Return what is known of each export file read so far, by name and SHA-256."""
        return {
            (entry.file, entry.sha256): entry
            for entry in self.journal.entries
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
        payload = one_line(record.payload)
        digest = record_digest(record.key, payload)
        known = self._known.get(record.stream)
        if known is None:
            known = self._known[record.stream] = self._digests(record.stream)
        if digest in known:
            return False
        known.add(digest)
        page = self._page(record.stream)
        self._open_bytes += page.add(self.source, record, payload, digest, pulled_at, origin)
        if self._is_full(page):
            self.journal.append([self._write(page)])
        return True

    def put(self, record: Record, content: bytes, pulled_at: datetime, origin: str) -> None:
        """Take in a record that ``connectors.index`` knows to be new or changed.

        Its page counts from the next ``commit`` on, and its digest tells it also from an older copy
        with the same ``content``, its plain digest. Other arguments as for ``add``.
        """
        payload = one_line(record.payload)
        digest = mixed_digest(content, pulled_at)
        page = self._page(record.stream)
        self._open_bytes += page.add(self.source, record, payload, digest, pulled_at, origin)
        if self._is_full(page):
            self._held.append(self._write(page))
        elif self._open_bytes > _AT_ONCE_BYTES:
            largest = max(self._open_pages.values(), key=lambda each: each.size)
            self._held.append(self._write(largest))

    def finish_file(self, entry: FileEntry, faults: list[Rejected]) -> None:
        """Note that an export file is read to its end; it counts from the next ``commit`` on."""
        if faults:
            self.keep_faults(entry, faults)
        self._files.append(entry)

    def keep_faults(self, entry: FileEntry, faults: Sequence[Rejected]) -> None:
        """Keep what of an export file is of no use, durably."""
        text = b"".join(_quoted(fault) + b"\n" for fault in faults)
        write_durably(self.quarantined(entry), text)

    def faults(self, entry: FileEntry | ScopeEntry) -> list[Rejected]:
        """Return what of an export file, or of one reading of a scope, went to quarantine.

        Raises:
            ResponseError: If it is gone.
        """
        if not entry.rejected:
            return []
        path = self.quarantined(entry)
        try:
            lines = path.read_bytes().splitlines()
            return [shaped(line, Rejected) for line in lines]
        except (OSError, msgspec.DecodeError):
            raise ResponseError(
                f"The quarantine file {path} is missing or damaged. Restore it from a backup, or "
                "run once with --full: every export is then read anew."
            ) from None

    def quarantined(self, entry: FileEntry | ScopeEntry) -> Path:
        """Return where the faults stand; export files of the same bytes have a file each."""
        if isinstance(entry, FileEntry):
            name = hashlib.sha256(f"{entry.file}\0{entry.sha256}".encode()).hexdigest()
        else:
            name = entry.quarantine
        return self.folder / QUARANTINE / f"{name}.jsonl"

    def commit(self, scopes: Sequence[ScopeEntry] = ()) -> None:
        """Write the pages that are not full, then note what is now all in pages."""
        entries: list[Entry] = list(self._held)
        entries += [self._write(page) for page in list(self._open_pages.values())]
        entries += [*self._files, *scopes]
        if entries:
            self.journal.append(entries)
        self._files, self._held = [], []

    @property
    def entries(self) -> list[Entry]:
        """All that the journal tells, oldest first."""
        return self.journal.entries

    def scopes(self) -> dict[str, ScopeEntry]:
        """Return what was noted last of each scope, by its id."""
        return {
            entry.scope: entry for entry in self.journal.entries if isinstance(entry, ScopeEntry)
        }

    def keep_rejected(self, faults: Sequence[Rejected]) -> str:
        """Keep what is of no use, durably; returns the name that a scope's entry gives it."""
        text = b"".join(_quoted(fault) + b"\n" for fault in faults)
        name = hashlib.sha256(text).hexdigest()
        write_durably(self.folder / QUARANTINE / f"{name}.jsonl", text)
        return name

    def records(self, page: PageEntry, timezone: str = "UTC") -> Iterator[LandedRecord]:
        """Yield the records of one page.

        Raises:
            ResponseError: If the page is gone or its bytes are not those that were written.
        """
        for line in self.lines(page):
            yield decode_envelope(line).record(timezone)

    def lines(self, page: PageEntry) -> list[bytes]:
        """Return the lines of one page as they stand there; raises like ``records``."""
        return self._content(page).split(b"\n")[:-1]

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

    def _page(self, stream: str) -> Page:
        page = self._open_pages.get(stream)
        if page is None:
            page = self._open_pages[stream] = Page(stream)
        return page

    def _is_full(self, page: Page) -> bool:
        return len(page.lines) >= PAGE_RECORDS or page.size >= PAGE_BYTES

    def _write(self, page: Page) -> PageEntry:
        del self._open_pages[page.stream]
        self._open_bytes -= page.size
        return self.store(page)

    def store(self, page: Page) -> PageEntry:
        """Put a page on the disk; it counts once its entry stands in the journal."""
        content = b"".join(page.lines)
        sha256 = hashlib.sha256(content).hexdigest()
        folder = self.folder / page.stream
        folder.mkdir(exist_ok=True)
        name = f"{sha256}.jsonl.zst"
        write_durably(folder / name, zstandard.ZstdCompressor(_LEVEL).compress(content))
        write_durably(folder / f"{sha256}.digests", b"".join(page.digests))
        return PageEntry(
            stream=page.stream,
            file=name,
            rows=len(page.lines),
            sha256=sha256,
            origin=page.origin,
            pulled_from=text_of(page.pulled_from),
            pulled_to=text_of(page.pulled_to),
        )

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

    def remove_leftovers(self) -> None:
        """Remove the pages that the journal does not name."""
        complete: dict[str, set[str]] = defaultdict(set)
        for page in self.pages():
            complete[page.stream].add(page.sha256)
        for path in self.folder.glob("*/*"):
            if path.parent.name == INBOX:
                continue
            is_page = path.parent.name != QUARANTINE
            orphan = is_page and path.name.split(".")[0] not in complete[path.parent.name]
            if path.suffix == ".tmp" or orphan:
                path.unlink()
