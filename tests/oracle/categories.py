"""From a name that a user gave to a state to one of todo, in_progress, done and dropped."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

NAMES = {
    "done": "done, complete, completed, closed, shipped, released, live, finished, resolved",
    "in_progress": (
        "doing, in progress, wip, review, in review, testing, qa, in development, working"
    ),
    "dropped": (
        "cancelled, canceled, declined, duplicate, wont do, wont fix, abandoned, rejected,"
        " obsolete, cannot reproduce"
    ),
}
BY_NAME = {name: kind for kind, names in NAMES.items() for name in re.split(r",\s*", names)}


def by_name(name: str) -> str | None:
    """The category of a whole name; None where it says nothing."""
    kept = []
    for letter in name.lower():
        if letter in "'’‘ʼ`":
            continue
        kept.append(letter if unicodedata.category(letter)[0] in "LN" else " ")
    tokens = [token for token in "".join(kept).split() if not token.isdigit()]
    return BY_NAME.get(" ".join(tokens))


def category(source: dict[str, Any], name: str, own: str | None = None) -> str:
    """The source's map, then its dropped names, then the tracker's own category, then the name."""
    mapped = (source.get("status_map") or {}).get(name)
    if mapped:
        return mapped
    if name in (source.get("dropped") or []):
        return "dropped"
    return own or by_name(name) or "todo"


def is_dropped_resolution(source: dict[str, Any], name: str | None) -> bool:
    """Whether a resolution says that the work was given up."""
    return bool(name) and (name in (source.get("dropped") or []) or by_name(name) == "dropped")
