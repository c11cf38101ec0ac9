"""A kill, a full disk, a lost database: at every file operation of whole nights."""

from __future__ import annotations

import errno
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.errors import DiskFullError
from connectors.landing import Landing
from pipelines.commands import job
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import read_records
from pipelines.warehouse.space import LEAST, bytes_needed, check_space, foreseen
from tests.drills import small_nights
from tests.drills.small_nights import ALLOCATING, AS_OF, HOOK, TABLES, night, rows
from tests.figures import IS_DRILL
from tests.homes import ROOT
from tests.pipelines.cli.conftest import call  # noqa: F401 - a fixture
from tests.pipelines.conftest import board, toy_home  # noqa: F401 - a fixture

pytestmark = pytest.mark.timeout(7200)
UNCHECKED = """
import sys
from pipelines.warehouse import steps
steps.check_space = lambda places, **_: None
from pipelines.cli import main
main()
"""
"""The command without the look at the disk that would stop it beforehand."""
Make = Callable[..., Path]


@pytest.fixture
def home(toy_home: Make) -> Path:  # noqa: F811 - the fixture
    return toy_home({f"{number}.json": board(number) for number in range(1, 6)})


def copied(home: Path, to: Path) -> Path:
    return Path(shutil.copytree(home, to, symlinks=True))


def spread(most: int, points: int, seed: int) -> list[int]:
    """So many points between 1 and the last one, spread by chance; repeated where there are few."""
    dice, every = random.Random(seed), list(range(1, most + 1))
    dice.shuffle(every)
    return [every[number % most] for number in range(points)]


@pytest.mark.requirement("R01", "SIGKILL at 200 points of whole nights: 0 lost, 0 doubled")
def test_a_night_killed_at_any_operation_costs_nothing(home: Path, tmp_path: Path, figure) -> None:
    points, killed = figure.of(2, 200), 0
    # forked from a process that has imported everything and done nothing
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([small_nights.__name__])
    whole = copied(home, tmp_path / "whole")
    with HOOK.armed(whole / "data", lambda *_: None) as hook:
        night(whole)
    expected, most = rows(whole), hook.seen
    for number, point in enumerate(spread(most, points, 1)):
        killed_home = copied(home, tmp_path / f"killed {number}")
        arguments = (str(killed_home), AS_OF.isoformat(), point)
        process = context.Process(target=small_nights.main, args=arguments)
        process.start()
        process.join()
        killed += process.exitcode == -signal.SIGKILL
        if Places(killed_home).current.exists():
            assert rows(killed_home) == expected, point
        night(killed_home)

        assert rows(killed_home) == expected, point
        assert list(Places(killed_home).runs.iterdir()) == [], point
        landing = Landing(Places(killed_home).raw, "old")
        keys = [
            (each.stream, each.key, each.payload)
            for page in landing.pages()
            for each in landing.records(page)
        ]
        assert len(keys) == len(set(keys)), point
        shutil.rmtree(killed_home)
    assert killed >= points * 0.95
    figure.reached(f"{points} of {points} points, {killed} killed in time")


@pytest.mark.requirement("R27", "a full disk at 50 points: old publication readable, bytes named")
def test_a_full_disk_leaves_what_was_published_and_names_the_bytes(
    home: Path, tmp_path: Path, figure
) -> None:
    points = figure.of(3, 50)
    night(home)
    before = rows(home)
    (home / "exports" / "new.json").write_text(board(99))
    counted, allocating = copied(home, tmp_path / "counted"), []

    def count(number: int, event: str) -> None:
        if event in ALLOCATING:
            allocating.append(number)

    with HOOK.armed(counted / "data", count):
        night(counted)
    expected, named = rows(counted), 0
    chosen = [allocating[place - 1] for place in spread(len(allocating), points, 27)]
    assert len(set(chosen)) == points
    for point in chosen:
        full, struck = copied(home, tmp_path / f"full {point}"), []

        def no_room(number: int, event: str, point: int = point, struck: list = struck) -> None:
            if number >= point and event in ALLOCATING:
                struck.append(number)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        places, said = Places(full), None
        with HOOK.armed(full / "data", no_room):
            try:
                night(full)
            except Exception as fault:  # noqa: BLE001 - whatever it is has to be told as one thing
                said = foreseen(places, fault)
        assert struck and struck[0] == point
        if said is not None:
            named += 1
            assert isinstance(said, DiskFullError), (point, said)
            assert f"needs about {bytes_needed(places):,} bytes" in str(said)
        # what could do without the room has published
        assert rows(full) == expected if said is None else rows(full) in (before, expected), point
        night(full)
        assert rows(full) == expected, point
        shutil.rmtree(full)
    assert named >= points * 0.9
    figure.reached(f"a fault raised at {points} of {points} points, the bytes named at {named}")


