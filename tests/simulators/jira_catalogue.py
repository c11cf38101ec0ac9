"""What every simulated Jira site has from the start: statuses, types, fields, kinds of links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

STORY_POINTS = "customfield_10026"
STORY_POINTS_TWIN = "customfield_10031"
ESTIMATE = "customfield_10016"
SPRINT = "customfield_10020"
EPIC_LINK = "customfield_10014"

FLOAT = "com.atlassian.jira.plugin.system.customfieldtypes:float"
_CUSTOM: dict[str, tuple[str, str, str | None, str]] = {
    EPIC_LINK: ("Epic Link", "any", None, "com.pyxis.greenhopper.jira:gh-epic-link"),
    ESTIMATE: (
        "Story point estimate",
        "number",
        None,
        "com.pyxis.greenhopper.jira:jsw-story-points",
    ),
    SPRINT: ("Sprint", "array", "json", "com.pyxis.greenhopper.jira:gh-sprint"),
    STORY_POINTS: ("Story Points", "number", None, FLOAT),
}
_SYSTEM: dict[str, tuple[str, str, str | None]] = {
    "statuscategorychangedate": ("Status Category Changed", "datetime", None),
    "issuetype": ("Issue Type", "issuetype", None),
    "parent": ("Parent", "issuelink", None),
    "timespent": ("Time Spent", "number", None),
    "project": ("Project", "project", None),
    "resolution": ("Resolution", "resolution", None),
    "resolutiondate": ("Resolved", "datetime", None),
    "created": ("Created", "datetime", None),
    "priority": ("Priority", "priority", None),
    "labels": ("Labels", "array", "string"),
    "timeestimate": ("Remaining Estimate", "number", None),
    "timeoriginalestimate": ("Original estimate", "number", None),
    "issuelinks": ("Linked Issues", "array", "issuelinks"),
    "assignee": ("Assignee", "user", None),
    "updated": ("Updated", "datetime", None),
    "status": ("Status", "status", None),
    "description": ("Description", "string", None),
    "summary": ("Summary", "string", None),
    "creator": ("Creator", "user", None),
    "subtasks": ("Sub-tasks", "array", "issuelinks"),
    "reporter": ("Reporter", "user", None),
    "duedate": ("Due date", "date", None),
    "archiveddate": ("Archived", "datetime", None),
    "comment": ("Comment", "comments-page", None),
    "worklog": ("Log Work", "array", "worklog"),
}
NOT_NAVIGABLE = ("comment", "worklog")
FIELD_IDS = (*_SYSTEM, *_CUSTOM)


@dataclass(frozen=True)
class Status:
    """A status. Team-managed projects have their own, of the same names."""

    id: str
    name: str
    category: str
    project: int | None = None


@dataclass(frozen=True)
class Kind:
    """A type of issues."""

    id: str
    name: str
    level: int


EPIC, STORY, TASK, BUG = (
    Kind("10000", "Epic", 1),
    Kind("10001", "Story", 0),
    Kind("10002", "Task", 0),
    Kind("10004", "Bug", 0),
)
SUB_TASK = Kind("10003", "Sub-task", -1)
KINDS = (EPIC, STORY, TASK, SUB_TASK, BUG)

STATUSES = (
    Status("10000", "To Do", "new"),
    Status("3", "In Progress", "indeterminate"),
    Status("10001", "Review", "indeterminate"),
    Status("10002", "Done", "done"),
    Status("10003", "Cancelled", "done"),
)
CATEGORIES = {
    "undefined": {"id": 1, "key": "undefined", "colorName": "medium-gray", "name": "No Category"},
    "new": {"id": 2, "key": "new", "colorName": "blue-gray", "name": "To Do"},
    "indeterminate": {
        "id": 4,
        "key": "indeterminate",
        "colorName": "yellow",
        "name": "In Progress",
    },
    "done": {"id": 3, "key": "done", "colorName": "green", "name": "Done"},
}
RESOLUTIONS = {"Done": "10000", "Won't Do": "10001"}
LINK_KINDS = (
    {"id": "10000", "name": "Blocks", "inward": "is blocked by", "outward": "blocks"},
    {"id": "10003", "name": "Relates", "inward": "relates to", "outward": "relates to"},
)


def resolution_of(status: Status) -> str | None:
    """The resolution that an issue gets with a status."""
    if status.category != "done":
        return None
    return "Won't Do" if status.name == "Cancelled" else "Done"


def statuses_of_project(number: int) -> tuple[Status, ...]:
    """The own statuses of a team-managed project."""
    first = number * 10
    return tuple(
        Status(str(first + place), each.name, each.category, number)
        for place, each in enumerate(STATUSES)
    )


def field_definitions(
    names: dict[str, str], has_twin: bool, is_cloud: bool
) -> list[dict[str, Any]]:
    """The answer of ``/field``; ``names`` holds the custom fields that were renamed."""
    custom = dict(_CUSTOM)
    if has_twin:
        custom[STORY_POINTS_TWIN] = custom[STORY_POINTS]
    found = [_key_field(is_cloud)]
    for field_id, (name, kind, items) in _SYSTEM.items():
        schema = {"type": kind, "system": field_id, **({"items": items} if items else {})}
        found.append(_field(field_id, name, False, schema, is_cloud))
    for field_id, (name, kind, items, custom_type) in custom.items():
        number = int(field_id.removeprefix("customfield_"))
        schema = {"type": kind, "custom": custom_type, "customId": number}
        schema |= {"items": items} if items else {}
        found.append(_field(field_id, names.get(field_id, name), True, schema, is_cloud))
    return found


def name_of_field(field_id: str, names: dict[str, str]) -> str:
    """A field's present name."""
    if field_id in _SYSTEM:
        return _SYSTEM[field_id][0]
    return names.get(field_id, _CUSTOM[field_id][0])


def _field(
    field_id: str, name: str, is_custom: bool, schema: dict[str, Any], is_cloud: bool
) -> dict[str, Any]:
    number = schema.get("customId")
    return {
        "id": field_id,
        **({"key": field_id} if is_cloud else {}),
        "name": name,
        "custom": is_custom,
        "orderable": True,
        "navigable": field_id not in NOT_NAVIGABLE,
        "searchable": True,
        "clauseNames": [f"cf[{number}]", name] if is_custom else [field_id],
        "schema": schema,
    }


def _key_field(is_cloud: bool) -> dict[str, Any]:
    """The only field without a schema."""
    found = _field("issuekey", "Key", False, {}, is_cloud)
    del found["schema"]
    return {**found, "orderable": False, "clauseNames": ["id", "issue", "issuekey", "key"]}
