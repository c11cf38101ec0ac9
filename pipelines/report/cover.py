"""The first sheet of tables.xlsx: the answer, how to read the rest, and what it cannot tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.report.answer import answer
from pipelines.report.facts import Facts
from pipelines.report.figures import plain
from pipelines.report.signals import signals_of
from pipelines.report.words import long_day

_READ = (
    "The unit is the person-day: one working day of one full-time person. Items are never counted.",
    "Each person-day seen is in exactly one bucket: outcome, enabling and purpose are traced;"
    " unanchored, retired, unknown_id and untraced are not.",
    "Every share stands beside its two parts; an empty share has its reason beside it.",
    "Rest the mouse on the head of a column: a note says what it means and in which unit.",
    "Each sheet is one table with filters; its name is that of the same table in"
    " throughline.duckdb and in the folder parquet.",
    "A difference between two months is noise unless the column of signals names one.",
)
_CANNOT = (
    "It shows where effort went, not whether an outcome moved.",
    "It sees what trackers see: talks, reading and thinking are unobserved, and never called"
    " untraced.",
    "It is an estimate where nobody logs time: a day is split over the items in progress.",
    "Links hold as of the run: an identifier written today counts for the past of the item too.",
    "It compares no people, and teams are no league: some are there to enable others.",
    "A traced share of one hundred percent is no aim; a link made up is worse than none.",
    "rpt_link_suggestions are guesses by likeness of words, and count for nothing.",
)


@dataclass(frozen=True)
class Sheet:
    """A sheet: its table, what that is, and how many of its rows are there."""

    table: str
    meaning: str
    written: int
    total: int

    @property
    def rows(self) -> str:
        """The number of rows, and where the rest is if some were left out."""
        if self.total == self.written:
            return f"{self.written:,}"
        return f"{self.written:,} of {self.total:,}; all are in throughline.duckdb"


def write_cover(
    book, cover, facts: Facts, manifest: Mapping[str, Any], sheets: Sequence[Sheet]
) -> None:
    """Write the cover.

    Args:
        book: The open workbook of xlsxwriter.
        cover: Its first sheet.
        facts: What the report read.
        manifest: The facts on the run.
        sheets: The other sheets in order.
    """
    looks = _Looks(book)
    for column, width in enumerate((27, 22, 96)):
        cover.set_column(column, column, width)
    cover.hide_gridlines(2)
    cover.write_string(0, 0, str(manifest.get("organisation") or "Throughline"), looks.title)
    cover.set_row(0, 28)
    row = _write_facts(cover, _facts_on_the_run(facts, manifest), looks)
    for name, lines in (("How to read it", _READ), ("What it cannot tell", _CANNOT)):
        row = _write_lines(cover, row + 1, name, lines, looks)
    _write_sheets(cover, row + 1, sheets, looks)
    cover.set_paper(9)
    cover.set_landscape()
    cover.fit_to_pages(1, 0)


class _Looks:
    """The cell formats of the cover."""

    def __init__(self, book) -> None:
        ink, top = {"font_color": "#0B5563"}, {"valign": "top"}
        self.title = book.add_format({"bold": True, "font_size": 18, **ink})
        self.head = book.add_format({"bold": True, "font_size": 12, "top": 2, **ink})
        self.bold = book.add_format({"bold": True, **top})
        self.wrap = book.add_format({"text_wrap": True, **top})
        self.strong = book.add_format({"text_wrap": True, "bold": True, "font_size": 13, **top})
        self.link = book.add_format({"underline": 1, **ink, **top})


def _write_facts(cover, lines: Sequence[tuple[str, str]], looks: _Looks) -> int:
    """What is known of the run, the answer first and larger; the row below."""
    row = 2
    for name, text in lines:
        look, letters, line = (looks.wrap, 125, 15) if row > 2 else (looks.strong, 95, 18)
        cover.write_string(row, 0, name, looks.bold)
        cover.merge_range(row, 1, row, 2, "", looks.wrap)
        cover.write_string(row, 1, text, look)
        cover.set_row(row, _height(text, letters, line))
        row += 1
    return row


def _write_sheets(cover, row: int, sheets: Sequence[Sheet], looks: _Looks) -> None:
    """A line for each sheet, which leads there."""
    for column, name in enumerate(("Sheet", "Rows", "What it is")):
        cover.write_string(row, column, name, looks.head)
    for place, sheet in enumerate(sheets, start=row + 1):
        # within the workbook only: no text of others is ever part of an address
        cover.write_url(place, 0, f"internal:'{sheet.table}'!A1", looks.link, sheet.table)
        cover.write_string(place, 1, sheet.rows, looks.wrap)
        meaning = _first_sentence(sheet.meaning)
        cover.write_string(place, 2, meaning, looks.wrap)
        cover.set_row(place, max(_height(meaning, 105, 15), _height(sheet.rows, 22, 15)))


def _facts_on_the_run(facts: Facts, manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    first = answer(facts)
    known = f"Up to {plain(long_day(facts.last_day))}" if facts.last_day else "unknown"
    lines = [
        ("Answer", plain(first.verdict)),
        ("Change by month", plain(signals_of(facts, "traced").sentence)),
        ("Observed", f"{plain(first.observed.text)} of capacity"),
        ("As of", str(manifest.get("as_of") or known)),
        ("Period", plain(first.period)),
        ("Run", str(manifest.get("run_id") or "unknown")),
    ]
    if first.actions:
        title, stake = plain(first.actions[0].title), plain(first.actions[0].stake)
        lines.insert(3, ("Do first", f"{title}: {stake}"))
    return lines


def _write_lines(cover, row: int, name: str, lines: Sequence[str], looks: _Looks) -> int:
    """A heading and its lines over the whole width; the row below them."""
    for column, text in enumerate((name, "", "")):
        cover.write_string(row, column, text, looks.head)
    for place, text in enumerate(lines, start=row + 1):
        cover.merge_range(place, 0, place, 2, "", looks.wrap)
        cover.write_string(place, 0, text, looks.wrap)
        cover.set_row(place, _height(text, 150, 15))
    return row + len(lines) + 1


def _height(text: str, letters: int, line: int) -> int:
    """Excel does not grow a merged row by itself, so its lines are counted."""
    return line * (1 + len(text) // letters)


def _first_sentence(meaning: str) -> str:
    """What one row is; the rest of the description stands with the table."""
    first, stop, _ = " ".join(meaning.split()).partition(". ")
    return f"{first}." if stop else first
