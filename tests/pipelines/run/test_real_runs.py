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
from tests.homes import ROOT
from tests.properties.comparison import run

pytestmark = pytest.mark.timeout(7200)
AS_OF = date.fromisoformat(DEMO_AS_OF)
SHARES = {"fetch": 0.05, "type": 0.08, "database": 0.05, "models": 0.55, "checks": 0.08}
SHARES["publish"] = 0.1
"""What part of a night its stages take, more or less; each chain kills a night in all but one."""
CHAINS = (
    ("fetch", "type", "database", "models", "checks"),
    ("fetch", "type", "database", "models", "publish"),
)
BATCHES = range(200 // sum(map(len, CHAINS)))
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
def test_running_again_publishes_identical_tables(undisturbed, tmp_path: Path, figure) -> None:
    whole, first = undisturbed
    home = copy(whole, tmp_path / "again")
    for _ in range(10):
        succeeded(home)

        assert differing(first, tables(home)) == {}
    assert sum(map(len, first.values())) > 1000
    assert len(list(Places(home).published.glob("2*"))) == 10
    figure.reached("10 of 10 identical")


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

    def recovered(chain: int) -> int:
        """Kill nights of one home, each followed by one that is not; how many."""
        dice, night = random.Random(2 * batch + chain), 30.0
        home = copy(whole, tmp_path / str(chain))
        for stage in CHAINS[chain]:
            if stage == "type":  # there is something to type in a new home alone
                home = copy(whole, tmp_path / f"{chain} {stage}")
            while not killed(home, stage, dice.uniform(0, SHARES[stage] * night)):
                pass
            if Places(home).current.exists():
                assert differing(expected, tables(home)) == {}, (stage, "before")
            began = time.monotonic()
            succeeded(home)
            night = time.monotonic() - began
            assert differing(expected, tables(home)) == {}, stage
            assert list(Places(home).runs.iterdir()) == [], stage
        return len(CHAINS[chain])

    with ThreadPoolExecutor(len(CHAINS)) as workers:
        points = sum(workers.map(recovered, range(len(CHAINS))))
    shutil.rmtree(tmp_path)
    figure.reached(f"{points} of {points} points, all killed in time")
