"""Whole runs that lose sight of something, or are stopped midway."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors.errors import AccessError
from connectors.extraction import WALKS
from connectors.jira.reader import JiraReader
from tests.connectors.jira.night import (
    Nights,
    client,
    cloud,
    comparable,
    data_center,
    reading,
    settings,
)
from tests.connectors.jira.test_live_nights import NOTHING, happens, holes
from tests.simulators import jira_cloud
from tests.simulators.server import FOR_EVER, Fault

CANARIES = [*jira_cloud.SECRETS.values(), jira_cloud.USER]


def everything(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in (".sqlite",)
    }


@pytest.mark.parametrize("kind", [cloud, data_center])
def test_a_quiet_night_lands_nothing_and_searches_no_project(kind, tmp_path: Path) -> None:
    with kind().serving() as site:
        nights = Nights(site, tmp_path)
        nights.run()
        site.advance(24 * 3600)
        before = len(site.requests)
        report = nights.run()
        asked = [each.path for each in site.requests[before:]]

    assert report.landed == {}
    assert not any("search/jql" in path for path in asked)
    assert len(asked) <= 12


def test_an_idle_project_is_read_after_a_week_all_the_same(tmp_path: Path) -> None:
    with cloud().serving() as site:
        nights = Nights(site, tmp_path)
        nights.run()
        site.advance(8 * 24 * 3600)
        report = nights.run()

    assert set(nights.states().values()) == {"complete"}
    assert report.landed == {}


def test_a_site_that_lost_a_project_holds_until_somebody_confirms(tmp_path: Path) -> None:
    with cloud().serving() as site:
        nights = Nights(site, tmp_path)
        nights.run()
        site.state.projects["C2"].is_hidden = True
        site.advance(24 * 3600)
        held = nights.run()
        before = nights.outcomes()
        site.advance(24 * 3600)
        nights.run(confirm_removals=True)
        confirmed = nights.outcomes()
        site.state.projects["C2"].is_hidden = False
        site.advance(24 * 3600)
        nights.run()

    assert held.state == "partial" and before == {}
    assert confirmed == {"scope:10002": "unobserved"}
    assert nights.outcomes() == {}


@pytest.mark.parametrize("status", ["archived", "deleted"])
def test_a_project_that_is_put_away_is_told_by_its_own_word(status: str, tmp_path: Path) -> None:
    with cloud().serving() as site:
        nights = Nights(site, tmp_path)
        nights.run()
        site.state.projects["C2"].status = status
        site.advance(24 * 3600)
        nights.run(confirm_removals=True)

    expected = {"archived": "archived", "deleted": "trashed"}[status]
    assert nights.outcomes() == {"scope:10002": expected}


def test_a_project_in_the_trash_of_which_nothing_is_known_is_no_hole(tmp_path: Path) -> None:
    with cloud().serving() as site:
        site.state.projects["C2"].status = "deleted"
        nights = Nights(site, tmp_path)
        first = nights.run()
        site.advance(24 * 3600)
        second = nights.run()

    assert (first.state, second.state, second.coverage) == ("fresh", "fresh", 100.0)
    assert nights.states()["10002"] == "absent"
    [told] = [each.reason for each in second.scopes if each.id == "10002"]
    assert told == "The project is in the trash."


def test_many_deletions_at_once_wait_for_a_word(tmp_path: Path) -> None:
    with cloud().serving() as site:
        nights = Nights(site, tmp_path)
        nights.run()
        leaves = [each for each in site.state.searchable() if not each.children]
        gone = [str(each.id) for each in leaves if each.project.id == 10001][:8]
        site.advance(24 * 3600)
        for each in gone:
            happens(site, "delete", each)
        nights.run()
        held, state = nights.outcomes(), nights.states()["10001"]
        site.advance(24 * 3600)
        nights.run(confirm_removals=True)

    assert held == {} and state == "held"
    assert nights.outcomes() == dict.fromkeys(gone, "deleted")


def test_a_token_revoked_midway_keeps_what_was_read(tmp_path: Path) -> None:
    with cloud().serving() as site:
        site.full_rows = 10
        nights = Nights(site, tmp_path)
        answered = 6
        died = Fault(
            "status", "search/jql", after=answered, times=FOR_EVER, details={"status": 401}
        )
        site.faults.append(died)
        stopped = nights.run(workers=1)
        searched = sum("search/jql" in each.path for each in site.requests)
        site.faults.clear()
        before = len(site.requests)
        resumed = nights.run(workers=1)
        again = sum("search/jql" in each.path for each in site.requests[before:])

        assert stopped.state == "failed" and resumed.state == "fresh"
        assert 1 <= searched - answered <= WALKS  # each walk that was under way may ask once more
        assert holes(nights) == NOTHING
    whole = Nights(site, tmp_path / "whole")
    with site.serving():
        before = len(site.requests)
        whole.run(workers=1)
        all_of_it = sum("search/jql" in each.path for each in site.requests[before:])
    assert answered + again == all_of_it


def test_a_run_that_is_stopped_again_and_again_lands_what_an_unbroken_one_does(
    tmp_path: Path,
) -> None:
    def landed(name: str, limits: list[int | None]) -> set[tuple[str, str, bytes]]:
        with cloud(items=60).serving() as site:
            site.full_rows = 10
            nights = Nights(site, tmp_path / name)
            for limit in limits:
                nights.run(max_requests=limit, workers=2)
            return {
                (each.stream, each.digest, each.payload)
                for stream in ("issues", "worklogs", "fields", "statuses", "users")
                for each in nights.records(stream).values()
            }

    assert landed("broken", [12, 9, 17, None]) == landed("unbroken", [None])


def test_no_secret_is_ever_written(tmp_path: Path) -> None:
    with cloud(items=30).serving() as site:
        nights = Nights(site, tmp_path)
        report = nights.run()
        texts = [*everything(tmp_path).values(), report.json()]
        with pytest.raises(AccessError) as refused:
            Nights(site, tmp_path, secrets={"user": jira_cloud.USER, "token": "wrong-canary"}).run()

    told = b" ".join(texts) + str(refused.value).encode()
    assert not [each for each in (*CANARIES, "wrong-canary") if each.encode() in told]


def test_credentials_that_are_refused_leave_no_trace(tmp_path: Path) -> None:
    with cloud(items=30).serving() as site, pytest.raises(AccessError):
        Nights(site, tmp_path, secrets={"user": "nobody@x.test", "token": "wrong-canary"}).run()

    assert everything(tmp_path) == {}


@pytest.mark.parametrize("kind", [cloud, data_center])
def test_only_configured_projects_are_read(kind, tmp_path: Path) -> None:
    with kind().serving() as site:
        nights = Nights(site, tmp_path, {"projects": ("C1", "c3")})
        nights.run()
        projects = {each["fields"]["project"]["key"] for each in nights.newest("issues").values()}

    assert projects == {"C1", "C3"}


def test_a_gateway_that_refuses_without_a_reason_is_waited_for(tmp_path: Path) -> None:
    with cloud(items=30).serving() as site:
        site.faults.append(Fault("gateway_429", "search/jql", after=1, times=2))
        nights = Nights(site, tmp_path)
        report = nights.run()

        assert report.state == "fresh"
        assert holes(nights) == NOTHING


def test_a_quota_that_is_spent_defers_the_run_and_the_next_one_goes_on(tmp_path: Path) -> None:
    with cloud().serving() as site:
        site.limits.points = 150
        nights = Nights(site, tmp_path)
        first = nights.run(max_minutes=10)
        site.limits.points = None
        site.advance(3600)
        second = nights.run()

        assert first.state == "deferred" and second.state == "fresh"
        assert holes(nights) == NOTHING


def test_a_field_configured_later_is_read_for_all_issues(tmp_path: Path) -> None:
    with cloud(items=40).serving() as site:
        nights = Nights(site, tmp_path, {"points": "customfield_10016"})
        nights.run()
        site.advance(24 * 3600)
        nights.options = {"points": "Story Points"}
        report = nights.run()
        fields = {name for each in nights.newest("issues").values() for name in each["fields"]}

    assert "customfield_10026" in fields
    assert report.landed["issues"] == len(nights.newest("issues"))
    assert any("for the first time for customfield_10026" in note for note in nights.notes())


@pytest.mark.parametrize("kind", [cloud, data_center])
def test_what_a_project_will_cost_is_told_beforehand(kind) -> None:
    with reading(kind) as (site, reader, _):
        scopes = {each.id: each for each in reader.scopes()}
        whole = reader.requests_expected(scopes["10001"], None)
        asked = int(site.now.timestamp() * 1000)
        later = reader.requests_expected(scopes["10001"], {"asked": asked})
        issues = sum(each.project.id == 10001 for each in site.state.searchable())

    assert (whole.items, whole.requests, whole.points) == (issues, 6, 6 + 2 * issues)
    assert later.items < whole.items


def test_a_lost_project_and_a_moved_issue_are_told_apart() -> None:
    with cloud().serving() as site:
        reader = JiraReader(settings(site), client(settings(site)))
        scopes = {each.id: each for each in reader.scopes()}
        some = [str(each.id) for each in site.state.searchable() if each.project.id == 10001]
        happens(site, "move_container", some[0], container="C2")
        moved = reader.look_up(scopes["10001"], some[:2])
        site.state.projects["C1"].status = "deleted"
        trashed = reader.look_up(scopes["10001"], some[1:2])
        site.state.projects["C1"].is_hidden = True
        hidden = reader.look_up(scopes["10001"], some[1:2])
        told = settings(site, projects=("C3",))
        narrowed = JiraReader(told, client(told)).look_up(scopes["10001"], some[:1])

    assert moved == {some[0]: "present", some[1]: "present"}
    assert trashed == {some[1]: "trashed"}
    assert hidden == {some[1]: "access_lost"}
    assert narrowed == {some[0]: "unobserved"}


def test_people_that_may_not_be_listed_are_a_note(tmp_path: Path) -> None:
    with cloud().serving() as site:
        site.can_browse_users = False
        nights = Nights(site, tmp_path)
        nights.run()

        assert any("does not list its users (403)" in note for note in nights.notes())
        assert nights.newest("users") == {}


def test_landed_issues_are_the_bytes_of_the_search_and_of_the_history() -> None:
    with reading() as (site, reader, slice):
        [step] = [reader.step(slice, None)]
        payload = step.records[0].payload
        there = site.truth(slice.request["fields"])["issues"]

    assert comparable({"1": json.loads(payload)}) == comparable({"1": there[step.records[0].key]})
    assert payload.count(b'"changelog":{"startAt":0') == 1
