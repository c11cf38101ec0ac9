"""Exported files of one source -> landing -> typed tables, with a count of every record."""

from __future__ import annotations

import os
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Event
from typing import Literal

import connectors
from connectors.border import Border
from connectors.contract import Connector, ExportSettings, Record, Rejected, Unreadable
from connectors.errors import Damaged, DeferredError, UnexpectedError
from connectors.journal import FileEntry
from connectors.landing import Landing
from connectors.pages import text_of
from connectors.registry import all_connectors
from connectors.space import bytes_below
from connectors.sparing import Sparing
from connectors.unforeseen import guarded_each
from pipelines.warehouse.manifest import sha256_of
from pipelines.warehouse.scope_readings import ScopeReading
from pipelines.warehouse.typing import TypedSource, type_source

State = Literal["fresh", "partial", "stale", "failed"]
UNFORESEEN = "not read to its end: "


@dataclass
class LandingReport:
    """What reading one source came to. Counts are by stream.

    ``read`` counts all records of the files that are there now, also of those skipped because
    they were read before; ``landed`` those new in this run; ``rejected`` those without use.
    ``in_landing`` counts what all runs have landed. What was read and neither landed nor rejected
    had landed before, byte for byte. ``scopes`` and ``warnings`` are those of a live source;
    ``is_temporary`` says that it was out of reach and may be asked again in some minutes.
    ``seconds`` is how long that took, where it was read beside others, ``disk_bytes`` what it took
    on the disk; ``token_ends`` (naive UTC, ISO 8601) is empty where no tracker tells.
    """

    source: str
    tracker: str
    state: State = "fresh"
    detail: str = ""
    files: int = 0
    files_skipped: int = 0
    data_as_of: datetime | None = None
    read: Counter[str] = field(default_factory=Counter)
    landed: Counter[str] = field(default_factory=Counter)
    in_landing: Counter[str] = field(default_factory=Counter)
    rejected: list[Rejected] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    pulled: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    scopes: list[ScopeReading] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    is_temporary: bool = False
    seconds: float | None = None
    disk_bytes: int = 0
    token_ends: str = ""


@dataclass(frozen=True)
class SourceReading:
    """A source as this run found it: the counts, and the typed tables of all its pages."""

    report: LandingReport
    typed: TypedSource


def read_source(
    settings: ExportSettings,
    tracker: str,
    raw: Path,
    typed: Path,
    home: Path | None = None,
    processes: int = 2,
) -> SourceReading:
    """Land a source's export files and type every landed page of it.

    Args:
        settings: Name, files, time zone and options of the source.
        tracker: ``jira``, ``trello`` or ``asana``.
        raw: The folder ``data/raw``.
        typed: The folder ``data/warehouse/typed``.
        home: Files are named relative to it.
        processes: How many pages may be typed at a time.
    """
    report = land(settings, tracker, raw, home)
    landing = Landing(raw, settings.name)
    return SourceReading(report, type_source(landing, tracker, typed, settings.timezone, processes))


def land(
    settings: ExportSettings,
    tracker: str,
    raw: Path,
    home: Path | None = None,
    *,
    full: bool = False,
    sparing: Sparing | None = None,
    over: Event | None = None,
) -> LandingReport:
    """Land every record of a source's export files that has not landed before.

    Files are read oldest first, so that the order in which they came to lie there is the order in
    which they are taken in. A file whose content was read to its end before, by the same code, is
    not read again unless ``full`` asks for it.

    ``sparing`` leaves out what is not needed. Once ``over`` is set, nothing more is read.

    Raises:
        DeferredError: If ``over`` was set on the way; what is complete counts.
        ResponseError: If the landing cannot be understood, or a page is ``Damaged``.
        TemporaryError: If the disk is full.
    """
    connector, landing = all_connectors()[tracker], Landing(raw, settings.name)
    report = LandingReport(settings.name, tracker)
    size, known = bytes_below(landing.folder), {} if full else landing.files()
    for path in sorted(settings.files, key=lambda each: (_written_at(each), str(each))):
        name = landing.erasure.text(os.path.relpath(path, home) if home else path.name)
        report.files += 1
        entry = known.get((name, sha256 := _sha256(path)))
        aside = _set_aside(landing, entry, report) if sha256 else None
        if entry is not None and aside is not None:
            report.files_skipped += 1
            report.rejected += aside
        else:
            one, border = replace(settings, files=(path,)), Border(landing.erasure, sparing)
            records = _passed(connector, one, border, name, over or Event())
            entry = _land_file(records, one, landing, report, name, sha256)
        _tell_file(report, entry, _written_at(path))
    landing.commit()
    report.disk_bytes = max(0, bytes_below(landing.folder) - size)
    _conclude(report, landing)
    return report


