"""Sources are read side by side: the same rows, one pace for one token, and an end for all."""

from __future__ import annotations

import random
import time
from datetime import date
from functools import partial
from pathlib import Path
from threading import Barrier, Event, Lock

import pytest

from connectors.clock import Clock
from connectors.limits import Budget, Limiters
from pipelines.defs.keys import fetch_step
from pipelines.defs.resources import RunUnderWay
from pipelines.home.home import load_home
from pipelines.warehouse import steps
from pipelines.warehouse.ingest import LandingReport
from pipelines.warehouse.night import begun
from pipelines.warehouse.side_by_side import SideBySide
from tests.connectors.kernel.shelf import FakeClock
from tests.pipelines.live.conftest import AS_OF, JIRA, TRELLO, fetch, landed, reports

RATES = {"read": (100, 10.0)}


def fetch_side_by_side(home: Path) -> tuple[dict[str, LandingReport], float]:
    """Read all sources as a run does; what that came to, and how many seconds it took."""
    read = load_home(home, date.fromisoformat(AS_OF))
    with begun(read) as night:
        began = time.monotonic()
        steps.begin_fetching(night, read.sources)
        found = {source.name: steps.fetch(night, source) for source in read.sources}
        return found, time.monotonic() - began


def test_two_sources_read_side_by_side_land_what_they_land_one_after_the_other(
    live_home, jira, trello
) -> None:
    home = live_home(JIRA % jira.address, TRELLO % trello.address)
    fetch(home)
    serial = {name: landed(home, name) for name in ("ops", "old")}
    home.rename(home.with_name("serial"))
    home = live_home(JIRA % jira.address, TRELLO % trello.address)
    jira.latency = trello.latency = 0.01

    found, seconds = fetch_side_by_side(home)

    assert {name: each.state for name, each in found.items()} == {"ops": "fresh", "old": "fresh"}
    assert {name: landed(home, name) for name in ("ops", "old")} == serial
    assert all(each.seconds and each.seconds <= seconds for each in found.values())
    assert sum(each.seconds or 0 for each in found.values()) > seconds
    assert [len(reports(home, name)) for name in found] == [1, 1]


def test_a_first_load_signs_in_and_reads_the_roster_once(live_home, jira) -> None:
    fetch(live_home(JIRA % jira.address))

    asked = [each.path for each in jira.requests]
    assert asked.count("/rest/api/3/myself") == 1
    assert asked.count("/rest/api/3/project/search") == 1


def test_no_more_sources_than_the_settings_say_are_read_at_a_time(live_home, jira) -> None:
    home = live_home(JIRA % jira.address)
    settings = home / "throughline.yml"
    settings.write_text(
        settings.read_text().replace("retries: 0", "retries: 0, sources_at_once: 2")
    )
    together, guard, running, most = Barrier(2, timeout=10), Lock(), set[str](), 0

    def read(name: str) -> LandingReport:
        nonlocal most
        with guard:
            running.add(name)
            most = max(most, len(running))
        if name != "c":
            together.wait()
        with guard:
            running.remove(name)
        return LandingReport(name, "jira")

    with begun(load_home(home)) as night:
        night.side_by_side.begin({name: partial(read, name) for name in "abc"})
        names = [night.side_by_side.result(name)[0].source for name in "abc"]

    assert names == ["a", "b", "c"]
    assert most == 2


def test_sources_with_one_token_share_one_pace_the_slower_one() -> None:
    clock, limiters = FakeClock(), Limiters()
    dice = random.Random(1)
    mine = limiters.of("token", RATES, clock, dice)
    theirs = limiters.of("token", {"read": (50, 10.0)}, clock, dice)
    other = limiters.of("another", RATES, clock, dice)
    budget = Budget(clock)

    for _ in range(25):
        mine.wait("read", budget)
    waited = clock.now() - FakeClock().now()

    assert mine is theirs and mine is not other
    assert theirs.wait("read", budget) > 0
    assert other.wait("read", budget) == 0
    assert waited == pytest.approx((25 - 5) / 2.0, rel=0.05)


class CountingClock(Clock):
    """The clock of the machine, with the waits on it."""

    waits = 0

    def sleep(self, seconds: float) -> None:
        self.waits += 1
        super().sleep(seconds)


def test_who_waits_for_a_turn_waits_by_the_clock_of_its_own_source() -> None:
    of_another, mine = Clock(), CountingClock()
    limiter = Limiters().of("token", {"read": (100, 1.0)}, of_another, random.Random(1))
    of_another.stopped.set()

    for _ in range(11):
        limiter.wait("read", Budget(mine))

    assert 1 <= mine.waits <= 3


def test_the_end_of_a_run_stops_every_source_and_waits_for_it() -> None:
    beside, asking = SideBySide(2), Event()

    def read() -> LandingReport:
        clock = beside.clock()
        asking.set()
        clock.sleep(60)
        assert clock.stopped.is_set()
        return LandingReport("eng", "jira", "failed")

    beside.begin({"eng": read, "ops": read})
    asking.wait(10)
    began = time.monotonic()
    beside.end()

    assert time.monotonic() - began < 5
    assert beside.result("eng")[0].state == "failed"
    assert beside.clock().stopped.is_set()


def test_a_run_reads_those_sources_alone_whose_steps_it_has(
    live_home, jira, trello, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = live_home(JIRA % jira.address, TRELLO % trello.address)
    read = load_home(home, date.fromisoformat(AS_OF))
    run = RunUnderWay(home=str(home))
    with begun(read) as night:
        run._night = night
        run.begin_fetching({fetch_step("old"), "home"})
        run.begin_fetching({fetch_step("ops"), "home"})
        begun_names = [each.name for each in read.sources if each.name in night.side_by_side]

    assert begun_names == ["old"]
    assert jira.requests == []
