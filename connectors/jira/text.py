"""Plain text of rich text and of the values that custom fields hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

_INLINE = {
    "text",
    "hardBreak",
    "mention",
    "emoji",
    "inlineCard",
    "date",
    "status",
    "placeholder",
    "inlineExtension",
    "mediaInline",
}
_NAMES_OF_A_VALUE = ("value", "displayName", "name", "label", "title", "key", "summary", "text")
_SPRINT_STATES = {"active", "closed", "future"}
_SPRINT_TEXT = re.compile(
    r"com\.atlassian\.greenhopper\.service\.sprint\.Sprint@[^\[]*\[(.*)\]$", re.S
)
# A sprint's name may hold commas, so the text is cut before known names only.
_SPRINT_PARTS = re.compile(
    r",(?=(?:id|rapidViewId|state|name|goal|startDate|endDate|completeDate|activatedDate|sequence"
    r"|autoStartStop|synced|incompleteIssuesDestinationId)=)"
)

Sprint = tuple[str, str, str | None]
"""A sprint's id, name and state."""


def is_document(value: Any) -> bool:
    """Tell an Atlassian document (rich text of Cloud's REST v3) from other objects."""
    return isinstance(value, dict) and value.get("type") == "doc" and "content" in value


def plain_text(document: Any) -> str:
    """Return the text of an Atlassian document: one line per block, inline parts joined."""
    return "\n".join(_blocks(document)).replace("\0", "")


def _blocks(node: Any) -> Iterator[str]:
    """Yield the lines of a block: its own inline parts, then those of the blocks in it."""
    if not isinstance(node, dict):
        return
    if node.get("type") in ("blockCard", "embedCard"):
        yield _inline(node)
        return
    line: list[str] = []
    for child in node.get("content") or ():
        if isinstance(child, dict) and child.get("type") in _INLINE:
            line.append(_inline(child))
            continue
        if line:
            yield "".join(line)
            line = []
        yield from _blocks(child)
    if line:
        yield "".join(line)


def _inline(node: dict[str, Any]) -> str:
    kind, attributes = node.get("type"), node.get("attrs")
    attributes = attributes if isinstance(attributes, dict) else {}
    if kind == "text":
        return str(node.get("text") or "")
    if kind == "hardBreak":
        return "\n"
    if kind == "date":
        return _date(attributes.get("timestamp"))
    for name in ("text", "url", "shortName", "title"):
        if attributes.get(name):
            return str(attributes[name])
    return ""


def _date(timestamp: Any) -> str:
    try:
        return datetime.fromtimestamp(int(timestamp) / 1000, UTC).date().isoformat()
    except (TypeError, ValueError, OverflowError, OSError):
        return ""


def sprint(value: Any) -> Sprint | None:
    """Return the sprint that a value of a custom field is, in the forms of Cloud and of Server."""
    if isinstance(value, str):
        found = _SPRINT_TEXT.match(value)
        if not found:
            return None
        value = dict(part.split("=", 1) for part in _SPRINT_PARTS.split(found[1]) if "=" in part)
    if not isinstance(value, dict) or value.get("id") is None or value.get("name") is None:
        return None
    state = str(value.get("state") or "").lower()
    if state not in _SPRINT_STATES:
        return None
    return str(value["id"]), str(value["name"]), state


def values(value: Any) -> Iterator[str]:
    """Yield the texts that a custom field's value holds, one per single value."""
    if value is None:
        return
    if isinstance(value, list):
        for each in value:
            yield from values(each)
        return
    text = _single(value)
    if text:
        yield text.replace("\0", "")
    if isinstance(value, dict) and isinstance(value.get("child"), dict):
        yield from values(value["child"])


def _single(value: Any) -> str:
    if isinstance(value, str):
        found = sprint(value) if value.startswith("com.atlassian.") else None
        return found[1] if found else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if not isinstance(value, dict):
        return str(value)
    if is_document(value):
        return plain_text(value)
    for name in _NAMES_OF_A_VALUE:
        if isinstance(value.get(name), (str, int, float)) and value[name] != "":
            return str(value[name])
    return " ".join(each for each in value.values() if isinstance(each, str))
