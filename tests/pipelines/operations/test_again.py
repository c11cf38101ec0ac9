"""What was landed is computed again: the same tables, without asking anybody."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.warehouse.inputs import NIGHTS_KEPT, stored_nights
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import read_records
from tests.figures import IS_DRILL, Figure
from tests.pipelines.conftest import SETTINGS, board
from tests.pipelines.operations.test_explained import valid

pytestmark = pytest.mark.timeout(7000)
FIRST = date(2026, 6, 1)
Tables = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def project(request: pytest.FixtureRequest) -> None:
    """The project of three models in the suite, the real one in a drill."""
    if not IS_DRILL:
        request.getfixturevalue("toy_project")


def tables(folder: Path) -> Tables:
    with duckdb.connect(str(folder / "throughline.duckdb"), read_only=True) as connection:
        names = connection.execute("select table_name from duckdb_tables() order by 1").fetchall()
        return {name: connection.execute(f"from {name}").fetchall() for (name,) in names}


def change(home: Path, number: int) -> None:
    """What happens on a day: another card, another team; the board of before is no longer there."""
    for path in (home / "exports").iterdir():
        path.unlink()
    (home / "exports" / f"board-{number}.json").write_text(board(number))
    teams = ", ".join(f"{{id: team-{each}, members: []}}" for each in range(number + 1))
    (home / "teams.yml").write_text(f"teams: [{teams}]\n")


@pytest.mark.requirement("R06", "30 stored nights computed again offline: 30 of 30 identical")
@pytest.mark.requirement("R30", "all but landing, memory and settings deleted: identical tables")
def test_stored_nights_and_a_rebuilt_home_are_identical_to_the_originals(
    call: Callable, toy_home: Callable[..., Path], project: None, figure: Figure
) -> None:
    home = toy_home(settings=SETTINGS.replace("since: 2026-01-01", "since: 2026-05-01"))
    places, nights = Places(home), figure.of(2, NIGHTS_KEPT)
    originals: dict[str, Tables] = {}
    for number in range(nights):
        day = (FIRST + timedelta(days=number)).isoformat()
        change(home, number)
        called = call("run", "--home", home, "--as-of", day, "--json")
        assert called.code == 0, called.err
        assert json.loads(called.out) == read_records(places, 1)[0]
        valid(json.loads(called.out))
        originals[day] = tables(places.current)
    shutil.rmtree(home / "exports")
    assert stored_nights(places) == list(originals)

    before = places.current.resolve()
    for day in list(originals) if IS_DRILL else [min(originals)]:
        called = call("replay", day, "--home", home)
        assert called.code == 0, called.err
        assert tables(Places(places.replays / day).current) == originals[day], day
    assert places.current.resolve() == before

    for folder in places.data.iterdir():
        if folder.name not in ("raw", "memory"):
            shutil.rmtree(folder) if folder.is_dir() else folder.unlink()
    called = call("rebuild", "--home", home)
    assert called.code == 0, called.err
    assert tables(places.current) == originals[max(originals)]
    kind = "real" if IS_DRILL else "toy"
    figure.reached(f"{nights if IS_DRILL else 1} nights and the rebuilt home, models: {kind}")


def test_a_night_that_is_not_kept_is_named(call: Callable, toy_home: Callable[..., Path]) -> None:
    called = call("replay", "2026-06-01", "--home", toy_home())

    assert called.code == 2
    assert "The night of 2026-06-01 is not kept" in called.err


def test_only_the_newest_nights_are_kept(toy_home: Callable[..., Path]) -> None:
    from pipelines.home.home import load_home
    from pipelines.warehouse.inputs import keep_inputs

    home = toy_home()
    places = Places(home)
    for number in range(NIGHTS_KEPT + 2):
        (home / "teams.yml").write_text(f"teams: [{{id: t{number}, members: []}}]\n")
        day = FIRST + timedelta(days=number)
        keep_inputs(load_home(home, day), places, f"run-{number}")
        if number < 3:
            (places.replays / day.isoformat() / "data").mkdir(parents=True)

    nights = stored_nights(places)
    assert (len(nights), nights[0]) == (NIGHTS_KEPT, "2026-06-03")
    kept = json.loads((places.inputs / f"{nights[0]}.json").read_text())
    assert kept["run_id"] == "run-2"
    # settings and strategy once, teams of each night
    assert len(list((places.inputs / "files").iterdir())) == 2 + NIGHTS_KEPT
    assert [path.name for path in places.replays.iterdir()] == ["2026-06-03"]
