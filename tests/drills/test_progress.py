"""Whoever watches a long reading sees that it moves, how far it is, and when it stands still."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from pipelines.warehouse import watch
from pipelines.warehouse.places import Places
from tests.drills.serving import served
from tests.drills.trackers import TRACKERS
from tests.figures import IS_DRILL, Figure
from tests.pipelines.live.conftest import JIRA, fetch, jira, live_home  # noqa: F401 - fixtures
from tests.simulators.server import Fault

CARDS = 15_500
"""With their actions and all else, more than 100,000 records."""
TOLD = re.compile(
    r'^(?P<at>\S+) (?P<level>\w+) +progress stage="fetch \w+" '
    r'finished="(?P<records>[\d,]+) records".* scopes_landed=(?P<scopes>\d+)'
)
STALLED = re.compile(
    r"^(?P<at>\S+) WARNING stalled: nothing has come for (?P<seconds>\d+) seconds; .*fetch ops"
)


@dataclass(frozen=True)
class Line:
    """What a line of the log tells of how far it is."""

    at: datetime
    level: str
    records: int
    scopes: int


def lines(home: Path) -> list[str]:
    """The log of the only run."""
    [path] = Places(home).logs.glob("*.log")
    return path.read_text().splitlines()


def told(home: Path) -> list[Line]:
    """What the log tells of how far the reading is."""
    found = [match for line in lines(home) if (match := TOLD.match(line))]
    return [
        Line(
            datetime.fromisoformat(each["at"]),
            each["level"],
            int(each["records"].replace(",", "")),
            int(each["scopes"]),
        )
        for each in found
    ]


def seconds_between(moments: list[datetime]) -> float:
    """The longest time between two moments."""
    return max((later - earlier).total_seconds() for earlier, later in pairwise(moments))


@pytest.mark.timeout(1800)
@pytest.mark.requirement("R18", "100,000 records: told every 10 s, ever more, up to the true count")
def test_a_long_reading_tells_that_it_moves(
    live_home,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
    figure: Figure,
) -> None:
    tracker = TRACKERS["trello"]
    for name, value in tracker.environment().items():
        monkeypatch.setenv(name, value)
    longest = 10 if IS_DRILL else 5
    if not IS_DRILL:
        monkeypatch.setattr(watch, "SECONDS_TOLD", 0.5)
        monkeypatch.setattr(watch, "SECONDS_SHOWN", 0.01)
    with served("trello", figure.of(150, CARDS)) as address:
        home = live_home(tracker.entry(address))
        report = fetch(home)["trello"]
    found = told(home)
    everything = [datetime.fromisoformat(line.split()[0]) for line in lines(home)]
    began, ended = everything[0], everything[-1]
    told_to_all = [began, *(each.at for each in found if each.level == "INFO"), ended]
    moved = [b.at for a, b in pairwise(found) if (b.records, b.scopes) != (a.records, a.scopes)]
    read = sum(report.read.values())

    assert report.state == "fresh", report.detail
    assert read >= figure.of(1000, 100_000)
    assert len(told_to_all) > 3
    assert seconds_between(told_to_all) <= longest
    assert seconds_between([began, *moved, ended]) <= longest
    assert all(a.records <= b.records and a.scopes <= b.scopes for a, b in pairwise(found))
    assert (found[-1].level, found[-1].records) == ("INFO", read)
    assert not [line for line in lines(home) if "stalled" in line]
    figure.reached(
        f"{read:,} records in {(ended - began).total_seconds():.0f} s: told at least every "
        f"{seconds_between(told_to_all):.1f} s, moved every {seconds_between(moved):.1f} s"
    )


@pytest.mark.timeout(900)
@pytest.mark.requirement("R18", "a tracker silent for 310 s: one stall told, after 300 s")
def test_a_tracker_that_wants_silence_is_told_as_stalled_once(
    live_home,  # noqa: F811 - the fixture
    jira,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
    figure: Figure,
) -> None:
    if not IS_DRILL:
        monkeypatch.setattr(watch, "SECONDS_TOLD", 0.05)
        monkeypatch.setattr(watch, "SECONDS_OF_A_STALL", 0.5)
    silence = str(figure.of(1, 310))
    details = {"status": 429, "headers": {"Retry-After": silence}}
    jira.faults = [Fault("status", 'search/jql .*"summary"', after=1, details=details)]
    home = live_home(JIRA % jira.address)

    report = fetch(home)["ops"]
    began = datetime.fromisoformat(lines(home)[0].split()[0])
    stalls = [STALLED.match(line) for line in lines(home) if "stalled" in line]
    [stall] = [match for match in stalls if match]
    after = (datetime.fromisoformat(stall["at"]) - began).total_seconds()
    to_all = [each.at for each in told(home) if each.level == "INFO"]

    assert report.state == "fresh", report.detail
    assert len(stalls) == 1
    assert after >= watch.SECONDS_OF_A_STALL
    assert int(watch.SECONDS_OF_A_STALL) <= int(stall["seconds"]) <= 310
    assert seconds_between([began, *to_all]) <= (10 if IS_DRILL else 5)
    assert told(home)[-1].records == sum(report.read.values())
    figure.reached(f"silent for at least {silence} s: one stall told, after {after:.0f} s")
