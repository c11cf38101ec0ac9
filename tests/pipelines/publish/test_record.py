"""Every run has an id of its own and a record that says how it ended."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from connectors.errors import AccessError, ResponseError
from pipelines.home.problems import HomeError
from pipelines.warehouse.night import verdict
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import (
    Exit,
    GateError,
    NothingFetchedError,
    RunRecord,
    new_run_id,
    read_records,
)

NOON = datetime(2026, 7, 1, 12, 0, 0, 999_000, UTC)


def test_run_ids_are_unique_and_sort_by_their_start(tmp_path: Path) -> None:
    places = Places(tmp_path)
    made = []
    for step in (0, 0, 0, 1):
        run_id = new_run_id(date(2026, 6, 30), NOON + timedelta(seconds=step), places)
        RunRecord(run_id, "2026-06-30", "", 1).save(places)
        made.append(run_id)

    assert made == sorted(set(made))
    assert made[0] == "20260701T120000999Z-as-of-2026-06-30"


def test_the_first_end_of_a_run_counts(tmp_path: Path) -> None:
    places = Places(tmp_path)
    record = RunRecord("run", "2026-06-30", "", 1)
    record.end(places, "refused", Exit.REFUSED, "A gate held.")
    record.end(places, "unfinished", Exit.NOTHING_FETCHED, "An echo.")

    [read] = read_records(places, 5)
    assert (read["state"], read["exit_code"], read["sentence"]) == ("refused", 1, "A gate held.")


def test_a_record_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    places = Places(tmp_path)
    RunRecord("a", "2026-06-30", "", 1).save(places)
    places.record("b").write_text('{"run_id": "b"')

    assert [record["run_id"] for record in read_records(places, 5)] == ["a"]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (GateError("x"), Exit.REFUSED),
        (NothingFetchedError("x"), Exit.NOTHING_FETCHED),
        (HomeError([]), Exit.SETTINGS),
        (AccessError("x"), Exit.REFUSED),
        (ResponseError("x"), Exit.REFUSED),
        (KeyError("x"), Exit.REFUSED),
    ],
)
def test_each_failure_has_its_exit_code(fault: Exception, code: Exit) -> None:
    assert verdict(fault)[1] is code


def test_an_unexpected_failure_is_one_clean_line() -> None:
    _, _, sentence = verdict(ValueError("bad\n\x1b[31mvalue"))

    assert sentence == "The run failed unexpectedly: ValueError: bad  [31mvalue."
