"""The world's happenings in Asana's terms: what they change, and the traces that they leave."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.simulators.asana_objects import Task, Thing, gid_of, told
from tests.simulators.asana_state import State
from tests.simulators.world import Happening

TIME_ENTRIES = ("log_work", "edit_log", "delete_log")
"""What changes time entries: the task is not modified and no feed tells of it."""
_OF_NO_TASK = {
    "add_person",
    "add_container",
    "remove_container",
    "hide_container",
    "show_container",
    "archive_container",
    "rename_field",
    "create",
}


class Player:
    """Plays happenings on a state.

    Two more than the world's may happen to a task: ``add_to_container`` and
    ``leave_container``. ``tags_modify`` says whether a tag that comes or goes moves the task's
    ``modified_at``.
    """

    def __init__(self, state: State) -> None:
        self.state = state
        self.tags_modify = False
        self._made = 0

    def play(self, happening: Happening) -> None:
        """Play one happening; what Asana does not know is ignored."""
        if happening.what in TIME_ENTRIES:
            action = self._time
        else:
            action = getattr(self, f"_{happening.what}", None)
        if action is None:
            return
        task = self.state.tasks.get(gid_of("task", happening.thing))
        if task is not None and happening.what not in ("restore", "create"):
            if self.state.is_gone(task) or not self.state.is_seen(task):
                return
            action(task, happening)
        elif task is not None or happening.what in _OF_NO_TASK:
            action(task, happening)

    def _add_person(self, _: Task | None, happening: Happening) -> None:
        name = happening.details["name"]
        email = f"{happening.thing}@example.org"
        self.state.users[gid_of("user", happening.thing)] = {"name": name, "email": email}

    def _add_container(self, _: Task | None, happening: Happening) -> None:
        gid = gid_of("project", happening.thing)
        self.state.add_project(gid, happening.details["name"], happening.at)
        self.state.fields.setdefault(gid_of("custom_field", "size"), "Size")

    def _remove_container(self, _: Task | None, happening: Happening) -> None:
        gid = gid_of("project", happening.thing)
        self.state.projects[gid]["deleted"] = True
        for task in self.state.tasks.values():
            if list(task.projects) == [gid]:
                task.is_deleted = True

    def _hide_container(self, _: Task | None, happening: Happening) -> None:
        self.state.projects[gid_of("project", happening.thing)]["hidden"] = True

    def _show_container(self, _: Task | None, happening: Happening) -> None:
        self.state.projects[gid_of("project", happening.thing)]["hidden"] = False

    def _archive_container(self, _: Task | None, happening: Happening) -> None:
        self.state.projects[gid_of("project", happening.thing)]["archived"] = True

    def _rename_field(self, _: Task | None, happening: Happening) -> None:
        self.state.fields[gid_of("custom_field", happening.thing)] = happening.details["name"]

    def _create(self, _: Task | None, happening: Happening) -> None:
        details, at, actor = happening.details, happening.at, _user(happening.actor)
        gid = gid_of("task", happening.thing)
        parent = gid_of("task", details["parent"]) if details["parent"] else None
        task = Task(gid, details["title"], details["description"], at, actor, parent, at)
        project = gid_of("project", details["container"])
        if parent and not (parent in self.state.tasks and self._is_there(parent)):
            return
        if not parent and not self.state.is_open(project):
            return
        self.state.tasks[gid] = task
        self._tell(task, happening, "added", parent=parent)
        if not parent:
            self._made += 1
            self._join(task, project, happening, details["status"])
            if self._made % 9 == 0:
                self._join(task, next(iter(self.state.projects)), happening, details["status"])

    def _is_there(self, gid: str) -> bool:
        task = self.state.tasks[gid]
        return not self.state.is_gone(task) and self.state.is_seen(task)

    def _retitle(self, task: Task, happening: Happening) -> None:
        old, task.name = task.name, happening.details["title"]
        self._story(task, happening, "name_changed", "name", old_name=old, new_name=task.name)

    def _describe(self, task: Task, happening: Happening) -> None:
        task.notes = happening.details["description"]
        self._story(task, happening, "notes_changed", "notes")

    def _label(self, task: Task, happening: Happening) -> None:
        label = happening.details["label"]
        gid = gid_of("tag", label)
        self.state.tags[gid] = label
        there = gid in task.tags
        task.tags = [each for each in task.tags if each != gid] + ([] if there else [gid])
        what, tag = ("removed_from_tag" if there else "added_to_tag"), self.state.tag(gid)
        self._story(task, happening, what, "tags", moves=self.tags_modify, tag=tag)

    def _assign(self, task: Task, happening: Happening) -> None:
        person = happening.details["person"]
        task.assignee = _user(person) if person else None
        if person:
            who = self.state.user(task.assignee)
            self._story(task, happening, "assigned", "assignee", assignee=who)
        else:
            self._story(task, happening, "unassigned", "assignee")

    def _move_status(self, task: Task, happening: Happening) -> None:
        status = happening.details["status"]
        for project, old in list(task.projects.items()):
            new = task.projects[project] = self.state.section_of(project, status)
            if new != old:
                self._story(
                    task,
                    happening,
                    "section_changed",
                    "memberships",
                    old_section=self.state.section(old),
                    new_section=self.state.section(new),
                    project=self.state.project(project),
                )
        self._complete(task, happening, status == "Done")

    def _complete(self, task: Task, happening: Happening, is_done: bool) -> None:
        if is_done == (task.completed_at is not None):
            return
        task.completed_at = happening.at if is_done else None
        task.completed_by = _user(happening.actor) if is_done else None
        told = "marked_complete" if is_done else "marked_incomplete"
        self._story(task, happening, told, "completed")

    def _move_container(self, task: Task, happening: Happening) -> None:
        project = gid_of("project", happening.details["container"])
        if task.parent or project in task.projects or not self.state.is_open(project):
            return
        for old in list(task.projects):
            self._leave(task, old, happening)
        self._join(task, project, happening, "To Do")

    def _add_to_container(self, task: Task, happening: Happening) -> None:
        self._join(task, gid_of("project", happening.details["container"]), happening, "To Do")

    def _leave_container(self, task: Task, happening: Happening) -> None:
        self._leave(task, gid_of("project", happening.details["container"]), happening)

    def _join(self, task: Task, project: str, happening: Happening, status: str) -> None:
        if project in task.projects or not self.state.is_open(project):
            return
        task.projects[project] = self.state.section_of(project, status)
        where = self.state.project(project)
        self._story(task, happening, "added_to_project", "projects", project=where)
        self._tell(task, happening, "added", parent=project, parent_type="project")

    def _leave(self, task: Task, project: str, happening: Happening) -> None:
        self._tell(task, happening, "removed", parent=project, parent_type="project")
        where = self.state.project(project)
        self._story(task, happening, "removed_from_project", "projects", project=where)
        task.projects.pop(project, None)

    def _set_field(self, task: Task, happening: Happening) -> None:
        if not task.projects:
            return
        gid = gid_of("custom_field", happening.details["field"])
        old, task.fields[gid] = task.fields.get(gid), happening.details["value"]
        self._story(
            task,
            happening,
            "number_custom_field_changed",
            "custom_fields",
            custom_field=self.state.field(gid),
            old_number_value=old,
            new_number_value=task.fields[gid],
        )

    def _comment(self, task: Task, happening: Happening) -> None:
        self._story(task, happening, "comment_added", "", text=happening.details["text"])

    def _link(self, task: Task, happening: Happening) -> None:
        other = gid_of("task", happening.details["other"])
        known = other in self.state.tasks and other not in task.dependencies
        if known and other != task.gid and self._is_there(other):
            task.dependencies.append(other)
            self._story(task, happening, "dependency_added", "dependencies")

    def _time(self, task: Task, happening: Happening) -> None:
        details = happening.details
        gid = gid_of("time_tracking_entry", details["log"])
        if happening.what == "log_work":
            task.entries[gid] = {
                "duration_minutes": details["seconds"] // 60,
                "entered_on": details["started"].date().isoformat(),
                "created_at": told(happening.at),
                "created_by": _user(happening.actor),
            }
        elif gid in task.entries and happening.what == "edit_log":
            task.entries[gid]["duration_minutes"] = details["seconds"] // 60
        else:
            task.entries.pop(gid, None)

    def _delete(self, task: Task, happening: Happening) -> None:
        self._tell(task, happening, "deleted")
        task.is_deleted = True

    def _restore(self, task: Task, happening: Happening) -> None:
        around = self._is_there(task.parent) if task.parent else self.state.is_seen(task)
        if task.is_deleted and around:
            task.is_deleted = False
            self._tell(task, happening, "undeleted")

    def _story(
        self,
        task: Task,
        happening: Happening,
        subtype: str,
        field: str,
        moves: bool = True,
        **members: Any,
    ) -> None:
        """Add to a task's history; the feeds tell the story and what it changed."""
        gid = _story_gid(happening.at, len(task.stories))
        actor = self.state.user(_user(happening.actor))
        story = {
            "gid": gid,
            "resource_type": "story",
            "resource_subtype": subtype,
            "type": "comment" if subtype == "comment_added" else "system",
            "created_at": told(happening.at),
            "created_by": actor,
            "text": f"{happening.actor} {subtype}",
            **members,
        }
        task.stories.append(story)
        if moves:
            task.modified_at = max(task.modified_at, happening.at)
        if field:
            self._tell(task, happening, "changed", change={"field": field, "action": "changed"})
        self._tell(task, happening, "added", parent=task.gid, story=gid)

    def _tell(
        self,
        task: Task,
        happening: Happening,
        action: str,
        parent: str | None = None,
        parent_type: str = "task",
        story: str | None = None,
        change: dict[str, Any] | None = None,
    ) -> None:
        """Put an event into the feeds that tell of a task."""
        kind, gid = ("story", story) if story else ("task", task.gid)
        event: dict[str, Any] = {
            "user": _reference("user", _user(happening.actor)),
            "resource": _reference(kind, gid),
            "type": kind,
            "action": action,
            "created_at": told(happening.at),
            "parent": _reference(parent_type, parent) if parent else None,
        }
        if change:
            event["change"] = change
        self.state.events.append((self.state.feeds(task), event))


def _reference(kind: str, gid: str) -> Thing:
    """Something that an event names; what is deleted has no name any more."""
    return Thing(kind, {"gid": gid, "resource_type": kind})


def _user(person: str | None) -> str:
    return gid_of("user", person or "")


def _story_gid(at: datetime, position: int) -> str:
    """Gids of stories grow with time."""
    return str(int(at.timestamp() * 1000) * 1000 + position % 1000)
