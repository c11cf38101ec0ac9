"""The Jira site as its search pages show it: changelog and worklogs inside, catalogues beside."""

from pathlib import Path
from typing import Any

from pipelines.demo.files_out import write_json
from pipelines.demo.jira_history import (
    RANK,
    RESOLUTIONS,
    STATUSES,
    changelog,
    time_text,
    user,
)
from pipelines.demo.work import DROPPED, Event, Item
from pipelines.demo.world import World

_SITE = "https://lindmoor.example.org/jira"
_PAGE = 100
_PROJECTS = {"network": "NET", "ticketing": "TIX", "information": "INFO", "platform": "PLAT"}
_TYPES = {
    "Epic": ("10000", 1),
    "Story": ("10001", 0),
    "Task": ("10002", 0),
    "Bug": ("10004", 0),
    "Sub-task": ("10003", -1),
}
_CATEGORIES = {"new": (2, "To Do"), "indeterminate": (4, "In Progress"), "done": (3, "Done")}
_POINTS, _STRATEGY = "customfield_10016", "customfield_10042"
_LINK = {
    "id": "10100",
    "name": "Contribution",
    "inward": "is contributed to by",
    "outward": "contributes to",
}


def write_jira(world: World, folder: Path) -> None:
    """Write search pages of a hundred issues, ``fields.json`` and ``statuses.json``."""
    items = world.of("jira")
    keys = _keys(items)
    incoming: dict[int, list[Item]] = {}
    for item in items:
        if item.contributes_to:
            incoming.setdefault(item.contributes_to.number, []).append(item)
    for start in range(0, len(items), _PAGE):
        issues = [_issue(item, keys, incoming) for item in items[start : start + _PAGE]]
        page = {"startAt": start, "maxResults": _PAGE, "total": len(items), "issues": issues}
        write_json(folder / f"search-{start // _PAGE:03d}.json", page)
    write_json(folder / "fields.json", _fields())
    write_json(folder / "statuses.json", [_status(name) for name in STATUSES if name != DROPPED])


def _keys(items: list[Item]) -> dict[int, tuple[str, str]]:
    """Native id and key of each issue; keys count up within a project."""
    keys, counts = {}, dict.fromkeys(_PROJECTS.values(), 0)
    for item in items:
        project = _PROJECTS[item.team.id]
        counts[project] += 1
        keys[item.number] = (str(20000 + item.number), f"{project}-{counts[project]}")
    return keys


def _status(name: str) -> dict[str, Any]:
    native, text, category = STATUSES[name]
    number, category_name = _CATEGORIES[category]
    return {
        "id": native,
        "name": text,
        "statusCategory": {"id": number, "key": category, "name": category_name},
    }


def _text(words: str) -> dict[str, Any] | None:
    """A description as an Atlassian document."""
    if not words:
        return None
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": words}]}
    return {"type": "doc", "version": 1, "content": [paragraph]}


def _issue(
    item: Item, keys: dict[int, tuple[str, str]], incoming: dict[int, list[Item]]
) -> dict[str, Any]:
    native, key = keys[item.number]
    fields: dict[str, Any] = {
        "summary": item.title,
        "description": _text(item.description),
        **_kind_and_project(item),
        **_state(item),
        "created": time_text(item.created_at),
        "updated": time_text(item.last_at),
        "creator": user(item.creator),
        "reporter": user(item.creator),
        "assignee": user(item.assignee) if item.assignee else None,
        "labels": list(item.labels),
        "timeoriginalestimate": int(item.size * 7.5) * 3600 if item.number % 4 == 0 else None,
        "issuelinks": _links(item, keys, incoming),
        "comment": _comments(item),
        "worklog": _worklogs(item, native),
        _POINTS: item.points,
        _STRATEGY: item.field_value or None,
    }
    if item.parent:
        parent_id, parent_key = keys[item.parent.number]
        summary = {"summary": item.parent.title}
        fields["parent"] = {"id": parent_id, "key": parent_key, "fields": summary}
    return {
        "id": native,
        "key": key,
        "self": f"{_SITE}/rest/api/3/issue/{native}",
        "fields": fields,
        "changelog": changelog(item, native),
    }


