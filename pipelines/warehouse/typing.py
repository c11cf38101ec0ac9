"""Each landed page becomes typed Parquet once; a record that cannot be typed goes to quarantine.

The version is that of the code and settings the rows depend on, so a changed connector types the
landed pages again. So does damage to what was typed, and nothing else (``typed_pages``).
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import PIPE

import msgspec
import structlog

import connectors
from connectors.contract import Connector, RecordError, Rejected, Stream
from connectors.errors import TemporaryError
from connectors.journal import PageEntry
from connectors.landing import Landing
from connectors.registry import all_connectors
from connectors.unforeseen import described, is_of_the_machine
from pipelines.warehouse.parquet_rows import PageRows, landed_name, write_parquet
from pipelines.warehouse.typed_pages import TypedPage, mark, marker_of, sound_page, typed_file

PAGES_FOR_A_SECOND_PROCESS = 4
"""Under so many pages, starting another process costs more than it saves."""
_WORKER = (sys.executable, "-m", "pipelines.warehouse.typing_worker")
log = structlog.get_logger()


class TypingWork(msgspec.Struct, frozen=True):
    """Whose pages are typed, and where to. Folders are text, for it travels between processes."""

    raw: str
    source: str
    tracker: str
    folder: str
    timezone: str


@dataclass(frozen=True)
class TypedSource:
    """All typed pages of one source. ``files`` is by landed table name, oldest page first.

    ``first_files`` is by stream: those of its first table, in which a record has a row if anything
    is made of it. Another stream may fill the same table.
    """

    source: str
    tracker: str
    files: dict[str, list[Path]] = field(default_factory=dict)
    records: dict[str, int] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    first_files: dict[str, list[Path]] = field(default_factory=dict)


def type_source(
    landing: Landing, tracker: str, typed: Path, timezone: str = "UTC", processes: int = 2
) -> TypedSource:
    """Type every page of a source that is not typed yet, or whose typed files are damaged.

    Args:
        landing: The source's landing.
        tracker: The kind of the source, for example ``jira``.
        typed: The folder of all typed tables.
        timezone: For timestamps without an offset.
        processes: How many pages may be typed at a time, each in a process of its own.

    Returns:
        The typed files of all the source's pages, and what went to quarantine.

    Raises:
        ResponseError: If a page is not typed and its landed copy is missing or damaged.
        TemporaryError: If the disk does not keep what is written.
    """
    connector = all_connectors()[tracker]
    folder = typed / tracker
    version = typed_version(tracker, timezone)
    known = {stream.name for stream in connector.streams}
    pages = [page for page in landing.pages() if page.stream in known]
    sound = {page.sha256: sound_page(folder, page.sha256, version) for page in pages}
    missing = [page for page in pages if sound[page.sha256] is None]
    damaged = sum(marker_of(folder, page.sha256, version).exists() for page in missing)
    if damaged:
        log.warning("damaged typed pages are made again", source=landing.source, pages=damaged)
    for leftover in folder.glob("*/*.tmp"):
        leftover.unlink()
    work = TypingWork(str(landing.folder.parent), landing.source, tracker, str(folder), timezone)
    _share_out(work, missing, processes)
    typed_pages = [sound[page.sha256] or _read_back(folder, page, version) for page in pages]
    return _summary(landing.source, connector, folder, typed_pages)


def _read_back(folder: Path, page: PageEntry, version: str) -> TypedPage:
    """What a page has just been typed to."""
    found = sound_page(folder, page.sha256, version)
    if found is None:
        raise TemporaryError(
            f"{marker_of(folder, page.sha256, version)} or a file it names does not read as it was "
            "written a moment ago. Check the disk, then run again."
        )
    return found


def typed_version(tracker: str, timezone: str) -> str:
    """Return a short text that changes when the rows of an already landed page would."""
    found = hashlib.blake2b(timezone.encode(), digest_size=6)
    rooms = (Path(connectors.__file__).parent, Path(__file__).parent)
    files = [rooms[0] / "decoding.py", rooms[0] / "contract.py", rooms[1] / "parquet_rows.py"]
    files += [rooms[1] / "typed_pages.py", Path(__file__)]
    for file in [*files, *sorted((rooms[0] / tracker).glob("*.py"))]:
        found.update(file.read_bytes())
    return found.hexdigest()


def type_pages(work: TypingWork, pages: Sequence[PageEntry]) -> None:
    """Type pages one after the other."""
    for page in pages:
        _type_page(work, page)


def _share_out(work: TypingWork, pages: Sequence[PageEntry], processes: int) -> None:
    """Type pages here and in processes beside this one, each its share."""
    processes = processes if len(pages) >= PAGES_FOR_A_SECOND_PROCESS else 1
    # Programs of their own rather than forks: this process may hold the locks of a database's
    # threads, and its main module need not bear being imported.
    beside = [
        (pages[number::processes], subprocess.Popen(_WORKER, stdin=PIPE, env=_environment()))
        for number in range(1, processes)
    ]
    for share, process in beside:
        assert process.stdin is not None
        process.stdin.write(msgspec.json.encode((work, share)))
        process.stdin.close()
    type_pages(work, pages[0::processes])
    for share, process in beside:
        if process.wait() != 0:
            # Its fault is met again here, where it can be told.
            type_pages(work, share)


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def _type_page(work: TypingWork, page: PageEntry) -> None:
    """Type one page; the marker is written last, so a killed run leaves no half-typed page."""
    connector = all_connectors()[work.tracker]
    stream = next(each for each in connector.streams if each.name == page.stream)
    version = typed_version(work.tracker, work.timezone)
    landing = Landing.reading(Path(work.raw), work.source)
    folder = Path(work.folder)
    rows, rejected = _typed_rows(landing, stream, page, work.timezone)
    tables = rows.tables()
    for stale in folder.glob(f"*/{page.sha256}-*"):
        stale.unlink()
    digests = {
        name: write_parquet(table, typed_file(folder, name, page.sha256, version))
        for name, table in tables.items()
    }
    mark(folder, TypedPage(page.stream, page.rows, digests, rejected, version, page.sha256))


def _typed_rows(
    landing: Landing, stream: Stream, page: PageEntry, timezone: str
) -> tuple[PageRows, list[Rejected]]:
    rows, rejected = PageRows(stream.tables), []
    for record in landing.records(page, timezone):
        try:
            rows.add(record, list(stream.rows(record)))
        except Exception as fault:
            # One record never ends a run, also where its connector did not foresee the fault.
            if is_of_the_machine(fault):
                raise
            known = fault if isinstance(fault, RecordError) else RecordError("", _reason(fault))
            rejected.append(
                Rejected(
                    stream=page.stream,
                    record_id=record.key,
                    field_path=known.field_path,
                    reason=known.reason,
                    place=f"{page.stream}/{page.file}",
                    read_at=record.pulled_at,
                )
            )
    return rows, rejected


def _reason(fault: Exception) -> str:
    is_of_the_record = isinstance(fault, ValueError | ArithmeticError | RecursionError)
    return str(fault) if is_of_the_record else described(fault)


def _summary(
    source: str, connector: Connector, folder: Path, pages: Sequence[TypedPage]
) -> TypedSource:
    found = TypedSource(source, connector.tracker)
    for page in pages:
        accepted = page.records - len(page.rejected)
        found.records[page.stream] = found.records.get(page.stream, 0) + accepted
        found.rejected.extend(page.rejected)
        for stream in connector.streams:
            for table in stream.tables if stream.name == page.stream else ():
                if table.name in page.tables:
                    file = typed_file(folder, table.name, page.sha256, page.version)
                    found.files.setdefault(landed_name(connector.tracker, table), []).append(file)
                    if table is stream.tables[0]:
                        found.first_files.setdefault(stream.name, []).append(file)
    return found
