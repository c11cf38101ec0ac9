"""What is set aside can be listed without anybody's words, and read again after a fix."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from connectors.contract import Rejected
from connectors.landing import Landing
from pipelines.home.home import load_home
from pipelines.warehouse import steps
from pipelines.warehouse.ingest import SourceReading
from pipelines.warehouse.lock import held
from pipelines.warehouse.night import begun
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import read_records
from pipelines.warehouse.replay import replay
from tests.homes import throughline
from tests.pipelines.quality.exports import Json, in_lines, issue

SETTINGS = """\
organisation: {name: Example, timezone: Europe/Berlin}
effort: {since: 2026-01-01}
sources:
  - {name: eng, type: jira, export: 'exports/*.json'}
"""
SECRET_WORDS = "Ana Muster is ill"


def bad_issue(number: int) -> Json:
    record = issue(number)
    record["fields"]["created"] = SECRET_WORDS
    return record


@pytest.fixture
def home(toy_home: Callable[..., Path]) -> Path:
    """A home whose one file has two good issues, one without a usable time, and a broken line."""
    lines = in_lines([issue(1), bad_issue(2)]) + b'{"id": broken}\n' + in_lines([issue(3)])
    folder = toy_home({"a.json": lines.decode()}, SETTINGS)
    fetch(folder)
    return folder


def fetch(folder: Path) -> SourceReading:
    """Do what a run does before the models."""
    with begun(load_home(folder, date(2026, 6, 30))) as night:
        for source in night.home.sources:
            steps.fetch(night, source)
        [found] = steps.readings(night)
    return found


def landed(folder: Path) -> Counter[str]:
    """How often each key of an issue has landed."""
    landing = Landing(Places(folder).raw, "eng")
    return Counter(
        record.key for page in landing.pages("issues") for record in landing.records(page)
    )


def as_an_older_reader_left_it(folder: Path, payload: bytes) -> None:
    """Set a payload aside for a reason that today's reader no longer has."""
    landing = Landing(Places(folder).raw, "eng")
    [entry] = landing.files().values()
    older = Rejected("issues", "10009", "fields", "not known then", "a.json:4", payload)
    landing.finish_file(entry, [*landing.faults(entry), older])
    landing.commit()
    with begun(load_home(folder, date(2026, 6, 30))) as night:
        for source in night.home.sources:
            steps.fetch(night, source)


def test_the_list_counts_by_reason_and_names_where_each_stood(call, home: Path) -> None:
    called = call("quarantine", "list", "--home", home)

    assert called.code == 0, called.err
    assert "1  eng  issues  fields.created: expected a time, found another text" in called.out
    assert "a.json:3" in called.out
    assert "10002" in called.out
    assert SECRET_WORDS not in called.out


def test_the_list_can_be_narrowed_and_read_by_programs(call, home: Path) -> None:
    told = json.loads(call("quarantine", "list", "--home", home, "--json").out)
    one = json.loads(
        call("quarantine", "list", "--home", home, "--json", "--reason", "EXPECTED A TIME").out
    )
    none = json.loads(call("quarantine", "list", "--home", home, "--json", "--stream", "x").out)

    assert len(told["records"]) == 2 and sum(each["records"] for each in told["reasons"]) == 2
    assert SECRET_WORDS not in json.dumps(told)
    assert [each["record_id"] for each in one["records"]] == ["10002"]
    [record] = read_records(Places(home), 1)
    assert {each["run_id"] for each in told["records"]} == {record["run_id"]}
    assert [each["reason_code"] for each in one["records"]] == ["wrong_value"]
    assert none == {"records": [], "reasons": []}


def test_a_source_that_there_is_not_is_told(call, home: Path) -> None:
    called = call("quarantine", "list", "--home", home, "--source", "nobody")

    assert called.code == 2
    assert "There is no source `nobody`; there are eng." in called.err


def test_a_home_in_which_a_run_is_under_way_is_left_alone(home: Path) -> None:
    with held(Places(home)):
        called = throughline("quarantine", "replay", "--home", home)

    assert called.returncode == 75
    assert "another run" in called.stderr.lower()


def test_what_can_be_used_now_lands_once_and_the_rest_keeps_todays_reason(call, home: Path) -> None:
    as_an_older_reader_left_it(home, json.dumps(issue(9)).encode())
    before = json.loads(call("quarantine", "list", "--home", home, "--json").out)["records"]

    first = call("quarantine", "replay", "--home", home)
    second = call("quarantine", "replay", "--home", home)
    after = json.loads(call("quarantine", "list", "--home", home, "--json").out)["records"]

    assert len(before) == 3
    assert "eng: 3 were set aside and read again; 1 landed now, 2 stay set aside." in first.out
    assert "eng: 2 were set aside and read again; 0 landed now, 2 stay set aside." in second.out
    assert landed(home) == Counter({"10001": 1, "10002": 1, "10003": 1, "10009": 1})
    assert {each["record_id"] for each in after} == {"10002", ""}
    assert [e["reason"][:9] for e in after if not e["record_id"]] == ["not JSON:"]
    found = fetch(home)
    assert found.typed.records["issues"] == 3
    assert len(found.report.rejected) == 1


def test_the_same_bytes_do_not_land_twice(call, home: Path) -> None:
    as_an_older_reader_left_it(home, in_lines([issue(1)]).strip())

    called = call("quarantine", "replay", "--home", home)

    assert "3 were set aside and read again; 0 landed now, 2 stay set aside." in called.out
    assert landed(home)["10001"] == 1


def test_a_file_that_is_gone_does_not_keep_its_records_from_being_read(call, home: Path) -> None:
    as_an_older_reader_left_it(home, json.dumps(issue(9)).encode())
    (home / "exports" / "a.json").unlink()

    call("quarantine", "replay", "--home", home)

    assert landed(home)["10009"] == 1


def test_nothing_set_aside_is_said(call, toy_home: Callable[..., Path]) -> None:
    folder = toy_home({"a.json": in_lines([issue(1)]).decode()}, SETTINGS)
    fetch(folder)

    assert "Nothing is set aside." in call("quarantine", "list", "--home", folder).out
    assert "eng: nothing is set aside." in call("quarantine", "replay", "--home", folder).out
    [source] = load_home(folder).sources
    assert replay(load_home(folder), source).before == 0
