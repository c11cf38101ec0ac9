"""What a connector offers, and all that the pipelines ever see of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal, Protocol

import msgspec

ColumnType = Literal["text", "integer", "number", "flag", "day", "instant"]
LARGEST = 1e12
"""No amount of anything in a tracker is as large; a column of numbers refuses what is."""

Value = str | int | float | bool | date | datetime | None


@dataclass(frozen=True)
class Column:
    """One typed column. ``instant`` values are naive datetimes in UTC.

    ``among`` lists the values that the tracker knows, in any case; empty where anybody may write
    what they like. ``is_amount`` says that it is never below 0, ``lies_ahead`` that it may be a
    time to come.
    """

    name: str
    type: ColumnType
    description: str
    among: tuple[str, ...] = ()
    is_amount: bool = False
    lies_ahead: bool = False


@dataclass(frozen=True)
class Table:
    """A typed table that pages of one stream are turned into.

    ``accounts`` names the columns that hold an account, `record_id` among them where the record is
    one. A table with accounts may tell more of them in columns ``email`` and ``time_zone``.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    accounts: tuple[str, ...] = ()


class Record(msgspec.Struct, frozen=True):
    """One record as the tracker gave it, on its way to the landing.

    ``payload`` holds the record's JSON as it came, less what the border leaves out. ``version`` is
    the tracker's own time of the record's last change (naive UTC), else that of the export it stood
    in, else None.
    ``scope`` is the project, board or file that it belongs to; ``place`` says where it was read.
    """

    stream: str
    key: str
    payload: bytes
    version: datetime | None = None
    scope: str = ""
    place: str = ""


@dataclass(frozen=True)
class Rejected:
    """A record that cannot be used, kept with the reason and with what was found.

    ``payload`` is what stood there, where it has not landed; of one that has, ``read_at`` (naive
    UTC) says when its copy was read. ``is_foreign`` tells a record of a kind that nothing is made
    of from one that is at fault.
    """

    stream: str
    record_id: str
    field_path: str
    reason: str
    place: str
    payload: bytes = b""
    read_at: datetime | None = None
    is_foreign: bool = False


@dataclass(frozen=True)
class Unreadable:
    """A file that could not be read to its end; what was read before the fault still counts."""

    file: str
    reason: str


@dataclass(frozen=True)
class LandedRecord:
    """One record read back from the landing, ready to be typed. Times are naive UTC."""

    source: str
    stream: str
    key: str
    digest: str
    payload: bytes
    version: datetime | None
    pulled_at: datetime
    timezone: str = "UTC"


Rows = Iterable[tuple[str, tuple[Value, ...]]]
"""Pairs of a table's name and a row in the order of ``Table.columns`` after the five columns that
every typed table starts with (source, record_id, record_digest, record_version, pulled_at)."""


@dataclass(frozen=True)
class Stream:
    """One kind of record of a tracker, with the typed tables its records become.

    A record of which anything is made has a row in the first of ``tables``.
    ``rows`` raises ``RecordError`` for a record that cannot be typed; the record then goes to
    quarantine whole and an older copy of it, if there is one, stays in use.
    """

    name: str
    description: str
    tables: tuple[Table, ...]
    rows: Callable[[LandedRecord], Rows]


class RecordError(ValueError):
    """A record that cannot be typed: the path of the field and what is wrong with it."""

    def __init__(self, field_path: str, reason: str) -> None:
        super().__init__(f"{field_path}: {reason}")
        self.field_path = field_path
        self.reason = reason


@dataclass(frozen=True)
class ExportSettings:
    """What a connector needs to know of a source that is a folder of exported files."""

    name: str
    files: tuple[Path, ...]
    timezone: str = "UTC"
    options: dict[str, object] = field(default_factory=dict)


class Connector(Protocol):
    """A tracker. Each sub-folder of ``connectors`` offers one as ``CONNECTOR``."""

    tracker: str
    streams: tuple[Stream, ...]

    def read_exports(self, settings: ExportSettings) -> Iterator[Record | Rejected | Unreadable]:
        """Yield every record of the exported files, and every fault met on the way."""
        ...
