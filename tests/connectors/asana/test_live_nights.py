"""Night after night, what has landed is what Asana holds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.asana.joined import NOT_PAID
from tests.connectors.asana.driving import Landed, a_parent, absences, happen, item_of
from tests.simulators.asana import Asana
from tests.simulators.asana_objects import Task, gid_of
from tests.simulators.world import World

DAY = 24 * 3600
GOOD = timedelta(hours=30)
"""A life of sync tokens that outlasts the night: the events are good."""
FAR_BACK = 30
"""Weeks of time entries that hold every edit of the simulated world."""


def loaded(
    seed: int = 4, life: timedelta | None = None, items: int = 40, **options: object
) -> Landed:
    simulator = Asana(World(seed, items=items))
    if life:
        simulator.endpoints.feeds.life = life
    landed = Landed(simulator, **options)
    landed.run()
    assert landed.differences() == []
    return landed


@pytest.fixture(params=["looks at everything", "trusts events"])
def landed(request: pytest.FixtureRequest) -> Landed:
    """After the full load; each rule holds with good events and without."""
    return loaded(life=GOOD if request.param == "trusts events" else None)


def next_night(landed: Landed):
    landed.simulator.advance(DAY)
    return landed.run()


def test_after_each_of_ten_nights_the_newest_copies_are_the_truth() -> None:
    landed = loaded(1, items=60)
    state = landed.simulator.state

    for number in range(1, 11):
        landed.simulator.night(number)
        night = landed.run()
        assert landed.differences() == []
        for gid, outcome in night.absent.items():
            task = state.tasks[gid]
            expected = "deleted" if state.is_gone(task) else "access_lost"
            assert outcome == ("present" if gid in landed.simulator.truth()["tasks"] else expected)


def test_with_good_events_ten_nights_are_the_truth_as_well() -> None:
    landed = loaded(2, GOOD, 60, time_window_weeks=FAR_BACK)

    for number in range(1, 11):
        landed.simulator.night(number)
        landed.run()
        assert landed.differences() == []


def test_a_quiet_night_finds_nothing_new(landed: Landed) -> None:
    night = next_night(landed)

    assert sum(night.changed.values()) == 0


def test_with_good_events_an_idle_project_costs_two_requests() -> None:
    landed = loaded(life=GOOD)
    night = next_night(landed)

    projects = {scope: name for scope, name in night.slices if scope}
    assert set(projects.values()) == {"modified"}
    assert night.requests.count("GET /api/1.0/events") == len(projects)
    assert night.requests.count("GET /api/1.0/tasks") == len(projects)
    assert not [each for each in night.requests if each.endswith(("/stories", "/subtasks"))]


def test_a_changed_subtask_under_an_untouched_parent_arrives_in_the_next_run(
    landed: Landed,
) -> None:
    simulator = landed.simulator
    above = a_parent(simulator)
    below = simulator.state.subtasks(above.gid)[0]
    happen(simulator, "create", "deep", container="", parent=item_of(simulator, below), **_MADE)
    next_night(landed)
    simulator.advance(60)

    happen(simulator, "retitle", "deep", title="Deep below")
    next_night(landed)

    assert landed.tasks()[gid_of("task", "deep")]["name"] == "Deep below"
    assert landed.differences() == []


def test_a_tag_that_moves_no_time_of_modification_arrives_in_the_next_run(landed: Landed) -> None:
    simulator = landed.simulator
    above = a_parent(simulator)
    below = simulator.state.subtasks(above.gid)[0]
    for task in (above, below):
        happen(simulator, "label", item_of(simulator, task), label="fresh")

    next_night(landed)

    for task in (above, below):
        assert {"gid": gid_of("tag", "fresh")} in landed.tasks()[task.gid]["tags"]
    assert landed.differences() == []


def test_a_lost_event_is_made_good_within_a_week_and_counted() -> None:
    landed = loaded(life=GOOD)
    simulator = landed.simulator
    below = simulator.state.subtasks(a_parent(simulator).gid)[0]
    simulator.endpoints.feeds.lost.append(below.gid)
    happen(simulator, "retitle", item_of(simulator, below), title="Nobody said so")

    nights = [next_night(landed) for _ in range(7)]

    found = [night.changed.get("compared-1", 0) for night in nights]
    assert found == [0, 0, 0, 0, 0, 0, 1]
    assert landed.differences() == []


def test_a_deleted_task_is_told_by_events_or_found_by_the_census(landed: Landed) -> None:
    simulator = landed.simulator
    task = _lone(simulator)
    happen(simulator, "delete", item_of(simulator, task))

    night = next_night(landed)

    told = night.absent | absences(landed)
    assert {task.gid: "deleted"}.items() <= told.items()


def test_a_task_that_comes_back_is_the_same_and_told_to_be_there(landed: Landed) -> None:
    simulator = landed.simulator
    task = _lone(simulator)
    happen(simulator, "delete", item_of(simulator, task))
    next_night(landed)
    happen(simulator, "restore", item_of(simulator, task))
    happen(simulator, "retitle", item_of(simulator, task), title="Back again")

    night = next_night(landed)

    assert landed.tasks()[task.gid]["name"] == "Back again"
    assert absences(landed).get(task.gid, "present") == "present"
    assert night.absent.get(task.gid) is None
    assert landed.differences() == []


def test_a_task_in_five_projects_lands_once(landed: Landed) -> None:
    simulator = landed.simulator
    for name in ("X1", "X2", "X3", "X4"):
        happen(simulator, "add_container", name, name=name)
    task = next(task for task in simulator.state.tasks_seen() if len(task.projects) == 1)
    for name in ("X1", "X2", "X3", "X4"):
        happen(simulator, "add_to_container", item_of(simulator, task), container=name)
    before = len(landed.copies)

    next_night(landed)

    copies = [each for each in landed.copies[before:] if each.key == task.gid]
    assert len(copies) == 1
    assert len(landed.tasks()[task.gid]["memberships"]) == 5
    assert landed.differences() == []


def test_stories_beyond_the_first_hundred_land(landed: Landed) -> None:
    simulator = landed.simulator
    task = a_parent(simulator)
    for _ in range(230):
        simulator.advance(1)
        happen(simulator, "comment", item_of(simulator, task), text="x")

    next_night(landed)

    assert len(landed.tasks()[task.gid]["stories"]) > 230
    assert landed.differences() == []


def test_a_time_entry_that_is_edited_or_removed_arrives_although_no_task_is_modified(
    landed: Landed,
) -> None:
    simulator = landed.simulator
    edited, emptied = _lone(simulator), a_parent(simulator)
    below = simulator.state.subtasks(emptied.gid)[0]
    for number, task in enumerate((edited, emptied, below)):
        log = {"log": f"new-{number}", "seconds": 3600, "started": simulator.now}
        happen(simulator, "log_work", item_of(simulator, task), **log)
    next_night(landed)
    assert landed.differences() == []

    happen(simulator, "edit_log", item_of(simulator, edited), log="new-0", seconds=60)
    happen(simulator, "delete_log", item_of(simulator, emptied), log="new-1")
    happen(simulator, "edit_log", item_of(simulator, below), log="new-2", seconds=120)
    next_night(landed)

    assert landed.differences() == []


def test_a_renamed_field_is_told_once_and_changes_no_task(landed: Landed) -> None:
    happen(landed.simulator, "rename_field", "size", name="Bigness")

    night = next_night(landed)

    assert sum(night.changed.values()) == 1
    assert landed.differences() == []


def test_projects_that_come_and_go(landed: Landed) -> None:
    simulator = landed.simulator
    first, *others = simulator.world.containers
    happen(simulator, "add_container", "new", name="New")
    happen(simulator, "create", "item-new", container="new", parent=None, **_MADE)
    happen(simulator, "hide_container", others[0])
    happen(simulator, "remove_container", others[1])
    simulator.advance(60)
    happen(simulator, "comment", item_of(simulator, _in(simulator, first)), text="x")

    night = next_night(landed)

    scopes = {scope for scope, _ in night.slices}
    assert gid_of("project", "new") in scopes
    assert not scopes & {gid_of("project", others[0]), gid_of("project", others[1])}
    assert landed.differences() == []
    happen(simulator, "show_container", others[0])
    for _ in range(7):
        next_night(landed)
    assert landed.differences() == []


def test_an_archived_project_is_read_like_any_other(landed: Landed) -> None:
    name = landed.simulator.world.containers[0]
    happen(landed.simulator, "archive_container", name)
    happen(landed.simulator, "create", "late", container=name, parent=None, **_MADE)

    next_night(landed)

    assert landed.differences() == []


def test_a_task_in_no_project_is_read_by_its_assignee_where_that_is_wanted() -> None:
    landed = loaded(tasks_in_no_project=True)
    simulator = landed.simulator
    task = a_parent(simulator)
    below = simulator.state.subtasks(task.gid)[0]
    person = simulator.world.people[2]
    happen(simulator, "assign", item_of(simulator, task), person=person)
    next_night(landed)
    for name in [n for n in simulator.world.containers if gid_of("project", n) in task.projects]:
        happen(simulator, "leave_container", item_of(simulator, task), container=name)
    simulator.advance(60)
    next_night(landed)

    assert landed.tasks()[task.gid]["memberships"] == []
    assert landed.scope_of[task.gid] == landed.scope_of[below.gid] == "unplaced"
    happen(simulator, "label", item_of(simulator, below), label="late")
    happen(simulator, "delete", item_of(simulator, below))
    night = next_night(landed)
    assert night.absent == {below.gid: "deleted"}
    assert landed.differences() == []


def test_what_is_not_paid_for_is_left_out_with_a_note() -> None:
    simulator = Asana(World(4, items=40))
    simulator.endpoints.plan.clear()
    landed = Landed(simulator)

    night = landed.run()

    assert {NOT_PAID, "Asana does not tell goals on this plan (402)"} <= set(night.notes)
    wanted = simulator.truth()["tasks"]
    for task in wanted.values():
        del task["time_tracking_entries"]
    assert landed.tasks() == wanted
    assert not landed.of("goals") and not landed.of("portfolios")


def _lone(simulator: Asana) -> Task:
    """A task in one project without sub-tasks."""
    state = simulator.state
    found = (task for task in state.tasks_seen() if len(task.projects) == 1)
    return next(task for task in found if not state.subtasks(task.gid))


def _in(simulator: Asana, container: str) -> Task:
    project = gid_of("project", container)
    return next(task for task in simulator.state.tasks_seen() if project in task.projects)


_MADE = {"title": "T", "description": "D", "status": "To Do"}
