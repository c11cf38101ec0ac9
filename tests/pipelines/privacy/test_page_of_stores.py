"""The page on what is stored of people, against what nights and commands leave on the disk."""

from __future__ import annotations

import grp
import json
import os
import re
import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from connectors.erased import KEY_ENV
from pipelines.commands.privacy import page_of
from pipelines.defs.history import keep_newest_runs
from pipelines.home.home import load_home
from pipelines.warehouse import personal
from pipelines.warehouse.inputs import keep_inputs, lay_out, stored_nights
from pipelines.warehouse.manifest import NAME, write_manifest
from pipelines.warehouse.marts import marts
from pipelines.warehouse.places import Places
from pipelines.warehouse.private import close
from pipelines.warehouse.retention import keep_newest, keep_newest_logs, published_runs
from tests.dbt.project import manifest
from tests.figures import Figure
from tests.pipelines.cli.conftest import call  # noqa: F401 - a fixture for the tests here
from tests.pipelines.conftest import SETTINGS
from tests.pipelines.privacy.conftest import KEY, Haunted

MORE_RUNS, MORE_LOGS, MORE_NIGHTS = 20, 100, 40
"""More than is kept."""
Rows = dict[str, list[str]]


def rows(page: str, title: str) -> Rows:
    """The rows of one table of the page, by their first cell."""
    table = page.split(f"<h2>{title}</h2>")[1].split("</table>")[0]
    cells = [re.findall("<td>(.*?)</td>", row) for row in re.findall("<tr>(.*?)</tr>", table)]
    return {unescape(row[0]): [unescape(cell) for cell in row[1:]] for row in cells if row}


def where(home: Path) -> Rows:
    """The stores of a home as its page names them: what stands there, how long, and for whom."""
    return rows(page_of(load_home(home), []), "Where")


def entries(home: Path) -> set[str]:
    """What stands in the data folder."""
    return {f"data/{path.name}" for path in (home / "data").iterdir()}


