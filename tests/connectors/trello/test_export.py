"""What a Trello export becomes in the landing."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from connectors.contract import ExportSettings, Record, Rejected, Unreadable
from connectors.trello import CONNECTOR

BOARD = "b" * 24


def read(path: Path) -> list[Record | Rejected | Unreadable]:
    return list(CONNECTOR.read_exports(ExportSettings("mkt", (path,))))


def board(**parts: Any) -> dict[str, Any]:
    return {"id": BOARD, "name": "Board", "lists": [], "cards": [], **parts}


def written(folder: Path, content: Any, name: str = "board.json") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


def test_each_object_of_a_board_is_a_record_with_its_exact_bytes(tmp_path: Path) -> None:
    text = '{"id": "b", "name": "B", "lists": [ {"id": "l",  "name":"X"} ], "cards": [{"id":"c"}]}'

    found = [each for each in read(written(tmp_path, text)) if isinstance(each, Record)]

    assert [(each.stream, each.key, each.scope) for each in found] == [
        ("boards", "b", "b"),
        ("lists", "l", "b"),
        ("cards", "c", "b"),
    ]
    assert found[1].payload == b'{"id": "l",  "name":"X"}'
    assert b"cards" not in found[0].payload


def test_a_record_is_never_older_than_its_export(tmp_path: Path) -> None:
    content = board(
        dateLastActivity="2026-03-01T00:00:00.000Z",
        lists=[{"id": "l", "name": "Doing"}],
        cards=[
            {"id": "c1", "dateLastActivity": "2026-02-01T00:00:00.000Z"},
            {"id": "c2", "dateLastActivity": "2026-04-09T00:00:00.000Z"},
        ],
        actions=[{"id": "a", "date": "2026-03-05T00:00:00.000Z"}],
    )

    versions = {each.key: each.version for each in read(written(tmp_path, content))}  # type: ignore[union-attr]

    assert versions["l"] == versions["c1"] == datetime(2026, 3, 5)
    assert versions["c2"] == datetime(2026, 4, 9)


def test_a_record_without_an_id_is_refused_and_the_others_count(tmp_path: Path) -> None:
    content = board(cards=[{"name": "no id"}, 5, {"id": "c"}], actions={"not": "a list"})

    found = read(written(tmp_path, content))

    refused = [(each.stream, each.field_path) for each in found if isinstance(each, Rejected)]
    assert refused == [("cards", "id"), ("cards", ""), ("actions", "actions")]
    assert [each.key for each in found if isinstance(each, Record)] == [BOARD, "c"]


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cut.json.gz"
    path.write_bytes(gzip.compress(json.dumps(board()).encode())[:-20])

    found = read(path)

    assert [each.file for each in found if isinstance(each, Unreadable)] == ["cut.json.gz"]


def test_objects_of_the_interface_are_told_by_their_members(tmp_path: Path) -> None:
    objects = [
        {"id": "c", "idList": "l", "idBoard": "b", "name": "Card"},
        {"id": "l", "idBoard": "b", "name": "Doing", "closed": False},
        {"id": "x", "idBoard": "b", "name": "", "color": "red"},
        {"id": "m", "username": "ana"},
        {"id": "k", "idCard": "c", "checkItems": []},
        {"id": "f", "idModel": "b", "name": "Points"},
        {"id": "a", "type": "createCard", "date": "2026-03-01T00:00:00Z", "data": {}},
        {"id": "b", "shortLink": "s", "name": "Board"},
        {"what": "ever"},
    ]
    lines = "\n".join(json.dumps(each) for each in objects)

    found = read(written(tmp_path, lines, "all.jsonl"))

    assert [each.stream for each in found if isinstance(each, Record)] == [
        "cards",
        "lists",
        "labels",
        "members",
        "checklists",
        "custom_fields",
        "actions",
        "boards",
    ]
    assert [each.place for each in found if isinstance(each, Rejected)] == ["all.jsonl:9"]


def test_a_number_beyond_all_range_costs_its_object_alone(tmp_path: Path) -> None:
    path = tmp_path / "board.json"
    cards = '[{"id": 1e400}, {"id": "c1"}]'
    path.write_text(f'{{"id": "b1", "dateLastActivity": 1e400, "lists": [], "cards": {cards}}}')
    found = read(path)

    assert [each.key for each in found if isinstance(each, Record)] == ["c1"]
    assert [each.stream for each in found if isinstance(each, Rejected)] == ["boards", "cards"]
