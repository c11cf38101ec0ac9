"""What can be made again is: any typed file and the index of a landing may be lost or damaged."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from connectors.index import Index
from connectors.registry import all_connectors
from pipelines.warehouse.engine import tables_of
from pipelines.warehouse.parquet_rows import landed_name
from pipelines.warehouse.places import Places
from tests.drills import small_nights
from tests.drills.nights import Stage, write_home
from tests.drills.small_nights import Rows, night, rows
from tests.drills.test_determinism import tables
from tests.drills.test_nights import in_no_time  # noqa: F401 - a fixture
from tests.drills.trackers import TRACKERS
from tests.figures import IS_DRILL
from tests.properties.comparison import run
from tests.simulators.world import World

pytestmark = [pytest.mark.timeout(7200), pytest.mark.usefixtures("in_no_time")]
SEED, INDEX = 29, "index.sqlite"
Damage = Callable[[Path], object]


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flipped(path: Path) -> None:
    """One byte in the middle of a file has turned."""
    turned(path, path.stat().st_size // 2)


def turned(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 0x10
    path.write_bytes(content)


def copied(home: Path, to: Path) -> Path:
    return Path(shutil.copytree(home, to, symlinks=True))


@dataclass
class Home:
    """A home of trackers that can be asked, and their simulators."""

    stage: Stage
    folder: Path

    def night(self, folder: Path) -> str:
        """A night of a copy of the home, as of the simulators' day."""
        now = next(iter(self.stage.simulators.values())).now
        return night(folder, now.date())

    def recovered(self, damaged: Path, to: Path) -> tuple[Rows, str]:
        """What the next night of a damaged home publishes, and what it logs; then it is gone."""
        run = self.night(damaged)
        found, log = rows(damaged), Places(damaged).log(run).read_text()
        assert list(Places(damaged).runs.iterdir()) == [], to
        shutil.rmtree(damaged)
        return found, log


@pytest.fixture(params=sorted(TRACKERS) if IS_DRILL else ["jira_cloud"])
def home(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Home]:
    """A home after its first night; every row of every typed table is published."""
    tracker = TRACKERS[request.param]
    simulator = tracker.make(World(SEED, 20, 4, 3))
    tables = {
        landed_name(tracker.kind, table) for table in tables_of(all_connectors()[tracker.kind])
    }
    every = (
        "select t::varchar || row_number() over (partition by t::varchar) as id from landed.{} t"
    )
    statements = {f"dim_{name}": every.format(name) for name in sorted(tables)}
    monkeypatch.setattr(small_nights, "TABLES", statements)
    with simulator.serving():
        found = Home(Stage({tracker.name: simulator}), tmp_path / "home")
        write_home(found.folder, found.stage)
        found.night(found.folder)
        yield found


