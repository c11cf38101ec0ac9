"""The product and the oracle agree, row for row, on random worlds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.home.home import load_home
from pipelines.report.buckets import SEEN
from tests.dbt.building import build, failed
from tests.figures import Figure
from tests.oracle.answer import Answer, answer
from tests.oracle.worlds import write_world_home
from tests.properties.comparison import SHAPES, differences, published, rows, run, tables
from tests.properties.kinds import KINDS, seeds

# several whole runs stand behind the first test
pytestmark = pytest.mark.timeout(7200)

ALL_WORLDS = sum(len(seeds(name)) for name in KINDS)
WHOLE_NIGHTS = ("summer_time_begins", "hidden_people")
"""These go through a whole night and are read as published; of the others, what the compared tables
rest on is built, with its checks, and read in the working database."""


@dataclass(frozen=True)
class Swept:
    """Many worlds in one home: the database of what the product made of it, and the answer."""

    database: Path
    expected: Answer
    worlds: int

    @property
    def is_hidden(self) -> bool:
        """Whether people are."""
        return self.expected.home.settings["privacy"]["people"] == "hidden"


def sweep(name: str, home: Path) -> Swept:
    """Write a home, run the product on it, ask the oracle."""
    kind = KINDS[name]
    write_world_home(home, seeds(name), kind)
    if name in WHOLE_NIGHTS:
        done = run(home, kind.as_of)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        database = published(home)
    else:
        wanted = ["--select", *(f"+{table}" for table in (*SHAPES, "rpt_traced_share"))]
        wanted += ["--exclude-resource-type", "unit_test", "--indirect-selection", "cautious"]
        database, went = build(load_home(home, kind.as_of), home / "built", *wanted)
        assert failed(went) == {}
    return Swept(database, answer(home, kind.as_of), len(seeds(name)))


@pytest.fixture(scope="module", params=list(KINDS))
def swept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Swept:
    """A home, run and answered."""
    return sweep(request.param, tmp_path_factory.mktemp(request.param))


@pytest.mark.parametrize("table", list(SHAPES))
def test_the_published_table_is_the_oracles(swept: Swept, table: str) -> None:
    needs_people(swept, table)
    found = rows(swept.database, table)

    lines = differences(table, swept.expected.tables[table], found, swept.expected.days)

    assert not lines, f"{len(lines)} rows differ:\n" + "\n".join(lines[:40])


def needs_people(swept: Swept, table: str = "fct_allocation_day") -> None:
    """With hidden people nothing is published by day and person."""
    if swept.is_hidden and table == "fct_allocation_day":
        assert "fct_allocation_day" not in tables(swept.database)
        pytest.skip("people are hidden")


def by_person_and_week(spent: list[dict[str, Any]]) -> dict[tuple[str, date], dict[str, float]]:
    """Person-days by basis for each person and ISO week."""
    sums: dict[tuple[str, date], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in spent:
        monday = row["day"] - timedelta(days=row["day"].weekday())
        sums[row["person_key"], monday][row["basis"]] += row["person_days"]
    return sums


def capacities(swept: Swept) -> Iterator[tuple[str, date, float]]:
    """Every person's capacity of every date of the range."""
    people = swept.expected.people
    for person in people.everybody():
        for day in swept.expected.days:
            yield person, day, people.capacity(person, day)


def held_by_person_and_week(swept: Swept) -> dict[tuple[str, date], float]:
    """Every person's capacity of each ISO week."""
    held: dict[tuple[str, date], float] = defaultdict(float)
    for person, day, capacity in capacities(swept):
        held[person, day - timedelta(days=day.weekday())] += capacity
    return held


def put_in(spent: dict[str, float], held: float) -> float:
    """What a week of a person has to come to: the capacity, or what was written down beyond it."""
    return max(held, spent.get("manual", 0.0) + spent.get("logged", 0.0))


@pytest.mark.requirement("R12", "1,000 data sets: effort in = effort out, in every week")
@pytest.mark.requirement("R26", "clock changes: every minute in exactly one day")
def test_every_week_of_every_person_adds_up(swept: Swept, figure: Figure) -> None:
    held = held_by_person_and_week(swept)
    if swept.is_hidden:
        spent = by_person_and_week(swept.expected.tables["fct_allocation_day"])
        # of whom it is stands nowhere, so that everybody's weeks add up together
        out: dict[date, float] = defaultdict(float)
        for row in rows(swept.database, "fct_allocation_week"):
            out[row["week"]] += row["person_days"]
        for key in {*spent, *held}:
            out[key[1]] -= put_in(spent[key], held[key])
        broken = [(week, rest) for week, rest in out.items() if abs(rest) > 1e-6]
    else:
        spent = by_person_and_week(rows(swept.database, "fct_allocation_day"))
        broken = [
            (key, dict(spent[key]), held[key])
            for key in {*spent, *held}
            if abs(sum(spent[key].values()) - put_in(spent[key], held[key])) > 1e-6
        ]
    assert held and not broken, broken[:5]
    told = f"{swept.worlds} of {ALL_WORLDS} worlds"
    figure.reached(f"{told}, {len(held)} weeks of people add up")


def test_a_drill_makes_a_thousand_worlds() -> None:
    every = [seed for name in KINDS for seed in seeds(name, is_drill=True)]

    assert len(set(every)) == len(every) >= 1000


@pytest.mark.requirement("R13", "1,000 data sets: shares sum to 100 %, none is made of nothing")
def test_shares_are_made_of_all_effort_and_of_some(swept: Swept, figure: Figure) -> None:
    shares = rows(swept.database, "rpt_traced_share")
    for row in shares:
        parts = {bucket.key: row[bucket.column] for bucket in SEEN}
        allocated = sum(parts.values())
        assert row["allocated_days"] == pytest.approx(allocated, abs=1e-6)
        if row["traced_share"] is None:
            assert row["reason"]
            assert allocated < 1e-9 or 2 * row["observed_days"] < row["capacity_days"] + 1e-6
            continue
        traced = sum(parts[bucket.key] for bucket in SEEN if bucket.is_traced)
        assert row["traced_share"] == pytest.approx(traced / allocated, abs=1e-9)
        assert sum(100 * part / allocated for part in parts.values()) == pytest.approx(
            100, abs=0.01
        )
        assert 0 <= row["strict_share"] <= row["traced_share"] + 1e-9 <= 1 + 2e-9

    assert shares
    figure.reached(f"{swept.worlds} of {ALL_WORLDS} worlds, {len(shares)} rows of shares")


def test_no_effort_is_negative(swept: Swept) -> None:
    assert min(row["person_days"] for row in rows(swept.database, "fct_allocation_week")) >= 0


def test_teams_add_up_to_their_people(swept: Swept) -> None:
    needs_people(swept)
    teams: dict[tuple[str, date], float] = defaultdict(float)
    for row in rows(swept.database, "fct_allocation_week"):
        teams[row["team_id"], row["week"]] += row["person_days"]
    for row in rows(swept.database, "fct_allocation_day"):
        monday = row["day"] - timedelta(days=row["day"].weekday())
        teams[row["team_id"], monday] -= row["person_days"]

    assert all(abs(rest) <= 1e-6 for rest in teams.values())
