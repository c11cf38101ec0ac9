"""What a walk makes of all that goes wrong in Jira's answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import Gone, Refused, ResponseError, TokenExpired
from connectors.http import Answer
from connectors.jira import history
from connectors.jira.client import Site
from connectors.jira.cloud import Cloud
from connectors.jira.reader import JiraReader
from connectors.live import Slice
from tests.connectors.jira.night import (
    Nights,
    client,
    cloud,
    data_center,
    reading,
    settings,
    steps,
)
from tests.connectors.jira.test_live_nights import NOTHING, happens, holes, issues_differing
from tests.simulators.server import FOR_EVER, Fault


def walked(reader: JiraReader, slice: Slice) -> dict[str, Any]:
    records = [record for step in steps(reader, slice) for record in step.records]
    return {record.key: json.loads(record.payload) for record in records}


def test_a_walk_that_ends_early_is_found_out_and_read_in_halves(
    tmp_path: Path,
) -> None:
    with cloud().serving() as site:
        site.full_rows = 5
        second_page = r'search/jql.*project = \W*10001\b.*"nextPageToken"'
        site.faults.append(Fault("early_end", second_page, times=1))
        nights = Nights(site, tmp_path)
        nights.run()

        assert site.faults[0].seen > 1, "the rest of the walk was asked for"
        assert holes(nights) == NOTHING


def test_a_run_goes_on_behind_empty_pages(tmp_path: Path) -> None:
    with cloud(items=60).serving() as site:
        site.full_rows = 10
        site.faults.append(Fault("empty_page", r'search/jql.*"nextPageToken"', times=3))
        nights = Nights(site, tmp_path)

        report = nights.run()

        assert site.empty_pages == 3
        assert report.state == "fresh", report.reason
        assert holes(nights) == NOTHING


def test_halves_make_up_the_whole() -> None:
    with reading() as (_, reader, slice):
        whole = set(walked(reader, slice))
        halves = [set(walked(reader, half)) for half in reader.halves(slice)]

        assert len(halves) == 2
        assert halves[0] | halves[1] == whole and not halves[0] & halves[1]
        assert all(halves)


def test_a_minute_cannot_be_halved() -> None:
    with reading() as (_, reader, slice):
        for _ in range(40):
            found = reader.halves(slice)
            if not found:
                break
            slice = found[0]

        assert found == []


def test_a_census_that_ends_early_tells_of_it() -> None:
    with reading() as (site, reader, _):
        site.faults.append(Fault("early_end", r"search/jql", times=FOR_EVER))
        site.faults.append(Fault("shrink", r"search/jql", times=FOR_EVER, details={"rows": 20}))
        scope = next(each for each in reader.scopes() if each.id == "10001")

        with pytest.raises(ResponseError, match="Nothing is taken for deleted"):
            list(reader.census(scope) or ())


class _EmptyThenFull:
    """Answers a search with an empty page and a token, then with an issue."""

    def post(self, path: str, body: Any, **more: Any) -> Answer:
        if path == history.PATH:
            return Answer(200, {}, b"{}")
        if "nextPageToken" not in body:
            return Answer(200, {}, b'{"issues": [], "isLast": false, "nextPageToken": "b"}')
        return Answer(200, {}, b'{"issues": [{"id": "1", "fields": {}}], "isLast": true}')


def test_an_empty_page_with_a_token_does_not_end_a_walk() -> None:
    asked: Any = _EmptyThenFull()
    jira = Cloud(Site(asked, "https://x.test", True, "", "ana", "UTC"))

    first = jira.issues("project = 1", ["updated"], None)
    second = jira.issues("project = 1", ["updated"], first.token)

    assert (first.issues, first.token) == ([], "b")
    assert (len(second.issues), second.token) == (1, None)


def test_a_search_that_goes_on_without_a_token_is_a_fault() -> None:
    class Asked:
        def post(self, path: str, body: Any, **more: Any) -> Answer:
            return Answer(200, {}, b'{"issues": [], "isLast": false}')

    asked: Any = Asked()
    jira = Cloud(Site(asked, "https://x.test", True, "", "ana", "UTC"))

    with pytest.raises(ResponseError, match="gives no token"):
        jira.issues("project = 1", ["updated"], None)


@pytest.mark.parametrize("fault", ["duplicates", "shrink"])
def test_rows_that_come_twice_or_pages_that_shrink_lose_nothing(fault: str, tmp_path: Path) -> None:
    with cloud(items=40).serving() as site:
        site.full_rows = 7
        site.faults.append(Fault(fault, "search/jql", after=1, times=5, details={"rows": 3}))
        nights = Nights(site, tmp_path)
        nights.run()

        assert issues_differing(nights) == []


def test_an_expired_page_token_is_told_apart_from_other_refusals() -> None:
    with reading() as (site, reader, slice):
        site.full_rows = 10
        token = reader.step(slice, None).token
        site.advance(8 * 24 * 3600)
        with pytest.raises(TokenExpired):
            reader.step(slice, token)

        with pytest.raises(ResponseError, match=r"400.*project") as refused:
            site.state.projects["C1"].is_hidden = True
            reader.step(slice, None)

    assert not isinstance(refused.value, TokenExpired)


def test_a_token_refused_midway_keeps_the_pages_before_it() -> None:
    with reading() as (site, reader, slice):
        site.full_rows = 10
        first = reader.step(slice, None)
        site.expires_at = site.now
        with pytest.raises(Refused) as refused:
            reader.step(slice, first.token)
        site.expires_at = None
        rest = [record.key for step in steps(reader, slice, first.token) for record in step.records]

        assert refused.value.status == 401
        assert sorted({*(each.key for each in first.records), *rest}) == sorted(
            walked(reader, slice)
        )


def test_the_search_that_was_removed_is_told_and_not_taken_for_empty() -> None:
    with cloud().serving() as site:
        asking = client(settings(site))

        with pytest.raises(Gone):
            asking.get("/rest/api/3/search", {"jql": "project = 10001"})


def test_an_issue_that_is_deleted_while_it_is_read_is_noted_and_left_out() -> None:
    with reading() as (site, reader, slice):
        gone = next(
            each
            for each in site.state.searchable()
            if each.project.id == 10001 and not each.children and len(each.entries) > 1
        )
        answer = site.respond

        def respond(request):
            if request.path.endswith("/changelog/bulkfetch") and gone.id in site.state.issues:
                happens(site, "delete", str(gone.id))
            return answer(request)

        site.respond = respond
        step = reader.step(slice, None)

    assert str(gone.id) not in {record.key for record in step.records}
    assert step.notes == (f"{gone.id} was deleted while it was read",)


def test_a_history_that_comes_empty_is_asked_for_in_another_way() -> None:
    with reading() as (site, reader, slice):
        silent = next(
            each for each in site.state.searchable() if each.project.id == 10001 and each.entries
        )
        site.faults.append(
            Fault("empty_history", details={"issue": str(silent.id)}, times=FOR_EVER)
        )
        found = walked(reader, slice)[str(silent.id)]["changelog"]

    ids = [each["id"] for each in found["histories"]]
    assert ids == [str(each.id) for each in sorted(silent.entries, key=lambda each: each.at)]


class _SamePage:
    """Answers every request for histories with the same page and token."""

    def post(self, path: str, body: Any, *, kind: str) -> Any:
        return Answer(200, {}, b'{"issueChangeLogs": [], "nextPageToken": "again"}')


def test_a_page_of_histories_that_comes_twice_ends_the_slice() -> None:
    with pytest.raises(ResponseError, match="twice"):
        history.histories(_SamePage(), ["10001"])  # type: ignore[arg-type]


def test_hidden_work_logs_do_not_hold_up_the_feed(tmp_path: Path) -> None:
    with cloud().serving() as site:
        site.worklog_rows = 5
        site.state.hidden_logs |= set(list(site.state.worklogs)[::2])
        nights = Nights(site, tmp_path)
        nights.run()
        seen, hidden = set(nights.newest("worklogs")), set(map(str, site.state.hidden_logs))
        notes = nights.notes()
        site.night(1)
        nights.run()

        assert seen and hidden and not seen & hidden
        assert any("may not be seen" in note for note in notes)
        assert holes(nights) == NOTHING


def test_work_logs_of_the_last_minute_are_read_the_night_after(tmp_path: Path) -> None:
    with cloud().serving() as site:
        nights = Nights(site, tmp_path)
        nights.run()
        issue = str(next(site.state.searchable()).id)
        site.advance(24 * 3600)
        happens(site, "log_work", issue, log="log-7-900", seconds=60, started=site.now)
        nights.run()
        missed = "10900" not in nights.newest("worklogs")
        site.advance(24 * 3600)
        nights.run()

        assert missed
        assert nights.newest("worklogs")["10900"]["timeSpentSeconds"] == 60


def test_a_data_center_whose_pages_move_while_they_are_read_loses_nothing() -> None:
    with reading(data_center) as (site, reader, slice):
        site.ceiling = 5
        gone = [each for each in site.state.searchable() if each.project.id == 10001][:4]
        found: dict[str, Any] = {}
        for number, step in enumerate(steps(reader, slice)):
            found |= {record.key: json.loads(record.payload) for record in step.records}
            if number in (1, 3):
                for each in gone[number - 1 : number + 1]:
                    site.state.projects["C1"], before = each.project, site.state.projects["C1"]
                    happens(site, "move_container", str(each.id), container="C2")
                    site.state.projects["C1"] = before
        here = {str(each.id) for each in site.state.searchable() if each.project.id == 10001}

    assert here <= set(found)