@pytest.mark.requirement("P08", "each entry of data/ is a row of the page, and the other way round")
def test_each_entry_that_a_night_or_a_command_leaves_is_a_row_of_the_page(
    call: Callable,  # noqa: F811 - the fixture
    case_home: Callable[[str], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    figure: Figure,
) -> None:
    monkeypatch.setenv(KEY_ENV, KEY)
    home = tmp_path / "busy"
    shutil.copytree(case_home("busy"), home, symlinks=True)
    places = Places(home)
    before = places.published / "2025-the-run-before"
    shutil.copytree(places.current.resolve(), before)
    told = json.loads((before / NAME).read_bytes())
    write_manifest({**told, "run_id": before.name}, before)
    [night] = stored_nights(places)
    # What `throughline replay` computes from; that it does is with the drills of replays.
    lay_out(places, date.fromisoformat(night), places.replays / night)
    assert call("rollback", before.name, "--home", home).code == 0
    seen = entries(home)

    assert call("forget", "product-1@example.org", "--home", home).code == 0

    told, seen = where(home), seen | entries(home)
    assert len(seen) > 10
    assert set(told) == seen | {"data/tokens"}, "an app of OAuth alone has tokens"
    assert all(len(row) == 3 and all(row) for row in told.values())
    figure.reached(f"{len(seen)} of {len(seen)} entries; 0 rows of what is not stored")


def test_what_was_forgotten_is_a_row_and_so_is_every_other_haunted_store(haunted: Haunted) -> None:
    assert entries(haunted.folder) - set(where(haunted.folder)) == set()


@pytest.mark.requirement("P08", "how long: 4 of 4 numbers of the page are what is kept")
def test_as_much_is_kept_as_the_page_says(toy_home: Callable[..., Path], figure: Figure) -> None:
    home = toy_home()
    places = Places(home)
    kept: dict[str, Callable[[], int]] = {
        "data/published": lambda: _published_kept(places),
        "data/logs": lambda: _logs_kept(places),
        "data/dagster": lambda: _dagster_runs_kept(places),
        "data/inputs": lambda: _nights_kept(home),
    }

    told = {name: row[1] for name, row in where(home).items() if re.search(r"\d", row[1])}

    assert told.keys() == kept.keys()
    assert {name: re.findall(r"\d+", text) for name, text in told.items()} == {
        name: [str(count())] for name, count in kept.items()
    }
    figure.reached(f"{len(kept)} of {len(kept)}: {', '.join(sorted(told.values()))}")


def _published_kept(places: Places) -> int:
    for number in range(MORE_RUNS):
        (places.published / f"run-{number:03}").mkdir(parents=True)
    keep_newest(places)
    return len(published_runs(places))


def _logs_kept(places: Places) -> int:
    places.logs.mkdir(parents=True)
    for number in range(MORE_LOGS):
        places.log(f"run-{number:03}").touch()
        places.record(f"run-{number:03}").touch()
    keep_newest_logs(places)
    return len({path.stem for path in places.logs.iterdir()})


def _dagster_runs_kept(places: Places) -> int:
    with dg.DagsterInstance.ephemeral() as instance:
        for _ in range(MORE_NIGHTS):
            instance.add_run(dg.DagsterRun("nightly", status=dg.DagsterRunStatus.SUCCESS))
        keep_newest_runs(instance, places)
        return len(instance.get_run_records())


def _nights_kept(home: Path) -> int:
    for number in range(MORE_NIGHTS):
        day = date(2026, 2, 1) + timedelta(days=number)
        keep_inputs(load_home(home, day), Places(home), f"run-{number}")
    return len(stored_nights(Places(home)))


@pytest.mark.requirement("P08", "readers: the stores that the group may read are those of the page")
@pytest.mark.parametrize("has_readers", [False, True])
def test_the_page_names_who_reads(
    toy_home: Callable[..., Path], has_readers: bool, figure: Figure
) -> None:
    group = grp.getgrgid(os.getgid()).gr_name
    told = f"publish: {{postgres: {{dsn_env: DSN}}{f', readers: {group}' * has_readers}}}\n"
    home = toy_home(settings=SETTINGS + told)
    for name in where(home):
        if name.startswith("data/") and "." not in name:
            (home / name).mkdir(parents=True)

    close(Places(home), group if has_readers else None)

    open_to_the_group = {
        f"data/{path.name}"
        for path in (home / "data").iterdir()
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    }
    named = {name for name, row in where(home).items() if f"the group {group}" in row[2]}
    assert named == open_to_the_group == ({"data/published"} if has_readers else set())
    assert where(home)["PostgreSQL, schema throughline"][1] == "the current run"
    figure.reached(f"{len(named)} of {len(where(home))} stores are open to a group")


@pytest.mark.requirement("P08", "published: each field of people or free text, what for; no more")
@pytest.mark.parametrize("people", ["hidden", "pseudonym", "named"])
def test_every_published_field_stands_on_the_page_with_its_purpose(
    toy_home: Callable[..., Path], people: str, figure: Figure
) -> None:
    home = toy_home(settings=f"{SETTINGS}privacy: {{people: {people}}}\n")
    tables = marts(manifest(), people)

    told = rows(page_of(load_home(home), tables), "Published")

    columns = [(table.name, column.name) for table in tables for column in table.columns]
    assert told == {
        f"{table}.{column}": list(purpose)
        for table, column in columns
        for purpose in _purposes(table, column)
    }
    assert ("fct_allocation_day.person_key" in told) is (people != "hidden")
    figure.reached(f"{people}: {len(told)} of {len(columns)} columns, each with what it is for")


@pytest.mark.requirement("P08", "a published night: 0 columns of people or free text unlisted")
def test_every_text_that_a_night_published_stands_on_the_page(
    case_home: Callable[[str], Path], figure: Figure
) -> None:
    home = case_home("busy")
    file = Places(home).current / "throughline.duckdb"
    with duckdb.connect(str(file), read_only=True) as database:
        columns = database.execute(
            "select table_name, column_name from duckdb_columns()"
            " where data_type = 'VARCHAR' and not internal"
        ).fetchall()

    told = rows(page_of(load_home(home), marts(manifest(), "hidden")), "Published")

    named = {f"{table}.{column}" for table, column in columns}
    assert set(told) <= named
    assert entries(home) <= set(where(home))
    assert {
        f"{table}.{column}" for table, column in columns if list(_purposes(table, column))
    } == set(told)
    figure.reached(f"{len(told)} listed of {len(named)} columns with text")


def _purposes(table: str, column: str) -> Iterator[tuple[str, str]]:
    """What the declarations say of a column, read without the code that makes the page."""
    if f"{table}.{column}" in personal.PERSON:
        yield "person", personal.PERSON[f"{table}.{column}"]
    elif column in personal.FREE_TEXT:
        yield "free text", personal.FREE_TEXT[column]
