"""Objects of a JSON file: a list, one object per line, or the page of an API around a list."""

from __future__ import annotations

from typing import Any

import msgspec

from pipelines.home.imports.origin_file import OriginFile

LISTS = ("data", "issues", "values", "goals")
MEMBERS_AT_MOST = 10_000


def records(file: OriginFile, raw: bytes) -> list[dict[str, Any]]:
    """All objects of the file.

    Raises:
        ImportRefusedError: If it is not JSON, or holds anything but objects.
    """
    found: list[dict[str, Any]] = []
    for line, value in _values(file, raw.removeprefix(b"\xef\xbb\xbf")):
        inner = next((value[key] for key in LISTS if _has_list(value, key)), value)
        if isinstance(value, dict) and isinstance(value.get("data"), dict):
            inner = value["data"]
        for each in inner if isinstance(inner, list) else [inner]:
            if not isinstance(each, dict):
                raise file.refused(f"a value that is no object (line {line})", "objects only")
            if len(each) > MEMBERS_AT_MOST:
                wanted = f"at most {MEMBERS_AT_MOST:,} in one object"
                raise file.refused(f"{len(each):,} members (line {line})", wanted)
            found.append(each)
    return found


def _values(file: OriginFile, raw: bytes) -> list[tuple[int, Any]]:
    try:
        return [(1, msgspec.json.decode(raw))]
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as fault:
        lines = [each for each in enumerate(raw.splitlines(), 1) if each[1].strip()]
        if len(lines) < 2:
            raise _broken(file, 1, fault) from None
    values: list[tuple[int, Any]] = []
    for number, line in lines:
        try:
            values.append((number, msgspec.json.decode(line)))
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as fault:
            raise _broken(file, number, fault) from None
    return values


def _broken(file: OriginFile, line: int, fault: Exception):
    reason = str(fault)[:100]
    expected = "a JSON list, objects one per line, or a page of the API"
    return file.refused(f"JSON that breaks off at line {line} ({reason})", expected)


def _has_list(value: Any, key: str) -> bool:
    return isinstance(value, dict) and isinstance(value.get(key), list)


def named(value: Any, *keys: str) -> str:
    """The first of these members of an object that is a text or a number, as text."""
    for key in keys:
        found = value.get(key) if isinstance(value, dict) else None
        if isinstance(found, str | int) and not isinstance(found, bool) and str(found).strip():
            return str(found).strip()
    return ""


def is_filled(value: Any) -> bool:
    """Whether a member says anything: not null, not empty, not false."""
    return value not in (None, "", [], {}, False)
