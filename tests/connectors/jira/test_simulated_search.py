"""The simulator of Jira Cloud searches, lags and goes wrong in its walks as Jira Cloud does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from tests.simulators.jira_cloud import JiraCloud
from tests.simulators.jira_reader import ALL, API, Reader, some_item, tell
from tests.simulators.jira_state import milliseconds
from tests.simulators.server import Fault
from tests.simulators.world import World

NEW = {"description": "D", "status": "To Do"}


@pytest.fixture
def reader() -> Iterator[Reader]:
    """A reader of a site on the first night, while it is served."""
    site = JiraCloud(World(7, items=60))
    with site.serving(), requests.Session() as session:
        yield Reader(site, session)


def test_a_page_with_full_fields_has_100_rows_however_many_were_asked(reader: Reader) -> None:
    reader.site.full_rows = 20

    assert [len(each) for each in reader.search(ALL, fields=["*all"], maxResults=500)][:2] == [
        20,
        20,
    ]
    assert len(reader.search(ALL, fields=["id", "key"], maxResults=5000)) == 1


def test_without_fields_a_search_tells_ids_alone(reader: Reader) -> None:
    found = reader.post(f"{API}/search/jql", jql=ALL)["issues"]

    assert len(found) == 50
    assert all(set(each) == {"id"} for each in found)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"jql": ALL, "startAt": 0}, "Unrecognized"),
        ({"jql": "order by key desc"}, "Unbounded"),
        ({"jql": "project = GONE"}, "does not exist"),
        ({"jql": "colour = red"}, "does not exist"),
        ({"jql": 'updated >= "yesterday"'}, "invalid"),
        ({"jql": ALL, "nextPageToken": "nonsense"}, "invalid"),
        ({"jql": ALL, "reconcileIssues": list(range(51))}, "50"),
    ],
)
def test_a_bad_search_is_refused(reader: Reader, body: dict[str, Any], word: str) -> None:
    answer = reader.ask(f"{API}/search/jql", body)

    assert answer.status_code == 400
    assert word in answer.json()["errorMessages"][0]


def test_the_old_search_is_gone(reader: Reader) -> None:
    assert reader.ask(f"{API}/search", jql=ALL).status_code == 410


def test_a_page_token_expires_after_seven_days_and_belongs_to_its_query(reader: Reader) -> None:
    token = reader.post(f"{API}/search/jql", jql=ALL, maxResults=5)["nextPageToken"]
    body = {"jql": ALL, "nextPageToken": token}

    reader.site.advance(7 * 86_400)
    in_time = reader.ask(f"{API}/search/jql", body)
    reader.site.advance(1)
    too_late = reader.ask(f"{API}/search/jql", body)
    other = reader.ask(f"{API}/search/jql", {**body, "jql": "created >= 1"})

    assert [each.status_code for each in (in_time, too_late, other)] == [200, 400, 400]


@pytest.mark.parametrize("zone", ["Etc/UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_quoted_date_is_read_in_the_accounts_time_zone(reader: Reader, zone: str) -> None:
    reader.site.time_zone = zone
    bound = sorted(each.touches[-1] for each in reader.site.state.searchable())[30]
    exact = reader.ids(f"updated >= {bound}")
    minute = "2026-02-01 12:00"
    hours = {"Etc/UTC": 0, "Pacific/Kiritimati": 14, "Pacific/Pago_Pago": -11}[zone]
    noon = 1_769_947_200_000 - hours * 3_600_000

    assert len(exact) == len(list(reader.site.state.searchable())) - 30
    assert reader.ids(f'updated >= "{minute}"') == reader.ids(f"updated >= {noon}")
    assert reader.get(f"{API}/myself")["timeZone"] == zone


def test_the_index_lags_and_reconciles_what_it_is_asked_to(reader: Reader) -> None:
    site = reader.site
    thing, issue_id = some_item(site)
    before = milliseconds(site.now - timedelta(seconds=250))
    site.index_lag = 300
    tell(site, "retitle", thing, ago=200, title="New")
    tell(site, "create", "item-7-9999", 100, container="C1", parent=None, title="T", **NEW)
    query = f"updated >= {before}"

    lagging = reader.ids(query)
    reconciled = reader.search(query, reconcileIssues=[int(issue_id)])
    site.advance(201)

    assert lagging == set()
    assert reconciled == [[issue_id]]
    assert reader.ids(query) == {issue_id, "19999"}


def test_an_issue_that_changes_while_it_is_walked_comes_again_and_none_is_lost(
    reader: Reader,
) -> None:
    body = {"jql": ALL, "maxResults": 10}
    first = reader.post(f"{API}/search/jql", **body)
    moved = first["issues"][3]["id"]
    expected = reader.ids(ALL)

    tell(reader.site, "retitle", f"item-7-{int(moved) - 10_000}", title="Moved on")
    seen = [each["id"] for each in first["issues"]]
    token = first["nextPageToken"]
    while token:
        page = reader.post(f"{API}/search/jql", **body, nextPageToken=token)
        seen += [each["id"] for each in page["issues"]]
        token = page.get("nextPageToken")

    assert seen.count(moved) == 2
    assert set(seen) == expected


@pytest.mark.parametrize(
    ("kind", "details", "check"),
    [
        ("early_end", {}, lambda pages, all_of: len(pages) == 2),
        ("repeated_token", {}, lambda pages, all_of: pages[1] == pages[2]),
        ("repeated_token", {"rows": "different"}, lambda pages, all_of: pages[1] != pages[2]),
        ("empty_page", {}, lambda pages, all_of: pages[1] == [] and sum(map(len, pages)) == all_of),
        ("shrink", {}, lambda pages, all_of: len(pages[1]) == 5 and sum(map(len, pages)) == all_of),
        ("duplicates", {}, lambda pages, all_of: pages[1][0] == pages[0][-1]),
        ("lost_rows", {"rows": 3}, lambda pages, all_of: sum(map(len, pages)) == all_of - 3),
    ],
)
def test_a_walk_goes_wrong_as_it_is_told(
    reader: Reader, kind: str, details: dict[str, Any], check: Any
) -> None:
    expected = len(reader.ids(ALL))
    reader.site.faults = [Fault(kind, "search/jql", after=1, details=details)]
    if kind == "repeated_token":
        reader.site.faults[0].after = 0

    assert check(reader.search(ALL, maxResults=10), expected)


def test_a_count_may_be_wrong(reader: Reader) -> None:
    reader.site.faults = [Fault("miscount", details={"by": -7})]

    counts = [reader.post(f"{API}/search/approximate-count", jql=ALL)["count"] for _ in range(2)]

    assert counts[1] - counts[0] == 7
