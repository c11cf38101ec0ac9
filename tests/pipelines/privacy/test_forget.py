"""Forgetting a person: out of every store, with the same totals, and never in again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from connectors.erased import KEY_ENV, Forgotten, erasure_of, forgotten
from connectors.journal import PageEntry
from connectors.landing import Landing
from pipelines.home.tables import home_tables
from pipelines.warehouse import forgetting
from pipelines.warehouse.erase_home import without_forgotten
from pipelines.warehouse.memory import remembered_before
from tests.drills.secrets import contents
from tests.figures import Figure
from tests.homes import throughline
from tests.pipelines.cli.conftest import Called, call  # noqa: F401 - a fixture for the tests here
from tests.pipelines.privacy.conftest import ACCOUNT, EMAIL, GENERATIONS, KEY, NAME, OTHER, Haunted

ASKED = "0 hits in all stores and kept generations after one run; totals unchanged"


@pytest.fixture
def command(call: Callable[..., Called]) -> Callable[..., tuple[int, str]]:  # noqa: F811
    """Call ``throughline``; its exit code and all that it said."""

    def told(*arguments: object) -> tuple[int, str]:
        called = call(*arguments)
        return called.code, called.out + called.err

    return told


@pytest.mark.requirement("P05", ASKED)
@pytest.mark.parametrize("known_as", [EMAIL, EMAIL.lower(), ACCOUNT, f"eng:{ACCOUNT}"])
def test_nothing_of_a_forgotten_person_is_left(
    haunted: Haunted, command: Callable[..., tuple], figure: Figure, known_as: str
) -> None:
    before, haunting = haunted.rows(), haunted.hits()

    code, said = command("forget", known_as, "--home", haunted.folder)

    assert code == 0, said
    assert len(haunting) > GENERATIONS * 5, "the person stood everywhere"
    assert haunted.hits() == []
    instead = forgotten(haunted.places.data)[0].replacement
    after = {name: sorted(rows, key=repr) for name, rows in haunted.rows().items()}
    for name, rows in before.items():
        assert after[name] == _renamed(rows, instead), name
    assert OTHER["displayName"] in str(after), "others stay"
    figure.reached(f"0 of {len(haunting)} files still tell of the person; typed rows unchanged")


def _renamed(rows: list[tuple], instead: str) -> list[tuple]:
    """Rows as they are to be: accounts and e-mails under the erased key, names gone."""
    erasing = {ACCOUNT: instead, EMAIL: instead, EMAIL.lower(): instead, NAME: "(erased)"}

    def clean(cell: object) -> object:
        if not isinstance(cell, str):
            return cell
        for told, put in erasing.items():
            cell = cell.replace(told, put)
        return cell

    return sorted((tuple(clean(cell) for cell in row) for row in rows), key=repr)


@pytest.mark.requirement("P05", "kept generations: the same sums, whole, and 0 names")
def test_published_generations_stay_whole(haunted: Haunted, command: Callable[..., tuple]) -> None:
    command("forget", EMAIL, "--home", haunted.folder)

    for folder in forgetting.published_runs(haunted.places):
        manifest = json.loads((folder / "manifest.json").read_text())
        fresh: dict = {}
        forgetting.add_files(fresh, folder)
        assert manifest["files"] == fresh["files"]
        with duckdb.connect(str(folder / "throughline.duckdb"), read_only=True) as database:
            people = database.execute("from dim_person").fetchall()
            days = database.execute("select sum(days) from fct_allocation_day").fetchone()
        parquet = duckdb.execute(f"from '{folder}/parquet/dim_person.parquet'").fetchall()
        assert people == parquet
        assert [name for _, name in people] == ["(erased)", "Ben Li"]
        assert days == (2.5,)
        assert not folder.joinpath("throughline.duckdb").stat().st_mode & 0o222


def test_the_memory_is_still_what_was_written(
    haunted: Haunted, command: Callable[..., tuple]
) -> None:
    command("forget", EMAIL, "--home", haunted.folder)

    tables = remembered_before(haunted.places, haunted.home.as_of)
    assert len(tables["remembered_nodes"]) == 1


def test_who_is_forgotten_is_not_landed_again(
    haunted: Haunted, command: Callable[..., tuple]
) -> None:
    command("forget", EMAIL, "--home", haunted.folder)
    again = haunted.folder / "exports" / f"from {EMAIL}.json"
    shutil.copy(haunted.folder / "exports" / "all.json", again)
    text = again.read_text().replace('"id": "3", "key": "APP-3"', '"id": "4", "key": "APP-3"')
    again.write_text(text)

    haunted.fetch(full=True)
    haunted.typed()

    assert haunted.hits() == []
    new = [page.rows for page in Landing(haunted.places.raw, "eng").pages()]
    assert sum(new) == 4, "what is the same without the person has not landed again"


def test_what_the_user_wrote_names_nobody_in_the_tables(
    haunted: Haunted, command: Callable[..., tuple]
) -> None:
    _, said = command("forget", EMAIL, "--home", haunted.folder)
    erasure = erasure_of(haunted.places.data)
    instead = forgotten(haunted.places.data)[0].replacement

    tables = without_forgotten(home_tables(haunted.home, (), (instead,)), erasure)

    assert f"teams.yml: line 1, 2 still names the person; write {instead} instead." in said
    assert tables["memberships"].column("person_id").to_pylist() == [instead, "ben@example.org"]
    assert sorted(tables["person_keys"].column("person_id").to_pylist()) == sorted(
        ["ben@example.org", instead]
    )
    assert EMAIL.lower() not in str({n: t.to_pylist() for n, t in tables.items()}).lower()


def test_a_trial_changes_nothing_and_says_what_would_go(
    haunted: Haunted, command: Callable[..., tuple]
) -> None:
    before = dict(contents(haunted.places.data))

    code, said = command("forget", EMAIL, "--home", haunted.folder, "--dry-run")

    assert code == 0
    assert f"published {6 * GENERATIONS}" in said
    assert dict(contents(haunted.places.data)) == {**before, ".lock": b""}


def test_twice_is_once(haunted: Haunted, command: Callable[..., tuple]) -> None:
    command("forget", EMAIL, "--home", haunted.folder)
    before = dict(contents(haunted.places.data))

    code, said = command("forget", "--home", haunted.folder)

    assert (code, dict(contents(haunted.places.data))) == (0, before), said


def test_a_run_finishes_what_a_kill_left(haunted: Haunted, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed before each store in turn: the list is written first, so that nothing is lost."""
    from connectors import erased

    erased.forget(haunted.places.data, forgetting.identifiers(haunted.home, EMAIL))
    done = 0

    def killed(path: Path, *arguments: Any, **more: bool) -> bool:
        nonlocal done
        done += 1
        if done > 6:
            raise KeyboardInterrupt
        return erase_file(path, *arguments, **more)

    erase_file = forgetting.erase_file
    monkeypatch.setattr(forgetting, "erase_file", killed)
    with pytest.raises(KeyboardInterrupt):
        forgetting.go_on(haunted.home)
    monkeypatch.setattr(forgetting, "erase_file", erase_file)
    assert haunted.hits()

    resumed = forgetting.go_on(haunted.home)

    assert haunted.hits() == []
    assert [each.replacement for each in resumed] == [
        each.replacement for each in forgotten(haunted.places.data) if each.is_done
    ]
    assert forgetting.go_on(haunted.home) == []


