"""Objects of the simulated Asana, and what of them an answer shows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

COMPACT = {
    "user": ("resource_type", "name"),
    "workspace": ("resource_type", "name"),
    "project": ("resource_type", "name"),
    "section": ("resource_type", "name"),
    "tag": ("resource_type", "name"),
    "custom_field": ("resource_type", "name", "type", "resource_subtype"),
    "task": ("resource_type", "name", "resource_subtype", "created_by"),
    "story": ("resource_type", "created_at", "created_by", "resource_subtype", "text"),
    "time_tracking_entry": ("resource_type", "duration_minutes", "entered_on", "created_by"),
    "portfolio": ("resource_type", "name"),
    "goal": ("resource_type", "name", "owner"),
    "goal_relationship": ("resource_type", "resource_subtype", "supporting_resource"),
    "custom_field_setting": ("resource_type", "custom_field", "parent"),
}
"""What an object shows unless ``opt_fields`` names its fields; the gid is always shown."""


@dataclass(frozen=True)
class Thing:
    """An object of one kind with all its members. A member may be another ``Thing``."""

    kind: str
    members: dict[str, Any]


@dataclass
class Task:
    """A task as the simulator remembers it. Everything that it names, it names by gid."""

    gid: str
    name: str
    notes: str
    created_at: datetime
    created_by: str
    parent: str | None
    modified_at: datetime
    projects: dict[str, str] = field(default_factory=dict)
    assignee: str | None = None
    completed_at: datetime | None = None
    completed_by: str | None = None
    tags: list[str] = field(default_factory=list)
    fields: dict[str, float] = field(default_factory=dict)
    dependencies: list[str] = field(default_factory=list)
    stories: list[dict[str, Any]] = field(default_factory=list)
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    is_deleted: bool = False


def gid_of(kind: str, name: str) -> str:
    """The gid that stands for a thing of the world: 16 digits."""
    found = hashlib.blake2b(f"{kind}:{name}".encode(), digest_size=6).digest()
    return str(1_200_000_000_000_000 + int.from_bytes(found) % 10**14)


def told(instant: datetime) -> str:
    """An instant as Asana writes it."""
    return instant.strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"


def shown(value: Any, paths: Iterable[str] = ()) -> Any:
    """What an answer shows of a value.

    Args:
        value: A ``Thing``, or a list or object that holds some, or plain JSON.
        paths: Members asked for, with dots between the levels. None: the compact form.
    """
    below = _by_first(paths)
    if isinstance(value, list):
        return [shown(each, paths) for each in value]
    if isinstance(value, Thing):
        wanted = below or {name: [] for name in COMPACT[value.kind]}
        named = {"gid": [], **{name: more for name, more in wanted.items() if name != "gid"}}
        members = value.members
        return {name: shown(members[name], more) for name, more in named.items() if name in members}
    if isinstance(value, dict):
        named = below or {name: [] for name in value}
        return {name: shown(value[name], more) for name, more in named.items() if name in value}
    return value


def _by_first(paths: Iterable[str]) -> dict[str, list[str]]:
    """The paths by their first level: what is asked for below it."""
    found: dict[str, list[str]] = {}
    for path in paths:
        first, _, rest = path.partition(".")
        found.setdefault(first, []).extend([rest] if rest else [])
    return found
