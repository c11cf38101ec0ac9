"""What makes a state out of a simulator: things that happen between two of its answers."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest

from connectors.contract import LandedRecord
from connectors.extraction_report import Extraction
from connectors.landing import Landing
from connectors.registry import all_connectors
from tests.drills.trackers import Tracker
from tests.simulators.jira_cloud import settled
from tests.simulators.server import Answer, Request, Simulator
from tests.simulators.world import Happening, World

ROWS = 4
"""Rows of a page, so that walks have several."""
SEED = 17

PAGED = {
    "jira_cloud": {
        "issues": r"search/jql .*\"summary\"",
        "histories": r"changelog/bulkfetch",
        "people": r"users/search",
    },
    "jira_data_center": {"issues": r"/search .*\"summary\""},
    "asana": {
        "tasks": r"/tasks null",
        "stories": r"/tasks/\d+/stories ",
        "people": r"/users null",
        "sections": r"/sections ",
    },
    "trello": {"cards": r"/cards/all ", "actions": r"/actions "},
}
"""The lists of each tracker that come in pages, as patterns of requests."""

COUNTS = {
    "jira_cloud": (r"approximate-count", "count"),
    "jira_data_center": (r"/search .*\"maxResults\": [01]\b", "total"),
    "asana": (r"/task_counts ", "num_tasks"),
}
"""Where a tracker tells how many items there are, and as which member. Trello does not."""
_ROWS = ("issues", "data", "issueChangeLogs", "values")


def told(request: Request) -> str:
    """A request as patterns see it."""
    return f"{request.method} {request.path} {json.dumps(request.body, default=str)}"


def walk_of(request: Request) -> str:
    """What the requests for all pages of one walk have in common."""
    places = {"before", "offset", "startAt", "nextPageToken"}
    parts = [sorted(each.items()) for each in (request.query, request.body or {})]
    return repr((request.path, [pair for part in parts for pair in part if pair[0] not in places]))


def rows_of(answer: Answer) -> list[Any]:
    """The rows of a page."""
    if isinstance(answer.body, list):
        return answer.body
    body = answer.body if isinstance(answer.body, dict) else {}
    return next((body[name] for name in _ROWS if isinstance(body.get(name), list)), [])


def with_rows(answer: Answer, rows: list[Any]) -> Answer:
    """A page with other rows."""
    if isinstance(answer.body, list):
        return replace(answer, body=rows)
    name = next(name for name in _ROWS if isinstance(answer.body.get(name), list))
    return replace(answer, body={**answer.body, name: rows})


SCOPES = {"jira": r"project = {}\b.*\"summary\""}
"""What is asked of one scope alone, where its id stands not only in addresses."""


def of_scope(tracker: Tracker, scope: str) -> str:
    """A pattern of what is asked of one scope."""
    return SCOPES.get(tracker.kind, r"\b{}\b").format(scope)


def id_of(row: dict[str, Any]) -> str:
    """The id of an item in a row."""
    return str(row.get("gid") or row.get("id"))


def interpose(
    simulator: Simulator, pattern: str, change: Callable[[Request, Answer], Answer]
) -> None:
    """Let a function see, and change, each answer to requests of a pattern."""
    real = simulator.respond

    def respond(request: Request) -> Answer:
        answer = real(request)
        matches = answer.status == 200 and re.search(pattern, told(request))
        return change(request, answer) if matches else answer

    simulator.respond = respond


def small(tracker: Tracker, items: int = 30, containers: int = 3) -> Simulator:
    """A simulator whose walks have several pages."""
    simulator = tracker.make(World(SEED, items, 9, containers))
    tracker.cut(simulator, ROWS)
    return simulator


def flat(tracker: Tracker, items: int, containers: int = 1) -> Simulator:
    """A simulator of so many containers with exactly so many items, none below another."""
    simulator = tracker.make(World(SEED, 0, 3, containers))
    world = simulator.world
    details = {"parent": None, "description": "D", "status": "To Do"}
    for number in range(items):
        container = world.containers[number % containers]
        more = {**details, "container": container, "title": f"Work {number} for KR-1.1"}
        happen(simulator, "create", f"item-{number}", **more)
    simulator.advance(24 * 3600)
    return simulator


def happen(simulator: Simulator, what: str, thing: str, **details: Any) -> None:
    """Let something happen a second later than now."""
    simulator.advance(1)
    simulator.play([Happening(simulator.now, what, thing, simulator.world.people[0], details)])


def put_account_in(simulator: Any, name: str, zone: str) -> None:
    """Let the account that reads live somewhere, where the tracker knows: Asana does not."""
    if name.startswith("jira"):
        simulator.time_zone = zone
    elif name == "trello":
        next(iter(simulator.story.members.values()))["prefs"] = {"timezone": zone}


def open_items(simulator: Simulator) -> list[str]:
    """Items that are there, alone: neither below another nor above one."""
    parents = {each.parent for each in simulator.world.items.values()}
    return [
        each.id
        for each in simulator.world.items.values()
        if not (each.is_gone or each.is_archived or each.parent or each.id in parents)
    ]


def newest(landing: Landing) -> dict[tuple[str, str], Any]:
    """The newest copy of each record, by stream and key."""
    found = [each for page in landing.pages() for each in landing.records(page)]
    found.sort(key=lambda each: each.pulled_at)
    return {(each.stream, each.key): json.loads(each.payload) for each in found}


def doubled(landing: Landing) -> list[tuple[str, str]]:
    """Records of which one state landed twice.

    One that came back after another of the same time is none of them: a Jira tells in an issue how
    the issues linked to it are called and moves no time for it, so nobody can tell which is older.
    """
    seen: set[tuple[str, str, bytes]] = set()
    last: dict[tuple[str, str], LandedRecord] = {}
    found = []
    for page in landing.pages():
        for each in landing.records(page):
            record = (each.stream, each.key)
            before, last[record] = last.get(record), each
            if (*record, each.payload) in seen and before is not None:
                is_of_its_time = each.version is not None and before.version == each.version
                found += [] if is_of_its_time and before.payload != each.payload else [record]
            seen.add((*record, each.payload))
    return found


@pytest.fixture
def unsynced(monkeypatch: pytest.MonkeyPatch) -> None:
    """For hundreds of runs of which none is asked to outlive a loss of power."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