def _kind_and_project(item: Item) -> dict[str, Any]:
    type_id, level = _TYPES[item.kind]
    project = _PROJECTS[item.team.id]
    project_id = str(10000 + sorted(_PROJECTS.values()).index(project))
    return {
        "issuetype": {
            "id": type_id,
            "name": item.kind,
            "subtask": level < 0,
            "hierarchyLevel": level,
        },
        "project": {"id": project_id, "key": project, "name": item.team.name},
    }


def _state(item: Item) -> dict[str, Any]:
    ended = [e for e in item.events if e.kind == "status" and e.after in RESOLUTIONS]
    is_over = item.status in RESOLUTIONS
    return {
        "status": _status(item.status),
        "resolution": RESOLUTIONS[item.status] if is_over else None,
        "resolutiondate": time_text(ended[-1].at) if is_over else None,
    }


def _worklogs(item: Item, native: str) -> dict[str, Any]:
    logs = [event for event in item.events if event.kind == "log"]
    worklogs = [_worklog(native, n, event) for n, event in enumerate(logs)]
    return {"startAt": 0, "maxResults": 500, "total": len(logs), "worklogs": worklogs}


def _comments(item: Item) -> dict[str, Any]:
    said = [event for event in item.events if event.kind == "comment"]
    comments = [
        {
            "id": f"{30000 + item.number}{number:03d}",
            "author": user(event.actor),
            "created": time_text(event.at),
            "updated": time_text(event.at),
            "body": _text("Noted."),
        }
        for number, event in enumerate(said)
    ]
    return {"startAt": 0, "maxResults": len(said), "total": len(said), "comments": comments}


def _worklog(native: str, number: int, event: Event) -> dict[str, Any]:
    return {
        "id": f"{native}{number:03d}",
        "issueId": native,
        "author": user(event.actor),
        "started": time_text(event.at),
        "created": time_text(event.at),
        "updated": time_text(event.at),
        "timeSpentSeconds": event.after,
    }


def _links(
    item: Item, keys: dict[int, tuple[str, str]], incoming: dict[int, list[Item]]
) -> list[dict[str, Any]]:
    found = []
    if item.contributes_to:
        native, key = keys[item.contributes_to.number]
        found.append(
            {
                "id": str(50000 + item.number),
                "type": _LINK,
                "outwardIssue": {"id": native, "key": key},
            }
        )
    for other in incoming.get(item.number, []):
        native, key = keys[other.number]
        found.append(
            {
                "id": str(50000 + other.number),
                "type": _LINK,
                "inwardIssue": {"id": native, "key": key},
            }
        )
    return found


def _fields() -> list[dict[str, Any]]:
    """The catalogue of fields, as far as the issues use them."""
    system = {
        "summary": "Summary",
        "description": "Description",
        "status": "Status",
        "assignee": "Assignee",
        "labels": "Labels",
        "resolution": "Resolution",
    }
    custom = "com.atlassian.jira.plugin.system.customfieldtypes"
    return [
        *(
            _field(key, name, False, {"type": "string", "system": key})
            for key, name in system.items()
        ),
        _custom_field(_POINTS, "Story Points", "number", f"{custom}:float"),
        _custom_field(_STRATEGY, "Strategy ID", "string", f"{custom}:textfield"),
        _custom_field(RANK, "Rank", "any", "com.pyxis.greenhopper.jira:gh-lexo-rank"),
    ]


def _custom_field(key: str, name: str, kind: str, custom: str) -> dict[str, Any]:
    number = int(key.rpartition("_")[2])
    return _field(key, name, True, {"type": kind, "custom": custom, "customId": number})


def _field(key: str, name: str, is_custom: bool, schema: dict[str, Any]) -> dict[str, Any]:
    return {"id": key, "key": key, "name": name, "custom": is_custom, "schema": schema}
