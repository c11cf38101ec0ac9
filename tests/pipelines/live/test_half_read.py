"""A source that fails after a share of its pages, in whole nights: never published as whole."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.warehouse.places import Places
from pipelines.warehouse.record import read_records
from tests.drills import small_nights
from tests.drills.states import flat, happen
from tests.drills.trackers import TRACKERS, Tracker
from tests.figures import IS_DRILL
from tests.pipelines.live.conftest import fetch
from tests.pipelines.live.test_guarded_fetch import in_no_time  # noqa: F401 - a fixture
from tests.simulators.server import FOR_EVER, Fault, Simulator

pytestmark = pytest.mark.timeout(3600)
SHARES = (0, 10, 50, 90, 99)
DAY = 24 * 3600
PAGES = {
    "jira_cloud": r"search/jql .*\"summary\"",
    "jira_data_center": r"/search .*\"summary\"",
    "asana": r"/tasks(/\d+)? null",
    "trello": r"/cards/all ",
}
"""Requests for pages of items, or for single ones where a tracker names what changed."""
LANDED = ("jira_issues", "asana_tasks", "trello_cards")
SOURCES = "select source as id, tracker, state, data_as_of from {run.sources}\n"
ITEMS = "\nunion all\n".join(
    "select source || ':' || record_id as id, source, max_by(title, pulled_at) as title\n"
    f"from {{landed.{table}}} group by all"
    for table in LANDED
)
SCHEMA = """\
sources:
  - {name: home, schema: home, tables: [{name: teams}]}
  - {name: run, schema: run, tables: [{name: sources}]}
  - {name: landed, schema: landed, tables: [%s]}
models:
"""
Night = Callable[[Path], dict[str, Any]]
"""Runs a night; gives its record."""


@pytest.fixture
def night(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Night:
    """In a drill a night by the command, with a project of a few models; else a small one."""
    tables = {"dim_source": SOURCES, "dim_work_item": ITEMS}
    if IS_DRILL:
        toy, run = (request.getfixturevalue(each) for each in ("toy_project", "run"))
        write_models(toy / "models", tables)
    else:
        for name, text in tables.items():
            monkeypatch.setitem(small_nights.TABLES, name, re.sub(r"{(.*?)}", r"\1", text))

    def of(home: Path) -> dict[str, Any]:
        code = run(home).code if IS_DRILL else small_nights.night(home) and None
        [record] = read_records(Places(home), 1)
        assert code in (None, record["exit_code"])
        return record

    return of


def write_models(folder: Path, tables: dict[str, str]) -> None:
    """Let the toy project show what has landed of every tracker."""
    for name, text in tables.items():
        told = re.sub(r"{(.*?)\.(.*?)}", r"{{ source('\1', '\2') }}", text)
        (folder / "marts" / f"{name}.sql").write_text(told)
    models = "".join(f"  - {{name: {name}, description: Some rows.}}\n" for name in tables)
    listed = ", ".join(f"{{name: {table}}}" for table in LANDED)
    (folder / "schema.yml").write_text(SCHEMA % listed + models)


@dataclass(frozen=True)
class Published:
    """What readers see of a source: its state, the day of its data, and its items."""

    state: str
    data_as_of: Any
    items: list[tuple[str, str]]


def published(home: Path, source: str) -> Published:
    file = Places(home).current / "throughline.duckdb"
    with duckdb.connect(str(file), read_only=True) as tables:
        [(state, day)] = tables.execute(
            "select state, data_as_of from dim_source where id = $1", [source]
        ).fetchall()
        items = tables.execute(
            "select id, title from dim_work_item where source = $1 order by all", [source]
        ).fetchall()
    manifest = json.loads((Places(home).current / "manifest.json").read_text())
    [told] = [each for each in manifest["sources"] if each["source"] == source]
    assert (told["state"], told["data_as_of"]) == (state, f"{day:%Y-%m-%dT%H:%M:%S}")
    return Published(state, day, items)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Simulator]]:
    """Serve a tracker of so many items, and let its secrets stand in the environment."""
    with ExitStack() as stack:

        def serve(tracker: Tracker, items: int) -> Simulator:
            simulator = flat(tracker, items)
            stack.enter_context(simulator.serving())
            for name, value in tracker.environment().items():
                monkeypatch.setenv(name, value)
            return simulator

        yield serve


def retitle(simulator: Simulator, items: int) -> None:
    """Let a day pass on which every item was changed."""
    simulator.advance(DAY)
    for number in range(items):
        happen(simulator, "retitle", f"item-{number}", title=f"Another {number} for KR-1.2")


@pytest.mark.parametrize("name", list(TRACKERS) if IS_DRILL else ["jira_data_center"])
@pytest.mark.requirement("R16", "fails at 0, 10, 50, 90, 99 % of 100 pages or more: rows stay")
def test_whole_nights_keep_yesterdays_rows_of_a_source_that_is_half_read(
    night: Night,
    live_home,
    served,
    in_no_time,  # noqa: F811 - the fixture
    name: str,
    figure,
) -> None:
    tracker, items = TRACKERS[name], figure.of(12, 102)
    other = TRACKERS["jira_cloud" if name == "trello" else "trello"]
    simulator, beside = served(tracker, items), served(other, 5)
    home = live_home(tracker.entry(simulator.address), other.entry(beside.address))
    assert night(home)["exit_code"] == 0
    before, before_beside = (published(home, each.source) for each in (tracker, other))
    assert (before.state, len(before.items)) == ("fresh", items)
    retitle(simulator, items)
    retitle(beside, 5)
    tracker.cut(simulator, 1)
    pages = pages_of(simulator, name, home)
    assert pages >= items - 2

    points = [pages * share // 100 for share in (SHARES if IS_DRILL else SHARES[2:3])]
    for point in points:
        half = Path(shutil.copytree(home, home.with_name(f"half {point}"), symlinks=True))
        fault = Fault("status", PAGES[name], point, FOR_EVER, {"status": 500})
        simulator.faults = [fault]
        ended = night(half)
        simulator.faults = []
        found, now_beside = (published(half, each.source) for each in (tracker, other))

        assert fault.seen > point, "it failed where it was to"
        assert ended["exit_code"] == 3, (point, ended["sentence"])
        assert tracker.source in ended["sentence"]
        assert f"{before.data_as_of:%Y-%m-%d %H:%M}" in ended["sentence"]
        assert found == Published(found.state, before.data_as_of, before.items), point
        assert found.state in ("stale", "partial"), point
        assert (now_beside.state, len(now_beside.items)) == ("fresh", 5), point
        assert now_beside.data_as_of > before_beside.data_as_of
        assert set(now_beside.items).isdisjoint(before_beside.items), point
        shutil.rmtree(half)
    assert len(set(points)) == len(points)
    figure.reached(f"{name}: {len(points)} of {len(points)} points of {pages} pages")


def pages_of(simulator: Simulator, name: str, home: Path) -> int:
    """How many requests for pages of items the next night makes, counted on a copy of a home."""
    simulator.requests.clear()
    copy = Path(shutil.copytree(home, home.with_name("counted"), symlinks=True))
    assert {each.state for each in fetch(copy).values()} == {"fresh"}
    counting = Fault("none", PAGES[name])
    for request in simulator.requests:
        counting.strikes(request)
    return counting.seen
