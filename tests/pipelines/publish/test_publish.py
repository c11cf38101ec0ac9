"""Publishing is all or nothing, for every reader, whatever happens to the writer."""

from __future__ import annotations

import json
import multiprocessing
import shutil
import time
from multiprocessing.connection import Connection
from pathlib import Path

import duckdb
import pytest

from connectors.errors import DiskFullError
from pipelines.warehouse import publish as publishing
from pipelines.warehouse.manifest import sha256_of
from pipelines.warehouse.marts import Mart, MartColumn
from pipelines.warehouse.places import Places
from pipelines.warehouse.publish import publish
from tests.figures import Figure

TABLES = ("dim_source", "fct_first", "fct_second", "rpt_last")
COLUMNS = (
    MartColumn("run", "bigint", "Number of the run it's of", "count"),
    MartColumn("part", "double", "A part", ""),
)
MARTS = [Mart(name, f"Rows of {name}.", COLUMNS, ("run", "part")) for name in TABLES]


def working_database(places: Places, number: int, rows: int = 50) -> tuple[str, Path]:
    run_id = f"run-{number:05d}"
    places.run(run_id).mkdir(parents=True)
    path = places.run(run_id) / "work.duckdb"
    with duckdb.connect(str(path)) as connection:
        for table in TABLES:
            connection.execute(
                f"create table {table} as select {number} as run, (i * 37 % {rows}) / 3 as part "
                f"from range({rows}) numbers(i)"
            )
    return run_id, path


def render(database: Path, folder: Path, manifest: dict) -> None:
    (folder / "report").mkdir()
    (folder / "report" / "index.html").write_text(manifest["run_id"])


def publish_number(places: Places, number: int) -> dict:
    run_id, database = working_database(places, number)
    manifest = publish(places, run_id, database, MARTS, {"as_of": "2026-01-01"}, render)
    shutil.rmtree(places.run(run_id))
    return manifest


def poll(home: str, stop, reads, results) -> None:
    """Read all tables of `current` again and again: whole runs, torn ones, errors."""
    current = Places(Path(home)).current
    whole = torn = 0
    errors = []
    while not stop.is_set():
        try:
            folder = current.resolve()
            with duckdb.connect(str(folder / "throughline.duckdb"), read_only=True) as connection:
                seen = {
                    number
                    for table in TABLES
                    for (number,) in connection.execute(f"select run from {table}").fetchall()
                }
            seen.add(int(json.loads((folder / "manifest.json").read_text())["run_id"][4:]))
            whole, torn = whole + (len(seen) == 1), torn + (len(seen) != 1)
            with reads:
                reads.value += 1
        except Exception as fault:  # noqa: BLE001 - every failure of a reader counts
            errors.append(repr(fault))
    results.put((whole, torn, errors))


@pytest.mark.timeout(3600)
@pytest.mark.requirement("R03", "4 readers, >= 100 publishes, >= 10,000 reads: 0 torn, 0 errors")
def test_readers_see_only_whole_runs_while_runs_publish_in_a_loop(
    tmp_path: Path, figure: Figure
) -> None:
    publishes, wanted = figure.of(12, 100), figure.of(100, 10_000)
    places = Places(tmp_path)
    publish_number(places, 0)
    context = multiprocessing.get_context("spawn")
    stop, reads, results = context.Event(), context.Value("i", 0), context.Queue()
    shared = (str(tmp_path), stop, reads, results)
    readers = [context.Process(target=poll, args=shared) for _ in range(figure.of(2, 4))]
    for reader in readers:
        reader.start()
    number, until = 0, time.monotonic() + figure.of(120, 3000)
    # Readers hold a folder for milliseconds and 14 are kept: none is taken from under them.
    while (number < publishes or reads.value < wanted) and time.monotonic() < until:
        number += 1
        publish_number(places, number)
    stop.set()
    read = [results.get(timeout=30) for _ in readers]
    for reader in readers:
        reader.join()

    assert [errors for _, _, errors in read] == [[] for _ in readers]
    assert sum(torn for _, torn, _ in read) == 0
    assert number >= publishes
    done = sum(whole for whole, _, _ in read)
    assert done >= wanted
    figure.reached(f"{number} publishes, {done} reads, 0 torn, 0 errors")


def hold(database: str, asked: Connection) -> None:
    """Keep one connection open and answer from it for as long as somebody asks."""
    with duckdb.connect(database, read_only=True) as connection:
        asked.send("open")
        while asked.recv():
            asked.send(
                connection.execute("select run, count(*) from fct_first group by 1").fetchall()
            )


