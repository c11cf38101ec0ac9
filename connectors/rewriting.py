"""A landing written anew, page by page, so that its journal stays true at every instant.

New pages are put beside the old ones; then the journal is replaced in one step; then what it names
no more is removed. A kill before that step leaves the landing as it was, one after it as it is to
be, and the next start sweeps the rest. What is derived of a landing is made again from it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec

from connectors.contract import Record
from connectors.erasure import Erasure
from connectors.journal import Entry, PageEntry
from connectors.landing import INBOX, Landing
from connectors.pages import Envelope, Page, decode_envelope, instant, mixed_digest, record_digest
from connectors.shaping import converted

Change = Callable[[Envelope], Record | None]
"""What becomes of a record: it as it is to stand in the landing, or None if it goes."""


@dataclass
class Rewritten:
    """What it came to."""

    pages: int = 0
    records: int = 0
    files: int = 0


def erase(landing: Landing, erasure: Erasure, *, is_dry: bool = False) -> Rewritten:
    """Take forgotten people out of a landing.

    What is being read and has not landed is removed: it is read again, past the border.

    Args:
        landing: Of one source, under the run's lock.
        erasure: Whom to forget.
        is_dry: Count only.

    Raises:
        ResponseError: If a page is not what was written.
    """
    found = Rewritten()
    entries = list(rewritten(landing, lambda told: erasure.record(record_of(told)), found, is_dry))
    entries = [_quarantined_anew(landing, each, erasure, found, is_dry) for each in entries]
    entries = [_told(erasure, each) for each in entries]
    inbox = landing.folder / INBOX
    found.files += sum(1 for path in inbox.rglob("*") if path.is_file())
    if not is_dry:
        replace_entries(landing, entries)
        shutil.rmtree(inbox, ignore_errors=True)
    return found


def record_of(told: Envelope) -> Record:
    """Return the record that a line of a page holds, as it was put there."""
    payload, version = bytes(told.payload), instant(told.version)
    return Record(told.stream, told.key, payload, version, told.scope)


def rewritten(
    landing: Landing,
    change: Change,
    found: Rewritten,
    is_dry: bool,
    only: Collection[str] | None = None,
) -> Iterator[Entry]:
    """Go through the entries, and through the records of all pages or of those ``only``."""
    for entry in landing.entries:
        if not isinstance(entry, PageEntry) or (only is not None and entry.sha256 not in only):
            yield entry
            continue
        page, changed = _page(landing, entry, change)
        if not changed:
            yield entry
            continue
        found.pages, found.records = found.pages + 1, found.records + changed
        if page.lines and not is_dry:
            # Exports of the same states may make two pages of one content: one entry is enough.
            yield landing.store(page)


def _page(landing: Landing, entry: PageEntry, change: Change) -> tuple[Page, int]:
    """Return a page as it is to be, and how many of its records change."""
    page, changed = Page(entry.stream), 0
    for line in landing.lines(entry):
        told = decode_envelope(line)
        before, after = record_of(told), change(told)
        changed += after != before
        if after is None:
            continue
        pulled_at = datetime.fromisoformat(told.pulled_at)
        page.add(told.source, after, after.payload, _digest(told, after), pulled_at, entry.origin)
    return page, changed


def _digest(told: Envelope, after: Record) -> bytes:
    """Return a digest of the kind that the record had: plain, or mixed with when it was read."""
    before = record_digest(told.key, bytes(told.payload))
    content = record_digest(after.key, after.payload)
    if told.digest == before.hex():
        return content
    return mixed_digest(content, datetime.fromisoformat(told.pulled_at))


def _quarantined_anew(
    landing: Landing, entry: Entry, erasure: Erasure, found: Rewritten, is_dry: bool
) -> Entry:
    """Write the faults that an entry tells of anew; it names them from now on."""
    if isinstance(entry, PageEntry) or not entry.rejected:
        return entry
    faults = landing.faults(entry)
    clean = [erasure.rejected(each) for each in faults]
    found.records += sum(one != other for one, other in zip(faults, clean, strict=True))
    if is_dry:
        return entry
    return msgspec.structs.replace(entry, quarantine=landing.keep_rejected(clean))


def _told(erasure: Erasure, entry: Entry) -> Entry:
    return converted(erasure.value(msgspec.to_builtins(entry)), type(entry))


def replace_entries(landing: Landing, entries: list[Entry]) -> None:
    """Let the journal name these entries, and remove what it names no more."""
    if entries != landing.entries:
        landing.journal.replace(entries)
        for path in landing.folder.glob("index.sqlite*"):
            path.unlink()
    landing.remove_leftovers()
