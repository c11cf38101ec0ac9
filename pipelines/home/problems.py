"""Faults in the user's files: each names its place, what was found and what was expected."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from connectors.errors import SettingsError
from connectors.naming import nearest

Severity = Literal["error", "warning"]
KeyPath = tuple[str | int, ...]

CREDENTIALS = re.compile(r"(://)\S+(?=@)|(://[^\s?]*\?)\S+")
LOOKUPS_AT_MOST = 300
"""A file with thousands of faults has one cause: the first few suggestions are enough."""


@dataclass(frozen=True)
class Problem:
    """One fault. ``line`` counts from 1 (0: the file as a whole); ``nearest`` is a valid value."""

    file: str
    line: int
    key_path: str
    found: str
    expected: str
    nearest: str | None = None
    severity: Severity = "error"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        path = f" {self.key_path}:" if self.key_path else ""
        nearest = f"; nearest: {self.nearest}" if self.nearest else ""
        return f"{place}:{path} found {self.found}, expected {self.expected}{nearest}"


class HomeError(SettingsError):
    """The home cannot be used. ``problems`` holds the ``errors``, and the warnings beside them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        errors = [problem for problem in self.problems if problem.severity == "error"]
        self.errors = errors
        count = f"{len(errors)} error{'' if len(errors) == 1 else 's'} in the home"
        super().__init__(f"{count}; nothing was read or written:", *errors)


@dataclass(frozen=True, eq=False)
class Document:
    """One file as data, with the line of every key path in it."""

    file: str
    data: Any = None
    lines: dict[KeyPath, int] = field(default_factory=dict)

    def has(self, path: KeyPath) -> bool:
        """Whether the user wrote something at ``path``."""
        return path in self.lines

    def line(self, path: KeyPath) -> int:
        """The line of ``path``, else that of the nearest part around it; 0 if there is none."""
        return next(
            (
                self.lines[path[:end]]
                for end in range(len(path), -1, -1)
                if path[:end] in self.lines
            ),
            0,
        )


@dataclass(frozen=True)
class Place:
    """A key path in a document; for a CSV file the path is the line and the column's name."""

    document: Document
    path: KeyPath = ()

    def at(self, *parts: str | int) -> Place:
        """The place of something inside this one."""
        return Place(self.document, (*self.path, *parts))

    @property
    def file(self) -> str:
        return self.document.file

    @property
    def line(self) -> int:
        return self.document.line(self.path)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


class Problems:
    """Collects what is wrong, so that all of it is reported at once."""

    def __init__(self) -> None:
        self._found: list[Problem] = []
        self._lookups = 0

    def __iter__(self) -> Iterator[Problem]:
        return iter(
            sorted(self._found, key=lambda each: (each.file, each.line, each.key_path, each.found))
        )

    def error(
        self, place: Place, found: str, expected: str, among: Collection[str] = (), wanted: str = ""
    ) -> None:
        """Record an error; the nearest of ``among`` to ``wanted`` is offered as what was meant."""
        self._add(place, found, expected, self._nearest(wanted, among), "error")

    def warning(self, place: Place, found: str, expected: str) -> None:
        """Record what a person should look at, though the run can go on."""
        self._add(place, found, expected, None, "warning")

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self if problem.severity == "error"]

    @property
    def warnings(self) -> list[Problem]:
        return [problem for problem in self if problem.severity == "warning"]

    def _add(
        self, place: Place, found: str, expected: str, nearest: str | None, severity: Severity
    ) -> None:
        path = key_path(place.path)
        self._found.append(
            Problem(place.file, place.line, path, found, expected, nearest, severity)
        )

    def _nearest(self, wanted: str, among: Collection[str]) -> str | None:
        if not wanted or not among or self._lookups >= LOOKUPS_AT_MOST:
            return None
        self._lookups += 1
        return nearest(wanted, among)


def key_path(path: KeyPath) -> str:
    """``('nodes', 2, 'to')`` as ``nodes[2].to``; the line of a CSV row stands apart already."""
    text = ""
    for position, part in enumerate(path):
        if isinstance(part, int):
            text += "" if position == 0 else f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text


def shown(value: object) -> str:
    """A value as it can stand in a message: quoted, on one line, not endless."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    text = CREDENTIALS.sub(r"\1\2…", " ".join(str(value).split()))
    return f"'{text[:60]}…'" if len(text) > 60 else f"'{text}'"
