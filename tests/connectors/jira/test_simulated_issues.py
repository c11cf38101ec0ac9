"""The simulator of Jira Cloud keeps, moves, hides and deletes issues as Jira Cloud does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests

from tests.simulators import jira_happenings
from tests.simulators.jira_catalogue import STORY_POINTS
from tests.simulators.jira_cloud import JiraCloud, settled
from tests.simulators.jira_data_center import JiraDataCenter
from tests.simulators.jira_reader import ALL, API, Reader, some_item, tell
from tests.simulators.jira_site import JiraSite
from tests.simulators.jira_state import milliseconds
from tests.simulators.world import World


@pytest.fixture
def reader() -> Iterator[Reader]:
    """A reader of a site on the first night, while it is served."""
    site = JiraCloud(World(7, items=60))
    with site.serving(), requests.Session() as session:
        yield Reader(site, session)


def test_a_history_is_cut_over_pages_in_the_order_of_time(reader: Reader) -> None:
    ids = sorted(reader.ids(ALL))
    reader.site.history_rows = 7
    entries, token = [], {}
    while True:
        page = reader.post(f"{API}/changelog/bulkfetch", issueIdsOrKeys=ids, **token)
        for issue in page["issueChangeLogs"]:
            entries += [(issue["issueId"], each) for each in issue["changeHistories"]]
        if "nextPageToken" not in page:
            break
        token = {"nextPageToken": page["nextPageToken"]}

    expected = {
        issue_id: [each["id"] for each in issue["changelog"]["histories"]]
        for issue_id, issue in reader.site.truth()["issues"].items()
    }
    assert all(isinstance(each["created"], int) for _, each in entries)
    assert {
        issue_id: [each["id"] for owner, each in entries if owner == issue_id] for issue_id in ids
    } == expected


def test_a_history_may_be_of_ten_fields_at_most(reader: Reader) -> None:
    ids = sorted(reader.ids(ALL))
    path = f"{API}/changelog/bulkfetch"

    page = reader.post(path, issueIdsOrKeys=ids, fieldIds=["status"])
    refused = [
        reader.ask(path, {"issueIdsOrKeys": names, "fieldIds": fields}).status_code
        for names, fields in ((ids, []), (ids, [str(each) for each in range(11)]), ([], ["status"]))
    ]

    items = [
        item["fieldId"]
        for issue in page["issueChangeLogs"]
        for entry in issue["changeHistories"]
        for item in entry["items"]
    ]
    assert set(items) == {"status"}
    assert refused == [400, 400, 400]


def test_a_moved_issue_keeps_its_id_and_answers_to_its_former_key(reader: Reader) -> None:
    thing, issue_id = some_item(reader.site)
    former = reader.get(f"{API}/issue/{issue_id}")["key"]
    other = "C2" if former.startswith("C1-") else "C1"

    tell(reader.site, "move_container", thing, container=other)
    found = reader.get(f"{API}/issue/{former.lower()}", expand="changelog")
    bulk = reader.post(f"{API}/issue/bulkfetch", issueIdsOrKeys=[former, "NONE-1"])

    items = {each["field"]: each for each in found["changelog"]["histories"][0]["items"]}
    assert found["id"] == issue_id and found["key"].startswith(f"{other}-")
    assert items["Key"]["fromString"] == former and items["Key"]["toString"] == found["key"]
    assert {"Key", "project"} <= set(items)
    assert [each["id"] for each in bulk["issues"]] == [issue_id]


def test_a_project_with_another_key_is_the_same_project(reader: Reader) -> None:
    before = reader.ids("project = C1")

    jira_happenings.rename_project_key(reader.site.state, "C1", "NEW")
    roster = reader.get(f"{API}/project/search", expand="projectKeys")["values"]

    assert {each["id"]: each.get("projectKeys") for each in roster}["10001"] == ["NEW", "C1"]
    assert reader.ids("project = NEW") == reader.ids("project = C1") == before
    assert reader.get(f"{API}/issue/C1-1")["key"] == "NEW-1"


def test_a_deleted_issue_and_one_out_of_sight_look_the_same(reader: Reader) -> None:
    site = reader.site
    thing, issue_id = some_item(site)
    hidden = next(each for each in site.state.searchable() if each.project.key == "C2")
    tell(site, "delete", thing)
    tell(site, "hide_container", "C2")

    answers = [reader.ask(f"{API}/issue/{each}") for each in (issue_id, hidden.id)]

    assert [each.status_code for each in answers] == [404, 404]
    assert answers[0].json() == answers[1].json()
    assert "C2" not in [each["key"] for each in reader.get(f"{API}/project/search")["values"]]
    assert reader.ask(f"{API}/search/jql", {"jql": "project = 10002"}).status_code == 400
    assert not {issue_id, str(hidden.id)} & reader.ids(ALL)
    assert site.absent()[issue_id] == "deleted"
    assert site.absent()[str(hidden.id)] == "access_lost"


def test_a_project_in_the_trash_and_an_archived_one_are_listed_by_status(reader: Reader) -> None:
    tell(reader.site, "remove_container", "C2")
    reader.site.state.projects["C3"].status = "archived"

    listed = {
        status: [
            each["key"] for each in reader.get(f"{API}/project/search", status=status)["values"]
        ]
        for status in ("live", "archived", "deleted")
    }

    assert listed == {"live": ["C1", "C4"], "archived": ["C3"], "deleted": ["C2"]}


def test_an_archived_issue_is_found_by_its_id_alone(reader: Reader) -> None:
    thing, issue_id = some_item(reader.site)
    tell(reader.site, "archive", thing)

    found = reader.post(f"{API}/issue/bulkfetch", issueIdsOrKeys=[issue_id], fields=["*all"])

    assert issue_id not in reader.ids(ALL)
    assert found["issues"][0]["fields"]["archiveddate"]
    assert reader.site.absent()[issue_id] == "archived"


def test_a_renamed_field_keeps_its_id(reader: Reader) -> None:
    tell(reader.site, "rename_field", "size", name="Size 9")
    reader.site.state.story_points_twice = True

    names = {each["id"]: each["name"] for each in reader.get(f"{API}/field")}

    assert names[STORY_POINTS] == "Size 9"
    assert list(names.values()).count("Story Points") == 1


def test_levels_are_epics_work_and_sub_tasks(reader: Reader) -> None:
    issues = {each.id: each for each in reader.site.state.searchable()}
    told = reader.site.truth()["issues"]

    levels = {
        (
            told[str(each.id)]["fields"]["issuetype"]["hierarchyLevel"],
            told[str(each.parent.id)]["fields"]["issuetype"]["hierarchyLevel"],
        )
        for each in issues.values()
        if each.parent and each.parent.id in issues
    }

    assert levels == {(0, 1), (-1, 0)}


def test_a_project_tells_when_it_last_changed(reader: Reader) -> None:
    thing, _ = some_item(reader.site)
    tell(reader.site, "comment", thing, ago=5, text="A word")
    key = next(
        each.project.key
        for each in reader.site.state.searchable()
        if each.updated == reader.site.now - timedelta(seconds=5)
    )

    roster = reader.get(f"{API}/project/search", expand="insight")["values"]

    told = {each["key"]: each["insight"] for each in roster}
    assert told[key]["lastIssueUpdateTime"] == "2026-03-07T01:59:55.000+0000"
    assert sum(each["totalIssueCount"] for each in told.values()) == len(reader.ids(ALL))


@pytest.mark.parametrize("kind", [JiraCloud, JiraDataCenter])
def test_whatever_changes_of_an_issue_is_found_by_its_update(kind: type[JiraSite]) -> None:
    site = kind(World(6, items=60))
    landed = {name: settled(each) for name, each in site.truth()["issues"].items()}

    for night in range(1, 10):
        since = milliseconds(site.now)
        site.night(night)
        for name, each in site.truth()["issues"].items():
            if site.state.issues[int(name)].touches[-1] >= since:
                landed[name] = settled(each)

    truth = {name: settled(each) for name, each in site.truth()["issues"].items()}
    assert {name: landed[name] for name in truth} == truth
    assert set(landed) - set(truth) <= set(site.absent())


def test_coming_back_from_the_archive_may_go_unsaid(reader: Reader) -> None:
    thing, issue_id = some_item(reader.site)
    tell(reader.site, "archive", thing, ago=10)
    reader.site.state.unarchiving_touches = False

    tell(reader.site, "unarchive", thing)

    assert issue_id in reader.ids(ALL)
    assert reader.ids(f"updated >= {milliseconds(reader.site.now)}") == set()
