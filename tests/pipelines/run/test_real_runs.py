"""Runs of the real models come to the same twice, after kills, and in one go or in two."""

from __future__ import annotations

import random
import re
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.demo import AS_OF as DEMO_AS_OF
from pipelines.warehouse.places import Places
from tests.figures import IS_DRILL
from tests.homes import ROOT
from tests.properties.comparison import run

# a dozen whole runs stand behind the longest of these
pytestmark = pytest.mark.timeout(7200)
AS_OF = date.fromisoformat(DEMO_AS_OF)
SECONDS = {
    "fetch": 1.5,
    "type": 3.0,
    "database": 1.5,
    "models": 18.0,
    "checks": 3.0,
    "publish": 4.0,
}
"""How long the stages of a night take, some time within which it is killed."""
BATCH = ("fetch", "fetch", "type", "type", "database", "models", "models", "checks") + 2 * (
    "publish",
)
BATCHES = range(20 if IS_DRILL else 1)
AT_ONCE = 2 if IS_DRILL else 1
Tables = dict[str, list[tuple[Any, ...]]]


def tables(home: Path) -> Tables:
    """All rows of all published tables, in the order in which they stand."""
    file = Places(home).current / "throughline.duckdb"
    with duckdb.connect(str(file), read_only=True) as connection:
        names = connection.execute("select table_name from duckdb_tables() order by 1").fetchall()
        return {name: connection.execute(f"from {name}").fetchall() for (name,) in names}


def differing(one: Tables, other: Tables) -> dict[str, tuple[int, int]]:
    """The tables that differ, with the number of rows on one side only."""
    return {
        name: (len(set(one[name]) - set(other[name])), len(set(other[name]) - set(one[name])))
        for name in one.keys() | other.keys()
        if one.get(name) != other.get(name)
    }


def succeeded(home: Path, *more: str) -> None:
    done = run(home, AS_OF, *more)
    assert done.returncode == 0, done.stderr[-3000:]


def copy(home: Path, to: Path) -> Path:
    """The home without what the program wrote; files keep their times."""
    shutil.copytree(home, to, ignore=shutil.ignore_patterns("data"))
    return to


@pytest.fixture(scope="module")
def undisturbed(demo_home: Path) -> tuple[Path, Tables]:
    """The demo after its first night, and what it published."""
    return demo_home, tables(demo_home)


@pytest.mark.requirement("R05", "the same input 10 times: identical tables")
def test_running_twice_publishes_identical_tables(undisturbed, tmp_path: Path, figure) -> None:
    whole, first = undisturbed
    home = copy(whole, tmp_path / "again")
    times = figure.of(2, 10)
    for _ in range(times):
        succeeded(home)

        assert differing(first, tables(home)) == {}
    assert sum(map(len, first.values())) > 1000
    assert len(list(Places(home).published.glob("2*"))) == times
    figure.reached(f"{times} of {times} identical")


def test_a_run_after_new_exports_equals_a_full_rebuild(undisturbed, tmp_path: Path) -> None:
    whole, expected = undisturbed
    home = copy(whole, tmp_path / "grown")
    later = sorted((home / "exports").glob("*/*"))[::2]
    later = [path for path in later if path.name not in {"fields.json", "statuses.json"}]
    for path in later:
        path.rename(tmp_path / f"{path.parent.name}-{path.name}")
    assert run(home, AS_OF).returncode in (0, 3)
    before = tables(home)
    for path in later:
        (tmp_path / f"{path.parent.name}-{path.name}").rename(path)
    succeeded(home)
    grown = tables(home)
    if IS_DRILL:
        succeeded(home, "--full")

    assert differing(before, grown)
    assert differing(grown, tables(home)) == {}
    assert differing(grown, expected) == {}


def killed(home: Path, stage: str, seconds: float) -> bool:
    """Begin a night and kill it so long after a stage began; whether it had not ended before."""
    command = [sys.executable, "-m", "pipelines.cli", "run", "--home", str(home)]
    command += ["--as-of", AS_OF.isoformat()]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        while not re.search(f'started stage="?{stage}', process.stderr.readline()):
            assert process.poll() is None
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
    return process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.requirement("R01", "the real models, 10 of 200 points from fetch to publish")
def test_a_run_after_a_kill_publishes_what_an_undisturbed_one_would(
    undisturbed, tmp_path: Path, figure, batch: int
) -> None:
    whole, expected = undisturbed
    dice = random.Random(batch)
    points = [(stage, dice.uniform(0, SECONDS[stage])) for stage in BATCH]

    def recovered(number: int) -> bool:
        """Kill a first night at that point and let another one follow; whether it was in time."""
        home = copy(whole, tmp_path / str(number))
        is_killed = killed(home, *points[number])
        if Places(home).current.exists():
            assert differing(expected, tables(home)) == {}, points[number]
        succeeded(home)
        assert differing(expected, tables(home)) == {}, points[number]
        assert list(Places(home).runs.iterdir()) == [], points[number]
        shutil.rmtree(home)
        return is_killed

    number = figure.of(1, len(BATCH))
    with ThreadPoolExecutor(AT_ONCE) as workers:
        in_time = list(workers.map(recovered, range(len(BATCH) - number, len(BATCH))))
    assert sum(in_time) >= 0.7 * number
    figure.reached(f"{number} of {number} points")
