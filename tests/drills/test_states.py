"""States that a tracker may be in while it is read: each meets every tracker, and every list of it
that comes in pages."""

from __future__ import annotations

import errno
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import DiskFullError
from connectors.sign_in import client_for
from tests.drills.asked import ASKED
from tests.drills.states import (
    PAGED,
    ROWS,
    SEED,
    Source,
    doubled,
    happen,
    id_of,
    interpose,
    of_scope,
    open_items,
    put_account_in,
    rows_of,
    small,
    walk_of,
    with_rows,
)
from tests.drills.trackers import TRACKERS, StillClock, Tracker
from tests.figures import IS_DRILL
from tests.simulators.server import FOR_EVER, Answer, Fault, Request, Simulator

pytestmark = pytest.mark.timeout(3600)
LISTS = [(name, what) for name, lists in PAGED.items() for what in lists]
WITH_TOKENS = [
    ("jira_cloud", "issues", "expired_token"),
    *(("asana", what, "expired") for what in PAGED["asana"]),
]
"""Lists whose next page is asked for by something that ends: elsewhere it is an offset or an id."""
Act = Callable[[Simulator, Tracker, str], None]


def shrink(simulator: Simulator, tracker: Tracker, pattern: str) -> None:
    """From the second page on there is one row in each."""
    seen: list[Request] = []

    def smaller(request: Request, answer: Answer) -> Answer:
        seen.append(request)
        tracker.cut(simulator, 1)
        return answer

    interpose(simulator, pattern, smaller)


def repeat(simulator: Simulator, tracker: Tracker, pattern: str) -> None:
    """Each page begins with rows of the page before it, as the tracker gave them.

    With offsets, that is so if something came in front meanwhile: all rows move by one.
    """
    before: dict[str, list[Any]] = {}

    def longer(request: Request, answer: Answer) -> Answer:
        body = request.body or {}
        if body.get("startAt"):
            moved = replace(request, body={**body, "startAt": body["startAt"] - 1})
            told_then = simulator_answer(moved).body
            return replace(answer, body={**told_then, "total": told_then["total"] + 1})
        same, rows = walk_of(request), rows_of(answer)
        # Trello tells the end of a walk by a page without rows
        again = before.get(same, []) if rows else []
        before[same] = rows
        return with_rows(answer, [*again, *rows])

    simulator_answer = simulator.respond
    interpose(simulator, pattern, longer)


def change(simulator: Simulator, tracker: Tracker, pattern: str) -> None:
    """Whenever a page was given, an item is another one before the next is asked for."""
    dice, names = random.Random(SEED), open_items(simulator)

    def busy(request: Request, answer: Answer) -> Answer:
        if len(names) > 3:
            thing = names.pop(dice.randrange(len(names)))
            happen(simulator, "retitle", thing, title=f"Renamed while read [KR-2.1] {len(names)}")
        return answer

    interpose(simulator, pattern, busy)


MIDWAY = {"page shrinks": shrink, "duplicates over pages": repeat, "item modified": change}
CELLS = [
    (name, what, state)
    for row, (name, what) in enumerate(LISTS)
    for column, state in enumerate(MIDWAY)
    if IS_DRILL or (row + column) % len(MIDWAY) == 0
]
"""Each list meets each state in a drill; in the suite one of them, and the next list another."""


@pytest.mark.parametrize(("name", "what", "state"), CELLS)
def test_what_happens_between_two_pages_loses_and_doubles_nothing(
    name: str, what: str, state: str, tmp_path: Path
) -> None:
    tracker = TRACKERS[name]
    simulator = small(tracker)
    real = simulator.respond
    MIDWAY[state](simulator, tracker, PAGED[name][what])
    source = Source(tracker, simulator, tmp_path / "grown")
    with simulator.serving():
        first = source.run()
        simulator.respond = real
        tracker.cut(simulator, ROWS)
        between = source.newest()
        simulator.advance(3600)
        second = source.run()
        whole = Source(tracker, simulator, tmp_path / "whole")
        whole.run()

    assert (first.state, second.state) == ("fresh", "fresh"), (first.reason, second.reason)
    assert whole.newest() == source.newest()
    assert doubled(source.landing) == []
    assert state == "item modified" or between == source.newest(), "healed within the run"


