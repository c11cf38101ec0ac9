"""What landed Asana records become as typed rows."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest

from connectors.asana import CONNECTOR
from connectors.contract import LandedRecord, RecordError

STREAMS = {stream.name: stream for stream in CONNECTOR.streams}
AT = "2026-03-01T09:00:00.000Z"


def rows(payload: dict[str, Any], stream: str = "tasks", timezone: str = "UTC"):
    text = json.dumps({"gid": "1", **payload}).encode()
    record = LandedRecord("ops", stream, "1", "d", text, None, datetime(2026, 3, 1), timezone)
    found: dict[str, list[dict[str, Any]]] = {}
    tables = {table.name: table for table in STREAMS[stream].tables}
    for name, row in STREAMS[stream].rows(record):
        columns = [column.name for column in tables[name].columns]
        found.setdefault(name, []).append(dict(zip(columns, row, strict=True)))
    return found


def story(kind: str, **more: Any) -> dict[str, Any]:
    return {"gid": "9", "resource_subtype": kind, "created_at": AT, **more}


def test_custom_fields_of_every_type_become_text_one_row_per_value() -> None:
    fields = [
        {"gid": "1", "name": "A", "enum_value": {"name": "KR-1"}, "display_value": "KR-1"},
        {"gid": "2", "name": "B", "multi_enum_values": [{"name": "x"}, {"name": "y"}]},
        {"gid": "3", "name": "C", "number_value": 5, "display_value": None},
        {"gid": "4", "name": "D", "text_value": "G-1"},
        {"gid": "5", "name": "E", "date_value": {"date": "2026-03-01"}},
        {"gid": "6", "name": "F", "people_value": [{"gid": "u", "name": "Ana"}]},
        {"gid": "7", "name": "G", "enum_value": None, "display_value": None},
    ]

    found = rows({"custom_fields": fields})["task_fields"]

    assert [each["text"] for each in found] == ["KR-1", "x", "y", "5", "G-1", "2026-03-01", "Ana"]


@pytest.mark.parametrize(
    ("payload", "minutes"),
    [
        ({"estimated_time_minutes": 90}, 90),
        ({"custom_fields": [{"gid": "1", "name": "Estimated time", "number_value": 60}]}, 60),
        ({"custom_fields": [{"gid": "1", "name": "Effort", "number_value": 60}]}, None),
        ({"actual_time_minutes": 30}, None),
    ],
)
def test_the_estimate_is_asanas_own(payload: dict[str, Any], minutes: float | None) -> None:
    assert rows(payload)["tasks"][0]["estimated_minutes"] == minutes


def test_empty_memberships_leave_the_projects() -> None:
    found = rows({"memberships": [{}], "projects": [{"gid": "p"}]})["memberships"]

    assert [(each["project_id"], each["section_id"]) for each in found] == [("p", None)]


def test_an_empty_list_of_stories_is_a_history_and_none_is_not() -> None:
    assert rows({"stories": []})["tasks"][0]["has_stories"] is True
    assert rows({})["tasks"][0]["has_stories"] is False
    assert rows({"comments": [story("comment_added")]})["tasks"][0]["has_stories"] is False


def test_a_section_moved_to_lies_in_the_project_that_other_stories_tell() -> None:
    def moved(old: str, new: str) -> dict[str, Any]:
        return story("section_changed", old_section={"gid": old}, new_section={"gid": new})

    task = {
        "memberships": [
            {"project": {"gid": "p"}, "section": {"gid": "s3"}},
            {"project": {"gid": "q"}, "section": {"gid": "s9"}},
        ],
        "stories": [moved("s1", "s2"), moved("s2", "s3")],
    }

    found = rows(task)["stories"]

    assert [each["project_id"] for each in found] == ["p", "p"]


@pytest.mark.parametrize(
    ("told", "kind", "field"),
    [
        (story("marked_complete"), "changed", "completed"),
        (story("assigned", assignee={"gid": "u"}), "changed", "assignee"),
        (story("enum_custom_field_changed", custom_field={"gid": "f"}), "changed", "customField:f"),
        (story("something_new"), "changed", "something_new"),
        (story("comment_added"), "commented", "comment"),
        ({"created_at": AT, "type": "comment"}, "commented", "comment"),
        (story("due_today"), "none", "due_today"),
        (story("dependency_marked_complete"), "none", "dependency_marked_complete"),
        (story("task_deleted"), "deleted", "deleted"),
    ],
)
def test_a_story_says_by_its_subtype_what_happened(
    told: dict[str, Any], kind: str, field: str
) -> None:
    found = rows({"stories": [told]})["stories"][0]

    assert (found["kind"], found["field"]) == (kind, field)


def test_a_story_without_a_gid_keeps_one_id_over_all_copies() -> None:
    told = {"resource_subtype": "assigned", "created_at": AT}

    first = rows({"stories": [told]})["stories"][0]["story_id"]
    later = rows({"stories": [story("marked_complete"), told]})["stories"][1]["story_id"]

    assert first == later


def test_time_without_an_offset_is_in_the_sources_zone() -> None:
    task = rows({"created_at": "2026-03-01T09:00:00"}, timezone="Europe/Berlin")["tasks"][0]

    assert task["created_at"] == datetime(2026, 3, 1, 8)


def test_a_time_entry_counts_on_its_day() -> None:
    entry = {"gid": "e", "duration_minutes": 45, "entered_on": "2026-03-02"}

    assert rows({"time_tracking_entries": [entry]})["time_entries"][0]["entered_on"] == date(
        2026, 3, 2
    )


@pytest.mark.parametrize(
    ("payload", "field_path"),
    [
        ({"completed": "yes"}, "completed"),
        ({"created_at": "yesterday"}, "created_at"),
        ({"stories": [{"resource_subtype": "assigned"}]}, "stories[0].created_at"),
        ({"custom_fields": [{"number_value": "many"}]}, "custom_fields[0].number_value"),
    ],
)
def test_a_task_that_cannot_be_typed_names_the_field(
    payload: dict[str, Any], field_path: str
) -> None:
    with pytest.raises(RecordError) as fault:
        rows(payload)

    assert fault.value.field_path.replace("[...]", "[0]") == field_path


def test_a_list_of_time_entries_is_one_be_it_empty() -> None:
    assert rows({"time_tracking_entries": []})["tasks"][0]["has_time_entries"] is True
    assert rows({})["tasks"][0]["has_time_entries"] is False


def test_a_goal_tells_what_supports_it() -> None:
    support = [{"supporting_resource": {"gid": "t", "resource_type": "task"}}, {}]

    found = rows({"name": "G-1", "goal_relationships": support}, "goals")

    assert found["goals"] == [{"goal_name": "G-1"}]
    assert found["goal_support"] == [{"supporting_id": "t", "supporting_type": "task"}]


def test_a_custom_field_tells_its_name() -> None:
    assert rows({"name": "Size", "type": "number"}, "custom_fields") == {
        "custom_fields": [{"field_name": "Size", "field_type": "number"}]
    }


def test_what_became_of_a_task_is_told_with_its_time() -> None:
    told = {"id": "1", "outcome": "access_lost", "at": "2026-03-01T09:00:00", "evidence": ""}

    assert rows(told, "absences")["absences"] == [
        {"outcome": "access_lost", "happened_at": datetime(2026, 3, 1, 9), "evidence": None}
    ]


def test_only_deletions_of_tasks_are_read_from_the_events_feed() -> None:
    event = {"action": "deleted", "resource": {"resource_type": "task"}, "created_at": AT}

    assert rows(event, "events")["deletions"][0]["is_deleted"] is True
    assert rows({**event, "resource": {"resource_type": "story"}}, "events") == {}
    assert rows({**event, "action": "changed"}, "events") == {}
