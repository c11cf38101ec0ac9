"""The simulator of Jira Data Center pages, limits and writes as Data Center does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.simulators.jira_catalogue import EPIC, EPIC_LINK, SPRINT, SUB_TASK
from tests.simulators.jira_data_center import LOGIN, SECRETS, JiraDataCenter
from tests.simulators.jira_reader import tell
from tests.simulators.world import World

API = "/rest/api/2"


@pytest.fixture
def site() -> Iterator[JiraDataCenter]:
    """A site on the first night, while it is served."""
    site = JiraDataCenter(World(7, items=60))
    with site.serving():
        yield site


@pytest.fixture
def session() -> Iterator[requests.Session]:
    """A session with the personal access token."""
    with requests.Session() as found:
        found.headers["Authorization"] = f"Bearer {SECRETS['token']}"
        yield found


def search(site: JiraDataCenter, session: requests.Session, **body: Any) -> requests.Response:
    return session.post(f"{site.address}{API}/search", json=body)


def test_a_page_has_what_the_admin_allows_and_says_so(
    site: JiraDataCenter, session: requests.Session
) -> None:
    site.ceiling = 20

    page = search(site, session, jql="ORDER BY created", maxResults=500, startAt=5).json()

    total = len(list(site.state.searchable()))
    assert (page["maxResults"], page["startAt"], page["total"]) == (20, 5, total)
    assert len(page["issues"]) == 20


def test_offsets_reach_as_far_as_the_window(
    site: JiraDataCenter, session: requests.Session
) -> None:
    site.window = 30

    within = search(site, session, jql="", startAt=20, maxResults=10)
    beyond = search(site, session, jql="", startAt=21, maxResults=10)

    assert (within.status_code, beyond.status_code) == (200, 400)
    assert "max_result_window" in beyond.json()["errorMessages"][0]


def test_an_issue_is_told_with_its_whole_history_and_plain_text(
    site: JiraDataCenter, session: requests.Session
) -> None:
    page = search(site, session, jql="", fields=["*all"], expand=["changelog"], maxResults=1000)

    found = {each["id"]: each for each in page.json()["issues"]}
    assert found == site.truth()["issues"]
    assert {type(each["fields"]["description"]) for each in found.values()} == {str}
    assert not any(
        "fieldId" in item
        for each in found.values()
        for entry in each["changelog"]["histories"]
        for item in entry["items"]
    )


def test_people_go_by_name_and_key(site: JiraDataCenter, session: requests.Session) -> None:
    me = session.get(f"{site.address}{API}/myself").json()
    issues = site.truth()["issues"].values()
    assigned = [
        item["to"]
        for each in issues
        for entry in each["changelog"]["histories"]
        for item in entry["items"]
        if item["field"] == "assignee" and item["to"]
    ]

    assert me["name"] == LOGIN and "accountId" not in me
    assert {each[:8] for each in assigned} == {"JIRAUSER"}
    assert not any("accountId" in each["fields"]["creator"] for each in issues)


def test_epics_are_told_in_the_old_field_and_sprints_in_words(site: JiraDataCenter) -> None:
    issues = site.truth()["issues"]
    told = {issue.id: issues[str(issue.id)]["fields"] for issue in site.state.searchable()}
    of_epics = [
        told[issue.id]
        for issue in site.state.searchable()
        if issue.parent and issue.parent.kind is EPIC
    ]
    of_sub_tasks = [told[issue.id] for issue in site.state.searchable() if issue.kind is SUB_TASK]
    sprints = [each for fields in told.values() for each in fields[SPRINT] or ()]

    assert of_epics and all(each[EPIC_LINK] and "parent" not in each for each in of_epics)
    assert of_sub_tasks and all(each["parent"] for each in of_sub_tasks)
    assert sprints and all(each.startswith("com.atlassian.greenhopper") for each in sprints)


def test_a_limit_may_be_told_or_not(site: JiraDataCenter, session: requests.Session) -> None:
    address = f"{site.address}{API}/field"
    site.limits.burst = 1

    silent = [session.get(address) for _ in range(2)]
    site.advance(1)
    site.limits.tells = True
    told = [session.get(address) for _ in range(2)]

    assert [each.status_code for each in (*silent, *told)] == [200, 429, 200, 429]
    assert "Retry-After" not in silent[1].headers
    assert told[1].headers["Retry-After"] == "1"
    assert told[1].headers["X-RateLimit-FillRate"] == "1"


def test_a_token_or_a_password_opens_it_and_nothing_else(site: JiraDataCenter) -> None:
    address = f"{site.address}{API}/myself"
    with requests.Session() as session:
        answers = [
            session.get(address, auth=(LOGIN, SECRETS["password"])),
            session.get(address, headers={"Authorization": f"Bearer {SECRETS['password']}"}),
            session.get(address),
            session.get(f"{site.address}{API}/serverInfo"),
        ]

    assert [each.status_code for each in answers] == [200, 401, 401, 200]
    assert answers[3].json()["deploymentType"] == "Server"


def test_projects_are_a_plain_list_and_deleted_ones_are_gone(
    site: JiraDataCenter, session: requests.Session
) -> None:
    lost = next(each.id for each in site.state.searchable() if each.project.key == "C2")
    tell(site, "remove_container", "C2")
    site.state.projects["C3"].status = "archived"

    live = session.get(f"{site.address}{API}/project").json()
    with_archived = session.get(f"{site.address}{API}/project?includeArchived=true").json()

    assert [each["key"] for each in live] == ["C1", "C4"]
    assert [each["key"] for each in with_archived] == ["C1", "C3", "C4"]
    assert site.absent()[str(lost)] == "deleted"


def test_an_unknown_field_of_a_body_is_refused(
    site: JiraDataCenter, session: requests.Session
) -> None:
    assert search(site, session, jql="", nextPageToken="x").status_code == 400
