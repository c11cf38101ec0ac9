"""What was landed is computed again: the same tables, without asking anybody."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.warehouse.inputs import NIGHTS_KEPT, stored_nights
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import read_records
from tests import forked
from tests.figures import IS_DRILL, Figure
from tests.homes import ROOT
from tests.pipelines.cli.conftest import Called
from tests.pipelines.conftest import SETTINGS, board
from tests.pipelines.operations.test_explained import valid

pytestmark = pytest.mark.timeout(7000)
FIRST = date(2026, 6, 1)
Tables = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Project:
    """A home, what happens there on each day, and how a command is called in it.

    ``alone`` calls a command that nothing but this machine can answer.
    """

    home: Path
    first: date
    change: Callable[[Path, int], None]
    call: Callable[..., Called]
    alone: Callable[..., Called]


@pytest.fixture
def project(request: pytest.FixtureRequest) -> Iterator[Project]:
    """Three models of a board without people in the suite; in a drill the real models of a home
    with people, actions, links and measures."""
    if IS_DRILL:
        yield from busy(request.getfixturevalue("case_home"), request.getfixturevalue("tmp_path"))
        return
    request.getfixturevalue("toy_project")
    make, call = request.getfixturevalue("toy_home"), request.getfixturevalue("call")
    home = make(settings=SETTINGS.replace("since: 2026-01-01", "since: 2026-05-01"))
    yield Project(home, FIRST, change, call, guarded(call))


def busy(case_home: Callable[[str], Path], folder: Path) -> Iterator[Project]:
    """The real models, in processes that are forked; what is done alone has no network at all."""
    if subprocess.run(["unshare", "-n", "true"], check=False).returncode:
        pytest.skip("a network of its own can be made by root alone")
    home = folder / "busy"
    shutil.copytree(case_home("busy"), home, ignore=shutil.ignore_patterns("data"))
    [export] = (home / "exports").rglob("*.jsonl")
    issues = export.read_text().splitlines(keepends=True)
    strategy = (home / "strategy" / "strategy.yml").read_text()

    def change_busy(home: Path, number: int) -> None:
        """Another item, another step of the strategy; the export of before is no longer there."""
        share = len(issues) * (number + 1) // NIGHTS_KEPT
        shutil.rmtree(home / "exports" / "work")
        (home / "exports" / "work").mkdir()
        (home / "exports" / "work" / f"{number}.jsonl").write_text("".join(issues[:share]))
        told = strategy.replace("nodes:\n", f"nodes:\n{STEP.format(number=number)}", 1)
        (home / "strategy" / "strategy.yml").write_text(told)

    with forked.serving("unshare", "-n") as server:
        first = date(2026, 3, 31) - timedelta(days=NIGHTS_KEPT)
        yield Project(home, first, change_busy, called, lambda *told: called(*told, server=server))


STEP = """\
  - {{id: INI-9.{number}, kind: initiative, title: Step {number}, owner: ana@example.org,
     contributes_to: [{{to: KR-1.1, because: It takes a step out}}]}}
"""


def called(*arguments: object, server: str | None = None) -> Called:
    """The command in a process of its own."""
    command = forked.command("throughline", [*map(str, arguments)], server)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return Called(done.returncode, done.stdout, done.stderr)


def guarded(call: Callable[..., Called]) -> Callable[..., Called]:
    """Calls that fail as soon as this process asks for a machine or a connection to one."""

    def alone(*arguments: object) -> Called:
        def refuse(*asked: object, **named: object) -> None:
            raise AssertionError(f"asked for {asked}")

        with pytest.MonkeyPatch.context() as patch:
            for name in ("connect", "connect_ex", "sendto"):
                patch.setattr(socket.socket, name, refuse)
            patch.setattr(socket, "getaddrinfo", refuse)
            return call(*arguments)

    return alone


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
    project: Project, figure: Figure
) -> None:
    home, call = project.home, project.call
    places, nights = Places(home), figure.of(2, NIGHTS_KEPT)
    originals: dict[str, Tables] = {}
    for number in range(nights):
        day = (project.first + timedelta(days=number)).isoformat()
        project.change(home, number)
        called = call("run", "--home", home, "--as-of", day, "--json")
        assert called.code == 0, called.err
        assert json.loads(called.out) == read_records(places, 1)[0]
        valid(json.loads(called.out))
        originals[day] = tables(places.current)
    shutil.rmtree(home / "exports")
    assert stored_nights(places) == list(originals)
    assert not IS_DRILL or says_much(originals[max(originals)])

    before = places.current.resolve()
    for day in list(originals) if IS_DRILL else [min(originals)]:
        called = project.alone("replay", day, "--home", home)
        assert called.code == 0, called.err
        assert tables(Places(places.replays / day).current) == originals[day], day
    assert places.current.resolve() == before

    # memory stays: what was known on a night can be derived from nothing else
    for folder in places.data.iterdir():
        if folder.name not in ("raw", "memory"):
            shutil.rmtree(folder) if folder.is_dir() else folder.unlink()
    called = project.alone("rebuild", "--home", home)
    assert called.code == 0, called.err
    assert tables(places.current) == originals[max(originals)]
    kind = "real" if IS_DRILL else "toy"
    figure.reached(
        f"{nights if IS_DRILL else 1} nights and the home rebuilt from landing, memory and "
        f"settings, both without a network, models: {kind}"
    )


def says_much(found: Tables) -> bool:
    """True if the tables hold effort, links and measures, and what was known on earlier nights."""
    days = [row[-1] for row in found["fct_allocation_week"]]
    return sum(days) > 100 and all(
        found[name] for name in ("fct_link", "fct_measure", "rpt_restatement", "rpt_node_effort")
    )


def test_an_export_that_is_named_without_a_pattern_may_be_gone(
    call: Callable, toy_home: Callable[..., Path], toy_project: Path
) -> None:
    home = toy_home(settings=SETTINGS.replace("exports/*.json", "exports"))
    day = FIRST.isoformat()
    assert call("run", "--home", home, "--as-of", day).code == 0
    shutil.rmtree(home / "exports")
    ran, replayed = call("run", "--home", home), call("replay", day, "--home", home)
    rebuilt = call("rebuild", "--home", home)

    assert ran.code == 2 and "exports', which does not exist" in ran.err
    assert (replayed.code, rebuilt.code) == (0, 0), replayed.err + rebuilt.err


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
