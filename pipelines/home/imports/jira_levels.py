"""Issues of Jira above the level of epics, from exported issues.

Source: Jira Cloud REST API 3, ``fields.issuetype.hierarchyLevel``: -1 sub-task, 0 standard, 1 epic,
above it what the site has added. Where the level is missing, the name of the type tells.
"""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlsplit

from pipelines.home.imports.draft import Draft, DraftEdge, DraftNode, words
from pipelines.home.imports.json_records import is_filled, named
from pipelines.home.imports.origin_file import OriginFile
from pipelines.home.strategy_file import OUTPUT_KINDS, Kind

EPIC = 1
KINDS: dict[str, Kind] = {
    "purpose": "purpose", "mission": "purpose",
    "goal": "goal", "strategic goal": "goal", "company goal": "goal",
    "objective": "objective", "strategic objective": "objective", "okr": "objective",
    "key result": "key_result", "kr": "key_result",
    "result": "result", "outcome": "result",
    "theme": "objective", "strategic theme": "objective",
    "initiative": "initiative", "program": "initiative", "programme": "initiative",
    "portfolio epic": "initiative", "capability": "initiative", "legend": "initiative",
    "deliverable": "deliverable",
}  # fmt: skip
"""What a type of issue becomes by its name; others go by their level."""
DROPPED = {"won't do", "wont do", "won't fix", "duplicate", "declined", "cancelled", "canceled"}
USED = {
    "summary", "issuetype", "parent", "status", "resolution", "resolutiondate", "duedate",
    "assignee", "description", "statuscategorychangedate",
}  # fmt: skip
Record = dict[str, Any]


def is_jira(rows: list[Record]) -> bool:
    """Whether the objects are issues of Jira."""
    return any(isinstance(row.get("fields"), dict) and "key" in row for row in rows)


def read_jira_levels(file: OriginFile, rows: list[Record]) -> Draft:
    """Read the issues above epics.

    Raises:
        ImportRefusedError: If there is none.
    """
    issues = {
        named(row, "id") or named(row, "key"): row
        for row in rows
        if isinstance(row.get("fields"), dict) and "key" in row
    }
    draft = Draft("Jira levels above epic", f"jira {_site(file, issues)}")
    above = {key: row for key, row in issues.items() if _is_above(row)}
    below = Counter(_type(row) for key, row in issues.items() if key not in above)
    if not above:
        kinds = ", ".join(f"{kind} ({count})" for kind, count in sorted(below.items()))
        expected = "issues above the level of epics, such as initiatives or goals"
        raise file.refused(f"only issues of the types {kinds}", expected)
    for kind, count in below.items():
        draft.left[f"issue of the type {kind}: work, which a source reads"] += count
    by_key = {named(row, "key"): key for key, row in issues.items()}
    for identifier, row in above.items():
        _add(identifier, row, issues, by_key, draft)
    return draft


def _add(
    identifier: str, row: Record, issues: dict[str, Record], keys: dict[str, str], draft: Draft
) -> None:
    fields = row["fields"]
    title = words(fields.get("summary"))
    if not title:
        draft.left["issue without a summary"] += 1
        return
    parent = fields.get("parent")
    to = keys.get(named(parent, "key"), named(parent, "id"))
    edges: list[DraftEdge] = []
    if to in issues:
        edges = [DraftEdge((_type(issues[to]), to))]
    elif to:
        draft.left["parent that is not in the file"] += 1
    text = fields.get("description")
    description = text if isinstance(text, str) else ""
    if is_filled(text) and not description:
        draft.left["description in the document format"] += 1
    node = DraftNode(
        draft.origin(_type(row), identifier, named(row, "key"), description),
        _kind(row),
        title,
        edges,
        owner=named(fields.get("assignee"), "emailAddress", "displayName") or None,
        due=draft.day(named(fields, "duedate"), "duedate"),
    )
    _finish(node, fields, draft)
    draft.nodes.append(node)
    for key, value in fields.items():
        if key not in USED and is_filled(value):
            draft.left[f"field {words(key)}"] += 1


def _finish(node: DraftNode, fields: Record, draft: Draft) -> None:
    """Take over how it ended: achieved, delivered, or dropped."""
    status = fields.get("status")
    category = named(status.get("statusCategory"), "key") if isinstance(status, dict) else ""
    if category != "done":
        return
    day = draft.day(named(fields, "resolutiondate", "statuscategorychangedate"), "resolutiondate")
    if named(fields.get("resolution"), "name").lower() in DROPPED:
        node.status, node.to = "retired", day
    elif node.kind in OUTPUT_KINDS:
        node.status, node.done = "achieved", day
    else:
        node.status = "achieved"


def _kind(row: Record) -> Kind:
    known = KINDS.get(_type(row).lower())
    return known or ("initiative" if (_level(row) or 0) <= EPIC + 1 else "goal")


def _is_above(row: Record) -> bool:
    level = _level(row)
    return _type(row).lower() in KINDS if level is None else level > EPIC


def _level(row: Record) -> int | None:
    kind = row["fields"].get("issuetype")
    level = kind.get("hierarchyLevel") if isinstance(kind, dict) else None
    return level if isinstance(level, int) else None


def _type(row: Record) -> str:
    return words(named(row["fields"].get("issuetype"), "name")) or "(no type)"


def _site(file: OriginFile, issues: dict[str, Record]) -> str:
    """The site's address, since ids are its own; the file's name where no issue tells."""
    hosts = (urlsplit(named(row, "self")).hostname for row in issues.values())
    return next((host for host in hosts if host), file.name)
