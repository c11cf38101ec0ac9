"""Alarms of volume and freshness: half as many records are found, a usual night is left alone."""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.quality.examiner import Examiner
from pipelines.quality.volume import (
    Volume,
    is_dropped,
    is_late,
    read_history,
    remember_volume,
    volume_counts,
)
from pipelines.warehouse.ingest import LandingReport
from pipelines.warehouse.places import Places
from tests.figures import Figure

MONDAY = date(2026, 3, 2)
SHAPE = (1.0, 1.05, 1.1, 1.0, 0.9, 0.15, 0.1)
"""How a week goes, Monday to Sunday."""
TREND_A_WEEK = 1.01
RESTS = (0, 0, 0, 0, 0, 1, 2)
"""Days that the newest is older, Monday to Sunday, in a source that nobody uses at week-ends."""


def records_of(chance: random.Random, day: date, level: float, noise: float) -> int:
    """A night of a source: its level, the weekday, growth, its own unrest, and chance."""
    weeks = (day - MONDAY).days / 7
    expected = level * SHAPE[day.weekday()] * TREND_A_WEEK**weeks
    expected *= math.exp(chance.gauss(0, noise))
    return max(0, round(chance.gauss(expected, math.sqrt(expected))))


@dataclass(frozen=True)
class Nights:
    """The nights of a source, what a usual night after them reads, and what an odd one does."""

    history: dict[date, Volume]
    night: date
    usual: Volume
    frozen: Volume
    """As many records, but for some days nothing new is among them."""

    def alarms(self, tonight: Volume) -> tuple[bool, bool]:
        """Of volume and of freshness."""
        return (
            is_dropped(self.history, self.night, tonight.records),
            is_late(self.history, tonight.days_behind),
        )


def simulated(seed: int) -> Nights:
    """From two weeks, with which nights begin to be judged, to all that are kept."""
    chance = random.Random(seed)
    # Nights at whose usual volume half is more than chance: those are the ones that are told.
    level, noise = chance.choice([300, 1000, 20_000]), chance.uniform(0.02, 0.12)
    rests = RESTS if chance.random() < 0.5 else (0,) * 7
    days = [MONDAY + timedelta(days=number) for number in range(chance.randint(14, 70) + 1)]
    *before, (night, usual) = [
        (
            day,
            Volume(
                records_of(chance, day, level, noise),
                rests[day.weekday()] + chance.choice([0, 0, 1]),
            ),
        )
        for day in days
    ]
    frozen = Volume(usual.records, (usual.days_behind or 0) + chance.randint(6, 12))
    return Nights(dict(before), night, usual, frozen)


@pytest.mark.requirement("R36", "95 % of 50 % drops found, 1 false alarm per 100 nights at most")
def test_half_the_records_and_old_ones_are_told_and_usual_nights_are_not(figure: Figure) -> None:
    nights = figure.of(300, 1000)
    drops = late = alarms = 0
    for seed in range(nights):
        source = simulated(seed)
        alarms += any(source.alarms(source.usual))
        drops += source.alarms(Volume(source.usual.records // 2, source.usual.days_behind))[0]
        late += source.alarms(source.frozen)[1]

    assert drops >= 0.95 * nights
    assert late >= 0.95 * nights
    assert alarms <= 0.01 * nights
    figure.reached(
        f"{drops} of {nights} drops and {late} of {nights} frozen sources found, "
        f"{alarms} false alarms in {nights} usual nights"
    )


def test_a_quiet_weekend_is_no_drop() -> None:
    history = {
        MONDAY + timedelta(days=number): Volume(100 if number % 7 < 5 else 40)
        for number in range(28)
    }
    saturday, monday = MONDAY + timedelta(days=33), MONDAY + timedelta(days=28)

    assert not is_dropped(history, saturday, 40)
    assert is_dropped(history, monday, 40)


def test_nothing_is_told_before_two_weeks_are_known() -> None:
    history = {MONDAY + timedelta(days=number): Volume(1000, 0) for number in range(13)}

    assert not is_dropped(history, MONDAY + timedelta(days=13), 0)
    assert not is_late(history, 40)


@pytest.mark.parametrize(("behind", "told"), [(0, False), (2, False), (3, True), (30, True)])
def test_a_source_is_late_where_its_newest_is_older_than_ever(behind: int, told: bool) -> None:
    history = {MONDAY + timedelta(days=n): Volume(50, n % 2) for n in range(20)}

    assert is_late(history, behind) is told


@pytest.mark.requirement("R37", "a source that dropped and one that is late: both checks red")
def test_both_checks_of_a_source_turn_red(tmp_path: Path, figure: Figure) -> None:
    places = Places(tmp_path)
    night = MONDAY + timedelta(days=21)
    for day in range(22):
        read, newest = (10, 14) if day == 21 else (1000, day)
        as_of = datetime(2026, 3, 2, 5) + timedelta(days=newest)
        report = LandingReport("eng", "trello", data_as_of=as_of, read=Counter(cards=read))
        remember_volume(places, report, MONDAY + timedelta(days=day))

    counts = volume_counts(places, report, night)
    judged = Examiner(tmp_path).examine(counts)
    assert {(each.suite, each.rule): each.is_met for each in judged} == {
        ("eng/cards", "dropped"): False,
        ("eng/cards", "late"): False,
    }
    assert "the newest is 7 days old" in counts[1].sentence
    figure.reached("2 of 2 red")


def test_what_a_night_read_is_remembered_and_held_against_earlier_nights_alone(
    tmp_path: Path,
) -> None:
    places = Places(tmp_path)
    report = LandingReport("eng", "trello", data_as_of=datetime(2026, 3, 1, 5))
    report.read.update({"cards": 1000})
    for number in range(21):
        remember_volume(places, report, MONDAY + timedelta(days=number))
    night = MONDAY + timedelta(days=14)
    report.read.update({"cards": -600})
    remember_volume(places, report, night)

    dropped, late = volume_counts(places, report, night)
    assert len(read_history(places, "eng")) == 21
    assert read_history(places, "eng")[night] == Volume(400, 15)
    assert (dropped.suite, dropped.rule, dropped.found) == ("eng/cards", "dropped", 1)
    assert "400 records were read where 1000 are usual" in dropped.sentence
    assert late.found == 0


def test_a_damaged_memory_of_volumes_costs_no_night(tmp_path: Path) -> None:
    places = Places(tmp_path)
    places.volumes.mkdir(parents=True)
    (places.volumes / "eng.json").write_text("{")

    assert read_history(places, "eng") == {}