@pytest.mark.parametrize("after", [0, 1] if IS_DRILL else [1])
@pytest.mark.parametrize(("name", "what", "kind"), WITH_TOKENS)
def test_a_page_token_that_expires_starts_its_walk_again(
    name: str, what: str, kind: str, after: int, tmp_path: Path
) -> None:
    tracker = TRACKERS[name]
    simulator, expired = small(tracker), Fault(kind, PAGED[name][what], after)
    source, whole = (Source(tracker, simulator, tmp_path / each) for each in ("a", "b"))
    with simulator.serving():
        whole.run()
        simulator.faults = [expired]
        first = source.run()
        simulator.faults = []
        second = source.run()

    assert expired.seen > after, "a page was asked for"
    assert second.state == "fresh", second.reason
    assert first.state == "fresh" or "no longer takes" in str(first.scopes), first.reason
    assert source.newest() == whole.newest()
    assert doubled(source.landing) == []


@pytest.mark.parametrize("skew", [86_400, -86_400] if IS_DRILL else [-86_400])
@pytest.mark.parametrize("name", list(TRACKERS))
def test_the_clock_of_this_machine_changes_no_byte(
    name: str, skew: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracker, real = TRACKERS[name], time.time
    simulator = small(tracker)
    right, wrong = (Source(tracker, simulator, tmp_path / each) for each in ("right", "wrong"))
    with simulator.serving():
        for night in (0, 1):
            if night:
                simulator.night(night)
            right.run()
            with monkeypatch.context() as patch:
                patch.setattr(time, "time", lambda: real() + skew)
                wrong.run()

    assert files(wrong) == files(right)


def files(source: Source) -> dict[str, bytes]:
    """Every byte of a landing, its journal included."""
    folder = source.raw / source.tracker.source
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".sqlite"
    }


