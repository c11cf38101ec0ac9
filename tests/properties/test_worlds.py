"""The product and the oracle agree, row for row, on random worlds."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.home.home import load_home
from pipelines.report.buckets import SEEN
from tests.dbt.building import build, failed
from tests.figures import Figure
from tests.oracle.answer import Answer, answer
from tests.oracle.times import monday
from tests.oracle.worlds import write_world_home
from tests.properties.comparison import SHAPES, differences, published, rows, run, tables
from tests.properties.items import WithoutEffort, buckets_by_links, written
from tests.properties.kinds import KINDS, TRIED, seeds
from tests.properties.shares import allocated_days, faults_of_shares, of_no_part, share_columns

# several whole runs stand behind the first test
pytestmark = pytest.mark.timeout(7200)

ALL_WORLDS = sum(len(seeds(name)) for name in TRIED)
TRACED = [bucket.key for bucket in SEEN if bucket.is_traced]
WHOLE_NIGHTS = ("summer_time_begins", "hidden_people")
"""These go through a whole night and are read as published; of the others, what the compared tables
rest on is built, with its checks, and read in the working database."""
ALSO_READ = ("rpt_traced_share", "dim_work_item")
ENOUGH = 25
"""Of so many worlds one record of a source may be bad, and the rest still goes through."""


@dataclass(frozen=True)
class Swept:
    """Many worlds in one home: the database of what the product made of it, and the answer."""

    database: Path
    expected: Answer
    worlds: int
    has_late_data: bool
    aside: set[str] = field(default_factory=set)
    """Items that were put aside, as they cannot be read."""

    @property
    def is_hidden(self) -> bool:
        """Whether people are."""
        return self.expected.home.settings["privacy"]["people"] == "hidden"


def sweep(name: str, home: Path) -> Swept:
    """Write a home, ask the oracle, run the product on it."""
    kind = KINDS[name]
    write_world_home(home, seeds(name), kind)
    expected = answer(home, kind.as_of)
    if name in WHOLE_NIGHTS:
        done = run(home, kind.as_of)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return Swept(published(home), expected, len(seeds(name)), kind.late_days > 0)
    if len(seeds(name)) >= ENOUGH:
        spoil(home)
    wanted = [
        "--select",
        *(f"+{table}" for table in (*SHAPES, "rpt_traced_share", "dim_work_item")),
    ]
    wanted += ["--exclude-resource-type", "unit_test", "--indirect-selection", "cautious"]
    database, went = build(load_home(home, kind.as_of), home / "built", *wanted)
    assert failed(went) == {}
    found = {f"{row['source']}:{row['record_id']}" for row in rows(database, "run.quarantine")}
    return Swept(database, expected, len(seeds(name)), kind.late_days > 0, found)


def spoil(home: Path) -> None:
    """Add records that cannot be read to two sources, once the oracle has had its say."""
    for folder in ("j0", "a0"):
        page = json.loads((home / "exports" / folder / "page.json").read_text("utf-8"))
        [records] = page.values()
        other = records[0]
        if folder == "j0":
            other["id"], other["key"], other["fields"]["summary"] = "77", "BAD-1", {"no": "text"}
        else:
            other["gid"], other["name"] = "77", {"no": "text"}
        (home / "exports" / folder / "spoilt.json").write_text(json.dumps([other]), "utf-8")


@pytest.fixture(scope="module", params=TRIED)
def swept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Swept:
    """A home, run and answered."""
    return sweep(request.param, tmp_path_factory.mktemp(request.param))


MINUTES = pytest.mark.requirement("R26", "leap day, year end, week 53: each minute in one day")


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(name, marks=[MINUTES] if name == "fct_allocation_day" else [])
        for name in SHAPES
    ],
)
def test_the_published_table_is_the_oracles(swept: Swept, table: str) -> None:
    if is_withheld(swept, table):
        return
    found = rows(swept.database, table)

    lines = differences(table, swept.expected.tables[table], found, swept.expected.days)

    assert not lines, f"{len(lines)} rows differ:\n" + "\n".join(lines[:40])


@pytest.mark.requirement("R12", "1,000 data sets: items in = in a bucket + left out, with a reason")
def test_every_item_that_was_written_is_in_one_place(swept: Swept, figure: Figure) -> None:
    expected = swept.expected
    all_items, read = written(expected), rows(swept.database, "dim_work_item")
    known = {row["work_item_id"] for row in read} - {"(none)"}
    late = all_items - expected.landed.items.keys() - swept.aside

    assert known == expected.landed.items.keys()
    assert len(read) - 1 + len(swept.aside) + len(late) == len(all_items)
    assert known | swept.aside | late == all_items
    assert bool(late) == swept.has_late_data

    ends = where_items_ended(swept, known)
    ends |= {"set aside": len(swept.aside), "made after the range": len(late)}
    assert ends.keys() >= {"traced", "untraced"} and None not in ends
    assert sum(ends.values()) == pytest.approx(len(all_items), abs=1e-6)
    told = ", ".join(f"{count:.0f} {end}" for end, count in ends.items())
    figure.reached(f"{swept.worlds} of {ALL_WORLDS} worlds, {len(all_items)} items: {told}")


def where_items_ended(swept: Swept, known: set[str]) -> dict[str | None, float]:
    """Each item once: in parts by the buckets of its effort, or by why it has none."""
    allowed = buckets_by_links(rows(swept.database, "fct_link"))
    spent: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in rows(swept.database, "fct_allocation_week"):
        spent[row["work_item_id"]][row["bucket"]] += row["person_days"]
    made: dict[str, float] = defaultdict(float)
    for row in swept.expected.effort:
        made[row.item] += row.person_days
    without = WithoutEffort(swept.expected)
    ends: dict[str | None, float] = defaultdict(float)
    for item in known:
        buckets, weight = allowed.get(item, ({"untraced"}, 1.0))
        assert weight == pytest.approx(1, abs=1e-6), item
        total = sum(spent[item].values())
        assert total == pytest.approx(made[item], abs=1e-6), item
        assert {bucket for bucket, days in spent[item].items() if days > 0} <= buckets, item
        if not total:
            ends[without.reason(item)] += 1
            continue
        for bucket, days in spent[item].items():
            ends["traced" if bucket in TRACED else bucket] += days / total
    return ends


def is_withheld(swept: Swept, table: str = "fct_allocation_day") -> bool:
    """Whether people are hidden and a table tells of them by day: then there must be none."""
    is_of_people = swept.is_hidden and table == "fct_allocation_day"
    assert not (is_of_people and table in tables(swept.database))
    return is_of_people


def capacities(swept: Swept) -> Iterator[tuple[str, date, float]]:
    """Every person's capacity of every date of the range."""
    people = swept.expected.people
    for person in people.everybody():
        for day in swept.expected.days:
            yield person, day, people.capacity(person, day)


