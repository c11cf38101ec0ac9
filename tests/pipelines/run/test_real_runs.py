"""Runs of the real models come to the same twice, after kills, and in one go or in two."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from connectors.landing import Landing
from pipelines.demo import AS_OF as DEMO_AS_OF
from pipelines.warehouse.manifest import sha256_of
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import read_records
from tests import forked
from tests.homes import ROOT
from tests.pipelines.conftest import board
from tests.properties.comparison import run

pytestmark = pytest.mark.timeout(7200)
AS_OF = date.fromisoformat(DEMO_AS_OF)
BUSY_AS_OF = date(2026, 3, 30)
BEFORE = BUSY_AS_OF - timedelta(days=3)
CHAINS = (
    ("fetch", "type", "database", "models", "checks"),
    ("fetch", "type", "database", "models", "publish"),
    ("fetch", "type", "models", "checks", "publish"),
    ("type", "database", "models", "checks", "publish"),
)
"""In which stage the nights of a chain are killed, one after the other, each having to make up for
the ones before it; then comes one that is not killed."""
CARDS = "  - {name: cards, type: trello, export: 'exports/cards/*.json'}\n"
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


REWRITTEN = ("raw/*/reading.json", "memory/nights/*.json")
"""What each run writes anew where it stood: what its reading came to, and which run it was."""


def kept_for_good(home: Path) -> dict[str, str]:
    """What is landed and remembered: the files, and the contents of those that no run rewrites."""
    data = Places(home).data
    names = [
        path.relative_to(data) for room in ("raw", "memory") for path in (data / room).rglob("*")
    ]
    return {
        str(name): "" if any(map(name.match, REWRITTEN)) else sha256_of(data / name)
        for name in names
        if (data / name).is_file()
    }


@pytest.mark.requirement("R05", "the same input 10 times: identical tables, only the log grows")
def test_running_again_publishes_identical_tables(case_home, tmp_path: Path, figure) -> None:
    home = Path(shutil.copytree(case_home("busy"), tmp_path / "again", symlinks=True))
    places, first, kept = Places(home), tables(home), kept_for_good(home)
    for number in range(1, 11):
        done = run(home, BUSY_AS_OF)
        assert done.returncode == 0, done.stderr[-3000:]

        assert differing(first, tables(home)) == {}
        assert kept_for_good(home) == kept
        assert len(read_records(places, 100)) == 1 + number
    assert sum(map(len, first.values())) > 500 and len(kept) > 10
    assert len(list(places.logs.iterdir())) == 2 * 11
    assert len(list(places.published.glob("2*"))) == 11
    figure.reached("10 of 10 identical; 10 records added, nothing landed or remembered")


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


@dataclass(frozen=True)
class Recovery:
    """A home before a night, what it had published, and what it published and landed after it.

    ``seconds`` is how long each stage took.
    """

    home: Path
    before: Tables
    expected: Tables
    landed: list[tuple[str, ...]]
    seconds: dict[str, float]

    def copied(self, to: Path) -> Path:
        """The home as it was before the night."""
        return Path(shutil.copytree(self.home, to, symlinks=True))


@pytest.fixture(scope="module")
def recoveries(case_home, tmp_path_factory: pytest.TempPathFactory) -> list[Recovery]:
    """A home that is new, and one that has published an earlier day with half of the work."""
    folder = tmp_path_factory.mktemp("recoveries")
    new, grown = folder / "new", folder / "grown"
    copy(case_home("busy"), new)
    with (new / "throughline.yml").open("a") as settings:
        settings.write(CARDS)
    (new / "exports" / "cards").mkdir()
    copy(new, grown)
    for number in range(5):
        for home in (new, grown) if number < 3 else (new,):
            (home / "exports" / "cards" / f"{number}.json").write_text(board(number))
    issues = grown / "exports" / "work" / "issues.jsonl"
    issues.write_text("".join(issues.read_text().splitlines(keepends=True)[::2]))
    done = run(grown, BEFORE)
    assert done.returncode == 0, done.stderr[-3000:]
    shutil.copytree(new / "exports", grown / "exports", dirs_exist_ok=True)
    return [_recovery(home, folder / f"{home.name} whole") for home in (new, grown)]


def _recovery(home: Path, whole: Path) -> Recovery:
    before = tables(home) if Places(home).current.exists() else {}
    shutil.copytree(home, whole, symlinks=True)
    done = run(whole, BUSY_AS_OF)
    assert done.returncode == 0, done.stderr[-3000:]
    [record] = read_records(Places(whole), 1)
    seconds = {each["stage"].split()[0]: each["seconds"] for each in record["stages"]}
    expected = tables(whole)
    assert before != expected and sum(map(len, expected.values())) > 500
    return Recovery(home, before, expected, landed(whole), seconds)


def landed(home: Path) -> list[tuple[str, ...]]:
    """Every copy of every record that has landed."""
    raw = Places(home).raw
    return sorted(
        (source.name, record.stream, record.key, record.payload.decode())
        for source in raw.iterdir()
        for landing in [Landing(raw, source.name)]
        for page in landing.pages()
        for record in landing.records(page)
    )


def killed(home: Path, stage: str, seconds: float) -> bool:
    """Begin a night and kill it so long after a stage began; whether it had not ended before.

    With it go the processes that it has started; where models are built it goes alone, and its
    process of dbt has to see that for itself.
    """
    arguments = ["run", "--home", str(home), "--as-of", BUSY_AS_OF.isoformat()]
    is_alone = stage == "models"
    command = [sys.executable, "-m", "pipelines.cli", *arguments]
    if not is_alone:
        command = forked.command("throughline", arguments)
    environment = os.environ if is_alone else {**os.environ, **forked.KILLABLE}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        while not re.search(f'started stage="?{stage}', process.stderr.readline()):
            assert process.poll() is None
        time.sleep(seconds)
        [record] = read_records(Places(home), 1)
        if record["state"] == "running":
            with suppress(ProcessLookupError):
                kill = os.kill if is_alone else os.killpg
                kill(record["process"], signal.SIGKILL)
    return process.returncode == -signal.SIGKILL


def recovered(recovery: Recovery, home: Path, chain: tuple[str, ...], dice: random.Random) -> int:
    """Kill a night in each stage of a chain, then let one end; how many points that were."""
    for stage in chain:
        # a little beyond, for other nights on this machine make each stage longer
        while not killed(home, stage, dice.uniform(0, 1.2 * recovery.seconds[stage])):
            pass
        found = tables(home) if Places(home).current.exists() else {}
        if found != recovery.before:
            assert differing(recovery.expected, found) == {}, (chain, stage)
    done = run(home, BUSY_AS_OF)
    assert done.returncode == 0, done.stderr[-3000:]
    assert differing(recovery.expected, tables(home)) == {}, chain
    assert landed(home) == recovery.landed, chain
    assert list(Places(home).runs.iterdir()) == [], chain
    return len(chain)


@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.requirement("R01", "the real models, 20 of 200 points from fetch to publish")
def test_a_run_after_kills_publishes_what_an_undisturbed_one_would(
    recoveries: list[Recovery], tmp_path: Path, figure, batch: int
) -> None:
    recovery = recoveries[batch % len(recoveries)]
    homes = [recovery.copied(tmp_path / str(number)) for number in range(len(CHAINS))]
    dice = [random.Random(len(CHAINS) * batch + number) for number in range(len(CHAINS))]
    with ThreadPoolExecutor(2) as workers:
        every = [recovery] * len(CHAINS)
        points = sum(workers.map(recovered, every, homes, CHAINS, dice))
    shutil.rmtree(tmp_path)
    figure.reached(f"{points} of {points} points, all killed in time")
