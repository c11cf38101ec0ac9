"""What of people and of their talk lands at all, measured with simulators of every tracker."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from connectors.contract import Record
from connectors.sparing import Sparing
from tests.drills.nights import Nights, staged, write_home
from tests.drills.secrets import contents
from tests.drills.trackers import TRACKERS
from tests.figures import IS_DRILL, Figure

SIZE = 200 if IS_DRILL else 12


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    """A home with the privacy that it has by default, after its first fetch."""
    with staged(seed=7, items=SIZE) as stage, pytest.MonkeyPatch.context() as environment:
        for tracker in TRACKERS.values():
            for name, value in tracker.environment().items():
                environment.setenv(name, value)
        home = write_home(tmp_path_factory.mktemp("spared") / "home", stage)
        settings = (home / "throughline.yml").read_text()
        assert ", people: named" in settings
        (home / "throughline.yml").write_text(settings.replace(", people: named", ""))
        made = Nights(home, stage)
        found = made.fetch()
        assert {report.state for report in found.values()} == {"fresh"}
        yield made


@pytest.mark.requirement("P01", "0 names and pictures in the landing, typed tables and logs")
def test_no_name_of_a_person_lands(nights: Nights, figure: Figure) -> None:
    people = {
        name
        for tracker in nights.stage.simulators.values()
        for person in tracker.world.people
        for name in [person.replace("-", " ").title()]
    }

    found = {
        (name, person)
        for name, text in contents(nights.home / "data")
        for person in people
        if re.search(rf"{person}(?!\d)".encode(), text)
    }

    assert people
    assert found == set()
    figure.reached(f"0 of {len(people)} names in the data folder")


@pytest.mark.requirement("P07", "bodies of comments and work logs: 0 in the landing")
def test_what_people_say_does_not_land(nights: Nights, figure: Figure) -> None:
    bodies = [
        path
        for record in _landed(nights)
        for path in _paths(record)
        if path.endswith((".comments.body", ".worklogs.comment", ".data.text"))
    ]

    assert bodies == []
    assert any(path.endswith(".comments.author.accountId") for path in _all_paths(nights))
    figure.reached(f"0 bodies in {len(list(_landed(nights)))} records")


PICTURED = {
    "accountId": "5f1c",
    "displayName": "Ana Silva",
    "emailAddress": "ana@example.org",
    "avatarUrls": {"48x48": "https://pictures.example.net/ana"},
    "timeZone": "Europe/Lisbon",
    "accountType": "atlassian",
}
CHANGE = {"field": "assignee", "from": "5f1c", "fromString": "Ana Silva", "toString": None}
RECORDS = {
    "issues": {
        "fields": {
            "assignee": PICTURED,
            "comment": {"comments": [{"id": "1", "body": "she is ill", "author": PICTURED}]},
            "worklog": {"worklogs": [{"id": "2", "comment": "at the doctor", "started": "x"}]},
            "description": "Serves KR-1.2",
        },
        "changelog": {"histories": [{"items": [CHANGE, {"field": "status", "toString": "Done"}]}]},
    },
    "actions": {"type": "commentCard", "data": {"text": "she is ill", "card": {"id": "9"}}},
    "tasks": {"gid": "1", "name": "Set-up", "assignee": {"gid": "2", "name": "Ana Silva"}},
    "members": {"id": "5f", "username": "ana", "fullName": "Ana Silva", "avatarHash": "ab12"},
}


@pytest.mark.parametrize(
    ("keeps_names", "gone", "kept"),
    [
        (
            False,
            ["Ana Silva", "she is ill", "at the doctor", "pictures", "ab12"],
            ["5f1c", "ana@example.org", "Europe/Lisbon", "Serves KR-1.2", "Done", "Set-up"],
        ),
        (
            True,
            ["she is ill", "at the doctor", "pictures", "ab12"],
            ["Ana Silva", "5f1c", "ana@example.org", "Serves KR-1.2", "Done", "Set-up"],
        ),
    ],
)
def test_only_what_is_needed_passes_the_border(
    keeps_names: bool, gone: list[str], kept: list[str]
) -> None:
    sparing = Sparing(keeps_names=keeps_names)

    passed = [
        sparing.record(Record(stream, "1", json.dumps(payload).encode())).payload
        for stream, payload in RECORDS.items()
    ]

    text = b"\n".join(passed).decode()
    assert [each for each in gone if each in text] == []
    assert [each for each in kept if each not in text] == []


def test_what_tells_of_nobody_lands_byte_for_byte() -> None:
    payload = b'{"id": "1", "fields":  {"summary": "1.10", "points": 1.10}}'

    assert Sparing(keeps_names=False).record(Record("issues", "1", payload)).payload == payload


def _landed(nights: Nights) -> Iterator[Any]:
    for tracker in TRACKERS.values():
        landing = nights.landing(tracker)
        for page in landing.pages():
            for record in landing.records(page):
                yield json.loads(record.payload)


def _all_paths(nights: Nights) -> set[str]:
    return {path for record in _landed(nights) for path in _paths(record)}


def _paths(value: Any, at: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _paths(each, f"{at}.{name}")
    elif isinstance(value, list):
        for each in value:
            yield from _paths(each, at)
    else:
        yield at
