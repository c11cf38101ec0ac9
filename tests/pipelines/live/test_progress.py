"""Whoever watches a source being read sees that it moves, and what it will cost beforehand."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from connectors.errors import DeferredError, ResponseError
from connectors.extraction_report import Progress
from connectors.live import Forecast, Scope
from pipelines.warehouse import watch
from pipelines.warehouse.outlook import Outlook, outlook
from pipelines.warehouse.run_log import listening
from pipelines.warehouse.watch import Watch

LATER = 10.0**12


@pytest.mark.requirement("R18", "the counter moves at least every 10 s")
def test_the_counter_moves_though_the_tracker_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "SECONDS_TOLD", 0.01)
    told: list[Mapping[str, Any]] = []
    watched = Watch("eng", {"1": "APP"})

    with listening(told.append), watched.telling():
        watched.hear(Progress("eng", "1", "issues", 1200, 1.0))
        while len([each for each in told if each["level"] == "info"]) < 3:
            time.sleep(0.005)

    last = told[-1]
    assert (last["event"], last["stage"]) == ("progress", "fetch eng")
    assert (last["finished"], last["scope"]) == ("1,200 records", "APP")


@pytest.mark.requirement("R18", "a silence of 5 minutes is told as a stall, once")
def test_a_silence_of_minutes_is_told_as_a_stall_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "SECONDS_TOLD", 0.005)
    monkeypatch.setattr(watch, "SECONDS_OF_A_STALL", 0.2)
    told: list[Mapping[str, Any]] = []
    watched = Watch("eng", {"1": "APP"})

    def stalls() -> list[Mapping[str, Any]]:
        return [each for each in told if each["level"] == "warning"]

    with listening(told.append), watched.telling():
        for number in (1, 2):
            watched.hear(Progress("eng", "1", "issues", 10, 1.0))
            assert len(stalls()) == number - 1
            until = time.monotonic() + 10
            while len(stalls()) < number and time.monotonic() < until:
                time.sleep(0.005)
            time.sleep(0.1)

    assert len(stalls()) == 2
    assert stalls()[0]["event"].startswith("stalled: nothing has come for ")
    assert stalls()[0]["stage"] == "fetch eng"


def test_a_display_is_told_of_pages_but_not_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Mapping[str, Any]] = []
    watched = Watch("eng", {})

    with listening(told.append):
        for _ in range(100):
            watched.hear(Progress("eng", "1", "issues", 10, 1.0))
        watched.hear(Progress("eng", "1", "", 1000, 1.0))

    assert len(told) == 1
    assert watched._facts()["finished"] == "1,000 records"
    assert watched._facts()["scopes_landed"] == 1


class Counting:
    """A reader that only tells what scopes cost."""

    def __init__(self, costs: Sequence[object]) -> None:
        self.costs = dict(enumerate(costs))

    def requests_expected(self, scope: Scope, _mark: object) -> object:
        cost = self.costs[int(scope.id)]
        if isinstance(cost, Exception):
            raise cost
        return cost


def told(*costs: object, until: float = LATER) -> Outlook:
    scopes = [Scope("", "eng", "site")]
    scopes += [Scope(str(number), "P", "project") for number in range(len(costs))]
    return outlook(Counting(costs), scopes, {}, 2.0, until)  # type: ignore[arg-type]


def test_what_reading_costs_is_added_up_over_scopes() -> None:
    found = told(Forecast(1000, 30), Forecast(200, 210))

    assert (found.items, found.requests, found.minutes) == (1200, 240, 2.0)
    assert str(found) == "about 1,200 items, 240 requests, about 2 minutes"


def test_scopes_that_tell_nothing_are_taken_for_average_ones() -> None:
    found = told(Forecast(100, 10), None, ResponseError("no"), Forecast(300, 30))

    assert (found.scopes, found.told) == (4, 2)
    assert (found.items, found.requests) == (800, 80)


@pytest.mark.parametrize("costs", [(), (None, None), (DeferredError("spent"),)])
def test_where_nothing_is_told_nothing_is_made_up(costs: tuple) -> None:
    assert str(told(*costs)) == "the tracker does not tell beforehand how much there is"


def test_asking_for_the_cost_ends_in_time() -> None:
    assert told(Forecast(100, 10), until=0).told == 0
