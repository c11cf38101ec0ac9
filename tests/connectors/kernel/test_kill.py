"""A run that is killed at any instant costs the steps under way, and nothing else."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from connectors.landing import Landing
from tests.connectors.kernel.shelf import Shelf, asked, landed, pages, run, truth
from tests.figures import IS_DRILL

ROOT = Path(__file__).resolve().parents[3]
WORKERS = 4
UNDER_WAY = 3 * 2
"""Boards and the slices of each: so many walks, each of which may lose a page with a kill."""
POINTS = sorted(random.Random(7).sample(range(1, 130), 8)) if not IS_DRILL else range(1, 201)
THINGS = 150 if not IS_DRILL else 300
"""So many that there are more writes than points."""


def crash(shelf: Shelf, raw: Path, writes: int) -> int:
    """Run in a process of its own that dies at one of its writes; returns its exit code."""
    script = Path(__file__).with_name("killed_run.py")
    done = subprocess.run(
        [sys.executable, str(script), shelf.address, str(raw), str(writes)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    return done.returncode


@dataclass(frozen=True)
class Undisturbed:
    """What a run that nobody kills lands, and how many pages it asked for."""

    pages: dict[str, bytes]
    steps: int


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    raw = tmp_path_factory.mktemp("undisturbed")
    shelf = Shelf(boards=3, things=THINGS, page=5)
    with shelf.serving():
        run(shelf, raw, workers=WORKERS, slices=2)
        return Undisturbed(pages(raw), asked(shelf, "/things"))


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.requirement("R01", "SIGKILL at 200 writes of an extraction: 0 lost, 0 doubled")
def test_a_killed_run_goes_on_and_lands_the_same_bytes(
    tmp_path: Path, undisturbed: Undisturbed, point: int
) -> None:
    shelf = Shelf(boards=3, things=THINGS, page=5)
    with shelf.serving():
        first = crash(shelf, tmp_path, point)
        second = crash(shelf, tmp_path, point)
        found = run(shelf, tmp_path, workers=WORKERS, slices=2)
        steps = asked(shelf, "/things")

        assert first == -signal.SIGKILL
        assert second in (-signal.SIGKILL, 0)
        assert found.state == "fresh"
        assert landed(tmp_path) == truth(shelf)
        if second:
            assert steps <= undisturbed.steps + 2 * UNDER_WAY
    assert pages(tmp_path) == undisturbed.pages
    assert not list((tmp_path / "eng").rglob("*.tmp"))
    assert len(Landing(tmp_path, "eng").scopes()) == 3
