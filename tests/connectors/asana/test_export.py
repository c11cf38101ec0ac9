"""What an Asana export becomes in the landing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.asana import CONNECTOR
from connectors.contract import ExportSettings, Record, Rejected, Unreadable


def read(
    folder: Path, content: Any, name: str = "tasks.json"
) -> list[Record | Rejected | Unreadable]:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return list(CONNECTOR.read_exports(ExportSettings("ops", (path,))))


def landed(found: list[Record | Rejected | Unreadable]) -> list[tuple[str, str]]:
    return [(each.stream, each.key) for each in found if isinstance(each, Record)]


TASK = {"gid": "1", "resource_type": "task", "name": "x", "completed": False}


@pytest.mark.parametrize(
    "content",
    [[TASK], {"data": [TASK]}, TASK, {"data": TASK}, json.dumps(TASK) + "\n" + json.dumps(TASK)],
)
def test_a_list_a_page_one_object_and_lines_are_read(tmp_path: Path, content: Any) -> None:
    assert set(landed(read(tmp_path, content))) == {("tasks", "1")}


def test_sub_tasks_that_are_whole_objects_are_records_of_their_own(tmp_path: Path) -> None:
    inner = {"gid": "3", "completed": True, "created_at": "2026-03-01T00:00:00Z"}
    whole = {
        "gid": "2",
        "completed": True,
        "created_at": "2026-03-01T00:00:00Z",
        "subtasks": [inner],
    }
    reference = {"gid": "4", "name": "only named"}

    found = read(tmp_path, [{**TASK, "subtasks": [whole, reference]}])

    assert landed(found) == [("tasks", "1"), ("tasks", "2"), ("tasks", "3")]


def test_a_sub_task_that_says_little_of_itself_never_stands_for_its_own_copy(
    tmp_path: Path,
) -> None:
    at = "2026-03-01T00:00:00.000Z"
    little = {"gid": "2", "completed": False, "modified_at": at}
    much = {**little, "gid": "3", "assignee": None}

    found = read(tmp_path, [{**TASK, "modified_at": at, "subtasks": [little, much]}])

    versions = [each.version is not None for each in found if isinstance(each, Record)]
    assert versions == [True, False, True]


def test_sub_tasks_without_end_go_to_quarantine(tmp_path: Path) -> None:
    task: dict[str, Any] = {**TASK, "gid": "99"}
    for gid in range(98, 38, -1):
        task = {**TASK, "gid": str(gid), "subtasks": [task]}

    found = read(tmp_path, [task])

    assert len(landed(found)) == 51
    (rejected,) = (each for each in found if isinstance(each, Rejected))
    assert rejected.field_path == "subtasks" and b'"gid"' in rejected.payload


@pytest.mark.parametrize(
    ("content", "stream"),
    [
        ({"gid": "1", "resource_type": "project", "name": "P"}, "projects"),
        ({"gid": "1", "owner": {}, "archived": False, "completed": False}, "projects"),
        ({"gid": "1", "email": "a@example.org", "name": "A"}, "users"),
        ({"gid": "1", "resource_type": "section", "name": "Doing"}, "sections"),
        ({"gid": "1", "resource_type": "story", "target": {"gid": "2"}}, "stories"),
        ({"gid": "1", "name": "x", "assignee": None, "memberships": [{}]}, "tasks"),
        (
            {"record": {"stream": "my__asana__tags", "data": {"gid": "1", "name": "KR-1"}}},
            "tags",
        ),
        ({"action": "deleted", "resource": {"gid": "1", "resource_type": "task"}}, "events"),
    ],
)
def test_what_an_object_is_shows_in_it(tmp_path: Path, content: Any, stream: str) -> None:
    assert landed(read(tmp_path, [content], "export.json")) == [(stream, "1")]


def test_what_cannot_be_used_is_refused_by_name(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        [{"name": "no gid", "completed": False}, {"gid": "5", "resource_type": "workspace"}, TASK],
    )

    refused = [(each.field_path, each.place) for each in found if isinstance(each, Rejected)]
    assert refused == [("gid", "tasks.json:[1]"), ("resource_type", "tasks.json:[2]")]
    assert landed(found) == [("tasks", "1")]


@pytest.mark.parametrize("number", ["1e400", "9" * 5000])
@pytest.mark.parametrize("member", ["gid", "modified_at", "resource_type"])
def test_a_number_beyond_all_range_costs_its_object_alone(
    tmp_path: Path, member: str, number: str
) -> None:
    bad = f'{{"gid": "1", "completed": false, "{member}": {number}}}'
    (tmp_path / "tasks.json").write_text(f'[{bad}, {{"gid": "2", "completed": false}}]')
    found = list(CONNECTOR.read_exports(ExportSettings("ops", (tmp_path / "tasks.json",))))

    assert len(found) == 2
    assert isinstance(found[1], Record) and found[1].key == "2"
