"""What is declared of a stream is held against what was read of it: a bad record for each rule."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from pipelines.quality.border import border_counts, is_emptied
from pipelines.quality.rules import RULES, Count
from pipelines.warehouse.ingest import SourceReading
from tests.pipelines.quality.exports import Json, in_lines, issue, reading, two_nights, written


def night(folder: Path, records: list[Json]) -> SourceReading:
    return reading(folder, "jira", written(folder, "a.json", in_lines(records), "2026-02-10"))


def broken(found: SourceReading) -> dict[tuple[str, str], Count]:
    return {(c.subject, c.rule): c for c in border_counts([found]) if c.is_broken}


def changed(**fields: object) -> Json:
    other = copy.deepcopy(issue(2))
    other["fields"].update(fields)
    return other


@pytest.mark.parametrize(
    ("bad", "subject", "rule"),
    [
        ({"timeoriginalestimate": -60}, "jira_issues.estimate_seconds", "outside"),
        ({"created": "1970-01-01T00:00:00.000+0000"}, "jira_issues.created_at", "implausible"),
        ({"updated": "2999-01-01T00:00:00.000+0000"}, "jira_issues.updated_at", "implausible"),
        (
            {"status": {"id": "9", "name": "?", "statusCategory": {"key": "blocked"}}},
            "jira_issues.status_category_key",
            "unknown",
        ),
        ({"summary": 7}, "(table)", "set_aside"),
    ],
)
def test_a_bad_record_is_counted_by_its_rule_and_named(
    tmp_path: Path, bad: dict[str, object], subject: str, rule: str
) -> None:
    found = broken(night(tmp_path, [issue(1), changed(**bad), issue(3)]))

    assert set(found) == {(subject, rule)}
    count = found[subject, rule]
    assert (count.suite, count.found, count.severity) == ("eng/issues", 1, "warning")
    assert "first in 10002" in count.sentence


@pytest.mark.requirement("R11", "landed = usable + quarantined, difference 0")
def test_a_record_that_is_neither_typed_nor_set_aside_is_lost(tmp_path: Path) -> None:
    found = night(tmp_path, [issue(1), issue(2)])
    found.typed.records["issues"] -= 1

    count = broken(found)["(table)", "lost"]
    assert (count.severity, count.found) == ("error", 1)


def test_a_copy_that_was_taken_in_twice_is_told(tmp_path: Path) -> None:
    found = night(tmp_path, [issue(1), issue(2)])
    found.typed.files["jira_issues"] *= 2

    count = broken(found)["jira_issues.record_id", "repeated"]
    assert (count.severity, count.found) == ("error", 2)


def test_a_record_without_an_id_is_told(tmp_path: Path) -> None:
    import duckdb

    found = night(tmp_path, [issue(1), issue(2)])
    [file] = found.typed.files["jira_issues"]
    with duckdb.connect() as connection:
        connection.execute(f"create table t as select * from read_parquet('{file}')")
        connection.execute("update t set record_id = '' where record_id = '10001'")
        connection.execute(f"copy t to '{file}' (format parquet)")

    assert broken(found)["jira_issues.record_id", "empty"].found == 1


def test_a_field_that_was_always_filled_and_now_never_is_is_told(tmp_path: Path) -> None:
    found = broken(two_nights(tmp_path, "jira", lambda each: each["fields"].pop("creator")))

    count = found["jira_issues.creator_id", "emptied"]
    assert count.found == 30
    assert "filled in 30 of 30 earlier copies, first missing in 10031" in count.sentence


@pytest.mark.parametrize(
    ("earlier", "before", "newest", "now", "told"),
    [
        (100, 100, 5, 0, True),
        (100, 95, 5, 0, True),
        (100, 94, 5, 0, False),
        (100, 100, 4, 0, False),
        (19, 19, 50, 0, False),
        (100, 100, 5, 1, False),
    ],
)
def test_a_few_copies_or_a_field_that_is_often_empty_are_no_drift(
    earlier: int, before: int, newest: int, now: int, told: bool
) -> None:
    assert is_emptied(earlier, before, newest, now) is told


def test_every_rule_has_words_and_a_check() -> None:
    assert all(rule.says for rule in RULES.values())
