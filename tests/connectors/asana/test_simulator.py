"""The simulated Asana answers as Asana's document and Asana's own client expect."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import asana
import pytest

from connectors.asana import asked
from tests.simulators.asana import SECRETS, TOKEN, Asana
from tests.simulators.asana_document import DOCUMENT, violations
from tests.simulators.asana_objects import Task, gid_of
from tests.simulators.asana_state import WORKSPACE
from tests.simulators.server import Answer, Request
from tests.simulators.world import Happening, World


@pytest.fixture
def simulator() -> Asana:
    return Asana(World(3, items=60))


def ask(simulator: Asana, path: str, body: Any = None, **query: str) -> Answer:
    method = "POST" if body else "GET"
    named = {name.replace("__", "."): [value] for name, value in query.items()}
    headers = {"authorization": f"Bearer {SECRETS['token']}"}
    return simulator.respond(Request(method, f"/api/1.0{path}", named, headers, body))


def data(simulator: Asana, path: str, **query: str) -> Any:
    answer = ask(simulator, path, **query)
    assert answer.status == 200, answer.body
    return answer.body["data"]


def project(simulator: Asana) -> str:
    return next(iter(simulator.state.projects))


def parent(simulator: Asana) -> Task:
    """A top-level task with sub-tasks."""
    state = simulator.state
    return next(task for task in state.tasks_seen() if task.projects and state.subtasks(task.gid))


def happen(simulator: Asana, what: str, thing: str, **details: Any) -> None:
    simulator.advance(60)
    simulator.play([Happening(simulator.now, what, thing, simulator.world.people[0], details)])


def item_of(simulator: Asana, task: Task) -> str:
    return next(each for each in simulator.world.items if gid_of("task", each) == task.gid)


@pytest.mark.skipif(not DOCUMENT.exists(), reason="the document is not here")
def test_every_answer_is_as_the_document_has_it(simulator: Asana) -> None:
    place, task = project(simulator), parent(simulator).gid
    fields = {name: ",".join(getattr(asked, name)) for name in ("TASK", "STORY", "ENTRY_OF_TASK")}
    questions: list[tuple[str, dict[str, str]]] = [
        ("/users/me", {}),
        ("/users", {"workspace": WORKSPACE, "limit": "3"}),
        ("/workspaces", {"limit": "3"}),
        ("/projects", {"workspace": WORKSPACE, "limit": "2", "archived": "false"}),
        (f"/projects/{place}", {}),
        (f"/projects/{place}/sections", {"limit": "9"}),
        (f"/projects/{place}/custom_field_settings", {"limit": "9"}),
        (f"/projects/{place}/task_counts", {"opt_fields": "num_tasks"}),
        ("/tasks", {"project": place, "limit": "9"}),
        ("/tasks", {"project": place, "limit": "9", "opt_fields": fields["TASK"]}),
        (f"/tasks/{task}", {}),
        (f"/tasks/{task}/subtasks", {"limit": "9", "opt_fields": fields["TASK"]}),
        (f"/tasks/{task}/stories", {"limit": "9"}),
        (f"/tasks/{task}/stories", {"limit": "9", "opt_fields": fields["STORY"]}),
        (f"/tasks/{task}/time_tracking_entries", {"limit": "9"}),
        (
            "/time_tracking_entries",
            {"workspace": WORKSPACE, "limit": "99", "opt_fields": fields["ENTRY_OF_TASK"]},
        ),
        (f"/workspaces/{WORKSPACE}/tasks/search", {"is_subtask": "true"}),
        (f"/workspaces/{WORKSPACE}/custom_fields", {"limit": "9"}),
        (f"/workspaces/{WORKSPACE}/tags", {"limit": "9"}),
        ("/portfolios", {"workspace": WORKSPACE, "owner": "me", "limit": "9"}),
        (f"/portfolios/{gid_of('portfolio', 'all')}", {}),
        (f"/portfolios/{gid_of('portfolio', 'all')}/items", {"limit": "9"}),
        (f"/goals/{gid_of('goal', 'upper')}", {}),
        ("/goals", {"workspace": WORKSPACE, "limit": "9"}),
        ("/goal_relationships", {"supported_goal": gid_of("goal", "lower"), "limit": "9"}),
        ("/events", {"resource": place}),
        ("/events", {"resource": place, "sync": _sync(simulator, place)}),
        ("/tasks", {"limit": "9"}),
        ("/tasks/1200000000000001", {}),
    ]
    happen(simulator, "comment", item_of(simulator, parent(simulator)), text="x")

    found = [
        violation
        for path, query in questions
        for violation in violations(
            Request("GET", f"/api/1.0{path}", {}, {}), ask(simulator, path, **query)
        )
    ]

    assert found == []


def test_the_vendors_own_client_reads_every_task_completely(simulator: Asana) -> None:
    with simulator.serving():
        settings = asana.Configuration()
        settings.host = f"{simulator.address}/api/1.0"
        settings.access_token = TOKEN
        client = asana.ApiClient(settings)
        fields = ",".join(asked.TASK)
        found: dict[str, Any] = {}

        def take(tasks: Any) -> None:
            for task in tasks:
                found[task["gid"]] = task
                if task["num_subtasks"]:
                    options = {"opt_fields": fields, "limit": 5}
                    take(asana.TasksApi(client).get_subtasks_for_task(task["gid"], options))

        listed = asana.ProjectsApi(client).get_projects({"workspace": WORKSPACE, "limit": 3})
        for place in [each["gid"] for each in listed]:
            options = {"project": place, "opt_fields": fields, "limit": 7}
            take(asana.TasksApi(client).get_tasks(options))
        for gid, task in found.items():
            asking = {"opt_fields": ",".join(asked.STORY), "limit": 2}
            task["stories"] = list(asana.StoriesApi(client).get_stories_for_task(gid, asking))
            asking = {"opt_fields": ",".join(asked.ENTRY), "limit": 1}
            times = asana.TimeTrackingEntriesApi(client)
            told = times.get_time_tracking_entries_for_task(gid, asking)
            task["time_tracking_entries"] = list(told)

    assert found == simulator.truth()["tasks"]


def test_a_list_without_a_limit_is_refused(simulator: Asana) -> None:
    answers = [ask(simulator, "/tasks", project=project(simulator), limit=n) for n in ("", "101")]

    assert [answer.status for answer in answers] == [400, 400]


def test_an_offset_counts_only_as_it_was_given(simulator: Asana) -> None:
    place, other = list(simulator.state.projects)[:2]
    first = ask(simulator, "/tasks", project=place, limit="3")
    offset = first.body["next_page"]["offset"]

    again = ask(simulator, "/tasks", project=place, limit="3", offset=offset)
    foreign = ask(simulator, "/tasks", project=other, limit="3", offset=offset)
    made_up = ask(simulator, "/tasks", project=place, limit="3", offset="3")
    simulator.advance(2 * 3600)
    late = ask(simulator, "/tasks", project=place, limit="3", offset=offset)

    assert [each.status for each in (again, foreign, made_up, late)] == [200, 400, 400, 400]
    assert not {t["gid"] for t in first.body["data"]} & {t["gid"] for t in again.body["data"]}


def test_objects_are_compact_unless_their_fields_are_named(simulator: Asana) -> None:
    place = project(simulator)

    compact = data(simulator, "/tasks", project=place, limit="1")[0]
    named = data(
        simulator, "/tasks", project=place, limit="1", opt_fields="memberships.section.name,tags"
    )[0]

    assert set(compact) == {"gid", "resource_type", "name", "resource_subtype", "created_by"}
    assert set(named) == {"gid", "memberships", "tags"}
    assert set(named["memberships"][0]["section"]) == {"gid", "name"}


def test_a_parent_is_not_modified_when_its_subtask_is(simulator: Asana) -> None:
    above = parent(simulator)
    below = simulator.state.subtasks(above.gid)[0]
    before = above.modified_at

    happen(simulator, "retitle", item_of(simulator, below), title="New")

    assert above.modified_at == before and below.modified_at == simulator.now
    listed = data(simulator, "/tasks", project=next(iter(above.projects)), limit="100")
    assert below.gid not in {task["gid"] for task in listed}


def test_a_tag_does_not_move_the_time_of_modification_unless_it_is_set_to(
    simulator: Asana,
) -> None:
    task = parent(simulator)
    item, before = item_of(simulator, task), task.modified_at

    happen(simulator, "label", item, label="one")
    kept = task.modified_at
    simulator.player.tags_modify = True
    happen(simulator, "label", item, label="two")

    assert kept == before and task.modified_at == simulator.now


def test_deleted_is_404_and_hidden_is_403(simulator: Asana) -> None:
    task, other = [task for task in simulator.state.tasks_seen() if len(task.projects) == 1][:2]
    happen(simulator, "delete", item_of(simulator, task))
    deleted = ask(simulator, f"/tasks/{task.gid}")
    happen(simulator, "restore", item_of(simulator, task))
    restored = ask(simulator, f"/tasks/{task.gid}")
    held = next(
        name for name in simulator.world.containers if gid_of("project", name) in other.projects
    )
    happen(simulator, "hide_container", held)

    hidden = ask(simulator, f"/tasks/{other.gid}")

    assert [each.status for each in (deleted, restored, hidden)] == [404, 200, 403]


def _sync(simulator: Asana, resource: str) -> str:
    return ask(simulator, "/events", resource=resource).body["sync"]


def test_events_answer_412_first_and_after_a_day(simulator: Asana) -> None:
    place = project(simulator)
    sync = _sync(simulator, place)
    simulator.advance(23 * 3600)
    good = ask(simulator, "/events", resource=place, sync=sync)
    simulator.advance(24 * 3600)
    old = ask(simulator, "/events", resource=place, sync=good.body["sync"])

    assert (good.status, old.status) == (200, 412)
    assert ask(simulator, "/events", resource=place, sync=old.body["sync"]).status == 200


def test_events_of_a_project_bubble_up_and_come_a_hundred_at_a_time(simulator: Asana) -> None:
    above = parent(simulator)
    place = next(iter(above.projects))
    below = simulator.state.subtasks(above.gid)[0]
    sync = _sync(simulator, place)
    for number in range(80):
        happen(simulator, "retitle", item_of(simulator, below), title=f"{number}")

    first = ask(simulator, "/events", resource=place, sync=sync).body
    second = ask(simulator, "/events", resource=place, sync=first["sync"]).body

    assert (len(first["data"]), first["has_more"]) == (100, True)
    assert (len(second["data"]), second["has_more"]) == (60, False)
    kinds = {(event["action"], event["resource"]["resource_type"]) for event in first["data"]}
    assert kinds == {("changed", "task"), ("added", "story")}


def test_an_event_can_be_lost(simulator: Asana) -> None:
    above = parent(simulator)
    sync = _sync(simulator, next(iter(above.projects)))
    simulator.endpoints.feeds.lost.append(above.gid)
    happen(simulator, "retitle", item_of(simulator, above), title="New")

    told = ask(simulator, "/events", resource=next(iter(above.projects)), sync=sync)

    assert told.body["data"] == []


def test_goals_time_and_search_cost_money(simulator: Asana) -> None:
    simulator.endpoints.plan.clear()
    simulator.endpoints.search.is_paid = False
    place = {"workspace": WORKSPACE, "limit": "9"}

    found = [
        ask(simulator, path, **place).status
        for path in ("/goals", "/time_tracking_entries", f"/workspaces/{WORKSPACE}/tasks/search")
    ]

    assert found == [402, 402, 402]


def test_the_search_lags_and_allows_sixty_a_minute(simulator: Asana) -> None:
    below = simulator.state.subtasks(parent(simulator).gid)[0]
    happen(simulator, "retitle", item_of(simulator, below), title="New")
    query = {"is_subtask": "true", "sort_by": "modified_at", "limit": "1"}
    path = f"/workspaces/{WORKSPACE}/tasks/search"

    at_once = data(simulator, path, **query)[0]["gid"]
    simulator.advance(61)
    later = data(simulator, path, **query)[0]["gid"]
    statuses = [ask(simulator, path, **query).status for _ in range(60)]

    assert at_once != below.gid and later == below.gid
    assert statuses.count(429) == 1


def test_refused_requests_count_against_the_rate(simulator: Asana) -> None:
    simulator.rates.per_minute = 150
    answers = [ask(simulator, "/users/me") for _ in range(200)]
    refused = answers[-1]

    assert [each.status for each in answers].count(200) == 150
    assert refused.headers["Retry-After"] == "61"
    simulator.advance(30)
    assert ask(simulator, "/users/me").status == 429
    simulator.advance(61)
    assert ask(simulator, "/users/me").status == 200


def test_a_batch_is_200_and_its_parts_are_not(simulator: Asana) -> None:
    gid = parent(simulator).gid
    actions = [
        {"method": "get", "relative_path": f"/tasks/{gid}", "options": {"fields": ["name"]}},
        {"method": "get", "relative_path": "/tasks/1"},
    ]

    answer = ask(simulator, "/batch", {"data": {"actions": actions}})
    too_many = ask(simulator, "/batch", {"data": {"actions": actions * 6}})

    assert answer.status == 200 and too_many.status == 400
    assert [each["status_code"] for each in answer.body["data"]] == [200, 404]


def test_an_edit_of_a_time_entry_is_invisible_to_dates(simulator: Asana) -> None:
    task = next(task for task in simulator.state.tasks_seen() if task.entries)
    before, log = task.modified_at, next(iter(task.entries))
    told = data(simulator, "/time_tracking_entries", task=task.gid, limit="100")
    name = next(
        each
        for item in simulator.world.items.values()
        for each in item.logs
        if gid_of("time_tracking_entry", each) == log
    )

    happen(simulator, "edit_log", item_of(simulator, task), log=name, seconds=60 * 777)

    assert task.modified_at == before
    again = data(simulator, "/time_tracking_entries", task=task.gid, limit="100")
    assert [each["entered_on"] for each in again] == [each["entered_on"] for each in told]
    assert 777 in {each["duration_minutes"] for each in again}


def test_a_task_may_be_in_several_projects(simulator: Asana) -> None:
    task = next(task for task in simulator.state.tasks_seen() if len(task.projects) > 1)

    for place in task.projects:
        listed = data(simulator, "/tasks", project=place, limit="100")
        assert task.gid in {each["gid"] for each in listed}


def test_a_wrong_token_is_refused(simulator: Asana) -> None:
    request = Request("GET", "/api/1.0/users/me", {}, {"authorization": "Bearer wrong"})

    assert simulator.respond(request).status == 401


def test_the_same_seed_tells_the_same() -> None:
    assert Asana(World(5)).truth() == Asana(World(5)).truth()


def test_tasks_modified_since_have_no_upper_bound(simulator: Asana) -> None:
    task = parent(simulator)
    since = (simulator.now - timedelta(minutes=1)).isoformat()
    happen(simulator, "comment", item_of(simulator, task), text="x")

    found = data(
        simulator, "/tasks", project=next(iter(task.projects)), modified_since=since, limit="9"
    )

    assert [each["gid"] for each in found] == [task.gid]