@pytest.mark.requirement("R04", "one connection held through 10 publishes: 10 of 10 succeed")
def test_a_reader_that_holds_the_old_file_open_blocks_nothing(
    tmp_path: Path, figure: Figure
) -> None:
    places = Places(tmp_path)
    publish_number(places, 0)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    database = str(places.current.resolve() / "throughline.duckdb")
    reader = context.Process(target=hold, args=(database, theirs))
    reader.start()
    assert ours.recv() == "open"
    for number in range(1, 11):
        publish_number(places, number)
        ours.send(True)

        assert ours.recv() == [(0, 50)]
        assert places.current.resolve().name == f"run-{number:05d}"
    ours.send(False)
    reader.join()
    assert reader.exitcode == 0
    figure.reached("10 of 10, and the connection of another process answers after each")


@pytest.mark.parametrize("fatal", range(8))
def test_a_failure_at_any_file_operation_leaves_the_old_run_or_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fatal: int
) -> None:
    places = Places(tmp_path)
    publish_number(places, 1)
    calls = iter(range(1000))

    def failing(original):
        def call(*arguments, **named):
            if next(calls) == fatal:
                raise OSError(28, "No space left on device")
            return original(*arguments, **named)

        return call

    for name in ("write_tables", "add_files", "write_manifest", "sync_tree", "sync_folder"):
        monkeypatch.setattr(publishing, name, failing(getattr(publishing, name)))
    monkeypatch.setattr(Path, "symlink_to", failing(Path.symlink_to))
    monkeypatch.setattr(Path, "replace", failing(Path.replace))
    try:
        publish_number(places, 2)
    except (OSError, DiskFullError):
        pass
    monkeypatch.undo()

    folder = places.current.resolve()
    with duckdb.connect(str(folder / "throughline.duckdb"), read_only=True) as connection:
        runs = {row for table in TABLES for row in connection.execute(f"from {table}").fetchall()}
    assert {number for number, _ in runs} in ({1}, {2})
    assert (folder / "manifest.json").exists()
    shutil.rmtree(places.runs)
    publish_number(places, 3)
    assert places.current.resolve().name == "run-00003"


def test_the_folder_is_complete_and_its_manifest_can_be_checked(tmp_path: Path) -> None:
    places = Places(tmp_path)
    publish_number(places, 7)

    folder = places.current.resolve()
    manifest = json.loads((folder / "manifest.json").read_text())
    names = {f"parquet/{table}.parquet" for table in TABLES}
    assert set(manifest["files"]) == {*names, "throughline.duckdb", "contract.yaml"} | {
        "report/index.html"
    }
    for name, facts in manifest["files"].items():
        assert facts == {
            "bytes": (folder / name).stat().st_size,
            "sha256": sha256_of(folder / name),
        }
    assert manifest["tables"]["fct_first"] == {"rows": 50, "key": ["run", "part"]}
    assert not any(path.stat().st_mode & 0o222 for path in folder.rglob("*") if path.is_file())


def test_the_database_names_its_columns_and_keys_and_equals_the_parquet(tmp_path: Path) -> None:
    places = Places(tmp_path)
    publish_number(places, 1)

    with duckdb.connect(str(places.current / "throughline.duckdb"), read_only=True) as connection:
        comments = connection.execute(
            "select comment from duckdb_columns() where table_name = 'fct_first' order by all"
        ).fetchall()
        keys = connection.execute(
            "select count(*) from duckdb_constraints() where constraint_type = 'PRIMARY KEY'"
        ).fetchone()
        rows = connection.execute("from fct_first").fetchall()
        parquet = connection.execute(
            "from read_parquet(?)", [str(places.current / "parquet" / "fct_first.parquet")]
        ).fetchall()
    assert comments == [("A part",), ("Number of the run it's of [count]",)]
    assert keys == (4,)
    assert rows == parquet == sorted(rows)


def test_older_drivers_can_open_the_database(tmp_path: Path) -> None:
    places = Places(tmp_path)
    publish_number(places, 1)

    with (places.current / "throughline.duckdb").open("rb") as file:
        header = file.read(20)
    assert header[8:12] == b"DUCK"
    # 64 is the format of DuckDB 0.10 to 1.1; 2.0 would write 69.
    assert int.from_bytes(header[12:20], "little") == 64


@pytest.mark.requirement("R04", "the generations kept on the disk: 14, as SPEC.md says")
def test_the_last_fourteen_runs_are_kept(tmp_path: Path, figure: Figure) -> None:
    places = Places(tmp_path)
    for number in range(17):
        publish_number(places, number)

    kept = sorted(path.name for path in places.published.iterdir() if path.name != "current")
    assert kept == [f"run-{number:05d}" for number in range(3, 17)]
    assert places.current.readlink() == Path("run-00016")
    figure.reached(f"{len(kept)} generations kept of 17 published")