if IS_DRILL:

    @pytest.mark.requirement("R27", "a disk that really is full, under the real models")
    def test_a_small_disk_leaves_what_was_published_and_names_the_bytes(
        case_home, tmp_path: Path, figure
    ) -> None:
        whole, small = case_home("busy"), tmp_path / "small"
        small.mkdir()
        if subprocess.run(["unshare", "-m", "true"], check=False).returncode:
            pytest.skip("a file system of its own can be mounted by root alone")
        mounted = (
            "mount -t tmpfs -o size=$1 tmpfs $2 && cp -a $3/. $2/ || exit 98; kept=$2; shift 3; "
            '"$@"; code=$?; test -s $kept/data/published/current/throughline.duckdb || code=99; '
            "exit $code"
        )
        pages = sum(2 + path.lstat().st_size // 4096 for path in whole.rglob("*"))
        used, sizes = 4096 * pages, (2, 6, 12)
        run = [sys.executable, "-c", UNCHECKED, "run", "--home", str(small), "--full"]
        for more in sizes:
            size = str(used + more * 1_000_000)
            command = ["unshare", "-m", "sh", "-c", mounted, "sh"]
            command += [size, str(small), str(whole), *run]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            assert done.returncode == 1, (more, done.stderr[-2000:])
            assert "is full" in done.stderr and "needs about" in done.stderr, done.stderr[-2000:]
        figure.reached(f"{len(sizes)} of {len(sizes)} sizes")


def test_a_disk_that_is_too_small_stops_a_run_before_it_builds(home: Path, monkeypatch) -> None:
    night(home)
    [record] = read_records(Places(home), 1)
    needed = bytes_needed(Places(home))
    free = needed - 1
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 9, free))

    working = (Places(home).current.resolve() / "throughline.duckdb").stat().st_size
    assert record["bytes_built"] > working and record["bytes_landed"] > 0
    assert needed == LEAST + round(1.5 * record["bytes_built"])
    before = LEAST + round(1.5 * (record["bytes_built"] + record["bytes_landed"]))
    with pytest.raises(DiskFullError, match=f"about {before:,} bytes"):
        check_space(Places(home), is_fetched=False)
    with pytest.raises(DiskFullError, match=f"{free:,} bytes are free.*about {needed:,} bytes"):
        check_space(Places(home))
    with pytest.raises(DiskFullError):
        night(home)
    assert set(rows(home)) == set(TABLES)


@pytest.mark.parametrize(
    "fault",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        RuntimeError("dbt could not build: IO Error: Could not write: No space left on device"),
    ],
    ids=["a file", "dbt"],
)
def test_the_command_says_what_a_full_disk_means(
    home: Path,
    call,  # noqa: F811 - the fixture
    monkeypatch,
    fault: Exception,
) -> None:
    def broken(*_: object, **_named: object) -> None:
        raise fault

    monkeypatch.setattr(job, "run_job", broken)

    called = call("run", "--home", home)

    assert called.code == 1
    assert "is full" in called.err and "needs about" in called.err


def test_a_run_whose_record_could_not_be_closed_does_not_end_with_0(
    home: Path,
    call,  # noqa: F811 - the fixture
    monkeypatch,
) -> None:
    running = {"run_id": "1", "state": "running", "exit_code": None, "sentence": ""}
    found = iter(([], [running]))
    monkeypatch.setattr(job, "_execute", lambda *_: None)
    monkeypatch.setattr(job, "read_records", lambda *_: next(found))

    called = call("run", "--home", home)

    assert called.code == 1
    assert "broke off and could not say why" in called.err


@pytest.mark.requirement("R29", "working database deleted or corrupt, WAL too: identical output")
def test_the_working_database_can_be_lost_in_any_way(home: Path, tmp_path: Path, figure) -> None:
    night(home)
    expected = rows(home)

    def left_behind(places: Places, content: bytes, wal: bytes) -> None:
        folder = places.run("20260630T020000000Z-as-of-2026-06-30")
        folder.mkdir(parents=True)
        (folder / "work.duckdb").write_bytes(content)
        (folder / "work.duckdb.wal").write_bytes(wal)

    sound = (Places(home).current / "throughline.duckdb").read_bytes()
    losses: list[Callable[[Places], object]] = [
        lambda places: shutil.rmtree(places.warehouse),
        lambda places: shutil.rmtree(places.typed),
        lambda places: left_behind(places, sound[: len(sound) // 2], b""),
        lambda places: left_behind(places, os.urandom(10_000), os.urandom(5_000)),
        lambda places: left_behind(places, sound, os.urandom(5_000)),
    ]
    for number, lose in enumerate(losses):
        lost = copied(home, tmp_path / str(number))
        lose(Places(lost))
        night(lost)

        assert rows(lost) == expected, number
        assert list(Places(lost).runs.iterdir()) == []
    figure.reached(f"{len(losses)} of {len(losses)} losses")
