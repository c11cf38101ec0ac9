"""What was replaced since it was read leaves the landing: copies, and payloads in quarantine."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

import msgspec

from connectors.contract import Record, Rejected
from connectors.errors import Damaged
from connectors.journal import FileEntry, PageEntry, ScopeEntry
from connectors.landing import Landing
from connectors.live import ABSENCES
from connectors.pages import Envelope, decode_envelope, text_of
from connectors.rewriting import Rewritten, record_of, replace_entries, rewritten

Aside = FileEntry | ScopeEntry
_NEVER = text_of(datetime.max)


@dataclass
class _Newest:
    """By stream and key the newest copy, and when one was read last, of use or of none."""

    copies: dict[tuple[str, str], tuple[str, str, str]] = field(default_factory=dict)
    read: dict[tuple[str, str], str] = field(default_factory=dict)

    def see(self, told: Envelope) -> None:
        place = (told.stream, told.key)
        self.copies[place] = max(self.copies.get(place, _age(told)), _age(told))
        self.read[place] = max(self.read.get(place, ""), told.pulled_at)


def drop_replaced(
    landing: Landing,
    before: datetime,
    *,
    known: frozenset[str] = frozenset(),
    is_dry: bool = False,
) -> Rewritten:
    """Remove what was read before a time and replaced by something newer since.

    That is copies of records, and payloads of rejected ones, of which the reason and the place
    stay. Words on absences stay: what became of an item is told by all of them together. So does a
    rejected record of which nothing newer was read: it waits to be mended.

    Args:
        landing: Of one source, under the run's lock.
        before: Naive UTC.
        known: SHA-256 of pages among which all that is replaced has been removed; what they replace
            is not looked for again.
        is_dry: Count only.
    """
    pages = landing.pages()
    old = {each.sha256 for each in pages if datetime.fromisoformat(each.pulled_from) < before}
    if all(page.sha256 in known for page in pages):
        old = set()
    limit = text_of(before)
    aside = [each for each in landing.entries if not isinstance(each, PageEntry) and each.rejected]
    if not old and not any(_read_at(landing, each) < limit for each in aside):
        return Rewritten()
    looked_through = [page for page in pages if page.sha256 in old or page.sha256 not in known]
    newest = _newest(landing, looked_through)

    def kept(told: Envelope) -> Record | None:
        is_newest = newest.copies[told.stream, told.key] == _age(told)
        is_young = datetime.fromisoformat(told.pulled_at) >= before
        is_kept = is_newest or is_young or told.stream == ABSENCES
        return record_of(told) if is_kept else None

    found = Rewritten()
    entries = list(rewritten(landing, kept, found, is_dry, old))
    for number, entry in enumerate(entries):
        if not isinstance(entry, PageEntry) and _read_at(landing, entry) < limit:
            entries[number] = _without_payloads(landing, entry, newest.read, found, is_dry)
    if found.records and not is_dry:
        replace_entries(landing, entries)
    return found


def _newest(landing: Landing, pages: list[PageEntry]) -> _Newest:
    found = _Newest()
    for page in pages:
        for line in landing.lines(page):
            found.see(decode_envelope(line))
    for entry in landing.entries:
        if isinstance(entry, PageEntry):
            continue
        # A file or scope that was read again without a fault replaces those before too.
        places = {_place(entry, None), *(_place(entry, each) for each in _faults(landing, entry))}
        at = _read_at(landing, entry)
        for place in places:
            found.read[place] = max(found.read.get(place, ""), at)
    return found


def _age(told: Envelope) -> tuple[str, str, str]:
    return told.version or "", told.pulled_at, told.digest


def _place(entry: Aside, fault: Rejected | None) -> tuple[str, str]:
    """What replaces a rejected record: itself; one without an id, its file or scope."""
    if fault is not None and fault.record_id:
        return fault.stream, fault.record_id
    return "", entry.file if isinstance(entry, FileEntry) else entry.scope


def _read_at(landing: Landing, entry: Aside) -> str:
    """When that was read of which an entry may have set something aside."""
    if isinstance(entry, ScopeEntry):
        return entry.started_at
    # Of format 1: as the pages tell that were made of it.
    pages = (page.pulled_to for page in landing.pages() if page.origin == entry.file)
    return entry.read_at or max(pages, default=_NEVER)


def _faults(landing: Landing, entry: Aside) -> list[Rejected]:
    try:
        return landing.faults(entry)
    except Damaged:
        return []  # told by every run; what it was is not known


def _without_payloads(
    landing: Landing,
    entry: Aside,
    newest: dict[tuple[str, str], str],
    found: Rewritten,
    is_dry: bool,
) -> Aside:
    """Return an entry with what was set aside and replaced since as counts and places alone."""
    faults, at = _faults(landing, entry), _read_at(landing, entry)
    kept = [_emptied(each) if newest[_place(entry, each)] > at else each for each in faults]
    count = sum(one != other for one, other in zip(faults, kept, strict=True))
    found.records += count
    if not count or is_dry:
        return entry
    return msgspec.structs.replace(entry, quarantine=landing.keep_rejected(kept))


def _emptied(fault: Rejected) -> Rejected:
    """A fault without what stood there, of which the reason too may hold a part."""
    return replace(fault, payload=b"", reason=fault.reason.partition(", found ")[0])
