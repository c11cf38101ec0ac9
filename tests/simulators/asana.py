"""A simulator of Asana's REST interface 1.0, as far as reading goes."""

from __future__ import annotations

import random
from typing import Any

from connectors.asana.asked import (
    ENTRY,
    FIELD,
    GOAL,
    PORTFOLIO,
    PROJECT,
    RELATIONSHIP,
    SECTION,
    STORY,
    TAG,
    TASK,
    USER,
)
from tests.simulators.asana_answers import Rates, RefusedError
from tests.simulators.asana_endpoints import Endpoints
from tests.simulators.asana_history import Player
from tests.simulators.asana_objects import shown
from tests.simulators.asana_state import State, goals, portfolio
from tests.simulators.server import Answer, Request, Simulator
from tests.simulators.world import Happening, World

TOKEN = f"2/1200{random.Random(7).randrange(10**12)}/{random.Random(11).randbytes(16).hex()}"
SECRETS = {"token": TOKEN}
"""The personal access token that the simulator lets in; it must stand in no file that we write."""


class Asana(Simulator):
    """Asana over the world. ``endpoints``, ``player`` and ``rates`` have the switches."""

    def __init__(self, world: World) -> None:
        """Play the world's history."""
        self.state = State()
        self.player = Player(self.state)
        self.endpoints = Endpoints(self.state, lambda: self.now, self.fault)
        self.rates = Rates(lambda: self.now)
        self.token = TOKEN
        super().__init__(world)

    def respond(self, request: Request) -> Answer:
        """Answer as Asana does."""
        try:
            if request.headers.get("authorization") != f"Bearer {self.token}":
                raise RefusedError(401, "Not Authorized")
            self.rates.count(request)
            return self.endpoints.answer(request)
        except RefusedError as refusal:
            return refusal.answer

    def happen(self, happening: Happening) -> None:
        """Play one happening."""
        self.player.play(happening)

    def truth(self) -> dict[str, dict[str, Any]]:
        """The newest copy of each record that a perfect reader would have landed now."""
        state = self.state
        open_projects = [gid for gid in state.projects if state.is_open(gid)]
        sections = [gid for gid, held in state.sections.items() if held["project"] in open_projects]
        return {
            "tasks": {task.gid: self._task(task.gid) for task in state.tasks_seen()},
            "projects": {gid: shown(state.project(gid), PROJECT) for gid in open_projects},
            "sections": {gid: shown(state.section(gid), SECTION) for gid in sections},
            "users": {gid: shown(state.user(gid), USER) for gid in state.users},
            "tags": {gid: shown(state.tag(gid), TAG) for gid in state.tags},
            "custom_fields": {gid: shown(state.field(gid), FIELD) for gid in state.fields},
            "portfolios": self._portfolios(),
            "goals": {gid: self._goal(gid) for gid in goals()},
        }

    def _task(self, gid: str) -> dict[str, Any]:
        task = self.state.tasks[gid]
        entries = [self.state.entry(task, each) for each in task.entries]
        return {
            **shown(self.state.task(gid), TASK),
            "stories": shown(self.state.stories(task), STORY),
            "time_tracking_entries": shown(entries, ENTRY),
        }

    def _goal(self, gid: str) -> dict[str, Any]:
        support = shown(self.endpoints.relationships(gid), RELATIONSHIP)
        return {**shown(goals()[gid], GOAL), "goal_relationships": support}

    def _portfolios(self) -> dict[str, Any]:
        one = shown(portfolio(self.state), PORTFOLIO)
        items = [{"gid": each.members["gid"]} for each in self.endpoints._items()]
        return {one["gid"]: {**one, "items": items}}
