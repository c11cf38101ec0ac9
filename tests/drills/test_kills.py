"""SIGKILL at any moment of an extraction, for every tracker: nothing is lost, doubled or different.

A moment is an operation on a file of the landing or a request; half of the kills come a little
after one, wherever the run is by then.
"""

from __future__ import annotations

import random
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from connectors.extraction import WALKS
from tests.drills.killing import Ended, Killer, Order, asked_twice, killer
from tests.drills.trackers import TRACKERS, Tracker
from tests.simulators.server import Simulator
from tests.simulators.world import World

pytestmark = pytest.mark.timeout(3600)
SEED = 31
ROWS = 4
"""Rows of a page, so that most walks have several."""
WORKERS = 4
LATEST = 0.01
"""Seconds after a moment in which a kill comes."""


@pytest.fixture(scope="module")
def killing() -> Iterator[Killer]:
    with killer() as found:
        yield found


@dataclass
class Scene:
    """A tracker that is served, the landing before the run, and what it comes to undisturbed."""

    tracker: Tracker
    simulator: Simulator
    killing: Killer
    folder: Path
    workers: int = WORKERS
    moments: int = 0
    expected: dict[str, bytes] = field(default_factory=dict)

    def begin(self, is_later: bool) -> None:
        """Read once before, if it is a later run, and once undisturbed."""
        (self.folder / "before").mkdir()
        if is_later:
            assert self.run(self.folder / "before").code == 0
            self.simulator.night(1)
        raw = self.copy("undisturbed")
        ended = self.run(raw)
        assert ended.code == 0
        assert asked_twice(self.told(raw)).total() == 0
        self.moments, self.expected = ended.moments, landed(raw, self.tracker)

    def copy(self, name: str) -> Path:
        """A landing as it was before the run."""
        return Path(shutil.copytree(self.folder / "before", self.folder / name))

    def told(self, raw: Path) -> Path:
        """The file in which the pages are that runs into a landing have asked for."""
        return raw.with_suffix(".told")

    def run(self, raw: Path, moment: int = 0, late: float = 0.0) -> Ended:
        """Read what is to be read, up to a moment."""
        name, address = self.tracker.name, self.simulator.address
        order = Order(name, address, str(raw), str(self.told(raw)), moment, late, self.workers)
        return self.killing.run(order)


def landed(raw: Path, tracker: Tracker) -> dict[str, bytes]:
    """All bytes of a landing but its index's; of its journal, the lines on pages alone."""
    folder = raw / tracker.source
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name.split(".")[0] not in ("index", "journal")
    }
    return {**found, "pages": b"".join(noted(raw, tracker, "page"))}


def noted(raw: Path, tracker: Tracker, kind: str) -> list[bytes]:
    """The whole lines of one kind in the journal of a landing, which is left as it is."""
    journal = raw / tracker.source / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True) if journal.exists() else []
    return [each for each in lines if each.endswith(b"\n") and f'"kind":"{kind}"'.encode() in each]


@pytest.mark.parametrize("run", ["first", "later"])
@pytest.mark.parametrize("name", list(TRACKERS))
@pytest.mark.requirement("R01", "SIGKILL at 200 moments of each tracker: landing byte-identical")
def test_a_kill_at_any_moment_loses_nothing_and_costs_a_page_of_each_walk(
    killing: Killer, name: str, run: str, tmp_path: Path, figure
) -> None:
    told = kill(killing, name, tmp_path, figure.of(1, 100), is_later=run == "later")
    figure.reached(f"{name}, {run} run: {told}")


@pytest.mark.parametrize("name", list(TRACKERS))
@pytest.mark.requirement("R01", "SIGKILL at 200 moments, a request at a time: a page again at most")
def test_with_one_request_at_a_time_a_kill_costs_one_page_at_most(
    killing: Killer, name: str, tmp_path: Path, figure
) -> None:
    told = kill(killing, name, tmp_path, figure.of(1, 200), is_later=False, workers=1)
    figure.reached(f"{name}: {told}")


def kill(
    killing: Killer, name: str, folder: Path, kills: int, *, is_later: bool, workers: int = WORKERS
) -> str:
    """Kill so many runs of a tracker, each by itself; returns what it came to."""
    tracker = TRACKERS[name]
    simulator = tracker.make(World(SEED, 24, 4, 3))
    tracker.cut(simulator, ROWS)
    with simulator.serving():
        scene = Scene(tracker, simulator, killing, folder, workers)
        scene.begin(is_later)
        again = [killed(scene, each, number) for number, each in enumerate(points(scene, kills))]
    return (
        f"{kills} of {kills} kills among {scene.moments} moments byte-identical; "
        f"{sum(again)} pages asked for again, {max(again)} at most after a kill"
    )


def points(scene: Scene, kills: int) -> list[tuple[int, float]]:
    """Moments by chance, half of the kills on the spot and half of them late."""
    dice = random.Random(SEED)
    found = [dice.randrange(1, scene.moments + 1) for _ in range(kills)]
    return [(each, dice.choice((0.0, dice.uniform(0, LATEST)))) for each in found]


def killed(scene: Scene, point: tuple[int, float], number: int) -> int:
    """Kill a run and let the next one go on; returns how many pages were asked for again."""
    tracker, (moment, late) = scene.tracker, point
    raw = scene.copy(f"killed-{number}")
    before = noted(raw, tracker, "scope")
    ended = scene.run(raw, moment, late)
    while ended.code == 0:
        # it was over by then: threads do not always come to the same number of moments
        shutil.rmtree(raw)
        scene.told(raw).unlink()
        raw, moment = scene.copy(f"killed-{number}"), moment - 5
        ended = scene.run(raw, moment, late)
    assert ended.code == -signal.SIGKILL
    is_extracting = noted(raw, tracker, "scope") == before

    assert scene.run(raw).code == 0
    assert landed(raw, tracker) == scene.expected, (moment, late)
    again = asked_twice(scene.told(raw)) if is_extracting else {}
    assert set(again.values()) <= {1}, (moment, late, again)
    assert len(again) <= (WALKS * scene.workers if scene.workers > 1 else 1)
    shutil.rmtree(raw)
    return len(again)
