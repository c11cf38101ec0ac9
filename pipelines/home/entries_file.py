"""strategy/*.csv: the four kinds of CSV files, told apart by their header."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from pipelines.home.csv_rows import RowError, csv_rows
from pipelines.home.parts import Placed, part
from pipelines.home.problems import Document, KeyPath, Place, Problems, shown
from pipelines.home.values import Day, Number, Part, Share, Text
from pipelines.home.yaml_reader import too_large


class Observation(Part):
    """The value of a measure on a day."""

    measure: Text
    date: Day
    value: Number


class CheckIn(Part):
    """What an owner said of a node on a day."""

    node: Text
    date: Day
    author: Text | None
    confidence: Literal["on_track", "at_risk", "off_track"]
    note: Text | None


class ManualAllocation(Part):
    """A share of a person's capacity that goes to a node; both dates are included."""

    person: Text
    node: Text
    from_: Day | None = Field(alias="from")
    to: Day | None
    share: Share
    author: Text | None
    reason: Text | None


class Absence(Part):
    """A share of a person's capacity that is away; both dates are included."""

    person: Text
    from_: Day | None = Field(alias="from")
    to: Day | None
    share: Share


HEADERS: dict[str, type[Part]] = {
    "measure,date,value": Observation,
    "node,date,author,confidence,note": CheckIn,
    "person,node,from,to,share,author,reason": ManualAllocation,
    "person,from,to,share": Absence,
}
"""The header that each kind of file begins with; the order of the columns is free."""
HEADER_AT_MOST = 10_000
"""Characters: what is longer is no header, and not worth a look at each of its columns."""


@dataclass(frozen=True, eq=False)
class Sheet(Document):
    """A CSV file as a document: a key path is a row's line and a column."""

    def has(self, path: KeyPath) -> bool:
        return len(path) == 2

    def line(self, path: KeyPath) -> int:
        return int(path[0]) if path else 1


def read_entries(path: Path, name: str, problems: Problems) -> list[Placed[Any]]:
    """Read one CSV file.

    Args:
        path: The file: UTF-8, commas, a header.
        name: How the file is called in messages.
        problems: Takes what is wrong with it.

    Returns:
        Its valid rows as observations, check-ins, manual allocations or absences.
    """
    sheet = Place(Sheet(name))
    if told := too_large(path):
        problems.error(sheet.at(1), *told)
        return []
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = fault.object[: fault.start].count(b"\n") + 1
        problems.error(sheet.at(line), "bytes that are not UTF-8", "text saved as UTF-8")
        return []
    if text.find("\n") > HEADER_AT_MOST or (len(text) > HEADER_AT_MOST and "\n" not in text):
        found = f"a first line of more than {HEADER_AT_MOST:,} characters"
        problems.error(sheet.at(1), found, "the header " + " or ".join(HEADERS))
        return []
    rows = _rows(text, sheet, problems)
    header = next(rows, (1, []))
    columns = [column.strip().lower() for column in header[1]]
    kind = next(
        (HEADERS[each] for each in HEADERS if sorted(each.split(",")) == sorted(columns)), None
    )
    if kind is None:
        _refuse_header(sheet.at(header[0]), header[1], problems)
        return []
    entries = (_entry(kind, columns, row, sheet.at(line), problems) for line, row in rows)
    return [entry for entry in entries if entry is not None]


def _refuse_header(place: Place, columns: list[str], problems: Problems) -> None:
    header = ",".join(columns)
    expected = "the header " + " or ".join(HEADERS)
    if ";" in header or "\t" in header:
        expected = f"columns separated by commas, with {expected}"
    wanted = header.lower().replace(";", ",").replace("\t", ",")
    problems.error(place, shown(header) if header else "no header", expected, HEADERS, wanted)


def _rows(text: str, sheet: Place, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line they begin on; empty ones are left out."""
    try:
        for line, row in csv_rows(text):
            if any(cell.strip() for cell in row):
                yield line, row
    except RowError as fault:
        found = f"a row that breaks off ({fault})"
        problems.error(sheet.at(fault.begins), found, "each quote closed again")


def _entry(
    kind: type[Part], columns: list[str], row: list[str], place: Place, problems: Problems
) -> Placed[Any] | None:
    if len(row) != len(columns):
        expected = f"{len(columns)}: {','.join(columns)} (text with a comma stands in quotes)"
        problems.error(place, f"{len(row)} columns", expected)
        return None
    cells = {column: cell.strip() or None for column, cell in zip(columns, row, strict=True)}
    return part(kind, cells, place, problems)
