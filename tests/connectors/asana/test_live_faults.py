"""What a reader of Asana does when Asana does not do what it should."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from connectors.asana import CONNECTOR
from connectors.errors import Refused, ResponseError, SettingsError, TemporaryError, TokenExpired
from connectors.live import LiveSettings, Slice
from connectors.secrets import Secret
from tests.connectors.asana.driving import (
    Landed,
    a_parent,
    connected,
    happen,
    item_of,
    planned,
    steps,
)
from tests.simulators.asana import SECRETS, Asana
from tests.simulators.asana_state import WORKSPACE, State
from tests.simulators.server import FOR_EVER, Fault
from tests.simulators.world import World


@pytest.fixture
def simulator() -> Asana:
    return Asana(World(4, items=40))


def first_project(simulator: Asana) -> str:
    return next(iter(simulator.state.projects))


def tasks_slice(simulator: Asana, reader: Any) -> Slice:
    slices = planned(reader, first_project(simulator)).slices
    return next(slice for slice in slices if slice.name == "tasks")


def test_a_reader_knows_who_it_is_and_where(simulator: Asana) -> None:
    with connected(simulator) as reader:
        found = reader.identify()

    assert (found.account, found.detail) == ("Person 4 0", "workspace Simulated")
    assert found.server_time == simulator.now.replace(tzinfo=None)


def test_a_wrong_token_is_refused_before_any_page(simulator: Asana) -> None:
    with connected(simulator, token="wrong") as reader, pytest.raises(Refused) as refusal:
        reader.identify()

    assert refusal.value.status == 401 and "wrong" not in str(refusal.value)
    assert [each.path for each in simulator.requests] == ["/api/1.0/users/me"]


def test_a_source_without_a_token_says_what_to_do() -> None:
    with pytest.raises(SettingsError, match="ops has no token"):
        CONNECTOR.access(LiveSettings("ops"))


def test_of_several_workspaces_one_must_be_named(
    simulator: Asana, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = State.workspace(simulator.state)
    other = type(whole)("workspace", {**whole.members, "gid": "2", "name": "Other"})
    me = simulator.endpoints._me()
    both = type(me)("user", {**me.members, "workspaces": [whole, other]})
    monkeypatch.setattr(simulator.endpoints, "_me", lambda: both)

    with connected(simulator) as reader, pytest.raises(SettingsError, match=r"Other \(2\)"):
        reader.identify()
    with connected(simulator, workspace="Simulated") as reader:
        assert reader.identify().detail == "workspace Simulated"


def test_only_the_projects_that_are_named_are_read(simulator: Asana) -> None:
    with connected(simulator, projects=["Area C1", "1"]) as reader:
        read = [scope.name for scope in reader.scopes() if scope.is_readable]
    assert read == ["ops", "Area C1"]


def test_the_token_goes_into_the_header_and_is_not_shown() -> None:
    access = CONNECTOR.access(LiveSettings("ops", secrets={"token": Secret(SECRETS["token"])}))

    assert SECRETS["token"] not in repr(access)
    assert access.headers["Authorization"].reveal() == f"Bearer {SECRETS['token']}"
    assert CONNECTOR.hosts(LiveSettings("ops")) == ("app.asana.com",)


def test_a_step_depends_on_its_arguments_alone(simulator: Asana) -> None:
    with connected(simulator) as reader:
        slice, token = tasks_slice(simulator, reader), None
        while True:
            first, again = reader.step(slice, token), reader.step(slice, token)
            assert first.records == again.records
            token = first.token
            if token is None:
                break


def test_a_walk_holds_every_task_once_and_as_many_as_were_counted(simulator: Asana) -> None:
    with connected(simulator) as reader:
        slice = tasks_slice(simulator, reader)
        found = [record.key for step in steps(reader, slice) for record in step.records]

        assert len(found) == len(set(found)) == reader.expected(slice)


def test_an_expired_offset_is_said_to_be_one(simulator: Asana) -> None:
    request = {"kind": "list", "path": "/tasks", "query": {"project": first_project(simulator)}}
    slice = Slice(first_project(simulator), "tasks", "tasks", {**request, "with_subtasks": False})
    with connected(simulator) as reader, pytest.raises(TokenExpired):
        reader.step(slice, json.dumps({"offset": "gone"}))


def test_a_list_that_ends_early_is_noticed_before_anything_is_taken_in(simulator: Asana) -> None:
    _many(simulator, 150)
    simulator.faults.append(Fault("ends_early", "/tasks null", times=FOR_EVER))

    with connected(simulator) as reader, pytest.raises(TemporaryError, match="listed 100 tasks"):
        planned(reader, first_project(simulator))


def test_a_list_that_ends_early_once_is_asked_again(simulator: Asana) -> None:
    _many(simulator, 150)
    simulator.faults.append(Fault("ends_early", "/tasks null"))

    landed = Landed(simulator)
    landed.run()

    assert landed.differences() == []


def test_an_empty_page_that_is_not_the_last_ends_nothing(simulator: Asana) -> None:
    _many(simulator, 150)
    simulator.faults.append(Fault("empty", "/tasks null", after=1, times=2))
    simulator.faults.append(Fault("empty", "/stories null", after=5, times=9))

    landed = Landed(simulator)
    landed.run()

    assert landed.differences() == []


def test_an_offset_that_comes_twice_is_a_fault_and_no_endless_walk(simulator: Asana) -> None:
    _many(simulator, 250)
    simulator.faults.append(Fault("repeats", "/tasks null", times=FOR_EVER))

    with connected(simulator) as reader, pytest.raises(ResponseError, match="twice"):
        planned(reader, first_project(simulator))


@pytest.mark.parametrize("status", [403, 404])
def test_a_task_that_goes_away_between_list_and_stories_is_noted(
    simulator: Asana, status: int
) -> None:
    gid = a_parent(simulator).gid
    details = {"status": status, "body": {"errors": []}}
    simulator.faults.append(Fault("status", rf"/tasks/{gid}(/stories)? ", 0, FOR_EVER, details))
    landed = Landed(simulator)

    night = landed.run()

    assert f"task {gid} went away while it was read ({status})" in night.notes
    assert set(simulator.truth()["tasks"]) - set(landed.tasks()) == {gid}


@pytest.mark.parametrize("status", [403, 404])
@pytest.mark.parametrize("what", ["stories", "subtasks", "time_tracking_entries"])
def test_what_belongs_to_a_task_and_is_refused_is_no_absence(
    simulator: Asana, what: str, status: int
) -> None:
    gid = next(
        each.gid
        for each in simulator.state.tasks_seen()
        if (each.entries if what[0] == "t" else simulator.state.subtasks(each.gid))
    )
    details = {"status": status, "body": {"errors": []}}
    simulator.faults.append(Fault("status", f"/tasks/{gid}/{what} ", 0, FOR_EVER, details))

    with pytest.raises(ResponseError, match=rf"of /tasks/{gid} \({status}\), though it gives"):
        Landed(simulator).run()


def test_entries_that_do_not_add_up_to_the_tasks_sum_are_noted(simulator: Asana) -> None:
    task = next(task for task in simulator.state.tasks_seen() if task.entries)
    path = f"/tasks/{task.gid}/time_tracking_entries"
    details = {"status": 200, "body": {"data": [], "next_page": None}}
    simulator.faults.append(Fault("status", path, 0, FOR_EVER, details))

    night = Landed(simulator).run()

    minutes = sum(entry["duration_minutes"] for entry in task.entries.values())
    assert f"task {task.gid}: 0 minutes in entries, {minutes} by Asana" in night.notes


def test_a_refusal_makes_everybody_wait_as_long_as_asked(simulator: Asana) -> None:
    simulator.rates.per_minute = 50
    landed = Landed(simulator)

    landed.run()

    assert landed.differences() == []
    assert 0 < simulator.rates.refused < 30


def test_what_is_asked_for_is_bounded_below_by_the_servers_clock_alone(simulator: Asana) -> None:
    landed = Landed(simulator)
    landed.run()
    asked_at = simulator.now.replace(tzinfo=None)
    simulator.advance(3600)
    simulator.requests.clear()

    landed.run()

    bounds = {each.value("modified_since") for each in simulator.requests} - {""}
    (bound,) = bounds
    behind = asked_at - datetime.fromisoformat(bound).replace(tzinfo=None)
    assert bound.endswith("Z") and 15 * 60 <= behind.total_seconds() < 16 * 60
    names = {name for each in simulator.requests for name in each.query}
    assert names & {"modified_before", "modified_at.before"} == set()


def test_a_task_touched_between_runs_again_and_again_is_always_there(simulator: Asana) -> None:
    landed = Landed(simulator)
    task = a_parent(simulator)
    for _ in range(5):
        landed.run()
        assert landed.differences() == []
        for _ in range(3):
            simulator.advance(60)
            happen(simulator, "comment", item_of(simulator, task), text="again")


def test_a_mark_is_flat_and_small(simulator: Asana) -> None:
    landed = Landed(simulator)
    landed.run()

    for mark in landed.marks.values():
        assert all(isinstance(value, (str, int, float)) for value in mark.values())
        assert len(json.dumps(mark)) < 2000


def test_one_project_that_fails_leaves_the_others_alone(simulator: Asana) -> None:
    bad = first_project(simulator)
    details = {"status": 403, "body": {"errors": []}}
    simulator.faults.append(Fault("status", f"/projects/{bad}/sections", 0, FOR_EVER, details))

    with connected(simulator) as reader:
        reader.identify()
        for scope in reader.scopes():
            for slice in reader.plan(scope, None).slices:
                if scope.id == bad and slice.name == "sections":
                    with pytest.raises(Refused):
                        list(steps(reader, slice))
                else:
                    list(steps(reader, slice))


def test_the_first_load_of_a_project_can_be_forecast(simulator: Asana) -> None:
    with connected(simulator) as reader:
        scope = next(scope for scope in reader.scopes() if scope.id == first_project(simulator))

        forecast = reader.requests_expected(scope, None)

    counted = [t for t in simulator.state.tasks_seen() if first_project(simulator) in t.projects]
    assert forecast is not None and forecast.items == len(counted)
    assert forecast.requests >= forecast.items


def test_only_what_is_needed_is_asked_for(simulator: Asana) -> None:
    landed = Landed(simulator)
    landed.run()

    lists = [each for each in simulator.requests if each.path != "/api/1.0/users/me"]
    assert all(each.value("opt_fields") for each in lists)
    fields = {name for each in lists for name in each.value("opt_fields").split(",")}
    assert not fields & {"text", "html_text", "html_notes", "followers", "likes", "photo"}
    workspaces = {each.value("workspace") for each in lists} - {""}
    assert workspaces == {WORKSPACE}


def _many(simulator: Asana, count: int) -> None:
    """Fill the first project."""
    details = {"parent": None, "title": "T", "description": "D", "status": "To Do"}
    name = simulator.world.containers[0]
    for number in range(count):
        happen(simulator, "create", f"filler-{number}", container=name, **details)
