"""What is being read of one scope: its plan, and every page of every walk as soon as it is whole.

    data/raw/<source>/inbox/<scope>/plan.json                       what is read, and up to where
    data/raw/<source>/inbox/<scope>/journal.jsonl                   what is complete, in order
    data/raw/<source>/inbox/<scope>/<slice>/<restart>-<n>.jsonl.zst  one page of a walk
    data/raw/<source>/inbox/<scope>/census.zst                      ids of a complete census

A page counts once its line is in the journal; only then the next is asked for. A killed run goes
on behind the last line. The folder is removed once all of it has landed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import msgspec
import zstandard

from connectors.contract import Record, Rejected
from connectors.durable import disk_space_of, sync_folder, write_durably
from connectors.errors import ResponseError
from connectors.inbox_files import (
    CensusLine,
    ExpectedLine,
    HalvesLine,
    Line,
    PageLine,
    RestartLine,
    SpoiltLine,
    decode_line,
    folder_name,
    packed_lines,
    read,
    read_plan,
    written,
    written_plan,
)
from connectors.journal import Journal, ScopeEntry
from connectors.landing import INBOX
from connectors.live import Plan, Scope, Slice, Step
from connectors.pages import text_of
from connectors.shaping import shaped

_LEVEL = 1
"""These files live for hours: speed counts for more than size."""


@dataclass
class Walked:
    """How far the walk of one slice has come. ``found`` counts distinct records, once counted."""

    token: str | None = None
    is_done: bool = False
    restarts: int = 0
    is_expectation_known: bool = False
    expected: int | None = None
    found: int | None = None
    halves: tuple[Slice, ...] = ()
    pages: list[PageLine] = field(default_factory=list)


class Inbox:
    """The plan and the pages of one scope. Slices may be written from several threads."""

    def __init__(self, folder: Path) -> None:
        """Open a plan that was begun.

        Raises:
            ResponseError: If its files cannot be understood.
        """
        self.folder = folder
        self.plan, self.scope = read_plan(folder / "plan.json")
        self._journal = Journal(folder / "journal.jsonl", decode_line)
        self._guard = Lock()
        self.slices: list[Slice] = list(self.plan.slices)
        self._walked = {each.name: Walked() for each in self.slices}
        self._wholes: dict[str, str] = {}
        self.census: CensusLine | None = None
        self.spoilt = ""
        for line in self._journal.entries:
            self._take(line)

    @classmethod
    def begin(cls, landing: Path, scope: Scope, plan: Plan) -> Inbox:
        """Write a plan down, so that it is followed whatever happens.

        Raises:
            ResponseError: If two slices have the same name.
        """
        if len({each.name for each in plan.slices}) != len(plan.slices):
            raise ResponseError(f"The plan of scope {scope.id!r} names two slices alike.")
        folder = landing / INBOX / folder_name(scope.id)
        shutil.rmtree(folder, ignore_errors=True)
        with disk_space_of(landing):
            folder.mkdir(parents=True)
            sync_folder(folder.parent)
        write_durably(folder / "plan.json", written_plan(scope, plan))
        return cls(folder)

    @staticmethod
    def exists(landing: Path, scope_id: str) -> bool:
        """True if there is a plan of a scope."""
        return (landing / INBOX / folder_name(scope_id) / "plan.json").exists()

    @classmethod
    def find(cls, landing: Path, scope_id: str) -> Inbox | None:
        """Return the unfinished plan of a scope, if there is one."""
        folder = landing / INBOX / folder_name(scope_id)
        if not cls.exists(landing, scope_id):
            return None
        for leftover in folder.rglob("*.tmp"):
            leftover.unlink()
        return cls(folder)

    @staticmethod
    def remove_leftovers(landing: Path) -> None:
        """Remove what a killed run left of inboxes that it was removing: they have no plan."""
        for folder in (landing / INBOX).glob("*"):
            if not (folder / "plan.json").exists():
                shutil.rmtree(folder, ignore_errors=True)

    def has_landed(self, before: ScopeEntry | None) -> bool:
        """True if the landing holds all of it already, and only its folder is left."""
        is_same = before is not None and before.started_at == text_of(self.plan.started_at)
        return is_same and before is not None and before.state != "absent"

    def walked(self, slice: Slice) -> Walked:
        """Return how far a slice has come."""
        return self._walked[slice.name]

    def whole_of(self, slice: Slice) -> str:
        """Return the name of the slice that one was cut from; empty if it stands in the plan."""
        return self._wholes.get(slice.name, "")

    def add(self, slice: Slice, step: Step) -> None:
        """Keep a page durably, then note it; it counts when this returns."""
        walked = self._walked[slice.name]
        content = written(step.records)
        file = f"{walked.restarts}-{len(walked.pages):06}.jsonl.zst"
        folder = self.folder / folder_name(slice.name)
        if not folder.exists():
            with disk_space_of(self.folder):
                folder.mkdir(exist_ok=True)
                sync_folder(self.folder)
        write_durably(folder / file, zstandard.ZstdCompressor(_LEVEL).compress(content))
        self._note(
            PageLine(
                slice=slice.name,
                file=file,
                rows=step.rows,
                records=len(step.records),
                sha256=hashlib.sha256(content).hexdigest(),
                next=step.token,
                notes=step.notes,
            )
        )

    def expect(self, slice: Slice, count: int | None) -> None:
        """Note how many records a slice should hold."""
        self._note(ExpectedLine(slice.name, count))

    def restart(self, slice: Slice) -> None:
        """Forget the pages of a slice."""
        self._note(RestartLine(slice.name))

    def halve(self, slice: Slice, parts: Sequence[Slice]) -> None:
        """Note the smaller slices that are walked besides one that came out short."""
        self._note(HalvesLine(slice.name, tuple(parts)))

    def spoil(self, reason: str) -> None:
        """Note that the next run should plan anew."""
        self._note(SpoiltLine(reason))

    def keep_census(self, pages: Iterable[Sequence[str]] | None) -> None:
        """Write a census down, page by page; it counts once all of it is there."""
        if pages is None:
            self._note(CensusLine(None))
            return
        path, count = self.folder / "census.zst", 0
        temporary = path.with_name("census.zst.tmp")
        packer = zstandard.ZstdCompressor(_LEVEL)
        with disk_space_of(self.folder):
            with temporary.open("wb") as file, packer.stream_writer(file) as writer:
                for ids in pages:
                    writer.write(b"".join(msgspec.json.encode(each) + b"\n" for each in ids))
                    count += len(ids)
            with temporary.open("rb") as file:
                os.fsync(file.fileno())
            temporary.rename(path)
            sync_folder(self.folder)
        self._note(CensusLine(count))

    def census_ids(self) -> Iterator[str]:
        """Yield the ids of the census, in its order."""
        for line in packed_lines(self.folder / "census.zst"):
            yield shaped(line, str)

    def records(self, slice: Slice) -> Iterator[Record | Rejected]:
        """Yield what the pages of a slice hold, in the order in which they were read.

        Raises:
            ResponseError: If a page is not what was written.
        """
        for page in self._walked[slice.name].pages:
            yield from self._page(self.folder / folder_name(slice.name) / page.file, page)

    def _page(self, path: Path, page: PageLine) -> list[Record | Rejected]:
        try:
            content = zstandard.ZstdDecompressor().decompress(path.read_bytes())
            if hashlib.sha256(content).hexdigest() == page.sha256:
                return read(content, self.scope)
        except (OSError, zstandard.ZstdError, ValueError):
            pass
        reason = f"The page {path} is damaged; the scope is read anew."
        self.spoil(reason)
        raise ResponseError(reason)

    def remove(self) -> None:
        """Remove all of it: it has landed, or is read anew."""
        (self.folder / "plan.json").unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _note(self, line: Line) -> None:
        with self._guard:
            self._journal.append([line])
            self._take(line)

    def _take(self, line: Line) -> None:
        if isinstance(line, CensusLine):
            self.census = line
        elif isinstance(line, SpoiltLine):
            self.spoilt = line.reason
        elif isinstance(line, HalvesLine):
            self._walked[line.slice].halves = line.parts
            self.slices += line.parts
            self._wholes |= {each.name: line.slice for each in line.parts}
            self._walked |= {each.name: Walked() for each in line.parts}
        elif isinstance(line, RestartLine):
            before = self._walked[line.slice]
            self._walked[line.slice] = Walked(
                restarts=before.restarts + 1,
                is_expectation_known=before.is_expectation_known,
                expected=before.expected,
            )
        elif isinstance(line, ExpectedLine):
            walked = self._walked[line.slice]
            walked.is_expectation_known, walked.expected = True, line.count
        else:
            walked = self._walked[line.slice]
            walked.pages.append(line)
            walked.token, walked.is_done = line.next, line.next is None
