"""What the simulated Asana remembers, and the objects it tells of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.simulators.asana_objects import Task, Thing, gid_of, told
from tests.simulators.world import PICTURES, START, STATUSES

WORKSPACE = gid_of("workspace", "the workspace")


class State:
    """Everything in one workspace: objects by gid, and who may see them."""

    def __init__(self) -> None:
        self.users: dict[str, dict[str, Any]] = {}
        self.projects: dict[str, dict[str, Any]] = {}
        self.sections: dict[str, dict[str, Any]] = {}
        self.tags: dict[str, str] = {}
        self.fields: dict[str, str] = {}
        self.tasks: dict[str, Task] = {}
        self.events: list[tuple[set[str], dict[str, Any]]] = []

    def is_seen(self, task: Task) -> bool:
        """Whether the token's owner may see a task that is not deleted."""
        if task.projects:
            return any(self.is_open(project) for project in task.projects)
        return self.is_seen(self.tasks[task.parent]) if task.parent else True

    def is_gone(self, task: Task) -> bool:
        """Whether a task, or one above it, is deleted."""
        return task.is_deleted or bool(task.parent and self.is_gone(self.tasks[task.parent]))

    def is_open(self, project: str) -> bool:
        """Whether the token's owner may see a project."""
        return not self.projects[project]["hidden"] and not self.projects[project]["deleted"]

    def tasks_seen(self) -> list[Task]:
        """Every task that the token's owner may see."""
        return [
            task for task in self.tasks.values() if not self.is_gone(task) and self.is_seen(task)
        ]

    def feeds(self, task: Task) -> set[str]:
        """The resources whose feeds tell of a task: itself, those above it, their projects."""
        above = self.feeds(self.tasks[task.parent]) if task.parent else set()
        return {task.gid, *task.projects} | above

    def subtasks(self, gid: str) -> list[Task]:
        """The sub-tasks right below a task."""
        return [task for task in self.tasks.values() if task.parent == gid and not task.is_deleted]

    def workspace(self) -> Thing:
        """The workspace."""
        return _thing("workspace", WORKSPACE, name="Simulated", is_organization=True)

    def user(self, gid: str | None) -> Thing | None:
        """A person."""
        if not gid:
            return None
        photo = {f"image_{size}x{size}": f"{PICTURES}/{gid}/{size}.png" for size in (21, 60, 128)}
        return _thing("user", gid, photo=photo, **self.users[gid])

    def project(self, gid: str) -> Thing:
        """A project."""
        held = self.projects[gid]
        return _thing(
            "project",
            gid,
            name=held["name"],
            archived=held["archived"],
            created_at=told(held["created_at"]),
            modified_at=told(held["modified_at"]),
            permalink_url=f"https://app.asana.com/0/{gid}",
            workspace=self.workspace(),
            notes="",
        )

    def section(self, gid: str) -> Thing:
        """A section."""
        held = self.sections[gid]
        return _thing(
            "section",
            gid,
            name=held["name"],
            created_at=told(held["created_at"]),
            project=self.project(held["project"]),
        )

    def section_of(self, project: str, status: str) -> str:
        """The gid of the section that stands for a status in a project."""
        return gid_of("section", f"{project}:{status}")

    def tag(self, gid: str) -> Thing:
        """A tag."""
        return _thing("tag", gid, name=self.tags[gid], workspace=self.workspace(), notes="")

    def field(self, gid: str, value: float | None = None) -> Thing:
        """A custom field, with its value on some task."""
        return _thing(
            "custom_field",
            gid,
            name=self.fields[gid],
            type="number",
            resource_subtype="number",
            enabled=True,
            precision=0,
            number_value=value,
            display_value=None if value is None else f"{value:g}",
        )

    def task(self, gid: str) -> Thing:
        """A task as its owner sees it."""
        task = self.tasks[gid]
        seen = [(project, section) for project, section in task.projects.items()]
        seen = [(project, section) for project, section in seen if self.is_open(project)]
        spent = sum(entry["duration_minutes"] for entry in task.entries.values())
        return _thing(
            "task",
            gid,
            name=task.name,
            notes=task.notes,
            resource_subtype="default_task",
            created_at=told(task.created_at),
            created_by=self.user(task.created_by),
            modified_at=told(task.modified_at),
            completed=task.completed_at is not None,
            completed_at=told(task.completed_at) if task.completed_at else None,
            completed_by=self.user(task.completed_by),
            assignee=self.user(task.assignee),
            due_on=(task.created_at + timedelta(days=30)).date().isoformat(),
            due_at=None,
            parent=self.reference(task.parent) if task.parent else None,
            num_subtasks=len(self.subtasks(gid)),
            permalink_url=f"https://app.asana.com/0/0/{gid}",
            actual_time_minutes=spent or None,
            memberships=[
                {"project": self.project(project), "section": self.section(section)}
                for project, section in seen
            ],
            projects=[self.project(project) for project, _ in seen],
            tags=[self.tag(each) for each in task.tags],
            custom_fields=[
                self.field(each, task.fields.get(each)) for each in sorted(self.fields) if seen
            ],
            dependencies=[self.reference(each) for each in task.dependencies],
            workspace=self.workspace(),
        )

    def reference(self, gid: str) -> Thing:
        """Another task that a task names, with its projects and the task above it."""
        task = self.tasks[gid]
        seen = [self.project(project) for project in task.projects if self.is_open(project)]
        above = self.reference(task.parent) if task.parent else None
        return Thing("task", {**_bare(task).members, "projects": seen, "parent": above})

    def stories(self, task: Task) -> list[Thing]:
        """The history of a task, oldest first."""
        return [Thing("story", {"target": _bare(task), **each}) for each in task.stories]

    def entry(self, task: Task, gid: str) -> Thing:
        """Time spent on a task."""
        held = {**task.entries[gid]}
        held["created_by"] = self.user(held["created_by"])
        return _thing("time_tracking_entry", gid, task=self.task(task.gid), **held)

    def add_project(self, gid: str, name: str, at: datetime) -> None:
        """Make a project with a section for each status."""
        self.projects[gid] = {
            "name": name,
            "archived": False,
            "hidden": False,
            "deleted": False,
            "created_at": at,
            "modified_at": at,
        }
        for status in STATUSES:
            section = self.section_of(gid, status)
            self.sections[section] = {"name": status, "project": gid, "created_at": at}


def goals() -> dict[str, Thing]:
    """The goals of the workspace: a goal and one below it."""
    names = {"upper": "Customers stay", "lower": "Fewer faults KR-1.1"}
    return {
        gid_of("goal", which): _thing(
            "goal", gid_of("goal", which), name=name, owner=None, notes="", status=None
        )
        for which, name in names.items()
    }


def portfolio(state: State) -> Thing:
    """The one portfolio that the token's owner owns."""
    gid = gid_of("portfolio", "all")
    return _thing("portfolio", gid, name="What matters", created_at=told(START))


def _bare(task: Task) -> Thing:
    return _thing("task", task.gid, name=task.name, resource_subtype="default_task")


def _thing(kind: str, gid: str, **members: Any) -> Thing:
    return Thing(kind, {"gid": gid, "resource_type": kind, **members})
