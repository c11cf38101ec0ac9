"""Pages of real readers that repeat rows of earlier ones, or over data that moves meanwhile."""

from __future__ import annotations

import random
from collections import defaultdict
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest

from connectors.absences import REMOVALS
from connectors.contract import LandedRecord
from connectors.registry import all_connectors
from tests.drills.states import (
    PAGED,
    Source,
    doubled,
    happen,
    id_of,
    interpose,
    open_items,
    rows_of,
    unsynced,  # noqa: F401 - a fixture
    walk_of,
    with_rows,
)
from tests.drills.test_states import repeat
from tests.drills.trackers import TRACKERS
from tests.figures import IS_DRILL
from tests.simulators.server import Answer, Request, Simulator
from tests.simulators.world import World

pytestmark = [pytest.mark.timeout(3600), pytest.mark.usefixtures("unsynced")]
SEEDS = 100
"""Of each tracker: as many as three minutes allow."""
ROWS, ITEMS = 3, 18


def seeded(name: str, seed: int) -> tuple[Simulator, str]:
    """A simulator of a world of its own, whose walks have several pages; the list of its items."""
    tracker = TRACKERS[name]
    simulator = tracker.make(World(seed, ITEMS, 3, 1))
    tracker.cut(simulator, ROWS)
    return simulator, PAGED[name][tracker.connector.items]


def move(simulator: Simulator, pattern: str, seed: int, kinds: list[str]) -> list[str]:
    """Between two pages edit, insert or delete up to three items; what was done, as it is done."""
    dice, names, done = random.Random(seed), open_items(simulator), list[str]()

    def busy(request: Request, answer: Answer) -> Answer:
        for _ in range(dice.choice((0, 1, 3))):
            if len(names) > 3 and len(done) < ITEMS:
                done.append(what := dice.choice(kinds))
                act(what)
        return answer

    def act(what: str) -> None:
        if what == "create":
            names.append(new := f"item-{seed}-{5_000 + len(done)}")
            details = {"title": "New for KR-1.1", "description": "", "status": "To Do"}
            container = simulator.world.containers[0]
            happen(simulator, what, new, container=container, parent=None, **details)
        elif what == "delete":
            happen(simulator, what, names.pop(dice.randrange(len(names))))
        else:
            title = f"Renamed while read {len(done)} [KR-2.1]"
            happen(simulator, what, dice.choice(names), title=title)

    interpose(simulator, pattern, busy)
    return done


def echo(simulator: Simulator, name: str, pattern: str, seed: int) -> dict[str, tuple[str, str]]:
    """Let pages repeat rows of earlier ones, as they were then or as they are now.

    Returns:
        Time of the last change and title of the newest copy of each item that was ever told.
    """
    dice, newest = random.Random(seed), dict[str, tuple[str, str]]()
    walks: dict[str, list[tuple[Request, list[Any]]]] = defaultdict(list)
    if name == "jira_data_center":
        # what an offset repeats is what moved by one: all that is told is as it is now
        repeat(simulator, TRACKERS[name], pattern)
    real = simulator.respond

    def longer(request: Request, answer: Answer) -> Answer:
        rows, seen, again = rows_of(answer), walks[walk_of(request)], list[Any]()
        if rows and seen and name != "jira_data_center":
            asked, then = dice.choice(seen)
            again = dice.choice((then, rows_of(real(asked))))
        if is_of_items(request):
            seen.append((request, rows))
            for row in (*again, *rows):
                told = row.get("fields", row)
                changed = told.get("updated") or row.get("modified_at") or row["dateLastActivity"]
                copy = (changed, told.get("summary") or told["name"])
                newest[id_of(row)] = max(copy, newest.get(id_of(row), copy))
        return with_rows(answer, dice.choice(([*again, *rows], [*rows, *again])))

    interpose(simulator, pattern, longer)
    return newest


def is_of_items(request: Request) -> bool:
    """False where a list is asked for ids, or to see what changed, alone."""
    fields = request.value("opt_fields") or request.value("fields") or "notes"
    return "notes" in fields


def newest_titles(source: Source) -> dict[str, set[Any]]:
    """The title of each item by the product's own types, in the copies that models take for the
    newest: several where nothing but chance tells two copies apart."""
    landing, stream = source.landing, source.tracker.connector.items
    ages: dict[str, tuple[Any, ...]] = {}
    titles: dict[str, set[Any]] = {}
    for each in (record for page in landing.pages(stream) for record in landing.records(page)):
        age = (each.version is not None, each.version, each.pulled_at)
        if age > ages.get(each.key, (False,)):
            ages[each.key], titles[each.key] = age, set()
        if age == ages[each.key]:
            titles[each.key].add(typed_title(source, each))
    return titles