class Source:
    """A tracker that is read into a landing, again and again."""

    def __init__(self, tracker: Tracker, simulator: Simulator, raw: Path) -> None:
        self.tracker, self.simulator, self.raw = tracker, simulator, raw

    def run(self, **more: Any) -> Extraction:
        """Read what is to be read."""
        return self.tracker.extract(self.simulator.address, self.raw, **more)

    @property
    def landing(self) -> Landing:
        """What has landed."""
        return Landing(self.raw, self.tracker.source)

    def newest(self) -> dict[tuple[str, str], Any]:
        """The newest copy of each record, by stream and key, without what others tell of it.

        A Jira tells in an issue how the issues linked to it are called, and moves no time for it.
        The stories of a task stand in the order in which they were read.
        """
        found = newest(self.landing)
        of_issues = {key for key in found if key[0] == "issues"}
        for record in found.values():
            if "stories" in record:
                record["stories"].sort(key=itemgetter("gid"))
        return found | {key: settled(found[key]) for key in of_issues}

    def rows(self, timezone: str) -> Counter[tuple[Any, ...]]:
        """The typed rows of all that has landed, for a source that is said to be in a time zone."""
        streams = {each.name: each for each in all_connectors()[self.tracker.kind].streams}
        landing = self.landing
        return Counter(
            (table, record.key, *row)
            for page in landing.pages()
            for record in landing.records(page, timezone)
            for table, row in streams[record.stream].rows(record)
        )

    def items(self) -> dict[str, Any]:
        """The newest copy of each work item."""
        stream = self.tracker.connector.items
        return {key: payload for (name, key), payload in self.newest().items() if name == stream}

    def outcomes(self) -> dict[str, str]:
        """What was found to have become of things, last."""
        return {
            key: payload["outcome"]
            for (stream, key), payload in self.newest().items()
            if stream == "absences"
        }
