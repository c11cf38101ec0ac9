"""The demo home is valid, always the same, and as untidy as real ones are."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from pipelines import demo as demo_files
from pipelines.demo import AS_OF, CASES, write_case_home, write_demo_home
from pipelines.demo.people import staff
from pipelines.demo.world import simulate
from pipelines.home.home import check_home


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """One demo home for all tests of this file."""
    folder = tmp_path_factory.mktemp("demo")
    write_demo_home(folder)
    return folder


@pytest.fixture(scope="module")
def issues(home) -> list[dict]:
    """The Jira issues of the demo."""
    pages = sorted((home / "exports" / "eng").glob("search-*.json"))
    return [issue for page in pages for issue in json.loads(page.read_text("utf-8"))["issues"]]


@pytest.fixture(scope="module")
def tasks(home) -> list[dict]:
    """The Asana tasks of the demo."""
    files = sorted((home / "exports" / "ops").glob("*.json"))
    return [task for file in files for task in json.loads(file.read_text("utf-8"))["data"]]


@pytest.fixture(scope="module")
def boards(home) -> list[dict]:
    """The Trello boards of the demo."""
    files = sorted((home / "exports" / "town").glob("*.json"))
    return [json.loads(file.read_text("utf-8")) for file in files]


def digest(folder: Path) -> str:
    """One hash over the names and bytes of all files."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    whole = sha256()
    for path in files:
        whole.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()


def test_writing_it_twice_gives_the_same_bytes(home, tmp_path):
    write_demo_home(tmp_path)

    assert digest(tmp_path) == digest(home)


def test_its_files_have_no_error_and_the_few_warnings_it_means_to_have(home):
    problems = check_home(home)

    assert not [problem for problem in problems if problem.severity == "error"]
    assert 1 <= len(problems) <= 10


def test_sixty_people_work_in_eight_teams():
    people = [person for person in simulate().people if person.is_declared and not person.is_bot]

    assert len(people) == 60
    assert len({person.email for person in people}) == 60
    assert len({person.team.id for person in people}) == 8
    assert {person.team.direction for person in people} == {"strategy", "teams", "purpose"}


def test_there_are_three_to_six_thousand_work_items(issues, tasks, boards):
    cards = [card for board in boards for card in board["cards"]]

    assert 3_000 <= len(issues) + len(tasks) + len(cards) <= 6_000
    assert min(len(issues), len(tasks), len(cards)) > 300


def test_ids_are_unique_within_each_tracker(issues, tasks, boards):
    for ids in (
        [issue["id"] for issue in issues],
        [issue["key"] for issue in issues],
        [task["gid"] for task in tasks],
        [story["gid"] for task in tasks for story in task["stories"]],
        [card["id"] for board in boards for card in board["cards"]],
        [action["id"] for board in boards for action in board["actions"]],
    ):
        assert len(ids) == len(set(ids))


def test_a_board_tells_no_more_actions_than_trello_exports(boards):
    assert all(len(board["actions"]) <= 1_000 for board in boards)


def test_nothing_happens_on_or_after_the_day_it_looks_back_from(issues, tasks, boards):
    told = [
        *(entry["created"] for issue in issues for entry in issue["changelog"]["histories"]),
        *(issue["fields"]["updated"] for issue in issues),
        *(story["created_at"] for task in tasks for story in task["stories"]),
        *(action["date"] for board in boards for action in board["actions"]),
    ]

    assert max(told)[:10] < AS_OF
    assert date.fromisoformat(max(told)[:10]) >= date(2026, 6, 29)


def test_it_has_the_dirt_of_real_trackers(issues, tasks, boards):
    changes = [
        change
        for issue in issues
        for entry in issue["changelog"]["histories"]
        for change in entry["items"]
    ]

    reopened = [c for c in changes if c["field"] == "status" and c["fromString"] == "Done"]
    assert len(reopened) > 20
    assert any(issue["fields"]["issuetype"]["subtask"] for issue in issues)
    assert any(issue["fields"]["issuelinks"] for issue in issues)
    assert any(issue["fields"]["worklog"]["worklogs"] for issue in issues)
    assert sum("KR-9." in issue["fields"]["summary"] for issue in issues) > 2
    assert sum("backlog-review" in issue["fields"]["labels"] for issue in issues) >= 20
    assert any(task["parent"] for task in tasks)
    assert any(action["type"] == "commentCard" for board in boards for action in board["actions"])


def test_everybody_is_made_up(home):
    for path in home.rglob("*"):
        if path.is_file():
            text = path.read_text("utf-8")
            assert text.count("@") == text.count("@example.org")


def test_the_staff_is_drawn_from_the_chance_that_is_given():
    from random import Random

    assert staff(Random(1)) == staff(Random(1))


@pytest.mark.parametrize("case", CASES)
def test_the_home_of_each_case_can_be_used(case, tmp_path):
    write_case_home(case, tmp_path)

    assert not [each for each in check_home(tmp_path) if each.severity == "error"]
    assert (tmp_path / "throughline.yml").read_text("utf-8").startswith("# ")


def test_every_case_that_has_a_folder_is_told_by_the_command():
    folders = (Path(demo_files.__file__).parent / "cases").iterdir()

    assert {folder.name for folder in folders} == set(CASES)
