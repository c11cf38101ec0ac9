"""YAML as plain data with the line of every key, safe on any input.

Scalars stay the text that the user wrote: the models give it its type. So ``NO`` is Norway and not
false, ``0123`` keeps its zero, and a key ``on`` is a word.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from pipelines.home.problems import Document, KeyPath, Place, Problems, shown

BYTES_AT_MOST = 32 * 1024 * 1024
DEPTH_AT_MOST = 30
NULLS = {"", "~", "null", "Null", "NULL"}

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _RefusedError(Exception):
    """YAML that is well-formed but not taken: ends the reading of this file."""

    def __init__(self, path: KeyPath, line: int, found: str, expected: str) -> None:
        super().__init__(found, expected)
        self.path, self.line = path, line


def read_yaml(path: Path, name: str, problems: Problems) -> Document | None:
    """Read one file; ``data`` holds only dicts with text keys, lists, text and None.

    Args:
        path: The file.
        name: How the file is called in messages: its path inside the home.
        problems: Takes what is wrong with it.

    Returns:
        The document, or None if the file cannot be read as YAML.
    """
    lines: dict[KeyPath, int] = {}
    try:
        builder = _Builder(_text(path), lines)
        data = builder.document()
        for again in builder.repeated:
            _report(problems, name, {again.path: again.line}, again.path, *again.args)
        return Document(name, data, lines)
    except _RefusedError as refused:
        lines[refused.path] = refused.line
        _report(problems, name, lines, refused.path, *refused.args)
    except UnicodeDecodeError as fault:
        line = fault.object[: fault.start].count(b"\n") + 1
        _report(problems, name, {(): line}, (), "bytes that are not UTF-8", "text saved as UTF-8")
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        lines = {(): mark.line + 1 if mark else 1}
        found = f"YAML that breaks off ({fault.problem or fault.context})"
        expected = "well-formed YAML; quote text that holds : # [ ] { } * & @ or a leading %"
        _report(problems, name, lines, (), found, expected)
    except yaml.YAMLError as fault:
        found = " ".join(str(fault).split("\n")[0].split())
        _report(problems, name, {(): 1}, (), f"unreadable YAML ({found})", "plain text in YAML")
    return None


def too_large(path: Path) -> tuple[str, str] | None:
    """What is found, and what expected, of a file of a home that is too large; None for others."""
    size = path.stat().st_size
    if size <= BYTES_AT_MOST:
        return None
    return f"a file of {size} bytes", f"at most {BYTES_AT_MOST // 1024 // 1024} MiB in one file"


def _text(path: Path) -> str:
    if told := too_large(path):
        raise _RefusedError((), 1, *told)
    return path.read_bytes().decode("utf-8-sig")


def _report(
    problems: Problems,
    name: str,
    lines: dict[KeyPath, int],
    path: KeyPath,
    found: str,
    expected: str,
) -> None:
    problems.error(Place(Document(name, None, lines), path), found, expected)


class _Builder:
    """Builds data from the parser's events, so that nothing is expanded before it is judged."""

    def __init__(self, text: str, lines: dict[KeyPath, int]) -> None:
        self._events: Iterator[Any] = iter(yaml.parse(text, Loader=_Loader))
        self._lines = lines
        self.repeated: list[_RefusedError] = []

    def document(self) -> Any:
        data: Any = None
        seen = False
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if seen:
                    line = event.start_mark.line + 1
                    raise _RefusedError(
                        (), line, "a second document (---)", "one document in a file"
                    )
                seen = True
                first = next(self._events)
                self._lines[()] = first.start_mark.line + 1
                data = self._value(first, ())
        return data

    def _value(self, event: Any, path: KeyPath) -> Any:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            expected = "the value itself, written out (text that begins with * needs quotes)"
            raise _RefusedError(path, line, f"the alias *{event.anchor}", expected)
        if event.tag not in (None, "!"):
            raise _RefusedError(path, line, f"the tag {shown(event.tag)}", "a value without a tag")
        if len(path) > DEPTH_AT_MOST:
            raise _RefusedError(
                path[:3], line, "nesting without end", f"at most {DEPTH_AT_MOST} levels"
            )
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        plain = event.style in (None, "") and event.implicit[0]
        return None if plain and event.value in NULLS else event.value

    def _mapping(self, path: KeyPath) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while not isinstance(key := next(self._events), yaml.MappingEndEvent):
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarEvent):
                raise _RefusedError(path, line, "a key that is no text", "a word as the key")
            here = (*path, key.value)
            if key.value in mapping:
                first = self._lines[here]
                found = f"the key {shown(key.value)} a second time (first on line {first})"
                self.repeated.append(_RefusedError(here, line, found, "each key once"))
            self._lines[here] = line
            mapping[key.value] = self._value(next(self._events), here)
        return mapping

    def _sequence(self, path: KeyPath) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            here = (*path, len(values))
            self._lines[here] = event.start_mark.line + 1
            values.append(self._value(event, here))
        return values
