"""Somebody of each tracker is forgotten, and the next night reads them anew from all trackers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.erased import KEY_ENV, erasure_of
from pipelines.home.home import load_home
from pipelines.warehouse.inputs import keep_inputs
from tests.drills.nights import staged, write_home
from tests.drills.trackers import TRACKERS
from tests.figures import IS_DRILL, Figure
from tests.pipelines.cli.conftest import Called, call  # noqa: F401 - a fixture for the tests here
from tests.pipelines.privacy.conftest import EMAIL, KEY, NAME, Haunted, forms
from tests.pipelines.privacy.whole_nights import (
    accounts_of,
    all_sums,
    found,
    let_in,
    run_night,
    today,
)
from tests.simulators.server import Simulator
from tests.simulators.trello import Trello

pytestmark = pytest.mark.timeout(7000)
ITEMS, CONTAINERS = (24, 3) if IS_DRILL else (4, 2)


@pytest.mark.requirement(
    "P05", "4 trackers, people named: 0 hits after one run, all sums of person-days the same"
)
def test_a_person_of_each_tracker_is_gone_from_every_store_after_the_next_night(
    call: Callable[..., Called],  # noqa: F811 - the fixture
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    figure: Figure,
) -> None:
    monkeypatch.setenv(KEY_ENV, KEY)
    let_in(monkeypatch)
    home = tmp_path / "home"
    with staged(7, ITEMS, CONTAINERS) as stage:
        write_home(home, stage)
        people = {name: simulator.world.people[1] for name, simulator in stage.simulators.items()}
        _write_teams(home, [f"{each}@example.org" for each in people.values()])
        # Trello tells no e-mail: teams.yml alone knows whose account that is
        _write_account(home, people["trello"], stage.simulators["trello"])
        run_night(home, today(stage))
        for number in range(1, figure.of(1, 2)):
            stage.night(number)
            run_night(home, today(stage))
        texts = {
            name: {
                *accounts_of(home, tracker, _name(people[name])),
                f"{people[name]}@example.org",
                _name(people[name]),
            }
            for name, tracker in TRACKERS.items()
        }
        everything = {text for each in texts.values() for text in each}
        haunting, before = found(home / "data", everything), all_sums(home)
        newest = list(before)[-1]

        said = ""
        for name, tracker in TRACKERS.items():
            mail = f"{people[name]}@example.org"
            # by an account of Jira, else by the id of teams.yml
            account = max(texts[name] - {mail, _name(people[name])})
            known_as = f"{tracker.source}:{account}" if tracker.kind == "jira" else mail
            called = call("forget", known_as, "--home", home)
            assert called.code == 0, (known_as, called.err)
            said += called.out
        after = all_sums(home)
        teams = home / "teams.yml"
        teams.write_text(erasure_of(home / "data").text(teams.read_text()))  # as they were told to
        run_night(home, today(stage), "--full")

    for name in TRACKERS:
        stores = {file.split("/")[0] for file, told in haunting.items() if told & texts[name]}
        assert {"raw", "published", "inputs"} <= stores, name
    assert "teams.yml: line 1, 2 still names the person; write erased_" in said
    assert found(home / "data", everything) == {}
    assert after == before
    [(last, totals)] = [(run, each) for run, each in all_sums(home).items() if run not in before]
    assert last > newest
    assert totals == pytest.approx(before[newest], abs=1e-6)
    assert sum(totals.values()) > 0
    told = f"0 of {len(haunting)} files tell of {len(everything)} texts of {len(TRACKERS)} people"
    figure.reached(f"{told}; {len(totals)} sums the same, models: {'real' if IS_DRILL else 'toy'}")


def _name(person: str) -> str:
    """The name that the trackers show of somebody of their world."""
    return person.replace("-", " ").title()


def _write_teams(home: Path, people: list[str]) -> None:
    members = ", ".join(f"{{person: {each}}}" for each in ("ana", *people))
    (home / "teams.yml").write_text(f"teams: [{{id: platform, members: [{members}]}}]\n")


def _write_account(home: Path, person: str, simulator: Simulator) -> None:
    assert isinstance(simulator, Trello)
    account = f"trello:{simulator.story._ids[person]}"
    listed = f"people: [{{person: {person}@example.org, accounts: ['{account}']}}]\n"
    (home / "teams.yml").write_text((home / "teams.yml").read_text() + listed)


@pytest.mark.requirement("P05", "what a run would let in again is told: the user's own files")
def test_who_still_stands_in_a_file_of_the_user_is_told_and_comes_back_with_a_run(
    haunted: Haunted,
    call: Callable[..., Called],  # noqa: F811 - the fixture
    figure: Figure,
) -> None:
    said = call("forget", EMAIL, "--home", haunted.folder).out
    assert haunted.hits() == []

    # what every run does at its end
    keep_inputs(load_home(haunted.folder), haunted.places, "the run after")

    named = [
        path.relative_to(haunted.folder).as_posix()
        for path in sorted(haunted.folder.rglob("*.yml"))
        if any(form in path.read_bytes().lower() for form in forms(EMAIL) + forms(NAME))
    ]
    assert [line.split(":")[0] for line in said.splitlines() if "still names" in line] == [
        name for name in ("throughline.yml", "teams.yml", "strategy/a.yml") if name in named
    ]
    assert f"every run copies that into {haunted.places.inputs} again" in said
    assert haunted.hits()
    assert all(name.startswith("inputs/files/") for name in haunted.hits())
    figure.reached(f"{len(named)} of {len(named)} files are told; nowhere else comes anybody back")