def _set_aside(
    landing: Landing, entry: FileEntry | None, report: LandingReport
) -> list[Rejected] | None:
    """What is known of a file to be of no use; None if the file is to be read (again)."""
    if entry is None or entry.reading != reading_version(report.tracker):
        return None
    try:
        return landing.faults(entry)
    except Damaged as fault:
        report.warnings.append(f"{entry.file} was read again: {str(fault).partition('. ')[0]}.")
        return None


def _tell_file(report: LandingReport, entry: FileEntry, written_at: datetime) -> None:
    """Take what a file came to into the report; up to when it tells, a damaged one does not say."""
    report.read.update(entry.read)
    for stream in entry.read:
        _widen(report, stream, written_at, written_at)
    if entry.unreadable:
        report.unreadable.append(Unreadable(entry.file, entry.unreadable))
    else:
        report.data_as_of = max(written_at, report.data_as_of or datetime.min)


def _land_file(
    records: Iterator[Record | Rejected | Unreadable],
    settings: ExportSettings,
    landing: Landing,
    report: LandingReport,
    name: str,
    sha256: str,
) -> FileEntry:
    read: Counter[str] = Counter()
    rejected: list[Rejected] = []
    faults: list[str] = []
    pulled_at = _written_at(settings.files[0])
    for found in records:
        if isinstance(found, Record):
            read[found.stream] += 1
            report.landed[found.stream] += landing.add(found, pulled_at, name)
        elif isinstance(found, Rejected):
            read[found.stream] += 1
            rejected.append(found)
        else:
            faults.append(found.reason)
    entry = FileEntry(
        file=name,
        sha256=sha256,
        reading=reading_version(report.tracker),
        read=dict(read),
        rejected=dict(Counter(each.stream for each in rejected)),
        unreadable="; ".join(faults),
        read_at=text_of(pulled_at),
    )
    if sha256:
        landing.finish_file(entry, rejected)
    report.rejected += rejected
    return entry


def _passed(
    connector: Connector, settings: ExportSettings, border: Border, name: str, over: Event
) -> Iterator[Record | Rejected | Unreadable]:
    """Yield what a file holds as it may land; a mistake in reading it is a fault of this file."""
    try:
        for found in guarded_each(connector.read_exports(settings), settings.name):
            if over.is_set():
                raise DeferredError("The run was stopped; the files are read again.")
            yield found if isinstance(found, Unreadable) else border.passed(found)
    except UnexpectedError as fault:
        yield Unreadable(name, f"{UNFORESEEN}{fault}")


def count_landed(report: LandingReport, landing: Landing) -> None:
    """Count what all runs have landed, and when."""
    for page in landing.pages():
        report.in_landing[page.stream] += page.rows
        first = datetime.fromisoformat(page.pulled_from)
        last = datetime.fromisoformat(page.pulled_to)
        _widen(report, page.stream, first, last)


def _conclude(report: LandingReport, landing: Landing) -> None:
    count_landed(report, landing)
    if report.data_as_of is None:
        report.data_as_of = max((last for _, last in report.pulled.values()), default=None)
    if not report.files:
        report.state = "stale" if report.in_landing else "failed"
        report.detail = "no export file matches"
    elif report.unreadable:
        report.state = "partial" if report.in_landing else "failed"
        report.detail = _damage(report)
    elif not report.in_landing:
        report.state = "failed"
        report.detail = "the files hold no usable record"


def _damage(report: LandingReport) -> str:
    """Say how many files are damaged, and which the program itself could not read."""
    unforeseen = [each for each in report.unreadable if UNFORESEEN in each.reason]
    told = [f"{each.file}: {each.reason}" for each in unforeseen[:1]]
    if len(unforeseen) < len(report.unreadable):
        count = len(report.unreadable) - len(unforeseen)
        told.insert(0, f"{count} of {report.files} files are damaged")
    return "; ".join(told)


def _widen(report: LandingReport, stream: str, first: datetime, last: datetime) -> None:
    """Take two instants into the range in which a stream was read."""
    before = report.pulled.get(stream, (first, last))
    report.pulled[stream] = (min(first, before[0]), max(last, before[1]))


@cache
def reading_version(tracker: str) -> int:
    """Return a number that changes with the code that takes a tracker's exported files apart."""
    folder = Path(connectors.__file__).parent
    shared = ("contract.py", "decoding.py", "exports.py", "export_lines.py", "export_walk.py")
    found = 0
    for file in [*(folder / name for name in shared), *sorted((folder / tracker).glob("*.py"))]:
        found = zlib.crc32(file.read_bytes(), found)
    return found


def _written_at(path: Path) -> datetime:
    """Return when a file was last written (naive UTC); the beginning of time if it is gone."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None)
    except OSError:
        return datetime.min


def _sha256(path: Path) -> str:
    """Return the hash of a file's content, or nothing where it cannot be read."""
    try:
        return sha256_of(path)
    except OSError:
        return ""
