"""Landed pages become typed tables once, and a run's database finds them."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from connectors.contract import ExportSettings
from connectors.registry import all_connectors
from pipelines.warehouse import typing as typing_module
from pipelines.warehouse.engine import build_database
from pipelines.warehouse.ingest import SourceReading, read_source
from pipelines.warehouse.ingest_tables import account_zones, person_candidates, run_tables


def issue(number: int, **fields: object) -> dict:
    ana = {"accountId": "a1", "emailAddress": "Ana@Example.org", "timeZone": "Europe/Lisbon"}
    known = {"created": "2026-01-05T10:00:00Z", "creator": ana, "summary": f"Item {number}"}
    return {"id": number, "key": f"PLAT-{number}", "fields": known | fields}


def read(home: Path, *issues: dict, file: str = "issues.jsonl") -> SourceReading:
    home.mkdir(exist_ok=True)
    path = home / file
    path.write_text("".join(json.dumps(each) + "\n" for each in issues))
    settings = ExportSettings("eng", tuple(sorted(home.glob("*.jsonl"))))
    return read_source(settings, "jira", home / "raw", home / "typed", home)


def typed_files(home: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in (home / "typed").rglob("*.parquet")}


def titles(home: Path, reading: SourceReading) -> list[tuple]:
    database = home / "work.duckdb"
    build_database(database, [reading.typed], {}, {}, all_connectors().values())
    with duckdb.connect(str(database), read_only=True) as found:
        return found.execute(
            "select record_id, title from landed.jira_issues order by 1"
        ).fetchall()


def test_a_page_is_typed_once_and_only_what_is_new_is_typed_later(tmp_path: Path) -> None:
    read(tmp_path, issue(1), issue(2))
    before = typed_files(tmp_path)
    reading = read(tmp_path, issue(2), issue(3), file="more.jsonl")
    after = typed_files(tmp_path)

    assert before.items() < after.items()
    assert titles(tmp_path, reading) == [("1", "Item 1"), ("2", "Item 2"), ("3", "Item 3")]


def test_another_time_zone_types_the_pages_again(tmp_path: Path) -> None:
    naive = issue(1, created="2026-01-05T10:00:00")
    reading = read(tmp_path, naive)
    files = reading.typed.files["jira_issues"]
    settings = ExportSettings("eng", (tmp_path / "issues.jsonl",), "Asia/Tokyo")
    again = read_source(settings, "jira", tmp_path / "raw", tmp_path / "typed", tmp_path)

    assert again.typed.files["jira_issues"] != files
    assert not files[0].exists()
    assert duckdb.read_parquet(str(again.typed.files["jira_issues"][0])).aggregate(
        "cast(max(created_at) as varchar)"
    ).fetchall() == [("2026-01-05 01:00:00",)]


def test_a_record_that_cannot_be_typed_goes_to_quarantine_and_its_older_copy_stays(
    tmp_path: Path,
) -> None:
    read(tmp_path, issue(1))
    reading = read(tmp_path, issue(1, created="never"), issue(2), file="more.jsonl")
    again = read(tmp_path, issue(1, created="never"), issue(2), file="more.jsonl")
    quarantine = run_tables([again])["quarantine"].to_pylist()

    assert titles(tmp_path, reading) == [("1", "Item 1"), ("2", "Item 2")]
    assert run_tables([reading])["quarantine"].to_pylist() == quarantine
    assert [(row["record_id"], row["field_path"]) for row in quarantine] == [
        ("1", "fields.created")
    ]
    (stream,) = run_tables([again])["streams"].to_pylist()
    assert (stream["records_read"], stream["records_landed"]) == (3, 3)
    assert stream["records_quarantined"] == 1


def test_a_damaged_file_makes_the_source_partial_and_the_others_count(tmp_path: Path) -> None:
    (tmp_path / "cut.jsonl").write_text(json.dumps(issue(1)) + '\n{"id": 2, "fie')
    reading = read(tmp_path, issue(3))

    assert reading.report.state == "partial"
    assert [each.file for each in reading.report.unreadable] == ["cut.jsonl"]
    assert titles(tmp_path, reading) == [("1", "Item 1"), ("3", "Item 3")]


def test_accounts_tell_time_zones_and_who_a_person_may_be(tmp_path: Path) -> None:
    reading = read(tmp_path, issue(1))

    assert account_zones([reading.typed]) == {"Europe/Lisbon"}
    assert person_candidates([reading.typed]) == {"eng:a1", "ana@example.org"}


def test_a_path_may_hold_blanks_and_quotes(tmp_path: Path) -> None:
    home = tmp_path / "Ana's own folder"
    reading = read(home, issue(1))

    assert titles(home, reading) == [("1", "Item 1")]


def test_a_tracker_without_pages_has_empty_tables(tmp_path: Path) -> None:
    database = tmp_path / "work.duckdb"
    build_database(database, [], {}, {}, all_connectors().values())

    with duckdb.connect(str(database), read_only=True) as found:
        assert found.execute("select count(*) from landed.jira_changes").fetchone() == (0,)


def test_pages_typed_beside_one_another_are_all_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.landing.PAGE_RECORDS", 2)
    monkeypatch.setattr(typing_module, "PAGES_FOR_A_SECOND_PROCESS", 2)
    reading = read(tmp_path, *(issue(number) for number in range(7)))

    assert len(titles(tmp_path, reading)) == 7


@pytest.mark.parametrize(
    "written",
    [
        '"timeoriginalestimate": 1e40',
        f'"timeoriginalestimate": {"9" * 400}',
        '"issuetype": {"name": "Task", "hierarchyLevel": 9223372036854775808}',
    ],
)
@pytest.mark.requirement("R21", "numbers that no column holds cost their record")
def test_a_number_that_no_column_can_hold_costs_its_record_alone(
    tmp_path: Path, written: str
) -> None:
    bad = json.dumps(issue(1, summary="@")).replace('"summary": "@"', written)
    (tmp_path / "bad.jsonl").write_text(bad + "\n")
    reading = read(tmp_path, issue(2))

    assert titles(tmp_path, reading) == [("2", "Item 2")]
    (quarantined,) = run_tables([reading])["quarantine"].to_pylist()
    assert quarantined["record_id"] == "1"
    assert "out of range" in quarantined["reason"]


@pytest.mark.parametrize("number", ["1e400", "9" * 400, "9" * 5000, "1e13"])
def test_a_number_beyond_measure_in_a_custom_field_costs_nothing(
    tmp_path: Path, number: str
) -> None:
    odd = json.dumps(issue(1, summary="@")).replace('"@"', f'"@", "customfield_1": {number}')
    (tmp_path / "odd.jsonl").write_text(odd + "\n")
    reading = read(tmp_path, issue(2))

    assert sorted(titles(tmp_path, reading)) == [("1", "@"), ("2", "Item 2")]
    assert run_tables([reading])["quarantine"].num_rows == 0
