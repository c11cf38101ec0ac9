"""A night is remembered if it was published, once, and for good."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest
import yaml

from connectors.errors import DiskFullError, SettingsError
from pipelines.defs.models import read_manifest
from pipelines.warehouse import memory
from pipelines.warehouse.memory import remembered_before, remembered_models, settle, write_down
from pipelines.warehouse.memory_tables import TABLES, empty
from pipelines.warehouse.places import Places

ROOT = Path(__file__).parents[3]
MODELS = {"links": "changed_links", "milestones": "changed_milestones"}
MONDAY, TUESDAY, WEDNESDAY = (date(2026, 3, day) for day in (2, 3, 4))
LATER = date(2027, 1, 1)


def written(places: Places, night: date, *items: str, run: str = "a") -> str:
    """Write down a night that has new links of these items, and no changed milestone."""
    run_id = f"{night}-{run}"
    places.run(run_id).mkdir(parents=True)
    database = places.run(run_id) / "work.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "create table changed_links (work_item_id text, identifier text, weight double,"
            " is_gone boolean, as_of date)"
        )
        connection.execute("create table changed_milestones (node_id text, as_of date)")
        for item in items:
            connection.execute(
                "insert into changed_links values (?, 'KR-1', 1.0, false, ?)", [item, night]
            )
    told = write_down(places, run_id, night, database, MODELS)
    assert told in ({"links": len(items)}, {})
    return run_id


def switched(places: Places, run_id: str) -> None:
    """Let readers see a run."""
    (places.published / run_id).mkdir(parents=True)
    places.current.unlink(missing_ok=True)
    places.current.symlink_to(run_id, target_is_directory=True)


def published(places: Places, night: date, *items: str, run: str = "a") -> None:
    switched(places, written(places, night, *items, run=run))
    settle(places)


def known(places: Places, as_of: date = LATER) -> dict[str, set[str]]:
    """The items with new links by night, as a run of a date reads them."""
    found = remembered_before(places, as_of)
    nights = found["remembered_nights"]
    files = found["remembered_links"]
    assert not isinstance(nights, list)
    items: dict[str, set[str]] = {str(night): set() for night in nights.column("as_of").to_pylist()}
    if isinstance(files, list):
        listed = [str(file) for file in files]
        rows = duckdb.execute("select as_of, work_item_id from read_parquet(?)", [listed])
        for night, item in rows.fetchall():
            items[str(night)].add(item)
    return items


def files(places: Places) -> list[str]:
    return sorted(path.parent.name for path in places.memory.glob("*/*.parquet"))


def test_a_published_night_is_remembered_and_what_did_not_change_is_not_written(tmp_path) -> None:
    places = Places(tmp_path)

    published(places, MONDAY, "x", "y")
    published(places, TUESDAY)
    published(places, WEDNESDAY, "z")

    assert known(places) == {"2026-03-02": {"x", "y"}, "2026-03-03": set(), "2026-03-04": {"z"}}
    assert files(places) == ["links", "links"]
    assert not (places.memory / "pending.json").exists()


def test_a_run_remembers_nights_of_earlier_dates_only(tmp_path: Path) -> None:
    places = Places(tmp_path)
    published(places, MONDAY, "x")
    published(places, TUESDAY, "y")

    assert known(places, MONDAY) == {}
    assert known(places, TUESDAY) == {"2026-03-02": {"x"}}


def test_a_night_that_runs_twice_is_one_memory_of_what_was_published_last(tmp_path: Path) -> None:
    places = Places(tmp_path)
    published(places, MONDAY, "x")
    published(places, TUESDAY, "y")

    published(places, TUESDAY, "z", run="b")

    assert known(places) == {"2026-03-02": {"x"}, "2026-03-03": {"z"}}
    assert files(places) == ["links", "links"]


def test_a_run_of_an_older_date_does_not_rewrite_history(tmp_path: Path) -> None:
    places = Places(tmp_path)
    published(places, MONDAY, "x")
    published(places, WEDNESDAY, "y")

    published(places, TUESDAY, "hindsight")
    published(places, MONDAY, "hindsight", run="b")

    assert known(places) == {"2026-03-02": {"x"}, "2026-03-04": {"y"}}


def test_a_night_killed_before_the_switch_is_not_remembered(tmp_path: Path) -> None:
    places = Places(tmp_path)
    published(places, MONDAY, "x")
    killed = written(places, TUESDAY, "y")
    (places.published / killed).mkdir()

    settle(places)

    assert known(places) == {"2026-03-02": {"x"}}
    assert files(places) == ["links"]


def test_a_night_killed_right_after_the_switch_is_remembered(tmp_path: Path) -> None:
    places = Places(tmp_path)
    published(places, MONDAY, "x")
    switched(places, written(places, TUESDAY, "y"))

    assert known(places) == {"2026-03-02": {"x"}}
    settle(places)
    settle(places)
    assert known(places) == {"2026-03-02": {"x"}, "2026-03-03": {"y"}}


@pytest.mark.parametrize("fatal", range(12))
def test_a_failure_at_any_file_operation_leaves_the_memory_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fatal: int
) -> None:
    places = Places(tmp_path)
    published(places, MONDAY, "x")
    calls = iter(range(1000))

    def failing(original):
        def call(*arguments, **named):
            if next(calls) == fatal:
                raise OSError(28, "No space left on device")
            return original(*arguments, **named)

        return call

    with monkeypatch.context() as broken:
        for name in ("write_durably", "sync_folder", "_digest"):
            broken.setattr(memory, name, failing(getattr(memory, name)))
        for name in ("unlink", "replace"):
            broken.setattr(Path, name, failing(getattr(Path, name)))
        try:
            published(places, TUESDAY, "y")
        except (OSError, DiskFullError):
            pass
    settle(places)

    was_switched = places.current.resolve().name == f"{TUESDAY}-a"
    tuesday = {"2026-03-03": {"y"}} if was_switched else {}
    assert known(places) == {"2026-03-02": {"x"}, **tuesday}
    assert len(files(places)) == 1 + was_switched


def test_the_memory_outlives_everything_that_can_be_made_again(tmp_path: Path) -> None:
    places = Places(tmp_path)
    published(places, MONDAY, "x")

    shutil.rmtree(places.warehouse)
    shutil.rmtree(places.published)
    settle(places)

    assert known(places) == {"2026-03-02": {"x"}}


@pytest.mark.parametrize("told", ["is missing", "is not what was written"])
def test_a_damaged_memory_is_named_with_what_to_do(tmp_path: Path, told: str) -> None:
    places = Places(tmp_path)
    published(places, MONDAY, "x")
    [file] = places.memory.glob("links/*.parquet")
    whole = file.read_bytes()
    file.unlink()
    if told == "is not what was written":
        file.write_bytes(whole[:-1])

    with pytest.raises(SettingsError, match=f"The memory of 2026-03-02 is damaged: .* {told}"):
        known(places)


def test_every_table_of_the_memory_has_a_model_that_fills_it_and_is_known_to_dbt() -> None:
    from pipelines.defs import dbt_project

    sources = yaml.safe_load(
        (ROOT / "dbt_project/models/staging/home/_sources.yml").read_text(encoding="utf-8")
    )["sources"]
    [run] = [source for source in sources if source["name"] == "run"]
    told = {
        table["name"]: [column["name"] for column in table["columns"]] for table in run["tables"]
    }

    models = remembered_models(read_manifest(dbt_project.prepared()))

    assert models == {table: f"int_{table}_to_remember" for table in TABLES}
    assert {f"remembered_{table}": empty(table).schema.names for table in TABLES}.items() <= (
        told.items()
    )
    assert told["remembered_nights"] == ["as_of", "run_id"]


def test_the_memory_can_be_read_by_a_person(tmp_path: Path) -> None:
    places = Places(tmp_path)
    published(places, MONDAY, "x")

    night = json.loads((places.memory / "nights" / "2026-03-02.json").read_text())

    assert night["run_id"] == "2026-03-02-a"
    assert [*night["files"]] == ["links"]
