"""What a night ends with, and says, when a tracker or the disk is at fault: for every tracker.

Nights without models, but with the real reading, publishing and conclusion: these decide the exit
code of the command.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from connectors.errors import ThroughlineError
from pipelines.warehouse.exits import Exit
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import NothingFetchedError, read_records
from tests.drills.nights import write_home
from tests.drills.small_nights import night
from tests.drills.states import ROWS, SEED, of_scope
from tests.drills.test_nights import in_no_time  # noqa: F401 - a fixture
from tests.drills.test_states import Full
from tests.drills.trackers import TRACKERS, Tracker
from tests.figures import IS_DRILL, Figure
from tests.simulators.server import FOR_EVER, Fault, Simulator
from tests.simulators.world import World

DEGRADED, EMPTY = (Exit.DEGRADED, "published"), (Exit.NOTHING_FETCHED, "empty")
AT_THE_START, MIDWAY, ONE_SCOPE = "", "midway", "one scope"


@dataclass(frozen=True)
class Ending:
    """A fault, where it strikes, and what is said of it.

    ``says`` are words of the sentence with which the night ends.
    """

    name: str
    kind: str
    where: str
    says: tuple[str, ...]
    details: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


def answered(status: int, **headers: str) -> dict[str, Any]:
    """An answer with a status."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"status": status, "headers": told, "body": {"errors": []}}


DAY = answered(429, Retry_After="86400")
ENDINGS = (
    Ending("401 at the start", "status", AT_THE_START, ("401",), details=answered(401)),
    Ending("401 midway", "status", MIDWAY, ("401", "token"), details=answered(401)),
    Ending("403 of one scope", "status", ONE_SCOPE, ("403",), answered(403)),
    Ending("404 of one scope", "status", ONE_SCOPE, ("404",), answered(404)),
    Ending("429 for ever", "status", MIDWAY, ("asks to wait",), details=DAY),
    Ending("500 for ever", "status", MIDWAY, ("500",), details=answered(500)),
    Ending("truncated without end", "half_json", MIDWAY, ("JSON",)),
)


EVERY = [(ending, name) for ending in ENDINGS for name in TRACKERS]
SOME = [(ending, list(TRACKERS)[at % len(TRACKERS)]) for at, ending in enumerate(ENDINGS)]
CELLS = EVERY if IS_DRILL else SOME
"""In the suite each fault with one of the trackers, each in turn."""


@dataclass
class Home:
    """A home that reads one tracker."""

    tracker: Tracker
    simulator: Simulator
    folder: Path

    def night(self) -> dict[str, Any]:
        """Run a night, whatever comes of it; its record."""
        self.simulator.requests.clear()
        try:
            night(self.folder, self.simulator.now.date())
        except (ThroughlineError, NothingFetchedError):
            pass  # what it was stands in the record
        return read_records(Places(self.folder), 1)[0]


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """The tracker that the test names."""
    return request.param


@pytest.fixture
def home(name: str, tmp_path: Path, in_no_time: None) -> Iterator[Home]:  # noqa: F811 - the fixture
    tracker = TRACKERS[name]
    simulator = tracker.make(World(SEED, 16, 3, 3))
    tracker.cut(simulator, ROWS)
    with simulator.serving():
        stage = SimpleNamespace(sources=lambda: tracker.entry(simulator.address))
        yield Home(tracker, simulator, write_home(tmp_path / "home", stage))  # type: ignore[arg-type]


def strike(home: Home, ending: Ending, requests: int, scope: str) -> None:
    """Let the fault befall the next night, for as long as it lasts."""
    after = requests // 2 if ending.where == MIDWAY else 0
    pattern = of_scope(home.tracker, scope) if ending.where == ONE_SCOPE else ""
    details = ending.details
    home.simulator.faults = [Fault(ending.kind, pattern, after, FOR_EVER, details)]


@pytest.mark.parametrize(("ending", "name"), CELLS, indirect=["name"], ids=str)
@pytest.mark.requirement("R16", "what failed keeps its rows, is named, and the exit code says so")
def test_a_fault_ends_the_night_with_its_code_and_its_words(home: Home, ending: Ending) -> None:
    probe = home.tracker.extract(home.simulator.address, home.folder / "probe")
    [scope, *_] = [each.id for each in probe.scopes if each.id]
    requests = len(home.simulator.requests)

    strike(home, ending, requests, scope)
    first = home.night()
    has_landed = any(Places(home.folder).raw.glob("*/*/*.jsonl.zst"))
    home.simulator.faults = []
    healed = home.night()
    home.simulator.night(1)
    strike(home, ending, requests if ending.where != MIDWAY else 8, scope)
    later = home.night()

    assert (first["exit_code"], first["state"]) == (DEGRADED if has_landed else EMPTY)
    assert has_landed == (ending.where != AT_THE_START) or ending.where == MIDWAY
    assert (healed["exit_code"], healed["state"]) == (0, "published"), healed["sentence"]
    assert (later["exit_code"], later["state"]) == DEGRADED, later["sentence"]
    for record in (first, later):
        assert home.tracker.source in record["sentence"]
        assert [each for each in ending.says if each not in record["sentence"]] == []
        assert not [each for each in home.tracker.hidden if each in record["sentence"]]
    [source] = later["sources"]
    assert source["state"] in ("stale", "partial")


@pytest.mark.requirement("R38", "401 midway: each request once, a sentence of its own")
@pytest.mark.parametrize("name", list(TRACKERS) if IS_DRILL else ["trello"], indirect=True)
def test_nothing_is_asked_again_of_a_tracker_that_takes_the_token_no_more(
    home: Home, figure: Figure
) -> None:
    home.tracker.extract(home.simulator.address, home.folder / "probe")
    [dead] = [each for each in ENDINGS if each.name == "401 midway"]
    strike(home, dead, len(home.simulator.requests), "")

    record = home.night()
    [fault] = home.simulator.faults
    refused = [
        json.dumps([each.method, each.path, each.query, each.body], sort_keys=True)
        for each in home.simulator.requests[fault.after :]
    ]
    again = [request for request, times in Counter(refused).items() if times > 1]

    assert refused and again == []
    assert "its token is no longer taken" in record["sentence"]
    figure.reached(f"{home.tracker.name}: {len(refused)} requests after it, each once")


@pytest.mark.requirement("R27", "a full disk ends the night with 1 and says what to do")
@pytest.mark.parametrize("name", list(TRACKERS) if IS_DRILL else ["trello"], indirect=True)
def test_a_full_disk_ends_the_night_with_1_and_its_words(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", Full(least=random.Random(SEED).randrange(20, 40), word="/raw/"))
        record = home.night()
    healed = home.night()

    assert (record["exit_code"], record["cause"]) == (Exit.REFUSED, "disk_full")
    assert "is full" in record["sentence"]
    assert "bytes" in record["sentence"] and str(home.folder) in record["sentence"]
    assert healed["exit_code"] == 0, healed["sentence"]
