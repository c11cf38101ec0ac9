"""Boards and sprints: one board per project, of the type that the project has."""

from __future__ import annotations

from typing import Any

from tests.simulators.jira_catalogue import STORY_POINTS
from tests.simulators.jira_site import Call, RefusedError
from tests.simulators.jira_state import Project
from tests.simulators.world import START

_REFUSALS = {
    403: "The user does not have a valid license.",
    404: "Requested board cannot be viewed because it either does not exist or you do not have "
    "permission to view it.",
    422: "The board has no columns with a mapped status.",
}


def boards(call: Call) -> dict[str, Any]:
    """``/board``: the answer has 50 at most, however many were asked."""
    found = [each for each in call.site.state.roster() if each.status == "live"]
    wanted = call.request.value("projectKeyOrId")
    if wanted:
        found = [each for each in found if wanted in (each.key, str(each.id))]
    return _page(call, [_board(call, each) for each in found])


def board(call: Call, board_id: str) -> dict[str, Any]:
    """``/board/{board}``."""
    return _board(call, _project(call, board_id))


def configuration(call: Call, board_id: str) -> dict[str, Any]:
    """``/board/{board}/configuration``."""
    project = _project(call, board_id)
    names = {"To Do": ("To Do",), "In Progress": ("In Progress", "Review")}
    names["Done"] = ("Done", "Cancelled")
    columns = [
        {
            "name": name,
            "statuses": [
                {"id": each.id, "self": f"{call.voice.root}/status/{each.id}"}
                for each in project.statuses
                if each.name in held
            ],
        }
        for name, held in names.items()
    ]
    field = {"fieldId": STORY_POINTS, "displayName": "Story Points"}
    return {
        "id": project.number,
        "name": f"{project.name} board",
        "type": project.board_type,
        "self": f"{_root(call)}/board/{project.number}/configuration",
        "location": {"type": "project", "projectKeyOrId": project.key},
        "filter": {"id": str(project.id), "self": f"{call.voice.root}/filter/{project.id}"},
        "subQuery": {"query": "fixVersion in unreleasedVersions() OR fixVersion is EMPTY"},
        "columnConfig": {"columns": columns, "constraintType": "none"},
        "estimation": {"type": "field", "field": field},
        "ranking": {"rankCustomFieldId": 10019},
    }


def sprints(call: Call, board_id: str) -> dict[str, Any]:
    """``/board/{board}/sprint``: closed, active and the next one."""
    project = _project(call, board_id)
    if project.board_type != "scrum":
        raise RefusedError(400, "The board does not support sprints")
    present = (call.site.now - START) // call.site.state.sprint_length + 1
    first = project.number * 10_000
    found = [call.voice.sprint(first + place) for place in range(1, present + 2)]
    states = call.listed("state")
    return _page(call, [each for each in found if not states or each["state"] in states], False)


def sprint(call: Call, sprint_id: str) -> dict[str, Any]:
    """``/sprint/{sprint}``."""
    found = int(sprint_id)
    _project(call, str(found // 10_000))
    return call.voice.sprint(found)


def _project(call: Call, board_id: str) -> Project:
    number = int(board_id)
    status = call.site.board_refusals.get(number)
    if status:
        raise RefusedError(status, _REFUSALS.get(status, "The request failed."))
    for each in call.site.state.roster():
        if each.number == number and each.status == "live":
            return each
    raise RefusedError(404, _REFUSALS[404])


def _board(call: Call, project: Project) -> dict[str, Any]:
    return {
        "id": project.number,
        "self": f"{_root(call)}/board/{project.number}",
        "name": f"{project.name} board",
        "type": project.board_type,
        "location": {
            "projectId": project.id,
            "displayName": f"{project.name} ({project.key})",
            "projectName": project.name,
            "projectKey": project.key,
            "projectTypeKey": "software",
            "name": f"{project.name} ({project.key})",
        },
    }


def _root(call: Call) -> str:
    return f"{call.site.site}/rest/agile/1.0"


def _page(call: Call, found: list[dict[str, Any]], has_total: bool = True) -> dict[str, Any]:
    start, rows = call.number("startAt", 0), call.number("maxResults", 50, call.site.board_rows)
    values = found[start : start + rows]
    total = {"total": len(found)} if has_total else {}
    is_last = start + rows >= len(found)
    return {"maxResults": rows, "startAt": start, **total, "isLast": is_last, "values": values}


ROUTES = [
    ("GET", "/rest/agile/1.0/board", boards),
    ("GET", r"/rest/agile/1.0/board/(\d+)", board),
    ("GET", r"/rest/agile/1.0/board/(\d+)/configuration", configuration),
    ("GET", r"/rest/agile/1.0/board/(\d+)/sprint", sprints),
    ("GET", r"/rest/agile/1.0/sprint/(\d+)", sprint),
]
