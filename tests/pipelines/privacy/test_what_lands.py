"""What of people and of their talk lands at all, measured with simulators of every tracker."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from connectors.contract import Record
from connectors.sparing import Sparing
from tests.drills.nights import Nights, Stage, staged, write_home
from tests.drills.secrets import contents
from tests.drills.trackers import TRACKERS
from tests.figures import IS_DRILL, Figure
from tests.pipelines.privacy.asked_fields import ASKED_FIELDS, UNASKED
from tests.pipelines.privacy.whole_nights import found, let_in, recorded, run_night, today
from tests.simulators.asana import Asana
from tests.simulators.trello import Trello
from tests.simulators.world import PICTURES, WORD_ON_A_LOG, WORD_ON_AN_ITEM

SIZE = 200 if IS_DRILL else 12


@dataclass(frozen=True)
class Collected:
    """What was asked and answered in the nights of a home, which its data folder is left with."""

    nights: Nights
    answers: dict[str, list[bytes]]

    @property
    def data(self) -> Path:
        """Everything that was written."""
        return self.nights.home / "data"


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collected]:
    """A home with the privacy that it has by default, after it has published."""
    with staged(seed=7, items=SIZE) as stage, pytest.MonkeyPatch.context() as environment:
        let_in(environment)
        answers = {name: recorded(each) for name, each in stage.simulators.items()}
        home = write_home(tmp_path_factory.mktemp("spared") / "home", stage)
        settings = (home / "throughline.yml").read_text()
        assert ", people: named" in settings
        (home / "throughline.yml").write_text(settings.replace(", people: named", ""))
        members = ", ".join(f"{{person: {mail}}}" for mail in _emails(stage))
        (home / "teams.yml").write_text(f"teams: [{{id: platform, members: [{members}]}}]\n")
        run_night(home, today(stage))
        for number in range(1, 2 if IS_DRILL else 1):
            stage.night(number)
            run_night(home, today(stage))
        manifest = json.loads((home / "data/published/current/manifest.json").read_text())
        assert {source["state"] for source in manifest["sources"]} == {"fresh"}
        yield Collected(Nights(home, stage), answers)


@pytest.mark.requirement("P01", "0 names and pictures in landing, database, exports and logs")
def test_no_name_and_no_picture_of_a_person_is_written(
    collected: Collected, figure: Figure
) -> None:
    stage = collected.nights.stage
    people = {
        person.replace("-", " ").title()
        for tracker in stage.simulators.values()
        for person in tracker.world.people
    }
    trello = stage.simulators["trello"]
    assert isinstance(trello, Trello)
    pictures = {PICTURES, *(each["avatarHash"] for each in trello.story.members.values())}
    served = {name: b"\n".join(each) for name, each in collected.answers.items()}

    found = {
        (name, text)
        for name, content in contents(collected.data)
        for text in people | pictures
        if re.search(rf"{re.escape(text)}(?!\d)".encode(), content)
    }

    assert all(any(name.encode() in each for name in people) for each in served.values())
    told = {name for name, each in served.items() if PICTURES.encode() in each}
    assert served.keys() - told == {"asana"}, "it shows what is asked for, and no picture is"
    assert found == set()
    figure.reached(f"0 of {len(people)} names and {len(pictures)} pictures in the data folder")


@pytest.mark.requirement("P01", "0 e-mails in what is published, in logs and in Dagster's records")
def test_no_email_leaves_the_landing(collected: Collected, figure: Figure) -> None:
    emails = _emails(collected.nights.stage)

    stores: dict[str, set[str]] = {}
    for name, told in found(collected.data, emails).items():
        stores.setdefault(name.split("/")[0], set()).update(told)

    assert stores.keys() <= {"raw", "warehouse", "inputs"}
    assert stores["inputs"] == set(emails), "what the user wrote"
    assert len(stores["raw"]) >= len(emails) / 4, "accounts are known by them"
    figure.reached(f"0 of {len(emails)} beside the landing and the copies of what the user wrote")


@pytest.mark.requirement("P01", "the fields asked for are the fields of the page, both ways")
@pytest.mark.parametrize("name", TRACKERS)
def test_what_is_asked_for_is_what_the_page_says(
    name: str, collected: Collected, figure: Figure
) -> None:
    tracker, simulator = TRACKERS[name], collected.nights.stage.simulators[name]
    listed = {each for each in tracker.connector.asked if " " not in each}
    if tracker.kind == "asana":
        listed = {each.partition(".")[2] for each in listed}

    asked = ASKED_FIELDS[tracker.kind](simulator.requests)

    whole = {each.removesuffix("all") for each in listed if each.endswith(".all")}
    asked_alone = {each for each in asked if not each.startswith(tuple(whole) or "customfield_")}
    listed_alone = {each for each in listed if not each.endswith(".all")}
    assert asked_alone - listed_alone == set()
    assert listed_alone - asked_alone <= UNASKED[tracker.kind]
    assert {each for each in whole if not any(field.startswith(each) for field in asked)} == set()
    figure.reached(f"{name}: {len(asked)} asked, all listed; 0 of {len(listed)} listed in vain")


@pytest.mark.requirement("P07", "bodies of comments and work logs: 0 in the data folder")
def test_what_people_say_does_not_land(collected: Collected, figure: Figure) -> None:
    """Descriptions do land, and when a comment was made: links rest on the ones (SPEC 5, tier 6),
    activity on the others (SPEC 3)."""
    words = {"jira_cloud": {WORD_ON_AN_ITEM, WORD_ON_A_LOG}, "trello": {WORD_ON_AN_ITEM}}
    words |= {"jira_data_center": words["jira_cloud"], "asana": set()}
    said = {WORD_ON_AN_ITEM, WORD_ON_A_LOG}
    bodies = [
        path
        for record in _landed(collected.nights)
        for path in _paths(record)
        if path.endswith((".comments.body", ".worklogs.comment", ".data.text"))
    ]

    for name, told in words.items():
        served = b"\n".join(collected.answers[name])
        assert {word for word in said if word.encode() in served} == told, name
    stories = [each for task in _tasks(collected) for each in task.stories]
    assert any(each["text"] == WORD_ON_AN_ITEM for each in stories), "Asana has it, unasked"
    assert bodies == []
    assert found(collected.data, said) == {}
    paths = {path for record in _landed(collected.nights) for path in _paths(record)}
    assert any(path.endswith(".comments.author.accountId") for path in paths)
    assert any(path.endswith(".timeSpentSeconds") for path in paths), "logs themselves are there"
    figure.reached(f"0 bodies in {len(list(_landed(collected.nights)))} records and all files")


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


def _tasks(collected: Collected) -> Iterable[Any]:
    simulator = collected.nights.stage.simulators["asana"]
    assert isinstance(simulator, Asana)
    return simulator.state.tasks.values()


def _emails(stage: Stage) -> list[str]:
    everybody = [each for tracker in stage.simulators.values() for each in tracker.world.people]
    return [f"{person}@example.org" for person in everybody]


def _paths(value: Any, at: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _paths(each, f"{at}.{name}")
    elif isinstance(value, list):
        for each in value:
            yield from _paths(each, at)
    else:
        yield at
