"""Whole runs as every night makes them: what stands in the landing afterwards."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.asana import CONNECTOR
from connectors.errors import AccessError
from connectors.extraction import extract
from connectors.extraction_report import Extraction
from connectors.landing import Landing
from connectors.live import LiveSettings
from connectors.secrets import Secret
from tests.connectors.asana.driving import SimulatedClock, a_parent, happen, item_of
from tests.simulators.asana import SECRETS, Asana
from tests.simulators.asana_objects import gid_of
from tests.simulators.server import FOR_EVER, Fault
from tests.simulators.world import World

DAY = 24 * 3600


class Nights:
    """Runs over one simulated workspace into one landing."""

    def __init__(self, simulator: Asana, raw: Path) -> None:
        self.simulator = simulator
        self.raw = raw
        self.token = SECRETS["token"]

    def run(self, **more: Any) -> Extraction:
        """Read everything that is to be read now."""
        address = f"{self.simulator.address}/api/1.0"
        secrets = {"token": Secret(self.token)}
        settings = LiveSettings("ops", "UTC", address, {"time_window_weeks": 30}, secrets)
        named = {"clock": SimulatedClock(self.simulator), "dice": random.Random(1), **more}
        return extract(CONNECTOR, settings, self.raw, **named)

    def newest(self, stream: str) -> dict[str, Any]:
        """The newest copy of each record, as the models choose it."""
        landing = Landing(self.raw, "ops")
        found = [each for page in landing.pages(stream) for each in landing.records(page)]
        found.sort(key=lambda each: (each.version or datetime.min, each.pulled_at))
        return {each.key: json.loads(each.payload) for each in found}

    def outcomes(self) -> dict[str, str]:
        """What was found last of everything that is not there."""
        told = self.newest("absences")
        found = {key: each["outcome"] for key, each in told.items()}
        return {key: outcome for key, outcome in found.items() if outcome != "present"}

    def differences(self, but: str = "") -> list[str]:
        """Where the newest landed copies are not the truth, one member left out of account."""
        found = []
        for stream, records in self.simulator.truth().items():
            landed = self.newest(stream)
            pairs = [(key, landed.get(key, {}), records[key]) for key in records]
            found += [f"{stream} {key}" for key, a, b in pairs if {**a, but: 0} != {**b, but: 0}]
        return found


@pytest.fixture
def nights(tmp_path: Path):
    simulator = Asana(World(4, items=40))
    with simulator.serving():
        yield Nights(simulator, tmp_path)


@pytest.mark.parametrize("life", [24, 30], ids=["looks at everything", "trusts events"])
def test_ten_nights_land_the_truth_and_what_is_gone(nights: Nights, life: int) -> None:
    simulator, state = nights.simulator, nights.simulator.state
    simulator.endpoints.feeds.life = timedelta(hours=life)
    # no event tells a task that a sub-task of it was deleted; the sub-task itself is told of
    untold = "num_subtasks" if life > 24 else ""
    first = nights.run()

    assert first.state == "fresh" and nights.differences() == []
    for number in range(1, 11):
        simulator.night(number)
        nights.run(confirm_removals=True)
        assert nights.differences(untold) == []
    absent, landed = nights.outcomes(), nights.newest("tasks")
    assert not set(absent) & set(simulator.truth()["tasks"])
    for task in state.tasks.values():
        is_told = task.gid in landed and any(state.is_open(each) for each in task.projects)
        if task.is_deleted and is_told:
            assert absent[task.gid] == "deleted"
    assert {key for key in absent if key.startswith("scope:")} == {
        f"scope:{gid}" for gid in _known(nights) if not state.is_open(gid)
    }


def test_a_quiet_night_lands_nothing(nights: Nights) -> None:
    nights.run()
    nights.simulator.advance(DAY)

    assert nights.run().landed == {}


def test_a_hidden_project_is_held_until_somebody_confirms(nights: Nights) -> None:
    simulator = nights.simulator
    nights.run()
    hidden = simulator.world.containers[1]
    simulator.advance(DAY)
    happen(simulator, "hide_container", hidden)

    held = nights.run()
    before = nights.outcomes()
    simulator.advance(DAY)
    nights.run(confirm_removals=True)
    confirmed = nights.outcomes()
    happen(simulator, "show_container", hidden)
    simulator.advance(DAY)
    nights.run()

    scope = f"scope:{gid_of('project', hidden)}"
    assert held.state == "partial" and scope not in before
    assert confirmed[scope] == "unobserved"
    assert scope not in nights.outcomes() and nights.differences() == []


def test_a_deleted_task_comes_back(nights: Nights) -> None:
    simulator = nights.simulator
    nights.run()
    task = simulator.state.subtasks(a_parent(simulator).gid)[0]
    simulator.advance(DAY)
    happen(simulator, "delete", item_of(simulator, task))
    nights.run(confirm_removals=True)
    gone = nights.outcomes()
    simulator.advance(DAY)
    happen(simulator, "restore", item_of(simulator, task))

    nights.run()

    assert gone == {task.gid: "deleted"}
    assert nights.outcomes() == {} and nights.differences() == []


def test_one_project_that_is_refused_costs_that_project_alone(nights: Nights) -> None:
    simulator = nights.simulator
    bad = gid_of("project", simulator.world.containers[0])
    details = {"status": 403, "body": {"errors": []}}
    simulator.faults.append(Fault("status", f"/projects/{bad}/sections", 0, FOR_EVER, details))

    report = nights.run()

    states = {scope.id: scope.state for scope in report.scopes}
    assert report.state == "partial" and states.pop(bad) != "complete"
    assert set(states.values()) == {"complete"}
    simulator.faults.clear()
    assert nights.run().state == "fresh" and nights.differences() == []


def test_a_token_revoked_midway_is_no_loss(nights: Nights) -> None:
    simulator = nights.simulator
    died = Fault("status", "/stories", after=20, times=FOR_EVER, details={"status": 401})
    simulator.faults.append(died)

    stopped = nights.run()
    simulator.faults.clear()
    resumed = nights.run()

    assert (stopped.state, resumed.state) == ("failed", "fresh")
    assert nights.differences() == []


def test_a_wrong_token_writes_nothing(nights: Nights) -> None:
    nights.token = "2/1/wrong"

    with pytest.raises(AccessError):
        nights.run()

    assert list(nights.raw.iterdir()) == []


@pytest.mark.parametrize("after", [0, 1])
def test_an_offset_that_expires_midway_starts_its_walk_again(nights: Nights, after: int) -> None:
    simulator = nights.simulator
    details = {"parent": None, "title": "T", "description": "D", "status": "To Do"}
    for number in range(120):
        name = simulator.world.containers[0]
        happen(simulator, "create", f"filler-{number}", container=name, **details)
    expired = Fault("expired", "/tasks null", after)
    simulator.faults.append(expired)

    nights.run()

    assert expired.seen > after and nights.differences() == []


def test_an_empty_list_where_there_were_tasks_is_an_alarm(nights: Nights) -> None:
    simulator = nights.simulator
    nights.run()
    simulator.advance(DAY)
    empty = {"status": 200, "body": {"data": [], "next_page": None}}
    simulator.faults.append(Fault("status", "/tasks null", 0, FOR_EVER, empty))

    report = nights.run()

    assert report.state != "fresh" and nights.outcomes() == {}


def test_no_file_holds_the_token(nights: Nights) -> None:
    nights.run()

    token = SECRETS["token"].encode()
    assert not [path for path in nights.raw.rglob("*") if path.is_file() and _holds(path, token)]


def _holds(path: Path, text: bytes) -> bool:
    return text in path.read_bytes()


def _known(nights: Nights) -> set[str]:
    """The projects that were read at least once."""
    return {scope for scope in Landing(nights.raw, "ops").scopes() if scope}
