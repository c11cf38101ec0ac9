"""Every digit on a page is a number that the published tables give, or it is a day or foreign text.

The page is taken apart without the code that made it. A number stands in an element with the query
behind it: the query is asked again, and its answer must be what is shown, as precisely as it is
shown. A day must be a day of the tables, and foreign text a text of the tables or of the manifest,
letter by letter. Whatever digits are left stand nowhere, and are faults.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb

# The ends of the scale that all panels of shares have, whichever of them it is.
_SCALE = {"25 %", "50 %", "75 %", "100 %"}
_SHOWN = re.compile(
    r"(?P<bound>under |over )?(?P<number>-?[\d,]+(?:\.(?P<decimals>\d+))?)(?P<percent> %)?"
)
_SPOKEN = {"aria-label", "alt", "title", "placeholder"}
_AT_ONCE = 25


class Pieces(HTMLParser):
    """The texts of a page, each with the elements around it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[tuple[str, list[tuple[str, dict[str, str]]]]] = []
        self.spoken: list[str] = []
        self._open: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.spoken += [value for name, value in found.items() if name in _SPOKEN]
        if tag not in ("meta", "br"):
            self._open.append((tag, found))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.spoken += [value or "" for name, value in attrs if name in _SPOKEN]

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            continue

    def handle_data(self, data: str) -> None:
        self.texts.append((data.replace("\u00a0", " "), list(self._open)))


def faults(page: str, database: Path, manifest: Mapping[str, Any]) -> list[str]:
    """What on a page cannot be had from the tables of its run; empty where all of it can.

    Args:
        page: The report.
        database: The published tables that it was made of; opened read-only.
        manifest: What else it was made of.
    """
    pieces = Pieces()
    pieces.feed(page)
    pieces.close()
    with duckdb.connect(str(database), read_only=True) as tables:
        tables.execute("set time zone 'UTC'; set threads to 1")
        texts = _texts(tables) | set(_strings(manifest))
        days = _days(tables)
        found = [*_loose(pieces, texts, days)]
        return found + list(_wrong(tables, numbers(pieces)))


def numbers(pieces: Pieces) -> list[tuple[str, dict[str, str]]]:
    """Every number of the page as shown, with the attributes of its element."""
    return [
        (text, around[-1][1]) for text, around in pieces.texts if around and _is_number(around[-1])
    ]


def count_numbers(page: str) -> int:
    """How many numbers a page has."""
    pieces = Pieces()
    pieces.feed(page)
    return len(numbers(pieces))


def _is_number(element: tuple[str, dict[str, str]]) -> bool:
    return "data-query" in element[1]


def _loose(pieces: Pieces, texts: set[str], days: set[str]) -> Iterator[str]:
    """Digits outside of numbers that are neither a day nor a text of the tables."""
    clipped = " ".join(texts)
    for text, around in pieces.texts:
        if not re.search(r"\d", text) or not around or _is_number(around[-1]):
            continue
        tag, attributes = around[-1]
        if "datetime" in attributes:
            yield from _wrong_day(text, attributes["datetime"], days)
        elif tag == "bdi" or (tag == "tspan" and not attributes):
            if text not in texts:
                yield f"no published text: {text!r}"
        elif attributes.get("data-part") == "title":
            if text.rstrip("…") not in clipped:
                yield f"no part of a published title: {text!r}"
        elif not _is_allowed(text, tag, attributes, texts):
            yield f"a number without a query: {text.strip()!r}"
    yield from (f"a spoken number: {text!r}" for text in pieces.spoken if re.search(r"\d", text))


def _is_allowed(text: str, tag: str, attributes: Mapping[str, str], texts: set[str]) -> bool:
    """The rules of style, the end of a scale, or the name of the page or of a drawing."""
    if tag == "title":
        return any(re.search(r"\d", known) and known.strip() in text for known in texts)
    return tag == "style" or (attributes.get("class") == "scale" and text in _SCALE)


def _wrong_day(text: str, machine: str, days: set[str]) -> Iterator[str]:
    """A day, month or instant that is not of the tables, or that is told otherwise than it is."""
    if machine not in days:
        yield f"no published day: {machine!r}"
    elif "T" in machine:
        at = datetime.fromisoformat(machine)
        if text != f"{at:%Y-%m-%d %H:%M} UTC":
            yield f"{machine} is told as {text!r}"
    else:
        at = date.fromisoformat(machine if len(machine) > 7 else machine + "-01")
        long = f"{at.day} {at:%B %Y}"
        told = {long} if len(machine) > 7 else {f"{at:%b %y}", f"{at:%B %Y}"}
        if text not in told:
            yield f"{machine} is told as {text!r}"


def _wrong(
    tables: duckdb.DuckDBPyConnection, shown: list[tuple[str, dict[str, str]]]
) -> Iterator[str]:
    """Numbers that are not what their query gives."""
    answers = _answers(tables, sorted({attributes["data-query"] for _, attributes in shown}))
    for text, attributes in shown:
        value = answers[attributes["data-query"]]
        is_told = abs(float(attributes["value"]) - value) <= 1e-6 * max(1.0, abs(value))
        if not is_told or not says(text, value):
            yield f"{text!r} is shown, {value!r} is what {attributes['data-query']} gives"


def _answers(tables: duckdb.DuckDBPyConnection, queries: list[str]) -> dict[str, float]:
    """What each query gives; null is 0."""
    found: dict[str, float] = {}
    for start in range(0, len(queries), _AT_ONCE):
        asked = queries[start : start + _AT_ONCE]
        values = tables.execute(f"select {', '.join(asked)}").fetchall()[0]
        found |= {query: float(value or 0) for query, value in zip(asked, values, strict=True)}
    return found


def says(text: str, value: float) -> bool:
    """Whether a text gives a value, half of its last decimal more or less."""
    told = _SHOWN.fullmatch(text)
    if told is None:
        return False
    number = float(told["number"].replace(",", ""))
    half = 0.5 * 10 ** -len(told["decimals"] or "")
    if told["percent"]:
        number, half = number / 100, half / 100
    if told["bound"] == "under ":
        return 0 < value < number
    if told["bound"] == "over ":
        return number < value < 1
    return abs(number - value) <= half + 1e-9


def _texts(tables: duckdb.DuckDBPyConnection) -> set[str]:
    """Every text of the published tables, and with blanks for what stands in names of checks."""
    found = {text.replace("\u00a0", " ") for text in _cells(tables, "data_type = 'VARCHAR'")}
    return found | {text.replace("_", " ") for text in found}


def _days(tables: duckdb.DuckDBPyConnection) -> set[str]:
    """Every day of the published tables, its month, and every instant to the minute."""
    found: set[str] = set()
    for kind in ("data_type = 'DATE'", "data_type like 'TIMESTAMP%'"):
        for at in _cells(tables, kind):
            found |= {at.isoformat()[:10], at.isoformat()[:7], f"{at:%Y-%m-%dT%H:%MZ}"}
    return found


def _cells(tables: duckdb.DuckDBPyConnection, kind: str) -> set[Any]:
    """Every value in the columns of a kind, in all tables."""
    listed = tables.execute(
        "select table_name, string_agg('\"' || column_name || '\"', ', ') from duckdb_columns()"
        f" where {kind} and not internal group by table_name"
    ).fetchall()
    found: set[Any] = set()
    for table, columns in listed:
        rows = tables.execute(f'select distinct unnest([{columns}]) from "{table}"').fetchall()
        found |= {value for (value,) in rows if value is not None}
    return found


def _strings(value: Any) -> Iterator[str]:
    """Every text and number of a manifest as text."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield str(name)
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)
    else:
        yield str(value)
