"""Asana exports: tasks, with stories as history."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from tests.oracle import exports
from tests.oracle.categories import category
from tests.oracle.history import State, Step, replay
from tests.oracle.model import CREATED, Account, Change, Container, Item, Landed, Moment
from tests.oracle.times import instant

ORDER = ("in_progress", "done", "todo", "dropped")
COMPLETION = {"marked_complete": True, "marked_incomplete": False}
FIELDS = {
    "marked_complete": "completed",
    "marked_incomplete": "completed",
    "section_changed": "section",
    "added_to_project": "project",
    "removed_from_project": "project",
    "assigned": "assignee",
    "unassigned": "assignee",
    "name_changed": "name",
    "notes_changed": "notes",
    "due_date_changed": "due",
    "added_to_tag": "tag",
    "removed_from_tag": "tag",
    "enum_custom_field_changed": "custom field",
    "number_custom_field_changed": "custom field",
    "text_custom_field_changed": "custom field",
}


class AsanaReader:
    """Reads one Asana source into the common shape."""

    def __init__(self, home: Path, source: dict[str, Any], cut: int, landed: Landed) -> None:
        self.source = source
        self.name = source["name"]
        self.cut = cut
        self.landed = landed
        self.link_fields: list[str] = []
        self.copies: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for file in exports.files(home, source):
            for task in exports.records(exports.content(file), "data"):
                self.copies[task["gid"]].append(task)
        self.states: dict[str, list[State]] = {}
        self.names: dict[str, str] = {}

    def read(self) -> None:
        """Add the source's items and accounts to what is landed."""
        items = {}
        for gid, copies in self.copies.items():
            copies.sort(key=lambda task: instant(task["modified_at"]))
            items[gid] = self.item(copies)
        for gid, item in items.items():
            if item.created_at < self.cut:
                self.finish(gid, item)
                self.landed.items[item.id] = item

    def account(self, user: dict[str, Any] | None) -> str | None:
        """Note an account and give its id."""
        if not user:
            return None
        name = f"{self.name}:{user['gid']}"
        account = self.landed.accounts.setdefault(name, Account(name, self.name))
        account.email = account.email or user.get("email")
        return name

    def item(self, copies: list[dict[str, Any]]) -> Item:
        """One task from all its copies, the newest last."""
        task = copies[-1]
        item = Item(
            id=f"{self.name}:{task['gid']}",
            source=self.name,
            key="",
            item_type=task.get("resource_subtype", ""),
            created_at=instant(task["created_at"]),
            created_by=self.account(task.get("created_by")),
        )
        item.parent = f"{self.name}:{task['parent']['gid']}" if task.get("parent") else None
        self.describe(item, task)
        if task.get("completed_at"):
            item.completed_at = instant(task["completed_at"])
        known = [copy["stories"] for copy in copies if copy.get("stories") is not None]
        stories = {story["gid"]: story for told in known for story in told}
        ordered = sorted(stories.values(), key=lambda s: (instant(s["created_at"]), int(s["gid"])))
        item.has_history = bool(known)
        steps = self.steps(item, task, ordered)
        present: dict[str, Any] = {
            "completed": task["completed"],
            "assignee": self.account(task.get("assignee")),
        }
        for membership in task.get("memberships") or []:
            section = membership.get("section")
            present[f"in {membership['project']['gid']}"] = section["gid"] if section else None
        self.states[task["gid"]] = replay(item.created_at, present, steps, self.cut)
        return item

    def describe(self, item: Item, task: dict[str, Any]) -> None:
        """What a task says of the present."""
        values = {
            field["name"]: field.get("display_value") for field in task.get("custom_fields") or []
        }
        item.texts = {
            1: [values[name] for name in self.link_fields if values.get(name)],
            2: [tag["name"] for tag in task.get("tags") or []],
            3: [task["name"]],
            6: [task.get("notes") or ""],
        }
        for name in ("Story Points", "Story point estimate", "Points"):
            if values.get(name) and item.points is None:
                item.points = float(values[name])
        for membership in task.get("memberships") or []:
            for kind in ("section", "project"):
                if membership.get(kind):
                    self.names.setdefault(membership[kind]["gid"], membership[kind]["name"])

    def containers(self, gid: str) -> list[Container]:
        """Sections and projects as of the run; a sub-task without a section has its parent's."""
        parts = self.state(gid, self.cut).parts
        places = {key[3:]: parts[key] for key in parts if key.startswith("in ")}
        found = [self.container("project", home) for home in places if places[home]]
        return found + [self.container("section", s) for s in self.sections(gid, self.cut)]

    def container(self, kind: str, gid: str) -> Container:
        """A place by its id and name."""
        return Container(kind, frozenset([gid, self.names[gid].lower()]))

    def steps(self, item: Item, task: dict[str, Any], stories: list[dict[str, Any]]) -> list[Step]:
        """What the stories of a task changed; its comments go to the item."""
        steps = []
        homes = {
            membership["section"]["gid"]: membership["project"]["gid"]
            for membership in task.get("memberships") or []
            if membership.get("section")
        }
        holder: str | None = None
        for story in stories:
            kind, at = story["resource_subtype"], instant(story["created_at"])
            who = self.account(story.get("created_by"))
            if kind == "comment_added" and at < self.cut:
                item.comments.append((at, who))
            if kind not in FIELDS:
                continue
            change = Change(item.id, who, FIELDS[kind], at)
            if at < self.cut:
                item.changes.append(change)
            if kind in COMPLETION:
                after = COMPLETION[kind]
                steps.append(Step(at, "completed", not after, after, change))
            if FIELDS[kind] == "assignee":
                after = self.account(story.get("assignee")) if kind == "assigned" else None
                steps.append(Step(at, "assignee", holder, after, change))
                holder = after
        return steps + self.section_steps(item, stories, homes)

    def section_steps(
        self, item: Item, stories: list[dict[str, Any]], homes: dict[str, str]
    ) -> list[Step]:
        """Moves between sections, newest first, so that each section's project is known."""
        steps = []
        for story in reversed(stories):
            at, who = instant(story["created_at"]), self.account(story.get("created_by"))
            if story["resource_subtype"] == "section_changed":
                old, new = story["old_section"], story["new_section"]
                self.names.setdefault(old["gid"], old["name"])
                self.names.setdefault(new["gid"], new["name"])
                project = homes.setdefault(new["gid"], "?")
                homes[old["gid"]] = project
                change = Change(item.id, who, "section", at)
                steps.append(Step(at, f"in {project}", old["gid"], new["gid"], change))
            if story["resource_subtype"] == "added_to_project":
                project = story["project"]["gid"]
                change = Change(item.id, who, "project", at)
                # the section at that moment: where the first later move started, else the present
                later = [s for s in steps if s.part == f"in {project}"]
                after = later[-1].before if later else self.present(item, project)
                steps.append(Step(at, f"in {project}", None, after, change))
        return steps[::-1]

    def present(self, item: Item, project: str) -> str | None:
        """The section of a task in a project now."""
        for membership in self.copies[item.id.split(":", 1)[1]][-1]["memberships"]:
            if membership["project"]["gid"] == project and membership.get("section"):
                return membership["section"]["gid"]
        return None

    def finish(self, gid: str, item: Item) -> None:
        """Status and assignment over time, the parent's sections where the task has none."""
        own = self.states[gid]
        item.containers = self.containers(gid)
        if not item.has_history:
            item.category = self.category(gid, self.cut)
            return
        times = sorted({at for at in self.times(gid) if at >= item.created_at})
        for at in times:
            item.moments.append(Moment(at, self.category(gid, at), self.causes(gid, at)))
        for state in own:
            held = frozenset([state.parts["assignee"]] if state.parts["assignee"] else [])
            item.assigned.append((state.at, held))
        item.moments[0].causes.append(Change(item.id, item.created_by, CREATED, item.created_at))
        item.category = item.moments[-1].category

    def parent(self, gid: str) -> str | None:
        """The parent task, where it is landed."""
        above = (self.copies[gid][-1].get("parent") or {}).get("gid")
        return above if above in self.copies else None

    def times(self, gid: str) -> list[int]:
        """Every instant at which the category may change."""
        own = [state.at for state in self.states[gid]]
        above = self.parent(gid)
        return own + (self.times(above) if above else [])

    def state(self, gid: str, at: int) -> State:
        """The state of a task at an instant; before its creation the first one."""
        known = self.states[gid]
        return next((state for state in reversed(known) if state.at <= at), known[0])

    def sections(self, gid: str, at: int) -> list[str]:
        """The sections a task is in at an instant, its parent's where it has none."""
        parts = self.state(gid, at).parts
        own = [parts[key] for key in parts if key.startswith("in ") and parts[key]]
        above = self.parent(gid)
        if own or above is None or at < self.states[above][0].at:
            return own
        return self.sections(above, at)

    def category(self, gid: str, at: int) -> str:
        """Completed, else the highest over its sections."""
        if self.state(gid, at).parts["completed"]:
            return "done"
        found = {category(self.source, self.names[place]) for place in self.sections(gid, at)}
        return next((name for name in ORDER if name in found), "todo")

    def causes(self, gid: str, at: int) -> list[Change]:
        """The changes made at that instant to the task or to what it stands in."""
        own = [c for state in self.states[gid] if state.at == at for c in state.causes]
        above = self.parent(gid)
        return own or (self.causes(above, at) if above else [])
