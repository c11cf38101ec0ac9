"""The same input comes to the same tables: whatever the hash seed, the threads, the order."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.warehouse.places import Places
from tests import forked
from tests.drills.small_nights import AS_OF
from tests.figures import IS_DRILL
from tests.homes import ROOT
from tests.pipelines.conftest import board, toy_home  # noqa: F401 - a fixture

pytestmark = pytest.mark.timeout(7200)
THREADS = (1, 4, 8)
SEEDS = 20


def tables(home: Path) -> str:
    """One hash of all published Parquet files, which hold the rows in the order of all columns."""
    seen = hashlib.sha256()
    files = sorted((Places(home).current / "parquet").resolve().glob("*.parquet"))
    for file in files:
        seen.update(file.name.encode() + hashlib.sha256(file.read_bytes()).digest())
    assert len(files) > 2
    return seen.hexdigest()


def shuffled(home: Path, to: Path, seed: int) -> Path:
    """The home without what the program wrote, and its exports in another order of records."""
    shutil.copytree(home, to, ignore=shutil.ignore_patterns("data"))
    dice = random.Random(seed)
    for file in sorted(path for path in (to / "exports").rglob("*") if path.is_file()):
        times = (file.stat().st_atime_ns, file.stat().st_mtime_ns)
        file.write_text(_shuffled(file.read_text(encoding="utf-8"), dice), encoding="utf-8")
        os.utime(file, ns=times)
    return to


def _shuffled(text: str, dice: random.Random) -> str:
    try:
        told = json.loads(text)
    except ValueError:
        lines = text.splitlines(keepends=True)
        dice.shuffle(lines)
        return "".join(lines)
    for records in [told] if isinstance(told, list) else told.values():
        if isinstance(records, list):
            dice.shuffle(records)
    return json.dumps(told, ensure_ascii=False)


def ran(command: list[str], seed: int, threads: int) -> None:
    """Run in a process with this hash seed and so many threads."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": str(seed), "THROUGHLINE_THREADS": str(threads)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.requirement("R32", "hash seeds and shuffled input, without the models: 1 hash")
def test_neither_hash_seed_nor_order_changes_what_is_landed_and_published(
    toy_home: Callable[..., Path],  # noqa: F811 - the fixture
    tmp_path: Path,
    figure,
) -> None:
    home = toy_home({f"{number}.json": board(number) for number in range(1, 8)})
    seeds, found = figure.of(2, SEEDS), set()
    for seed in range(seeds):
        again = shuffled(home, tmp_path / str(seed), seed)
        night = [
            sys.executable,
            "-m",
            "tests.drills.small_nights",
            str(again),
            AS_OF.isoformat(),
            "0",
        ]
        ran(night, seed, 1)
        found.add(tables(again))

    assert len(found) == 1
    figure.reached(f"{len(found)} distinct hash of {seeds} runs")


if IS_DRILL:

    @pytest.mark.requirement("R32", "20 hash seeds x 1/4/8 threads x shuffled input: 1 hash")
    @pytest.mark.parametrize("seed", range(SEEDS))
    def test_neither_threads_nor_seed_nor_order_changes_a_published_table(
        case_home, tmp_path: Path, figure, seed: int
    ) -> None:
        home = case_home("busy")
        as_of = json.loads((Places(home).current / "manifest.json").read_text())["as_of"]
        found = {tables(home)}
        # the seed is one of the process that all of these are forked from
        with forked.serving(PYTHONHASHSEED=str(seed)) as server:
            for threads in THREADS:
                again = shuffled(home, tmp_path / str(threads), seed * 10 + threads)
                run = ["run", "--home", str(again), "--as-of", as_of]
                ran(forked.command("throughline", run, server), seed, threads)
                found.add(tables(again))
                shutil.rmtree(again)

        assert len(found) == 1
        # the same words for each seed, as it is the same hash: the undisturbed one
        figure.reached("the hash of the undisturbed run with 1, 4 and 8 threads")
