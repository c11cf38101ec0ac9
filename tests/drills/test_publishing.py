"""Publishing that fails at any file operation shows the run of before or the new one, whole."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import random
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from connectors.errors import DiskFullError
from pipelines.defs import publish as publishing
from pipelines.home.home import load_home
from pipelines.quality.verdicts import NAME
from pipelines.warehouse import steps
from pipelines.warehouse.manifest import sha256_of
from pipelines.warehouse.night import begun
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import read_records
from pipelines.warehouse.retention import PUBLISHED_KEPT, published_runs
from tests.dbt.building import MODELS_ALONE, build
from tests.dbt.project import manifest
from tests.drills import narrow
from tests.drills.small_nights import HOOK
from tests.figures import IS_DRILL
from tests.pipelines.publish.test_publish import publish_number

pytestmark = pytest.mark.timeout(7200)
NEW = PUBLISHED_KEPT + 1
Act = Callable[[int, str], None]


def nothing(_number: int, _event: str) -> None:
    """See an operation happen."""


def failing(point: int, fault: int) -> Act:
    """Let one operation fail."""

    def act(number: int, event: str) -> None:
        if number == point:
            raise OSError(fault, os.strerror(fault), event)

    return act


def linked(source: str, target: str) -> None:
    """In place of a copy of what nobody writes again."""
    is_published = "/published/" in source
    os.link(source, target) if is_published else shutil.copy2(source, target)


def copied(home: Path, to: Path) -> Path:
    return Path(shutil.copytree(home, to, symlinks=True, copy_function=linked))


def whole_run(places: Places) -> str:
    """The run that is current, once every folder that a reader can find is as its manifest says."""
    for folder in published_runs(places):
        told = json.loads((folder / "manifest.json").read_text())
        for name, facts in told["files"].items():
            assert sha256_of(folder / name) == facts["sha256"], (folder, name)
    current = places.current.resolve()
    assert json.loads((current / "manifest.json").read_text())["run_id"] == current.name
    return current.name


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with as many publications as are kept, the oldest of which goes with the next."""
    home = tmp_path_factory.mktemp("full") / "home"
    for number in range(1, NEW):
        publish_number(Places(home), number)
    return home


@pytest.mark.requirement("R02", "a fault before and after each file operation: old or new, 100 %")
@pytest.mark.parametrize("fault", [errno.EIO, errno.ENOSPC], ids=["EIO", "ENOSPC"])
def test_publishing_that_fails_at_any_operation_shows_the_old_run_or_the_new_one(
    full: Path, tmp_path: Path, fault: int, figure
) -> None:
    counted, heard = Places(copied(full, tmp_path / "counted")), []
    with HOOK.armed(counted.data, lambda _, event: heard.append(event)) as hook:
        publish_number(counted, NEW)
    assert {"os.rename", "os.remove", "os.rmdir"} <= set(heard)
    assert published_runs(counted)[0].name == "run-00002"
    # a fault before an operation is one after the operation before it
    every = range(1, hook.seen + 1)
    points = sorted(random.Random(fault).sample(every, figure.of(5, len(every))))
    for point in points:
        places = Places(copied(full, tmp_path / str(point)))
        with HOOK.armed(places.data, failing(point, fault)):
            try:
                publish_number(places, NEW)
            except (OSError, DiskFullError, duckdb.IOException):
                pass
        shown = whole_run(places)
        with duckdb.connect(str(places.current / "throughline.duckdb"), read_only=True) as found:
            tables = [table for (table,) in found.execute("show tables").fetchall()]
            runs = {n for t in tables for (n,) in found.execute(f"select run from {t}").fetchall()}

        assert len(tables) == 4 and runs in ({NEW - 1}, {NEW}), point
        assert shown == f"run-{next(iter(runs)):05d}", point
        shutil.rmtree(places.runs)
        publish_number(places, NEW + 1)
        assert whole_run(places) == f"run-{NEW + 1:05d}", point
        assert len(list(places.published.iterdir())) == PUBLISHED_KEPT + 1, point
        shutil.rmtree(places.home)
    figure.reached(f"{len(points)} of {hook.seen} boundaries")


@pytest.mark.requirement("R02", "writes of DuckDB itself that fail at any size: old or new")
def test_a_database_that_cannot_be_written_to_its_end_is_not_shown(
    full: Path, tmp_path: Path, figure
) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([narrow.__name__])
    largest = max(path.stat().st_size for path in full.rglob("*") if path.is_file())
    steps_of_size = figure.of(3, 40)
    shown = []
    for number in range(steps_of_size + 1):
        home = copied(full, tmp_path / str(number))
        most = largest * number // steps_of_size
        process = context.Process(target=narrow.publish_within, args=(str(home), NEW, most))
        process.start()
        process.join()
        shown.append(whole_run(Places(home)))

        assert (process.exitcode == 0) is (shown[-1] == f"run-{NEW:05d}"), most
        assert shown[-1] in (f"run-{NEW - 1:05d}", f"run-{NEW:05d}"), most
        shutil.rmtree(home)
    assert shown == sorted(shown) and len(set(shown)) == 2
    figure.reached(f"{len(shown)} of {len(shown)} sizes, {shown.count(shown[0])} of them too small")


if IS_DRILL:
    POINTS = 30

    @pytest.mark.requirement("R02", "the whole step, real tables, pages, memory: old or new")
    def test_putting_a_real_run_out_fails_whole(case_home, tmp_path: Path, figure) -> None:
        home = copied(case_home("busy"), tmp_path / "home")
        places = Places(home)
        old = places.current.resolve()
        as_of = date.fromisoformat(json.loads((old / "manifest.json").read_text())["as_of"])
        for number in range(1, PUBLISHED_KEPT):
            earlier = f"20250101T0000000{number:02}Z-as-of-2025-01-{number:02}"
            told = json.loads((old / "manifest.json").read_text()) | {"run_id": earlier}
            shutil.copytree(old, places.published / earlier, copy_function=os.link)
            (places.published / earlier / "manifest.json").unlink()
            (places.published / earlier / "manifest.json").write_text(json.dumps(told))
        night = as_of + timedelta(days=1)
        database, _ = build(
            load_home(home, night), tmp_path / "built", *MODELS_ALONE, is_fetched=True
        )
        [record] = read_records(places, 2)[1:]

        def put_out(home: Path, act: Act) -> tuple[int, str]:
            """How many operations the step came to, and its run."""
            with begun(load_home(home, night)) as under_way:
                shutil.copy(database, steps.database(under_way))
                (steps.database(under_way).parent / NAME).write_text("[]")
                under_way.record.sources = record["sources"]
                pages: Any = publishing._pages(under_way)
                with HOOK.armed(under_way.places.data, act) as hook:
                    steps.put_out(under_way, manifest(), pages)
                steps.conclude(under_way)
                return hook.seen, under_way.run_id

        counted = copied(home, tmp_path / "counted")
        seen, new = put_out(counted, nothing)
        assert whole_run(Places(counted)) == new
        for point in random.Random(2).sample(range(1, seen + 1), POINTS):
            torn = copied(home, tmp_path / "torn")
            is_whole = True
            try:
                put_out(torn, failing(point, errno.EIO))
            except Exception:  # noqa: BLE001 - whatever it is, readers must not see it
                is_whole = False
            shown = whole_run(Places(torn))

            assert shown == old.name or shown.endswith(night.isoformat()), point
            assert shown != old.name or not is_whole, point
            shutil.rmtree(torn)
        figure.reached(f"{POINTS} of {seen} boundaries of the whole step")
