"""Read what was set aside once more, from the payloads that are kept.

After a fix of the settings or of the reader, what can be used now lands; what cannot stays set
aside with the reason of today. A record whose bytes have landed before does not land twice. Records
that landed and could not be typed are typed again by whatever has changed since.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePath

import msgspec

from connectors.border import Border
from connectors.contract import Connector, ExportSettings, Record, Rejected, Unreadable
from connectors.index import Index
from connectors.journal import FileEntry, ScopeEntry
from connectors.landing import Landing
from connectors.live import LiveConnector
from connectors.registry import all_connectors
from connectors.standing import standing_rejections
from pipelines.home.home import Home, Source
from pipelines.home.people_rows import spared_in
from pipelines.warehouse.ingest import LandingReport, SourceReading, count_landed, land
from pipelines.warehouse.places import Places
from pipelines.warehouse.readings import recall, remember
from pipelines.warehouse.scope_rows import faults
from pipelines.warehouse.typing import type_source


@dataclass(frozen=True)
class Replayed:
    """What reading again came to. ``before`` and ``left`` count what was, and is, set aside."""

    source: str
    before: int
    landed: int
    left: int


@dataclass(frozen=True)
class _Reader:
    """Reads a kept payload as a file of its own, past the border of the landing."""

    connector: Connector
    settings: ExportSettings
    border: Border

    def read(self, fault: Rejected, read_at: datetime) -> list[Record | Rejected]:
        """What it is today; a fault keeps its place and takes the reason of today."""
        if not fault.payload:
            return [fault]
        with tempfile.TemporaryDirectory() as folder:
            # Some streams are known by the name of their file alone.
            name = PurePath(fault.place.split(":", 1)[0]).name or "record.json"
            path = Path(folder) / name.removesuffix(".gz")
            path.write_bytes(fault.payload)
            at = read_at.replace(tzinfo=UTC).timestamp()
            os.utime(path, times=(at, at))
            found = self.connector.read_exports(replace(self.settings, files=(path,)))
            return [self.border.passed(_placed(each, fault)) for each in found] or [fault]


def set_aside(home: Home, source: Source) -> list[Rejected]:
    """All records of a source that are of no use, as the latest run left them.

    Only under the lock: the landing is opened for writing.
    """
    places = Places(home.folder)
    landing = Landing(places.raw, source.name)
    typed = type_source(landing, source.tracker, places.typed, source.timezone)
    report = recall(places, source.name) or LandingReport(source.name, source.tracker)
    return faults(SourceReading(report, typed))


def replay(home: Home, source: Source) -> Replayed:
    """Read the rejected records of a source again. Only under the lock."""
    places = Places(home.folder)
    before = len(set_aside(home, source))
    landing = Landing(places.raw, source.name)
    landed = _again(landing, home, source)
    _remember(places, home, source)
    return Replayed(source.name, before, landed, len(set_aside(home, source)))


def _again(landing: Landing, home: Home, source: Source) -> int:
    """Land what can be used now; how many records that were."""
    connector = all_connectors()[source.tracker]
    settings = ExportSettings(source.name, (), source.timezone, source.options)
    reader = _Reader(connector, settings, Border(landing.erasure, spared_in(home)))
    if source.is_export:
        return _again_of_files(landing, reader, home.folder)
    return _again_of_scopes(landing, reader)


def _again_of_files(landing: Landing, reader: _Reader, folder: Path) -> int:
    landed = 0
    for entry in landing.files().values():
        rejected = landing.faults(entry)
        if not rejected:
            continue
        read_at = _read_at(landing, folder / entry.file, entry.file)
        left = []
        for fault in rejected:
            found = reader.read(fault, read_at)
            left += [each for each in found if isinstance(each, Rejected)]
            for record in found:
                if isinstance(record, Record):
                    landed += landing.add(record, read_at, entry.file)
        landing.finish_file(_with_faults(entry, left), left)
    landing.commit()
    return landed


def _with_faults(entry: FileEntry, left: list[Rejected]) -> FileEntry:
    told = Counter(each.stream for each in left)
    return msgspec.structs.replace(entry, rejected=dict(told))


def _again_of_scopes(landing: Landing, reader: _Reader) -> int:
    connector = reader.connector
    assert isinstance(connector, LiveConnector)
    index = Index(landing, connector.items)
    entries, landed = [], 0
    try:
        for scope, rejected in _standing(landing, connector.items).items():
            left: list[Rejected] = []
            new: Counter[str] = Counter()
            for fault, read_at in rejected:
                found = reader.read(fault, read_at)
                left += [each for each in found if isinstance(each, Rejected)]
                records = [each for each in found if isinstance(each, Record)]
                new += _put(landing, index, records, scope, read_at)
            landed += sum(new.values())
            entries.append(_with_rest(landing, scope, new, left))
        landing.commit(entries)
        index.save()
    finally:
        index.close()
    return landed


def _standing(landing: Landing, items: str) -> dict[str, list[tuple[Rejected, datetime]]]:
    """By scope what is of no use as of now, and when it was read."""
    standing = set(map(_name, standing_rejections(landing, items)))
    newest: dict[tuple[str, str, str], tuple[str, Rejected, datetime]] = {}
    for entry in landing.entries:
        if isinstance(entry, ScopeEntry):
            read_at = datetime.fromisoformat(entry.started_at)
            for fault in landing.faults(entry):
                newest[_name(fault)] = (entry.scope, fault, read_at)
    found: dict[str, list[tuple[Rejected, datetime]]] = defaultdict(list)
    for name, (scope, fault, read_at) in newest.items():
        if name in standing:
            found[scope].append((fault, read_at))
    return found


def _with_rest(landing: Landing, scope: str, new: Counter[str], left: list[Rejected]) -> ScopeEntry:
    """The scope's last entry once more, with what has landed now and what is left."""
    return msgspec.structs.replace(
        landing.scopes()[scope],
        landed=dict(new),
        rejected=dict(Counter(each.stream for each in left)),
        quarantine=landing.keep_rejected(left) if left else "",
    )


