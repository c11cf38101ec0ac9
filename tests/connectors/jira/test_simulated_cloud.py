"""The simulator of Jira Cloud tells, hides, limits and forgets as Jira Cloud does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests

from tests.simulators.jira_cloud import SECRETS, USER, JiraCloud
from tests.simulators.jira_reader import ALL, API, BOARDS, Reader, some_item, tell
from tests.simulators.jira_state import milliseconds
from tests.simulators.server import Fault
from tests.simulators.world import World


@pytest.fixture
def reader() -> Iterator[Reader]:
    """A reader of a site on the first night, while it is served."""
    site = JiraCloud(World(7, items=60))
    with site.serving(), requests.Session() as session:
        yield Reader(site, session)


def log(reader: Reader, name: str, ago: float) -> None:
    """Let an hour be logged on some issue."""
    started = reader.site.now - timedelta(hours=2)
    thing, _ = some_item(reader.site)
    tell(reader.site, "log_work", thing, ago, log=name, seconds=3600, started=started)


def test_the_feeds_of_work_logs_leave_the_last_minute_out(reader: Reader) -> None:
    since = milliseconds(reader.site.now - timedelta(seconds=120))
    log(reader, "log-7-8001", 61)
    log(reader, "log-7-8002", 59)

    early = reader.get(f"{API}/worklog/updated", since=since)
    reader.site.advance(1)
    late = reader.get(f"{API}/worklog/updated", since=since)

    assert [each["worklogId"] for each in early["values"]] == [18_001]
    assert [each["worklogId"] for each in late["values"]] == [18_001, 18_002]


def test_the_feeds_of_work_logs_are_paged_by_time(reader: Reader) -> None:
    path, since, seen = f"{API}/worklog/updated", 0, []
    reader.site.worklog_rows = 4
    while True:
        page = reader.get(path, since=since)
        seen += [each["worklogId"] for each in page["values"]]
        if page["lastPage"]:
            break
        since = page["until"]

    assert {str(each) for each in seen} == set(reader.site.truth()["worklogs"])


def test_an_edited_work_log_comes_again_and_a_deleted_one_in_the_other_feed(
    reader: Reader,
) -> None:
    log(reader, "log-7-8001", 9000)
    thing, issue_id = some_item(reader.site)
    since = milliseconds(reader.site.now - timedelta(seconds=4000))
    tell(reader.site, "edit_log", thing, 3600, log="log-7-8001", seconds=60)

    updated = reader.get(f"{API}/worklog/updated", since=since)["values"]
    body = reader.post(f"{API}/worklog/list", ids=[18_001, 999])
    tell(reader.site, "delete_log", thing, 1800, log="log-7-8001")
    deleted = reader.get(f"{API}/worklog/deleted", since=since)["values"]

    assert [each["worklogId"] for each in updated] == [18_001]
    assert [(each["issueId"], each["timeSpentSeconds"]) for each in body] == [(issue_id, 60)]
    assert [each["worklogId"] for each in deleted] == [18_001]
    assert reader.post(f"{API}/worklog/list", ids=[18_001]) == []
    assert reader.get(f"{API}/worklog/updated", since=since)["values"] == []


def test_a_hidden_work_log_is_told_of_but_not_shown(reader: Reader) -> None:
    log(reader, "log-7-8001", 100)
    _, issue_id = some_item(reader.site)
    reader.site.state.hidden_logs.add(18_001)

    told = reader.get(f"{API}/worklog/updated")["values"]

    assert told[-1]["worklogId"] == 18_001
    assert reader.post(f"{API}/worklog/list", ids=[18_001]) == []
    shown = reader.get(f"{API}/issue/{issue_id}/worklog")["worklogs"]
    assert "18001" not in [each["id"] for each in shown]
    assert "18001" not in reader.site.truth()["worklogs"]


@pytest.mark.parametrize("number", [0, 1001])
def test_work_logs_are_read_by_one_to_a_thousand_ids(reader: Reader, number: int) -> None:
    assert reader.ask(f"{API}/worklog/list", {"ids": list(range(number))}).status_code == 400


def test_a_link_is_told_at_both_its_ends(reader: Reader) -> None:
    site = reader.site
    first, *_, last = [each for each in site.state.searchable() if not each.links]
    site.state.links_touch_both_ends = False
    tell(site, "link", f"item-7-{first.id - 10_000}", other=f"item-7-{last.id - 10_000}")

    ends = [reader.get(f"{API}/issue/{each.id}")["fields"] for each in (first, last)]

    links = [each["issuelinks"][0] for each in ends]
    assert links[0]["id"] == links[1]["id"]
    assert links[0]["outwardIssue"]["key"] == last.key
    assert links[1]["inwardIssue"]["key"] == first.key
    assert ends[0]["updated"] > ends[1]["updated"]


def test_boards_are_fifty_a_page_and_some_cannot_be_read() -> None:
    site = JiraCloud(World(7, items=20, containers=60))
    site.board_refusals = {1: 403, 5: 404, 7: 422}

    with site.serving(), requests.Session() as session:
        reader = Reader(site, session)
        page = reader.get(f"{BOARDS}/board", maxResults=1000)
        path = BOARDS + "/board/{}/sprint"
        statuses = {
            board: reader.ask(path.format(board)).status_code for board in (1, 2, 5, 7, 11, 99)
        }

    assert (len(page["values"]), page["isLast"], page["total"]) == (50, False, 60)
    assert statuses == {1: 403, 2: 400, 5: 404, 7: 422, 11: 200, 99: 404}


def test_sprints_are_fifty_a_page(reader: Reader) -> None:
    reader.site.state.sprint_length = timedelta(days=1)

    first = reader.get(f"{BOARDS}/board/1/sprint", maxResults=500)
    second = reader.get(f"{BOARDS}/board/1/sprint", startAt=50)

    states = [each["state"] for each in [*first["values"], *second["values"]]]
    assert (len(first["values"]), first["isLast"], second["isLast"]) == (50, False, True)
    assert states[-2:] == ["active", "future"] and set(states[:-2]) == {"closed"}


def test_a_burst_is_refused_per_endpoint_until_time_passes(reader: Reader) -> None:
    reader.site.limits.burst = 2
    reader.site.limits.is_terse = True

    statuses = [reader.ask(f"{API}/field").status_code for _ in range(3)]
    refused, other = reader.ask(f"{API}/field"), reader.ask(f"{API}/status")
    reader.site.advance(int(refused.headers["Retry-After"]))

    assert statuses == [200, 200, 429]
    assert refused.headers["RateLimit-Reason"] == "jira-burst-based"
    assert refused.headers["X-RateLimit-Reset"] == "2026-03-07T02:00Z"
    assert other.status_code == 200 and other.headers["X-RateLimit-Remaining"] == "1"
    assert reader.ask(f"{API}/field").status_code == 200


def test_spent_points_refuse_everything_until_the_hour_ends(reader: Reader) -> None:
    reader.site.limits.points = 60
    reader.site.advance(1753)
    reader.post(f"{API}/search/jql", jql=ALL, maxResults=60)

    answers = [reader.ask(f"{API}/{each}") for each in ("field", "myself")]
    reader.site.advance(1847)

    assert [each.headers["Retry-After"] for each in answers] == ["1847", "1847"]
    assert {each.headers["RateLimit-Reason"] for each in answers} == {"jira-quota-global-based"}
    assert reader.ask(f"{API}/myself").status_code == 200


def test_the_gateway_refuses_without_saying_for_how_long(reader: Reader) -> None:
    reader.site.faults = [Fault("gateway_429")]

    refused, passed = reader.ask(f"{API}/myself"), reader.ask(f"{API}/myself")

    assert refused.status_code == 429 and "Retry-After" not in refused.headers
    assert refused.headers["X-Failure-Category"] == "FAILURE CLIENT RATE LIMITED"
    assert passed.status_code == 200


def test_a_token_ends_when_it_ends(reader: Reader) -> None:
    reader.site.expires_at = reader.site.now + timedelta(seconds=10)

    before = reader.ask(f"{API}/myself").status_code
    reader.site.advance(10)

    assert (before, reader.ask(f"{API}/myself").status_code) == (200, 401)


def test_each_kind_of_token_opens_its_own_door(reader: Reader) -> None:
    site, session = reader.site, reader.session
    cloud_id = reader.get("/_edge/tenant_info")["cloudId"]
    doors = {"site": f"{API}/myself", "gateway": f"/ex/jira/{cloud_id}{API}/myself"}
    bearer = {"Authorization": f"Bearer {SECRETS['oauth_token']}"}

    session.auth = None
    keys = {
        "classic": {"auth": (USER, SECRETS["token"])},
        "scoped": {"auth": (USER, SECRETS["scoped_token"])},
        "oauth": {"headers": bearer},
        "wrong": {"auth": (USER, "guess")},
        "none": {},
    }
    opened = {
        name: [door for door, path in doors.items() if session.get(site.address + path, **key).ok]
        for name, key in keys.items()
    }

    assert opened == {
        "classic": ["site"],
        "scoped": ["gateway"],
        "oauth": ["gateway"],
        "wrong": [],
        "none": [],
    }


def test_people_may_not_be_browsed_without_the_permission(reader: Reader) -> None:
    found = reader.get(f"{API}/users/search", maxResults=1000)
    reader.site.can_browse_users = False

    assert len(found) == 9
    assert reader.ask(f"{API}/users/search").status_code == 403


def test_a_history_may_be_empty_for_one_issue(reader: Reader) -> None:
    issue = next(each for each in reader.site.state.searchable() if each.entries)
    details = {"issue": str(issue.id)}
    reader.site.faults = [Fault("empty_history", details=details)]

    alone = reader.get(f"{API}/issue/{issue.id}/changelog")["values"]
    inside = reader.get(f"{API}/issue/{issue.id}", expand="changelog")["changelog"]["histories"]

    assert alone == [] and len(inside) == len(issue.entries)
