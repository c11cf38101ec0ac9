"""What landed Trello records become as typed rows."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from connectors.contract import LandedRecord, RecordError
from connectors.trello import CONNECTOR

STREAMS = {stream.name: stream for stream in CONNECTOR.streams}
AT = "2026-03-01T09:00:00.000Z"


def rows(stream: str, payload: dict[str, Any], key: str = "5ca3d99a0378a65090e676ca"):
    record = LandedRecord(
        "mkt", stream, key, "d", json.dumps(payload).encode(), None, datetime(2026, 3, 1)
    )
    found: dict[str, list[dict[str, Any]]] = {}
    tables = {table.name: table for table in STREAMS[stream].tables}
    for name, row in STREAMS[stream].rows(record):
        columns = [column.name for column in tables[name].columns]
        found.setdefault(name, []).append(dict(zip(columns, row, strict=True)))
    return found


def events(kind: str, **data: Any) -> list[tuple[Any, ...]]:
    action = {"type": kind, "date": AT, "idMemberCreator": "m", "data": {"card": {"id": "c"}}}
    action["data"] = {"card": {"id": "c", **data.pop("card", {})}, **data}
    found = rows("actions", action).get("card_events", [])
    return [(e["kind"], e["field"], e["old_value"], e["new_value"]) for e in found]


def test_a_card_is_created_when_its_id_says() -> None:
    card = rows("cards", {"name": "x", "idBoard": "b", "idList": "l"})["cards"][0]

    assert card["created_at"] == datetime(2019, 4, 2, 21, 52, 26)


def test_an_id_that_is_not_trellos_tells_no_time() -> None:
    card = rows("cards", {"name": "x", "idList": "l"}, key="imported-7")["cards"][0]

    assert card["created_at"] is None


def test_custom_fields_of_all_five_types_become_text() -> None:
    items = [
        {"idCustomField": "f1", "value": {"text": "KR-1"}},
        {"idCustomField": "f2", "value": {"number": "3.5"}},
        {"idCustomField": "f3", "value": {"checked": "true"}},
        {"idCustomField": "f4", "value": {"date": AT}},
        {"idCustomField": "f5", "idValue": "o1", "value": None},
    ]

    found = rows("cards", {"name": "x", "idList": "l", "customFieldItems": items})["card_fields"]

    assert [each["text"] for each in found] == ["KR-1", "3.5", "true", AT, None]
    assert found[4]["option_id"] == "o1"


@pytest.mark.parametrize(
    ("payload", "field_path"),
    [
        ({"name": 5, "idList": "l"}, "name"),
        ({"name": "x", "idList": "l", "labels": [{"name": 1}]}, "labels[0].name"),
        ({"name": "x", "idList": "l", "due": "soon"}, "due"),
    ],
)
def test_a_card_that_cannot_be_typed_names_the_field(
    payload: dict[str, Any], field_path: str
) -> None:
    with pytest.raises(RecordError) as fault:
        rows("cards", payload)

    assert fault.value.field_path == field_path


def test_order_in_a_list_is_no_change() -> None:
    assert events("updateCard", old={"pos": 1}, card={"pos": 2}) == []


def test_a_move_tells_both_lists() -> None:
    moved = events(
        "updateCard", old={"idList": "l1"}, listBefore={"id": "l1"}, listAfter={"id": "l2"}
    )

    assert moved == [("changed", "idList", "l1", "l2")]


def test_an_echo_of_unchanged_members_is_no_change() -> None:
    assert events("updateCard", old={"idMembers": ["m1"]}, card={"idMembers": ["m1"]}) == []
    assert events("updateCard", old={"idMembers": ["m1"]}, card={"idMembers": ["m2"]}) == [
        ("changed", "idMembers", "m1", None),
        ("changed", "idMembers", None, "m2"),
    ]


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        ("createCard", {"list": {"id": "l"}}, ("created", "idList", None, "l")),
        ("copyCard", {"list": {"id": "l"}}, ("created", "idList", None, "l")),
        ("emailCard", {}, ("created", "idList", None, None)),
        ("addMemberToCard", {"idMember": "m1"}, ("changed", "idMembers", None, "m1")),
        ("removeMemberFromCard", {"idMember": "m1"}, ("changed", "idMembers", "m1", None)),
        ("commentCard", {"text": "hello"}, ("commented", "comment", None, None)),
        ("deleteCard", {}, ("deleted", "deleted", None, None)),
        ("addLabelToCard", {"label": {"id": "x"}}, ("changed", "idLabels", None, "x")),
        ("updateCheckItemStateOnCard", {}, ("changed", "checklists", None, None)),
        ("addAttachmentToCard", {}, ("changed", "attachments", None, None)),
        (
            "updateCustomFieldItem",
            {"customField": {"id": "f"}},
            ("changed", "customField:f", None, None),
        ),
    ],
)
def test_an_action_says_what_happened_to_its_card(
    kind: str, data: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    assert events(kind, **data) == [expected]


def test_archiving_a_list_is_told_apart_from_naming_it() -> None:
    action = {
        "type": "updateList",
        "date": AT,
        "idMemberCreator": "m",
        "data": {"list": {"id": "l", "name": "Doing", "closed": True}, "old": {"closed": False}},
    }

    found = rows("actions", action)

    assert [(e["list_id"], e["is_closed"]) for e in found["list_events"]] == [("l", True)]
    assert "card_events" not in found
