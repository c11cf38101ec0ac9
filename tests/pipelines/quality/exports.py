"""Exports of two nights, small enough to be read and typed here, for the checks at the border."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connectors.contract import ExportSettings
from pipelines.warehouse.ingest import SourceReading, read_source

Json = dict[str, Any]
LIST = {"id": "5f1c0000000000000000000a", "name": "Doing", "closed": False}
BOARD = "5f1e00000000000000000001"


def issue(number: int) -> Json:
    """A Jira issue as the API gives it, in every field that is used."""
    person = {"accountId": "a1", "displayName": "Ana", "accountType": "atlassian"}
    return {
        "id": f"{10000 + number}",
        "key": f"APP-{number}",
        "self": f"https://example.atlassian.net/rest/api/3/issue/{10000 + number}",
        "fields": {
            "summary": f"Issue {number}",
            "description": "Text",
            "status": {"id": "3", "name": "Doing", "statusCategory": {"key": "indeterminate"}},
            "issuetype": {"id": "1", "name": "Story", "hierarchyLevel": 0},
            "project": {"id": "10", "key": "APP", "name": "App"},
            "created": "2026-01-05T09:00:00.000+0000",
            "updated": "2026-02-05T09:00:00.000+0000",
            "creator": person,
            "assignee": person,
            "labels": ["backend"],
            "timeoriginalestimate": 3600,
        },
    }


def card(number: int) -> Json:
    """A Trello card as the API gives it."""
    return {
        "id": f"5f1d{number:020x}",
        "name": f"Card {number}",
        "desc": "Text",
        "idList": LIST["id"],
        "idBoard": BOARD,
        "shortLink": f"s{number}",
        "url": f"https://trello.com/c/s{number}",
        "closed": False,
        "due": "2026-03-01T09:00:00.000Z",
        "dateLastActivity": "2026-02-05T09:00:00.000Z",
        "idMembers": ["5f1b00000000000000000001"],
        "labels": [{"id": "5f1a00000000000000000001", "name": "backend"}],
    }


def task(number: int) -> Json:
    """An Asana task as the API gives it."""
    return {
        "gid": f"{70000 + number}",
        "resource_type": "task",
        "resource_subtype": "default_task",
        "name": f"Task {number}",
        "notes": "Text",
        "completed": False,
        "created_at": "2026-01-05T09:00:00.000Z",
        "modified_at": "2026-02-05T09:00:00.000Z",
        "permalink_url": "https://app.asana.com/0/1/2",
        "assignee": {"gid": "9", "name": "Ana"},
        "created_by": {"gid": "9", "name": "Ana"},
        "memberships": [
            {"project": {"gid": "1", "name": "P"}, "section": {"gid": "2", "name": "S"}}
        ],
    }


def custom_field(number: int) -> Json:
    """A Trello custom field as the API gives it."""
    facts = {"name": f"Field {number}", "type": "text", "idModel": BOARD, "fieldGroup": "f"}
    return {"id": f"5f1d{number:020x}", **facts}


def goal(number: int) -> Json:
    """An Asana goal as the API gives it."""
    supporting = {"gid": "70001", "resource_type": "task"}
    return {
        "gid": f"{70000 + number}",
        "resource_type": "goal",
        "name": f"Goal {number}",
        "goal_relationships": [{"gid": "8", "supporting_resource": supporting}],
    }


MAKERS: dict[str, Callable[[int], Json]] = {"jira": issue, "trello": card, "asana": task}
OTHERS: dict[str, Callable[[int], Json]] = {"trello/fields": custom_field, "asana/goals": goal}
"""Records of other streams than the work items, by tracker and what they are."""


def in_lines(records: list[Json]) -> bytes:
    """One record per line."""
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def written(folder: Path, name: str, content: bytes, day: str) -> Path:
    """An export file of that day, at 02:00."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    at = datetime.fromisoformat(f"{day}T02:00").replace(tzinfo=UTC).timestamp()
    os.utime(path, (at, at))
    return path


def reading(folder: Path, tracker: str, *files: Path) -> SourceReading:
    """Land and type the files of one source, `eng`."""
    settings = ExportSettings("eng", files)
    return read_source(settings, tracker, folder / "raw", folder / "typed", processes=1)


def two_nights(
    folder: Path, made: str, change: Callable[[Json], object], records: int = 30
) -> SourceReading:
    """A night of good records, and a night of as many others that are all changed.

    ``made`` is a tracker, for its work items, or one of ``OTHERS``.
    """
    make = {**MAKERS, **OTHERS}[made]
    good = [make(number) for number in range(1, records + 1)]
    others = [copy.deepcopy(make(number)) for number in range(records + 1, 2 * records + 1)]
    for other in others:
        change(other)
    first = written(folder, "a.json", in_lines(good), "2026-02-10")
    second = written(folder, "b.json", in_lines(others), "2026-02-12")
    return reading(folder, made.partition("/")[0], first, second)
