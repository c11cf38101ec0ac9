"""Pages of records on disk: the only writer of ``data/raw``.

    data/raw/<source>/journal.jsonl                  what is complete (see ``connectors.journal``)
    data/raw/<source>/<stream>/<sha256>.jsonl.zst    pages; one record per line in an envelope
    data/raw/<source>/<stream>/<sha256>.digests      16 bytes per record of that page, and for all
    data/raw/<source>/quarantine/<sha256>.jsonl      what a file or scope held that is of no use
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
from connectors.errors import Damaged
from connectors.journal import Entry, FileEntry, Journal, PageEntry, ScopeEntry
from connectors.pages import (
    DIGEST_BYTES,
    Page,
    decode_envelope,
    digests_in,
    mixed_digest,
    one_line,
    record_digest,
    text_of,
    with_digest,
)
from connectors.quarantine import QUARANTINE, faults_of, keep, place_of

PAGE_RECORDS = 10_000
PAGE_BYTES = 32_000_000
INBOX = "inbox"
_AT_ONCE_BYTES = 64_000_000
_LEVEL = 3


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
        self.journal = Journal(self.folder / "journal.jsonl", end=self.folder / "journal.end")
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

    def finish_file(self, entry: FileEntry, faults: Sequence[Rejected]) -> None:
        """Note that an export file is read to its end; it counts from the next ``commit`` on.

        ``faults`` is what it holds that is of no use.
        """
        name = self.keep_rejected(faults) if faults else ""
        self._files.append(msgspec.structs.replace(entry, quarantine=name))

    def faults(self, entry: FileEntry | ScopeEntry) -> list[Rejected]:
        """Return what of an export file, or of one reading of a scope, went to quarantine.

        Raises:
            Damaged: If it is gone or its bytes are not those that were written.
        """
        return faults_of(self.folder, entry)

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
        return {entry.scope: entry for entry in self.readings()}

    def readings(self) -> list[ScopeEntry]:
        """Return what was noted of every reading of a scope, oldest first."""
        return [entry for entry in self.journal.entries if isinstance(entry, ScopeEntry)]

    def keep_rejected(self, faults: Sequence[Rejected]) -> str:
        """Keep what is of no use, durably; returns the name that an entry gives it."""
        return keep(self.folder, faults)

    def records(self, page: PageEntry, timezone: str = "UTC") -> Iterator[LandedRecord]:
        """Yield the records of one page.

        Raises:
            Damaged: If the page is gone or its bytes are not those that were written.
        """
        for line in self.lines(page):
            yield decode_envelope(line).record(timezone)

    def lines(self, page: PageEntry) -> list[bytes]:
        """Return the lines of one page as they stand there; raises like ``records``."""
        return self._content(page).split(b"\n")[:-1]

    def packed(self, page: PageEntry) -> bytes:
        """Return the bytes of a page's file; raises like ``records``."""
        path = self.page_path(page)
        try:
            found = path.read_bytes()
        except OSError:
            raise Damaged("page", path, self.folder) from None
        if page.packed and _sha256(found) != page.packed:
            raise Damaged("page", path, self.folder)
        return found

    def _content(self, page: PageEntry) -> bytes:
        packed = self.packed(page)
        try:
            content = zstandard.ZstdDecompressor().decompress(packed)
            # One digest is enough; pages of format 1 have only that of their content.
            if page.packed or _sha256(content) == page.sha256:
                return content
        except zstandard.ZstdError:
            pass
        raise Damaged("page", self.page_path(page), self.folder)

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
        sha256 = _sha256(content)
        for known in self.pages(page.stream):
            if known.sha256 == sha256:
                # Another version of the packer would give its file other bytes.
                return known
        folder = self.folder / page.stream
        folder.mkdir(exist_ok=True)
        name = f"{sha256}.jsonl.zst"
        packed = zstandard.ZstdCompressor(_LEVEL).compress(content)
        write_durably(folder / name, packed)
        write_durably(folder / f"{sha256}.digests", with_digest(b"".join(page.digests)))
        return PageEntry(
            stream=page.stream,
            file=name,
            rows=len(page.lines),
            sha256=sha256,
            origin=page.origin,
            pulled_from=text_of(page.pulled_from),
            pulled_to=text_of(page.pulled_to),
            packed=_sha256(packed),
        )

    def _digests(self, stream: str) -> set[bytes]:
        """Return the digests of all records landed in a stream."""
        found: set[bytes] = set()
        for page in self.pages(stream):
            path = (self.folder / stream / page.file).with_name(f"{page.sha256}.digests")
            text = digests_in(path.read_bytes() if path.exists() else b"", page.rows)
            if not text:
                text = b"".join(bytes.fromhex(record.digest) for record in self.records(page))
                write_durably(path, with_digest(text))
            found.update(text[at : at + DIGEST_BYTES] for at in range(0, len(text), DIGEST_BYTES))
        return found

    def remove_leftovers(self) -> None:
        """Remove what is half written, and pages and quarantine files the journal does not name."""
        named: dict[str, set[str]] = defaultdict(set)
        for entry in self.entries:
            if isinstance(entry, PageEntry):
                named[entry.stream].add(entry.sha256)
            elif entry.rejected:
                named[QUARANTINE].add(place_of(self.folder, entry).stem)
        for path in self.folder.glob("*.tmp"):
            path.unlink()
        for path in self.folder.glob("*/*"):
            is_orphan = path.name.split(".")[0] not in named[path.parent.name]
            if path.parent.name != INBOX and (is_orphan or path.suffix == ".tmp"):
                path.unlink()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