def test_a_kill_before_the_journal_is_replaced_leaves_the_landing_whole(haunted: Haunted) -> None:
    landing = Landing(haunted.places.raw, "eng")
    before = [entry for entry in landing.entries if isinstance(entry, PageEntry)]
    erasure = forgetting.trial(forgetting.identifiers(haunted.home, EMAIL))

    from connectors.rewriting import Rewritten, record_of, rewritten

    list(rewritten(landing, lambda told: erasure.record(record_of(told)), Rewritten(), False))

    again = Landing(haunted.places.raw, "eng")
    assert [entry for entry in again.entries if isinstance(entry, PageEntry)] == before
    assert all(list(again.records(page)) for page in before)


@pytest.mark.parametrize(("key", "told"), [("", "holds nothing"), ("short", "only 5 characters")])
def test_without_a_good_key_nobody_is_forgotten(
    haunted: Haunted,
    command: Callable[..., tuple],
    monkeypatch: pytest.MonkeyPatch,
    key: str,
    told: str,
) -> None:
    monkeypatch.setenv(KEY_ENV, key)

    code, said = command("forget", EMAIL, "--home", haunted.folder)

    assert code == 2
    assert told in said
    assert forgotten(haunted.places.data) == []


def test_nothing_is_landed_where_the_key_of_the_list_is_another(
    haunted: Haunted, command: Callable[..., tuple], monkeypatch: pytest.MonkeyPatch
) -> None:
    command("forget", EMAIL, "--home", haunted.folder)
    monkeypatch.setenv(KEY_ENV, KEY + "!")

    from connectors.errors import SettingsError

    with pytest.raises(SettingsError, match=r"not the one that .* was written with"):
        haunted.fetch(full=True)


def test_who_is_unknown_is_told(haunted: Haunted, command: Callable[..., tuple]) -> None:
    code, said = command("forget", "nobody@example.org", "--home", haunted.folder)

    assert code == 2
    assert "Nobody is known as 'nobody@example.org'" in said


@pytest.mark.requirement("P05", "the totals of the night after are those of the night before")
def test_totals_stay_over_a_whole_night(
    case_home: Callable[[str], Path],
    tmp_path: Path,
    figure: Figure,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(KEY_ENV, KEY)
    home = tmp_path / "busy"
    shutil.copytree(case_home("busy"), home, symlinks=True)
    before = _totals(home)

    ended = [
        throughline("forget", f"product-{number}@example.org", "--home", home)
        for number in range(1, figure.of(1, 3) + 1)
    ]
    if figure.of(0, 1):
        _write_instead(home, forgotten(home / "data"))
        ended.append(throughline("run", "--full", "--as-of", "2026-03-30", "--home", home))

    assert [each.returncode for each in ended] == [0] * len(ended), ended[-1].stderr
    assert _totals(home) == before
    texts = [text for _, text in contents(home / "data")]
    assert not any(b"product-1@example.org" in text for text in texts)
    figure.reached(f"{len(before)} totals the same after {len(ended)} commands")


def _write_instead(home: Path, people: list[Forgotten]) -> None:
    """Change what the user wrote as `throughline forget` says; runs keep a copy of it."""
    for path in [home / "teams.yml", *(home / "strategy").iterdir()]:
        text = path.read_text()
        for number, person in enumerate(people, 1):
            text = text.replace(f"product-{number}@example.org", person.replacement)
        path.write_text(text)


def _totals(home: Path) -> list[tuple]:
    file = home / "data" / "published" / "current" / "throughline.duckdb"
    with duckdb.connect(str(file), read_only=True) as database:
        return database.execute(
            "select period_type, period_start, team_id, bucket, node_id, round(person_days, 6),"
            " items from rpt_effort order by all"
        ).fetchall()
