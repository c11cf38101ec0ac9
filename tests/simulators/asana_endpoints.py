"""What the simulated Asana answers at each address."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.simulators.asana_answers import Pages, RefusedError, fields, one
from tests.simulators.asana_feeds import Feeds, Search
from tests.simulators.asana_objects import Task, Thing, gid_of
from tests.simulators.asana_state import WORKSPACE, State, goals, portfolio
from tests.simulators.server import Answer, Fault, Request

ACTIONS = 10
_ABSENT = "Unknown object"


class Endpoints:
    """The addresses below ``/api/1.0``. ``plan`` names what the workspace has paid for."""

    def __init__(
        self,
        state: State,
        now: Callable[[], datetime],
        fault: Callable[[str, Request], Fault | None],
    ) -> None:
        self.plan = {"goals", "time", "portfolios"}
        self.state = state
        self.pages = Pages(now, fault)
        self.feeds = Feeds(state, now)
        self.search = Search(state, now)
        self.page = self.pages.page
        self._routes: list[tuple[str, Callable[..., Answer]]] = [
            (r"/users/me", lambda it: one(it, self._me())),
            (r"/users", lambda it: self.page(it, self._users(it))),
            (r"/workspaces", lambda it: self.page(it, [state.workspace()])),
            (r"/workspaces/(\d+)", self._workspace),
            (r"/workspaces/(\d+)/tasks/search", lambda it, _: self.search.tasks(it)),
            (r"/workspaces/(\d+)/custom_fields", lambda it, _: self.page(it, self._fields())),
            (r"/workspaces/(\d+)/tags", lambda it, _: self.page(it, self._tags())),
            (r"/projects", lambda it: self.page(it, self._projects(it))),
            (r"/projects/(\d+)", lambda it, gid: one(it, state.project(self._open(gid)))),
            (r"/projects/(\d+)/sections", self._sections),
            (r"/projects/(\d+)/custom_field_settings", self._settings),
            (r"/projects/(\d+)/tasks", self._tasks_of),
            (r"/projects/(\d+)/task_counts", self._counts),
            (r"/tasks", self._tasks),
            (r"/tasks/(\d+)", lambda it, gid: one(it, state.task(self._task(gid).gid))),
            (r"/tasks/(\d+)/subtasks", self._subtasks),
            (r"/tasks/(\d+)/stories", self._stories),
            (r"/tasks/(\d+)/time_tracking_entries", self._entries_of),
            (r"/time_tracking_entries", self._entries),
            (r"/portfolios", lambda it: self.page(self._paid(it, "portfolios"), self._owned(it))),
            (r"/portfolios/(\d+)", self._portfolio),
            (r"/portfolios/(\d+)/items", lambda it, _: self.page(it, self._items())),
            (r"/goals", lambda it: self.page(self._paid(it, "goals"), list(goals().values()))),
            (r"/goals/(\d+)", self._goal),
            (r"/goal_relationships", self._relationships),
            (r"/events", self._events),
            (r"/batch", self._batch),
        ]

    def answer(self, request: Request) -> Answer:
        """The answer at an address; 404 where there is none."""
        path = request.path.removeprefix("/api/1.0")
        for pattern, action in self._routes:
            found = re.fullmatch(pattern, path)
            if found:
                return action(request, *found.groups())
        raise RefusedError(404, "No matching route for request")

    def _me(self) -> Thing:
        gid = next(iter(self.state.users))
        members = {**self.state.user(gid).members, "workspaces": [self.state.workspace()]}
        return Thing("user", members)

    def _users(self, request: Request) -> list[Thing]:
        if request.value("workspace") != WORKSPACE:
            raise RefusedError(400, "workspace: Missing input")
        return [self.state.user(gid) for gid in self.state.users]

    def _workspace(self, request: Request, gid: str) -> Answer:
        if gid != WORKSPACE:
            raise RefusedError(404, f"workspace: {_ABSENT}: {gid}")
        return one(request, self.state.workspace())

    def _fields(self) -> list[Thing]:
        return [self.state.field(gid) for gid in self.state.fields]

    def _tags(self) -> list[Thing]:
        return [self.state.tag(gid) for gid in self.state.tags]

    def _projects(self, request: Request) -> list[Thing]:
        wanted = request.value("archived")
        return [
            self.state.project(gid)
            for gid, held in self.state.projects.items()
            if self.state.is_open(gid) and (not wanted or held["archived"] == (wanted == "true"))
        ]

    def _open(self, gid: str) -> str:
        if gid not in self.state.projects or self.state.projects[gid]["deleted"]:
            raise RefusedError(404, f"project: {_ABSENT}: {gid}")
        if not self.state.is_open(gid):
            raise RefusedError(403, "You do not have access to this project.")
        return gid

    def _sections(self, request: Request, gid: str) -> Answer:
        mine = [each for each, held in self.state.sections.items() if held["project"] == gid]
        self._open(gid)
        return self.page(request, [self.state.section(each) for each in mine])

    def _settings(self, request: Request, gid: str) -> Answer:
        project = self.state.project(self._open(gid))
        made = [
            Thing(
                "custom_field_setting",
                {
                    "gid": gid_of("custom_field_setting", f"{gid}:{field}"),
                    "resource_type": "custom_field_setting",
                    "custom_field": self.state.field(field),
                    "parent": project,
                    "project": project,
                },
            )
            for field in self.state.fields
        ]
        return self.page(request, made)

    def _task(self, gid: str) -> Task:
        task = self.state.tasks.get(gid)
        if task is None or self.state.is_gone(task):
            raise RefusedError(404, f"task: {_ABSENT}: {gid}")
        if not self.state.is_seen(task):
            raise RefusedError(403, "You do not have access to this task.")
        return task

    def _tasks(self, request: Request) -> Answer:
        project, assignee = request.value("project"), request.value("assignee")
        if project:
            return self._tasks_of(request, project)
        if not (assignee and request.value("workspace")):
            raise RefusedError(400, "Must specify exactly one of project, tag, section, assignee")
        found = [task for task in self.state.tasks_seen() if task.assignee == assignee]
        return self._page_of_tasks(request, found)

    def _tasks_of(self, request: Request, project: str) -> Answer:
        self._open(project)
        found = [task for task in self.state.tasks_seen() if project in task.projects]
        return self._page_of_tasks(request, found)

    def _counts(self, request: Request, project: str) -> Answer:
        found = [task for task in self.state.tasks_seen() if self._open(project) in task.projects]
        done = sum(task.completed_at is not None for task in found)
        counts = {"num_tasks": len(found), "num_completed_tasks": done, "num_milestones": 0}
        wanted = {name: counts[name] for name in fields(request) if name in counts}
        return Answer({"data": wanted})

    def _page_of_tasks(self, request: Request, tasks: list[Task]) -> Answer:
        since = request.value("modified_since")
        if since:
            bound = datetime.fromisoformat(since)
            if bound.tzinfo is None:
                raise RefusedError(400, "modified_since: Not a recognized datetime")
            tasks = [task for task in tasks if task.modified_at >= bound]
        return self.page(request, [self.state.task(task.gid) for task in tasks])

    def _subtasks(self, request: Request, gid: str) -> Answer:
        found = self.state.subtasks(self._task(gid).gid)
        return self.page(request, [self.state.task(task.gid) for task in found])

    def _stories(self, request: Request, gid: str) -> Answer:
        return self.page(request, self.state.stories(self._task(gid)))

    def _entries_of(self, request: Request, gid: str) -> Answer:
        task = self._task(gid)
        request = self._paid(request, "time")
        return self.page(request, [self.state.entry(task, each) for each in task.entries])

    def _entries(self, request: Request) -> Answer:
        request = self._paid(request, "time")
        if request.value("workspace") != WORKSPACE and not request.value("task"):
            raise RefusedError(400, "Must specify one of task, workspace")
        first = request.value("entered_on_start_date", "0000")
        last = request.value("entered_on_end_date", "9999")
        found = [
            self.state.entry(task, gid)
            for task in self.state.tasks_seen()
            for gid, entry in task.entries.items()
            if first <= entry["entered_on"] <= last and request.value("task") in ("", task.gid)
        ]
        return self.page(request, found)

    def _paid(self, request: Request, what: str) -> Request:
        if what not in self.plan:
            raise RefusedError(402, "This is only available on an advanced plan.")
        return request

    def _owned(self, request: Request) -> list[Thing]:
        if request.value("owner") not in ("me", next(iter(self.state.users))):
            raise RefusedError(400, "owner: Must be the user who asks")
        return [portfolio(self.state)]

    def _portfolio(self, request: Request, gid: str) -> Answer:
        found = portfolio(self.state)
        if gid != found.members["gid"]:
            raise RefusedError(404, f"portfolio: {_ABSENT}: {gid}")
        return one(self._paid(request, "portfolios"), found)

    def _goal(self, request: Request, gid: str) -> Answer:
        if gid not in goals():
            raise RefusedError(404, f"goal: {_ABSENT}: {gid}")
        return one(self._paid(request, "goals"), goals()[gid])

    def _items(self) -> list[Thing]:
        first = [gid for gid in self.state.projects if self.state.is_open(gid)][:2]
        return [self.state.project(gid) for gid in first]

    def _relationships(self, request: Request) -> Answer:
        goal = request.value("supported_goal")
        if goal not in goals():
            raise RefusedError(404, f"supported_goal: {_ABSENT}: {goal}")
        return self.page(self._paid(request, "goals"), self.relationships(goal))

    def relationships(self, goal: str) -> list[Thing]:
        """What supports a goal: the upper one the lower, the lower one a project and a task."""
        upper, lower = gid_of("goal", "upper"), gid_of("goal", "lower")
        project = next(gid for gid in self.state.projects if self.state.is_open(gid))
        task = next(task.gid for task in self.state.tasks_seen())
        supporting = {
            upper: [("subgoal", goals()[lower])],
            lower: [
                ("supporting_work", self.state.project(project)),
                ("supporting_work", self.state.task(task)),
            ],
        }
        return [
            Thing(
                "goal_relationship",
                {
                    "gid": gid_of("goal_relationship", f"{goal}:{each.members['gid']}"),
                    "resource_type": "goal_relationship",
                    "resource_subtype": subtype,
                    "supporting_resource": each,
                    "supported_goal": goals()[goal],
                    "contribution_weight": 0.0,
                },
            )
            for subtype, each in supporting[goal]
        ]

    def _events(self, request: Request) -> Answer:
        resource = request.value("resource")
        if resource in self.state.projects:
            self._open(resource)
        elif resource not in goals():
            self._task(resource)
        return self.feeds.events(request, resource)

    def _batch(self, request: Request) -> Answer:
        actions = ((request.body or {}).get("data") or {}).get("actions") or []
        if request.method != "POST" or not 1 <= len(actions) <= ACTIONS:
            raise RefusedError(400, "data.actions: Must be between 1 and 10 actions")
        return Answer({"data": [self._action(request, each) for each in actions]})

    def _action(self, request: Request, action: dict[str, Any]) -> dict[str, Any]:
        address = urlsplit(action["relative_path"])
        options = action.get("options") or {}
        query = parse_qs(address.query)
        asked = {"limit": str(options.get("limit", "")), "offset": options.get("offset", "")}
        asked["opt_fields"] = ",".join(options.get("fields") or [])
        query |= {name: [value] for name, value in asked.items() if value}
        inner = Request(action["method"].upper(), f"/api/1.0{address.path}", query, request.headers)
        try:
            answer = self.answer(inner)
        except RefusedError as refusal:
            answer = refusal.answer
        return {"status_code": answer.status, "headers": {}, "body": answer.body}