def _put(
    landing: Landing, index: Index, records: list[Record], scope: str, read_at: datetime
) -> Counter[str]:
    """Land what the index does not know yet; counts by stream."""
    landed: Counter[str] = Counter()
    records = [msgspec.structs.replace(each, scope=scope or each.scope) for each in records]
    for record, taken in zip(records, index.take(records, read_at), strict=True):
        if taken.novelty in ("new", "changed"):
            landing.put(record, taken.content, read_at, record.place or scope)
            landed[record.stream] += 1
    return landed


def _placed(found: Record | Rejected | Unreadable, fault: Rejected) -> Record | Rejected:
    if isinstance(found, Record):
        return msgspec.structs.replace(found, place=fault.place)
    if isinstance(found, Unreadable):
        return fault  # still no record at all, and the reason of then says more
    return replace(fault, field_path=found.field_path, reason=found.reason, read_at=None)


def _read_at(landing: Landing, file: Path, name: str) -> datetime:
    """When the file was written; of one that is gone, as the pages made of it tell.

    Where none tells, the earliest that is known, so that no older copy outlives a newer one.
    """
    if file.exists():
        return datetime.fromtimestamp(file.stat().st_mtime, UTC).replace(tzinfo=None)
    pages = landing.pages()
    of_it = [page.pulled_to for page in pages if page.origin == name]
    earliest = min((page.pulled_from for page in pages), default=None)
    known = max(of_it) if of_it else earliest
    return datetime.fromisoformat(known) if known else datetime.now(UTC).replace(tzinfo=None)


def _remember(places: Places, home: Home, source: Source) -> None:
    """Let the next step, and the next list, see what is left."""
    landing = Landing(places.raw, source.name)
    if source.is_export:
        settings = ExportSettings(source.name, source.files, source.timezone, source.options)
        sparing = spared_in(home)
        remember(places, land(settings, source.tracker, places.raw, home.folder, sparing=sparing))
        return
    report = recall(places, source.name)
    connector = all_connectors()[source.tracker]
    if report is None or not isinstance(connector, LiveConnector):
        return
    report.rejected = standing_rejections(landing, connector.items)
    report.in_landing = Counter()
    count_landed(report, landing)
    remember(places, report)


def _name(fault: Rejected) -> tuple[str, str, str]:
    """What tells a rejected record from others: its id, else where it stood."""
    return fault.stream, fault.record_id, "" if fault.record_id else fault.place
