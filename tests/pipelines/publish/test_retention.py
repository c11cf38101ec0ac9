"""What killed runs left behind is swept; what is current stays."""

from __future__ import annotations

import os
from pathlib import Path

from pipelines.home.home import load_home
from pipelines.warehouse import retention
from pipelines.warehouse.night import begun
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import RunRecord, read_records


def published(places: Places, *names: str) -> None:
    for name in names:
        (places.published / name).mkdir(parents=True)


def test_the_current_run_stays_however_old_it_is(tmp_path: Path) -> None:
    places = Places(tmp_path)
    published(places, "a", "b", "c", "d")
    places.current.symlink_to("a")

    assert retention.keep_newest(places, kept=2) == ["b"]
    assert [path.name for path in retention.published_runs(places)] == ["a", "c", "d"]


def test_half_removed_folders_and_unused_pointers_are_swept(tmp_path: Path) -> None:
    places = Places(tmp_path)
    published(places, "a", f"{retention.GOING}b")
    (places.published / ".current-c").symlink_to("c")

    retention.sweep_going(places)

    assert [path.name for path in places.published.iterdir()] == ["a"]


def test_folders_of_killed_runs_are_swept(tmp_path: Path) -> None:
    places = Places(tmp_path)
    (places.run("killed") / "scratch").mkdir(parents=True)

    assert retention.sweep_runs(places) == ["killed"]
    assert list(places.runs.iterdir()) == []


def test_what_killed_processes_left_half_written_is_removed_by_the_next_run(toy_home) -> None:
    home = load_home(toy_home())
    places = Places(home.folder)
    old, new = places.logs / "a.json.7-8.tmp", places.raw / "old" / "b.json.7-8.tmp"
    older = places.raw / "old" / "journal.end.7-8.tmp"
    for path in (old, new, older):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    for path in (old, older):
        os.utime(path, (0, 0))

    with begun(home):
        pass

    assert list(places.data.rglob("*.tmp")) == [new]


def test_sweeping_a_home_that_never_ran_does_nothing(tmp_path: Path) -> None:
    places = Places(tmp_path)

    assert retention.sweep_runs(places) == []
    retention.sweep_going(places)
    assert list(tmp_path.iterdir()) == []


def test_reports_of_extractions_go_with_the_logs_of_their_run(tmp_path: Path) -> None:
    places = Places(tmp_path)
    places.logs.mkdir(parents=True)
    runs = [f"2026010{day}T020000000Z-as-of-2026-01-0{day}" for day in (1, 2, 3)]
    for run in runs:
        for name in (f"{run}.json", f"{run}.log", f"{run}-eng.json", f"{run}-mkt-2.json"):
            (places.logs / name).touch()

    retention.keep_newest_logs(places, kept=2)

    assert len(list(places.logs.iterdir())) == 8
    assert not list(places.logs.glob(f"{runs[0]}*"))


def test_the_report_of_an_extraction_is_no_record_of_a_run(tmp_path: Path) -> None:
    places = Places(tmp_path)
    RunRecord("20260101T020000000Z-as-of-2026-01-01", "2026-01-01", "", 1).save(places)
    text = '{"source": "eng", "run_id": "x"}'
    places.extraction("20260101T020000000Z-as-of-2026-01-01", "eng").write_text(text)

    assert [each["state"] for each in read_records(places, 5)] == ["running"]
