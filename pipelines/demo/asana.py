"""The Asana workspace as its tasks tell it, with their stories inside."""

from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.demo.files_out import write_json
from pipelines.demo.people import Person
from pipelines.demo.work import DOING, DONE, DROPPED, REVIEW, TODO, WAITING, Event, Item
from pipelines.demo.world import World

_SECTIONS = {
    TODO: "Backlog",
    DOING: "In progress",
    WAITING: "With the supplier",
    REVIEW: "Review",
    DONE: "Done",
    DROPPED: "Cancelled",
}
_PROJECTS = (
    "Depot maintenance",
    "Depot safety rounds",
    "Fleet renewal",
    "Hiring drivers",
    "People operations",
)
_GOAL_FIELD = "1209000000000042"


def write_asana(world: World, folder: Path) -> None:
    """Write one file per project: a list of tasks, sub-tasks among them."""
    items = world.of("asana")
    for project in _PROJECTS:
        tasks = [_task(item) for item in items if item.place == project]
        write_json(folder / f"{project.lower().replace(' ', '-')}.json", {"data": tasks})


def account_id(person: Person) -> str:
    """The gid of a person's account."""
    return str(1208000000000100 + person.number)


def _gid(item: Item) -> str:
    return str(1210000000000000 + item.number)


def _user(person: Person) -> dict[str, Any]:
    user = {"gid": account_id(person), "name": person.name, "resource_type": "user"}
    return user | ({"email": person.email} if person.email else {})


def _project(item: Item) -> dict[str, Any]:
    gid = str(1207000000000000 + 100 * _PROJECTS.index(item.place))
    return {"gid": gid, "name": item.place, "resource_type": "project"}


def _section(item: Item, status: str) -> dict[str, Any]:
    place = 100 * _PROJECTS.index(item.place) + 1 + list(_SECTIONS).index(status)
    return {
        "gid": str(1207000000000000 + place),
        "name": _SECTIONS[status],
        "resource_type": "section",
    }


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _task(item: Item) -> dict[str, Any]:
    is_done = item.status == DONE
    ended = [e for e in item.events if e.kind == "status" and e.after == DONE]
    membership = [{"project": _project(item), "section": _section(item, item.status)}]
    goal = {
        "gid": _GOAL_FIELD,
        "name": "Goal",
        "resource_type": "custom_field",
        "type": "text",
        "text_value": item.field_value or None,
        "display_value": item.field_value or None,
    }
    return {
        "gid": _gid(item),
        "resource_type": "task",
        "resource_subtype": "default_task",
        "name": item.title,
        "notes": item.description,
        "created_at": _time(item.created_at),
        "created_by": _user(item.creator),
        "modified_at": _time(item.last_at),
        "completed": is_done,
        "completed_at": _time(ended[-1].at) if is_done else None,
        "assignee": _user(item.assignee) if item.assignee else None,
        "due_on": None,
        "tags": [
            {
                "gid": str(1206000000000000 + sum(map(ord, label))),
                "name": label,
                "resource_type": "tag",
            }
            for label in item.labels
        ],
        "custom_fields": [goal],
        # a sub-task is in no project of its own
        "memberships": [] if item.parent else membership,
        "projects": [] if item.parent else [_project(item)],
        "parent": {"gid": _gid(item.parent), "name": item.parent.title, "resource_type": "task"}
        if item.parent
        else None,
        "num_subtasks": len(item.children),
        "permalink_url": f"https://app.asana.com/0/0/{_gid(item)}",
        "stories": _stories(item),
    }


def _stories(item: Item) -> list[dict[str, Any]]:
    stories = []
    for event in item.events:
        for subtype, more in _told(item, event):
            number = len(stories)
            stories.append(
                {
                    "gid": f"{_gid(item)}{number:03d}",
                    "resource_type": "story",
                    "resource_subtype": subtype,
                    "created_at": _time(event.at),
                    "type": "comment" if subtype == "comment_added" else "system",
                    "created_by": _user(event.actor),
                }
                | more
            )
    return stories


def _told(item: Item, event: Event) -> list[tuple[str, dict[str, Any]]]:
    """The stories of one event: a move and a completion are two of the same instant."""
    if event.kind == "assignee":
        return [("assigned", {"assignee": _user(event.after)})]
    if event.kind == "comment":
        return [("comment_added", {"text": "Noted."})]
    if event.kind == "title":
        return [("name_changed", {"old_name": event.before, "new_name": event.after})]
    if event.kind != "status":
        return []
    told: list[tuple[str, dict[str, Any]]] = []
    if not item.parent:
        move = {
            "old_section": _section(item, event.before),
            "new_section": _section(item, event.after),
            "project": _project(item),
        }
        told.append(("section_changed", move))
    if event.after == DONE:
        told.append(("marked_complete", {}))
    elif event.before == DONE:
        told.append(("marked_incomplete", {}))
    return told
