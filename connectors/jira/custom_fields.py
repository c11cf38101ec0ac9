"""Custom fields of an issue: one row per single value, and the sprints among them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from connectors.contract import LARGEST, Value
from connectors.jira.shapes import OtherFields
from connectors.jira.text import sprint, values

_NOTHING = (b"null", b"[]", b"{}", b'""', b'"{}"')
_LONGEST = 1000
_decode = msgspec.json.Decoder().decode
_decode_others = msgspec.json.Decoder(OtherFields).decode


def custom_field_rows(payload: bytes) -> Iterator[tuple[str, tuple[Value, ...]]]:
    """Yield the rows of ``jira_field_values``, and of ``jira_sprints`` where a value is one."""
    if b'"customfield_' not in payload:
        return
    for field_id, raw in _decode_others(payload).fields.items():
        if not field_id.startswith("customfield_"):
            continue
        text = bytes(raw)
        if text in _NOTHING:
            continue
        value, number = _value(text)
        for position, each in enumerate(values(value)):
            yield "jira_field_values", (field_id, position, each, number)
        for each in value if isinstance(value, list) else [value]:
            found = sprint(each)
            if found:
                yield "jira_sprints", found


def _value(text: bytes) -> tuple[Any, float | None]:
    """Return what a field holds, and the same as a number where it is one of a usable size."""
    try:
        value = _decode(text)
    except (msgspec.DecodeError, RecursionError):
        # A number of 400 digits, or nesting without end: no field that anybody reads.
        return text.decode(errors="replace")[:_LONGEST], None
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value, float(value) if is_number and abs(value) < LARGEST else None
