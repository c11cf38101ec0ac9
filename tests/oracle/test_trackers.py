"""Statuses and spans of Trello and Asana, worked out by hand from SPEC section 3."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.oracle.categories import by_name
from tests.oracle.small import ask, days_by


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("✅ Done!", "done"),
        ("Done 2026", "done"),
        ("Done-ish", None),
        ("Won't do", "dropped"),
        ("in-progress", "in_progress"),
        ("Not started", None),
        ("QA", "in_progress"),
    ],
)
def test_only_whole_names_map(name: str, expected: str | None) -> None:
    assert by_name(name) == expected


def clock(text: str) -> str:
    """``03-02 09:00`` as Trello and Asana write it."""
    return f"2026-{text.replace(' ', 'T')}:00.000Z"


def board(*actions: tuple[str, str, dict[str, Any]], **card: Any) -> dict[str, Any]:
    """A board of one card, made on 2 March at 8:00."""
    born = int(datetime(2026, 3, 2, 8, tzinfo=UTC).timestamp())
    native = f"{born:08x}0000000000000001"
    shown = {
        "id": native,
        "name": "card",
        "idList": "doing",
        "idMembers": ["ana"],
        "closed": False,
        "dueComplete": False,
        "dateLastActivity": clock("03-09 08:00"),
        **card,
    }
    made = [
        {
            "id": str(number),
            "type": kind,
            "date": clock(when),
            "idMemberCreator": "ana",
            "data": {"card": {"id": native, **data.pop("card", {})}, **data},
        }
        for number, (when, kind, data) in enumerate(actions)
    ]
    lists = [("todo", "Ideas"), ("doing", "Doing"), ("done", "Done")]
    return {
        "id": "b1",
        "name": "Board",
        "shortLink": "sb1",
        "dateLastActivity": clock("03-09 08:00"),
        "lists": [{"id": key, "name": name, "closed": False} for key, name in lists],
        "cards": [shown],
        "members": [{"id": "ana"}],
        "actions": made,
    }


def test_a_card_without_its_creation_starts_with_the_oldest_action(tmp_path: Path) -> None:
    move = {"old": {"idList": "todo"}, "card": {"idList": "doing"}}
    found = ask(
        tmp_path,
        as_of=date(2026, 3, 7),
        board=board(("03-03 09:00", "commentCard", {}), ("03-04 09:00", "updateCard", move)),
    )

    spans = next(iter(found.lives.values())).spans
    assert [category for _, _, category in spans] == ["todo", "in_progress"]
    assert days_by(found, "basis") == {"unobserved": 2.0, "status": 3.0}


def test_before_the_oldest_action_nobody_knows_where_a_card_was(tmp_path: Path) -> None:
    for day, tiers in ((5, []), (6, [7])):
        (tmp_path / str(day)).mkdir()
        found = ask(
            tmp_path / str(day),
            as_of=date(2026, 3, day),
            board=board(("03-05 09:00", "commentCard", {})),
            linking={"containers": {"t:list:doing": "INI-1"}},
        )

        assert [row["tier"] for row in found.tables["fct_link"]] == tiers


def test_an_archived_card_in_a_working_list_is_dropped(tmp_path: Path) -> None:
    archive = {"old": {"closed": False}, "card": {"closed": True}}
    found = ask(
        tmp_path,
        as_of=date(2026, 3, 7),
        board=board(
            ("03-02 08:00", "createCard", {}), ("03-04 09:00", "updateCard", archive), closed=True
        ),
    )

    spans = next(iter(found.lives.values())).spans
    assert [category for _, _, category in spans] == ["in_progress", "dropped"]
    # created in progress on Monday: active Monday to Wednesday morning
    assert days_by(found, "basis") == {"status": 3.0, "unobserved": 2.0}


def test_a_new_place_in_the_list_wakes_nothing(tmp_path: Path) -> None:
    found = ask(
        tmp_path,
        effort={"idle_days": 1},
        board=board(
            ("03-02 08:00", "createCard", {}),
            ("03-05 09:00", "updateCard", {"old": {"pos": 1}, "card": {"pos": 2}}),
        ),
    )

    # Monday 8:00 to Tuesday 8:00
    assert days_by(found, "basis") == {"status": 2.0, "unobserved": 8.0}


def task(gid: str, section: str | None, *stories: tuple[str, str, dict[str, Any]], **more: Any):
    """A task made on 2 March at 8:00, assigned to ana."""
    place = {"project": {"gid": "p", "name": "P"}, "section": {"gid": section, "name": section}}
    return {
        "gid": gid,
        "name": "task",
        "created_at": clock("03-02 08:00"),
        "modified_at": clock("03-09 08:00"),
        "completed": False,
        "assignee": {"gid": "ana"},
        "memberships": [place] if section else [],
        "stories": [
            {
                "gid": f"{gid}{number}",
                "resource_subtype": kind,
                "created_at": clock(when),
                "created_by": {"gid": "ana"},
                **story,
            }
            for number, (when, kind, story) in enumerate(stories)
        ],
        **more,
    }


def test_a_sub_task_without_a_section_moves_with_its_parent(tmp_path: Path) -> None:
    move = {
        "old_section": {"gid": "Ideas", "name": "Ideas"},
        "new_section": {"gid": "Doing", "name": "Doing"},
    }
    parent = task("1", "Doing", ("03-04 09:00", "section_changed", move))
    child = task("2", None, parent={"gid": "1"})

    found = ask(tmp_path, as_of=date(2026, 3, 6), tasks=[parent, child])

    # the parent is not active beside its child
    assert days_by(found, "work_item_id", "basis") == {
        ("(none)", "unobserved"): 2.0,
        ("a:2", "status"): 2.0,
    }


def test_completed_wins_over_sections(tmp_path: Path) -> None:
    one = task("1", "Doing", ("03-04 09:00", "marked_complete", {}), completed=True)

    found = ask(tmp_path, as_of=date(2026, 3, 6), tasks=[one])

    assert [category for _, _, category in found.lives["a:1"].spans] == ["in_progress", "done"]


def test_the_highest_section_counts_in_progress_first(tmp_path: Path) -> None:
    one = task("1", "Done")
    other = {"project": {"gid": "q", "name": "Q"}, "section": {"gid": "w", "name": "WIP"}}
    one["memberships"].append(other)

    found = ask(tmp_path, as_of=date(2026, 3, 6), tasks=[one])

    assert [category for _, _, category in found.lives["a:1"].spans] == ["in_progress"]