def typed_title(source: Source, record: LandedRecord) -> Any:
    """The title in the row of an item."""
    streams = {each.name: each for each in all_connectors()[source.tracker.kind].streams}
    stream = streams[record.stream]
    [place] = [at for at, column in enumerate(stream.tables[0].columns) if column.name == "title"]
    [title] = [row[place] for name, row in stream.rows(record) if name == stream.tables[0].name]
    return title


@pytest.mark.parametrize("name", list(TRACKERS) if IS_DRILL else ["jira_cloud"])
@pytest.mark.requirement("R07", "rows repeated over pages of real readers: 0 doubled, newest wins")
def test_rows_that_pages_repeat_double_nothing_and_the_newest_copy_wins(
    name: str, tmp_path: Path, figure
) -> None:
    seeds, edited = figure.of(1, SEEDS), 0
    for seed in range(1, seeds + 1):
        simulator, pattern = seeded(name, seed)
        real = simulator.respond
        done = move(simulator, pattern, seed, ["retitle"])
        newest = echo(simulator, name, pattern, seed)
        source = Source(TRACKERS[name], simulator, tmp_path / "grown")
        with simulator.serving():
            first = source.run()
            between = newest_titles(source)
            simulator.respond = real
            simulator.advance(3600)
            second = source.run()
            whole = Source(TRACKERS[name], simulator, tmp_path / "whole")
            whole.run()

        assert (first.state, second.state) == ("fresh", "fresh"), (seed, first, second)
        expected = {key: {title} for key, (_, title) in newest.items()}
        assert {key: between[key] for key in newest} == expected, seed
        assert whole.newest() == source.newest(), seed
        assert doubled(source.landing) == [], seed
        edited += bool(done)
        rmtree(source.raw)
        rmtree(whole.raw)
    assert edited >= seeds * 0.8
    figure.reached(f"{name}: {seeds} of {seeds} seeds, in {edited} of them with edits between")


@pytest.mark.parametrize("name", list(TRACKERS) if IS_DRILL else ["jira_data_center"])
@pytest.mark.requirement("R08", "edits, inserts, deletes between pages of real readers: 0 missing")
def test_what_moves_under_a_real_reader_is_there_after_one_more_run(
    name: str, tmp_path: Path, figure
) -> None:
    seeds, moved, swept = figure.of(1, SEEDS), 0, list[int]()
    for seed in range(1, seeds + 1):
        simulator, pattern = seeded(name, seed)
        source = Source(TRACKERS[name], simulator, tmp_path / "grown")
        with simulator.serving():
            if seed % 2 == 0:  # under a run after the first, over all items
                source.run()
                simulator.advance(24 * 3600)
                for thing in open_items(simulator):
                    happen(simulator, "retitle", thing, title=f"Another {thing} for KR-1.2")
            real = simulator.respond
            done = move(simulator, pattern, seed, ["retitle", "create", "delete"])
            source.run()
            simulator.respond = real
            simulator.advance(3600)
            second = source.run(confirm_removals=True)
            whole = Source(TRACKERS[name], simulator, tmp_path / "whole")
            whole.run()
            expected, found = whole.newest(), source.newest()
            gone = set(source.items()) - set(whole.items())
            if not gone <= removed(source):
                # What came and went under one run leaves the number of items as it was.
                simulator.advance(7 * 24 * 3600)
                source.run(confirm_removals=True)
                swept.append(seed)

        assert second.state == "fresh", (seed, second.reason)
        assert {key: found.get(key) for key in expected} == expected, seed
        assert gone <= removed(source) and not removed(source) & set(whole.items()), seed
        assert doubled(source.landing) == [], seed
        moved += bool(done)
        rmtree(source.raw)
        rmtree(whole.raw)
    assert moved >= seeds * 0.8 and len(swept) <= seeds * 0.1
    figure.reached(
        f"{name}: {seeds} of {seeds} seeds, in {moved} of them something moved; what came"
        f" and went under one run ({len(swept)}) was out with the weekly sweep"
    )


def removed(source: Source) -> set[str]:
    """The items that were found to be gone."""
    return {key for key, what in source.outcomes().items() if what in REMOVALS}