@pytest.mark.requirement("R29", "a typed file of every kind cut or a byte of it turned: identical")
def test_a_damaged_typed_file_is_made_again(home: Home, tmp_path: Path, figure) -> None:
    expected, typed = rows(home.folder), Places(home.folder).typed
    kinds = sorted(path for path in typed.glob("*/*") if path.is_dir())
    for kind in kinds if IS_DRILL else [path for path in kinds if path.name == "jira_issues"]:
        for damage in (flipped, truncated, Path.unlink)[: figure.of(1, 3)]:
            damaged = copied(home.folder, tmp_path / "damaged")
            files = sorted((damaged / kind.relative_to(home.folder)).iterdir())
            damage(files[len(files) // 2])
            found, log = home.recovered(damaged, tmp_path)

            assert found == expected, (kind, damage)
            is_unmarked = damage is Path.unlink and kind.name == "_pages"
            assert ("damaged typed pages are made again" in log) is not is_unmarked, (kind, damage)
    assert sum(map(len, expected.values())) > 100
    figure.reached(f"{len(kinds)} kinds of typed files, cut, turned and deleted")


def with_index(damage: Damage) -> Damage:
    """Damage to the one index of the first source."""
    return lambda home: damage(sorted((home / "data" / "raw").glob(f"*/{INDEX}"))[0])


def beside(name: str, damage: Damage) -> Damage:
    """Damage to a file that stands beside the index."""
    return with_index(lambda index: damage(index.with_name(f"{INDEX}{name}")))


def into_the_future(index: Path) -> None:
    """One byte of each time of a record: what changes later would pass for an older copy."""
    content = index.read_bytes()
    with sqlite3.connect(f"file:{index}?immutable=1", uri=True) as connection:
        versions = connection.execute("select distinct version from known").fetchall()
    connection.close()
    for (version,) in versions:
        if version:
            content = content.replace(version.encode(), b"9" + version.encode()[1:])
    assert content != index.read_bytes()
    index.write_bytes(content)


def anywhere(seed: int) -> Damage:
    return lambda path: turned(path, random.Random(seed).randrange(path.stat().st_size))


ANYWHERE = range(5)
AFTER_A_NIGHT: dict[str, Damage] = {
    "deleted": with_index(Path.unlink),
    "cut": with_index(truncated),
    "emptied": with_index(lambda path: path.write_bytes(b"")),
    "changes": with_index(into_the_future),
    "its digest": beside(".sha256", flipped),
    "its digest deleted": beside(".sha256", Path.unlink),
    **{f"turned {seed}": with_index(anywhere(seed)) for seed in ANYWHERE},
}
AFTER_A_KILL: dict[str, Damage] = {
    "log deleted": beside("-wal", Path.unlink),
    "log cut": beside("-wal", truncated),
    "log and map emptied": lambda home: [
        beside(name, lambda path: path.write_bytes(b""))(home) for name in ("-wal", "-shm")
    ],
    "index deleted, log left": with_index(Path.unlink),
    "changes": with_index(into_the_future),
    **{f"log turned {seed}": beside("-wal", anywhere(seed)) for seed in ANYWHERE},
    **{f"map turned {seed}": beside("-shm", anywhere(seed)) for seed in ANYWHERE[:3]},
}
"""A killed run leaves the index with a log that is not yet moved into it, and a map of that."""


@pytest.mark.parametrize("is_killed", [False, True] if IS_DRILL else [False])
@pytest.mark.requirement("R29", "the index and its WAL damaged in any way: identical output")
def test_a_damaged_index_is_made_again(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure, is_killed: bool
) -> None:
    home.stage.night(1)
    with monkeypatch.context() as patch:
        left_open: list[Index] = []
        if is_killed:
            patch.setattr(Index, "close", lambda index: left_open.append(index))
        home.night(home.folder)
        before = copied(home.folder, tmp_path / "before")
    for index in left_open:
        index.close()
    home.stage.night(2)
    expected, _ = home.recovered(copied(before, tmp_path / "whole"), tmp_path)
    damages = AFTER_A_KILL if is_killed else AFTER_A_NIGHT
    if not IS_DRILL:
        damages = {name: each for name, each in damages.items() if name == "changes"}
    for name, damage in damages.items():
        damaged = copied(before, tmp_path / "damaged")
        damage(damaged)
        found, log = home.recovered(damaged, tmp_path)

        assert found == expected, name
        is_doubtful = not is_killed and name != "deleted"
        assert not is_doubtful or "the index is not as it was left" in log, name
    assert rows(before) != expected
    figure.reached(f"{len(damages)} of {len(damages)} losses")


if IS_DRILL:

    @pytest.mark.requirement("R29", "all files of a kind below data/warehouse, the real models")
    def test_the_real_models_publish_the_same_after_any_damage(
        case_home, tmp_path: Path, figure
    ) -> None:
        whole = case_home("busy")
        expected, warehouse = tables(whole), Places(whole).warehouse
        as_of = json.loads((Places(whole).current / "manifest.json").read_text())["as_of"]
        typed = sorted(path for path in Places(whole).typed.glob("*/*"))
        kinds = [*typed, *sorted(path for path in warehouse.iterdir() if path.name != "typed")]
        for number, kind in enumerate(kinds):
            home = copied(whole, tmp_path / "damaged")
            folder = home / kind.relative_to(whole)
            damage = (flipped, truncated)[number % 2]
            for path in folder.rglob("*"):
                if path.is_file() and path.stat().st_size:
                    damage(path)
            done = run(home, date.fromisoformat(as_of))

            assert done.returncode == 0, (kind, done.stderr[-3000:])
            assert tables(home) == expected, kind
            assert (kind in typed) is ("typed pages are made again" in done.stderr), kind
            shutil.rmtree(home)
        assert len(typed) > 4
        figure.reached(f"{len(kinds)} kinds of files, one after the other")
