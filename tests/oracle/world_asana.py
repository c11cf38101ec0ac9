"""Random Asana tasks of a world, as lines of task objects."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.oracle.world import Person, World

SECTIONS = ["To do", "Doing", "Done", "Cancelled", "Ideas", "In review"]


def stamp(at: datetime) -> str:
    """A time as Asana writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


class AsanaWorld:
    """The tasks of one world in one source."""

    def __init__(self, world: World, source: str, has_history: bool) -> None:
        self.world = world
        self.rng = world.rng
        self.source = source
        self.has_history = has_history
        self.story = world.seed * 100_000
        self.tasks: list[dict[str, Any]] = []
        self.projects = [
            {"gid": f"8{world.seed:06d}{number}", "name": f"Project {number} of {world.seed}"}
            for number in range(2)
        ]
        self.sections = {
            project["gid"]: [
                {"gid": f"7{project['gid']}{number}", "name": name}
                for number, name in enumerate(SECTIONS)
            ]
            for project in self.projects
        }

    def user(self, person: Person | None) -> dict[str, Any] | None:
        """A person as Asana shows one."""
        if person is None:
            return None
        found = {"gid": person.handle, "name": person.handle}
        if "@" in person.id:
            found["email"] = person.id
        return found

    def build(self) -> None:
        """Some tasks, some of them sub-tasks without a section."""
        for _ in range(self.rng.randint(2, 6)):
            self.add_task()
        if self.world.chance(0.06):
            self.add_bulk()
        places = [section for sections in self.sections.values() for section in sections]
        for kind, things, share in (("section", places, 0.3), ("project", self.projects, 0.2)):
            for _ in range(2):
                if self.world.chance(share):
                    thing = self.rng.choice(things)
                    name = self.rng.choice([thing["gid"], thing["name"].upper()])
                    node = self.rng.choice(self.world.nodes)["id"]
                    self.world.mappings[f"{self.source}:{kind}:{name}"] = node

    def add_task(self) -> None:
        """One task with its stories, forward in time."""
        born = self.world.born()
        task = self.new_task(born)
        for at in self.world.instants(self.rng.randint(0, 8), born):
            self.happen(task, at)
            task["modified_at"] = stamp(at)

    def new_task(self, born: datetime) -> dict[str, Any]:
        """A task as it is made."""
        world = self.world
        older = [task for task in self.tasks if task["created_at"] < stamp(born)]
        parent = self.rng.choice(older) if older and world.chance(0.5) else None
        task: dict[str, Any] = {
            "gid": f"9{world.seed:06d}{len(self.tasks):03d}",
            "resource_subtype": "default_task",
            "name": world.text(0.35),
            "notes": world.text(0.35),
            "created_at": stamp(born),
            "created_by": self.user(world.person()),
            "modified_at": stamp(born),
            "completed": world.chance(0.1),
            "completed_at": None,
            "assignee": None,
            "parent": {"gid": parent["gid"]} if parent else None,
            "memberships": [],
            "tags": [
                {
                    "gid": f"6{world.seed}{len(self.tasks)}",
                    "name": world.mention(world.identifier()),
                }
            ]
            if world.chance(0.15)
            else [],
            "custom_fields": self.fields(),
            "stories": [],
        }
        self.tasks.append(task)
        if task["completed"]:
            task["completed_at"] = stamp(born)
        if not parent or world.chance(0.3):
            for project in self.rng.sample(self.projects, self.rng.choice([1, 1, 2])):
                section = self.rng.choice(self.sections[project["gid"]])
                task["memberships"].append({"project": project, "section": section})
        first = world.holder()
        if first is not None:
            self.assign(task, born, world.person(), first)
        return task

    def add_bulk(self) -> None:
        """Somebody completes about twenty tasks within about ten minutes."""
        start = self.world.born()
        who = self.world.person()
        step = self.rng.choice([1, 30, 32])
        for number in range(self.rng.choice([19, 20, 21])):
            at = start + timedelta(seconds=number * step)
            task = self.new_task(start - timedelta(days=2, minutes=number * 11))
            task["completed"], task["completed_at"] = True, stamp(at)
            task["modified_at"] = stamp(at)
            self.tell(task, at, who, "marked_complete")

    def fields(self) -> list[dict[str, Any]]:
        """Custom fields: a goal in words, points in numbers."""
        found = []
        if self.world.chance(0.15):
            text = self.world.text(0.8)
            found.append(
                {
                    "gid": "51",
                    "name": "Goal",
                    "type": "text",
                    "text_value": text,
                    "display_value": text,
                }
            )
        if self.world.chance(0.3):
            found.append(
                {
                    "gid": "52",
                    "name": "Points",
                    "type": "number",
                    "number_value": 2,
                    "display_value": "2",
                }
            )
        return found

    def tell(self, task: dict[str, Any], at: datetime, who: Person, kind: str, **more: Any) -> None:
        """A story."""
        self.story += 1
        task["stories"].append(
            {
                "gid": str(self.story),
                "resource_type": "story",
                "type": "comment" if kind == "comment_added" else "system",
                "resource_subtype": kind,
                "created_at": stamp(at),
                "created_by": self.user(who),
                "text": "something",
                **more,
            }
        )

    def assign(self, task: dict[str, Any], at: datetime, who: Person, to: Person) -> None:
        """The task goes to somebody."""
        task["assignee"] = self.user(to)
        self.tell(task, at, who, "assigned", assignee=self.user(to))

    def happen(self, task: dict[str, Any], at: datetime) -> None:
        """A move, a tick, an assignment, a project more, a comment or a new name."""
        who = self.world.person()
        dice = self.rng.random()
        if dice < 0.4 and task["memberships"]:
            self.move(task, at, who)
        elif dice < 0.58:
            task["completed"] = not task["completed"]
            task["completed_at"] = stamp(at) if task["completed"] else None
            kind = "marked_complete" if task["completed"] else "marked_incomplete"
            self.tell(task, at, who, kind)
        elif dice < 0.7:
            self.assign(task, at, who, self.world.person())
        elif dice < 0.75 and task["assignee"]:
            task["assignee"] = None
            self.tell(task, at, who, "unassigned")
        elif dice < 0.85:
            self.tell(task, at, who, "comment_added")
        elif dice < 0.92 and len(task["memberships"]) == 1:
            here = task["memberships"][0]["project"]["gid"]
            project = next(p for p in self.projects if p["gid"] != here)
            section = self.rng.choice(self.sections[project["gid"]])
            task["memberships"].append({"project": project, "section": section})
            self.tell(task, at, who, "added_to_project", project=project)
        else:
            self.tell(task, at, who, "due_date_changed")

    def move(self, task: dict[str, Any], at: datetime, who: Person) -> None:
        """From one section to another of the same project."""
        membership = self.rng.choice(task["memberships"])
        old = membership["section"]
        new = self.rng.choice(self.sections[membership["project"]["gid"]])
        if new != old:
            membership["section"] = new
            self.tell(task, at, who, "section_changed", old_section=old, new_section=new)

    def exported(self) -> list[dict[str, Any]]:
        """All tasks; without stories where there is no history."""
        if not self.has_history:
            for task in self.tasks:
                task.pop("stories")
        return self.tasks