def put_in(swept: Swept) -> dict[tuple[str, date], float]:
    """What each week of a person has to come to: the capacity, or what was written down beyond it.

    What was written down is what the oracle reads in time logs and manual allocations, whatever the
    product made of them.
    """
    held: dict[tuple[str, date], float] = defaultdict(float)
    for person, day, capacity in capacities(swept):
        held[person, monday(day)] += capacity
    written_down: dict[tuple[str, date], float] = defaultdict(float)
    for row in swept.expected.effort:
        if row.basis in ("manual", "logged"):
            written_down[str(row.person), monday(row.day)] += row.person_days
    return {key: max(held[key], written_down[key]) for key in {*held, *written_down}}


@pytest.mark.requirement("R12", "1,000 data sets: effort in = effort out, in every week")
@pytest.mark.requirement("R26", "clock changes: every minute in exactly one day")
def test_every_week_of_every_person_adds_up(swept: Swept, figure: Figure) -> None:
    every = put_in(swept)
    rest: dict[tuple[str, date], float] = defaultdict(float)
    if swept.is_hidden:
        # of whom it is stands nowhere, so that everybody's weeks add up together
        for (_, week), days in every.items():
            rest["everybody", week] += days
        for row in rows(swept.database, "fct_allocation_week"):
            rest["everybody", row["week"]] -= row["person_days"]
    else:
        rest.update(every)
        for row in rows(swept.database, "fct_allocation_day"):
            rest[row["person_key"], monday(row["day"])] -= row["person_days"]

    assert every
    assert {key: left for key, left in rest.items() if abs(left) > 1e-6} == {}
    told = f"{swept.worlds} of {ALL_WORLDS} worlds"
    figure.reached(f"{told}, {len(every)} weeks of people add up")


def test_a_drill_makes_a_thousand_worlds() -> None:
    every = [seed for name in KINDS for seed in seeds(name, is_drill=True)]

    assert len(set(every)) == len(every) >= 1000


@pytest.mark.requirement("R13", "1,000 data sets: shares sum to 100 %, none is made of nothing")
def test_shares_are_made_of_all_effort_and_of_some(swept: Swept, figure: Figure) -> None:
    shares = rows(swept.database, "rpt_traced_share")
    allocated = allocated_days(swept.expected)
    of_nothing = [row for row in shares if not row["allocated_days"] or not row["capacity_days"]]
    compared = 0
    for row in shares:
        key = (row["period_type"], row["period_start"], row["team_id"])
        if row["period_type"] != "all":  # in which teams are folded of which there are no rows
            assert row["allocated_days"] == pytest.approx(allocated.get(key, 0), abs=1e-6), key
            compared += 1
        faults = faults_of_shares(row)
        assert not faults, (key, faults)

    assert compared >= len(allocated) > 0
    assert of_nothing, "somebody has no effort, or no capacity, in some period"
    figure.reached(
        f"{swept.worlds} of {ALL_WORLDS} worlds, {len(shares)} rows, {len(of_nothing)} of nothing"
    )


@pytest.mark.requirement("R13", "every share of every table: a part of 1, null rather than NaN")
def test_no_share_of_any_table_is_anything_but_a_part(swept: Swept, figure: Figure) -> None:
    columns = share_columns(swept.database)
    with duckdb.connect(str(swept.database), read_only=True) as connection:
        wrong = {place: found for place in columns if (found := of_no_part(connection, *place))}

    assert ("rpt_traced_share", "traced_share") in columns
    assert wrong == {}
    figure.reached(f"{swept.worlds} of {ALL_WORLDS} worlds, {len(columns)} columns")


def test_no_effort_is_negative(swept: Swept) -> None:
    assert min(row["person_days"] for row in rows(swept.database, "fct_allocation_week")) >= 0


def test_teams_add_up_to_their_people(swept: Swept) -> None:
    if is_withheld(swept):
        return
    teams: dict[tuple[str, date], float] = defaultdict(float)
    for row in rows(swept.database, "fct_allocation_week"):
        teams[row["team_id"], row["week"]] += row["person_days"]
    for row in rows(swept.database, "fct_allocation_day"):
        teams[row["team_id"], monday(row["day"])] -= row["person_days"]

    assert all(abs(rest) <= 1e-6 for rest in teams.values())