@pytest.fixture
def machine_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Lets this machine be in a time zone."""

    def be_in(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield be_in
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("name", list(TRACKERS))
def test_accounts_at_both_ends_of_the_world_give_the_same_rows(
    name: str, tmp_path: Path, machine_in: Callable[[str], None]
) -> None:
    """The zone is that of the account, of the source in the settings and of this machine."""

    def rows(zone: str) -> Counter[tuple[Any, ...]]:
        simulator = small(TRACKERS[name])
        put_account_in(simulator, name, zone)
        machine_in(zone)
        source = Source(TRACKERS[name], simulator, tmp_path / zone.rpartition("/")[2])
        with simulator.serving():
            for night in range(3 if IS_DRILL else 2):
                if night:
                    simulator.night(night)
                source.run(confirm_removals=True)
        assert len(source.items()) > 10
        return source.rows(zone)

    east, west = rows("Pacific/Kiritimati"), rows("Pacific/Pago_Pago")

    assert east == west == rows("Etc/UTC")


@pytest.mark.parametrize("name", list(TRACKERS))
def test_a_renamed_field_is_no_change_of_an_item(name: str, tmp_path: Path) -> None:
    tracker = TRACKERS[name]
    simulator = small(tracker)
    source = Source(tracker, simulator, tmp_path)
    with simulator.serving():
        source.run()
        before = source.items()
        happen(simulator, "rename_field", "size", name="Quite another name")
        simulator.advance(24 * 3600)
        second = source.run()

    assert second.state == "fresh", second.reason
    assert source.items() == before
    assert second.landed.get(tracker.connector.items, 0) == 0
    assert "Quite another name" in str(source.newest())


@pytest.mark.parametrize("name", list(TRACKERS))
def test_an_item_that_moved_is_the_same_item(name: str, tmp_path: Path) -> None:
    tracker = TRACKERS[name]
    simulator = small(tracker)
    source = Source(tracker, simulator, tmp_path / "grown")
    with simulator.serving():
        source.run()
        before = set(source.items())
        simulator.advance(24 * 3600)
        for thing in open_items(simulator)[:3]:
            here = simulator.world.items[thing].container
            there = next(each for each in simulator.world.containers if each != here)
            happen(simulator, "move_container", thing, container=there)
        second = source.run()
        whole = Source(tracker, simulator, tmp_path / "whole")
        whole.run()

    assert second.state == "fresh", second.reason
    assert second.landed[tracker.connector.items] == 3
    assert set(source.items()) == before
    assert source.items() == whole.items()
    assert set(source.outcomes().values()) <= {"present"}


@pytest.mark.parametrize("status", [403, 404, 500] if IS_DRILL else [403])
@pytest.mark.parametrize("name", list(TRACKERS))
@pytest.mark.requirement("R16", "1 scope of 200 fails: 199 are fresh, and it is named")
def test_one_scope_of_many_that_fails_is_all_that_is_behind(
    name: str, status: int, tmp_path: Path, figure
) -> None:
    tracker, scopes = TRACKERS[name], figure.of(6, 200)
    simulator = small(tracker, items=scopes, containers=scopes)
    source = Source(tracker, simulator, tmp_path)
    with simulator.serving():
        roster = listed(source)
        bad = roster[scopes // 2]
        echo = {"status": status, "body": {"errors": []}}
        simulator.faults = [Fault("status", of_scope(tracker, bad), 0, FOR_EVER, echo)]
        report = source.run()
        landed = set(source.landing.scopes())
        simulator.faults = []
        healed = source.run()

    states = {each.id: each.state for each in report.scopes if each.id}
    reason = next(each.reason for each in report.scopes if each.id == bad)
    assert len(states) == scopes
    assert report.state == "partial"
    assert states.pop(bad) in ("partial", "access_lost")
    assert set(states.values()) == {"complete"}
    assert landed - {""} == set(states)
    assert str(status) in reason
    assert healed.state == "fresh", healed.reason
    fresh = sum(each == "complete" for each in states.values())
    figure.reached(f"{name}, {status}: {fresh} of {scopes} fresh, 1 named")


def listed(source: Source) -> list[str]:
    """The scopes that a tracker lists."""
    told = source.tracker.settings(source.simulator.address)
    connector = source.tracker.connector
    client = client_for(connector, told, clock=StillClock())
    try:
        reader = connector.connect(told, client)
        reader.identify()
        return [each.id for each in reader.scopes() if each.id]
    finally:
        client.close()


@pytest.mark.parametrize("name", list(TRACKERS))
def test_a_token_that_is_revoked_midway_is_no_loss(name: str, tmp_path: Path) -> None:
    tracker = TRACKERS[name]
    simulator = small(tracker)
    source, whole = (Source(tracker, simulator, tmp_path / each) for each in ("cut", "whole"))
    with simulator.serving():
        whole.run()
        half = len(simulator.requests) // 2
        simulator.faults = [Fault("status", "", half, FOR_EVER, {"status": 401})]
        stopped = source.run()
        kept = source.landing.scopes()
        simulator.faults = []
        resumed = source.run()

    assert (stopped.state, resumed.state) == ("failed", "fresh")
    assert "401" in stopped.reason or "token" in stopped.reason
    assert all(kept[each].mark == source.landing.scopes()[each].mark for each in kept)
    assert source.newest() == whole.newest()
    assert doubled(source.landing) == []


@pytest.mark.parametrize("name", list(TRACKERS))
@pytest.mark.requirement("R27", "a full disk at any write of an extraction: nothing is lost")
def test_a_full_disk_is_said_and_loses_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure
) -> None:
    tracker, points = TRACKERS[name], figure.of(1, 50)
    simulator = small(tracker)
    whole = Source(tracker, simulator, tmp_path / "whole")
    dice, full = random.Random(SEED), Full()
    monkeypatch.setattr(os, "fsync", full)
    with simulator.serving():
        whole.run()
        writes = full.writes
        for number in range(points):
            source = Source(tracker, simulator, tmp_path / str(number))
            full.writes, full.least = 0, dice.randrange(writes - 5)
            with pytest.raises(DiskFullError, match="free some space and run again"):
                source.run()
            full.least = FOR_EVER
            assert source.run().state == "fresh"
            assert source.newest() == whole.newest(), number
            assert doubled(source.landing) == []
    figure.reached(f"{name}: {points} of {points} writes")


@dataclass
class Full:
    """A disk that takes so many writes to files whose path holds a word."""

    writes: int = 0
    least: int = FOR_EVER
    word: str = ""
    real = staticmethod(os.fsync)

    def __call__(self, handle: int) -> None:
        number = handle if isinstance(handle, int) else handle.fileno()
        if self.word in str(Path(f"/proc/self/fd/{number}").readlink()):
            self.writes += 1
            if self.writes > self.least:
                raise OSError(errno.ENOSPC, "No space left on device")
        self.real(handle)


def test_every_list_of_the_table_is_one_that_is_asked_for() -> None:
    for name, lists in PAGED.items():
        patterns = {each.pattern for each in ASKED[name]}
        assert {each for each in lists.values() if each not in patterns} <= {"/sections "}, name
    assert id_of({"gid": "1"}) == id_of({"id": 1}) == "1"
