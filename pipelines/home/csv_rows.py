"""The rows of a CSV text, none of them longer or wider than anybody writes by hand."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

ROW_AT_MOST = 1_000_000
COLUMNS_AT_MOST = 1_000
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)?")


class RowError(Exception):
    """A row that cannot be read: why, the line it begins on, and the line it breaks off on."""

    def __init__(self, reason: str, begins: int, breaks: int) -> None:
        super().__init__(reason)
        self.begins, self.breaks = begins, breaks


def csv_rows(text: str, separator: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line it begins on.

    Raises:
        RowError: If a quote is not closed, or a row is without end.
    """
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    begins = 1
    try:
        for row in reader:
            if len(row) > COLUMNS_AT_MOST:
                raise csv.Error(f"{len(row):,} columns, at most {COLUMNS_AT_MOST:,} are taken")
            yield begins, row
            begins, lines.taken = reader.line_num + 1, 0
    except csv.Error as fault:
        raise RowError(str(fault), begins, reader.line_num) from None


class _Lines:
    """Lines that end where one row has taken too many of them."""

    def __init__(self, text: str) -> None:
        # not io.StringIO, which holds the whole text once more, at four bytes a character
        self._lines = _LINE.finditer(text)
        self.taken = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        found = next(self._lines)
        if found.start() == found.end():
            raise StopIteration
        self.taken += found.end() - found.start()
        if self.taken > ROW_AT_MOST:
            raise csv.Error(f"more than {ROW_AT_MOST:,} characters in one row")
        return found.group()
