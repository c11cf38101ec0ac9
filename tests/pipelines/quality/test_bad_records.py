"""How much of a source may be of no use: up to the limit a night is published, above it is not."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from connectors.contract import Record
from connectors.landing import Landing
from pipelines.quality.bad_records import BadRecords, bad_records, gate
from pipelines.warehouse.ingest import SourceReading
from pipelines.warehouse.record import GateError
from pipelines.warehouse.typing import type_source
from tests.figures import Figure
from tests.pipelines.quality.exports import in_lines, issue, reading, written


def lines(good: range, bad: range) -> bytes:
    records = [issue(number) for number in good]
    for number in bad:
        other = issue(number)
        other["fields"]["summary"] = {"no": "text"}
        records.append(other)
    return in_lines(records)


def night(folder: Path, bad: int, total: int = 200) -> BadRecords:
    content = lines(range(1, total - bad + 1), range(total - bad + 1, total + 1))
    return bad_records(reading(folder, "jira", written(folder, "a.json", content, "2026-02-10")))


@pytest.mark.requirement("R15", "0 to 20 % bad: up to 5 % passes, above nothing is published")
def test_up_to_the_limit_passes_and_above_it_does_not(tmp_path: Path, figure: Figure) -> None:
    held = []
    shares = range(0, 41, figure.of(5, 1))  # in half per cents of 200 records
    for bad in shares:
        found = night(tmp_path / str(bad), bad)
        assert found.share == pytest.approx(bad / 200)
        try:
            gate([found], 0.05)
        except GateError as fault:
            held.append(bad)
            assert f"{bad} of 200 records are set aside in eng" in str(fault)

    assert held == [bad for bad in shares if bad > 10]
    figure.reached(f"{len(shares)} shares from 0 to 20 %, {len(held)} held")


def test_the_sentence_names_source_share_field_and_first_record(tmp_path: Path) -> None:
    found = night(tmp_path, 8, 100)

    with pytest.raises(GateError) as held:
        gate([found], 0.05)
    assert (
        "8 of 100 records are set aside in eng (8.0 %; first in 10093 at `fields.summary`: "
        "Expected `str | null`, got `object`)"
    ) in str(held.value)
    assert "bad_records_share" in str(held.value)


def test_a_record_that_was_mended_counts_no_longer(tmp_path: Path) -> None:
    first = written(tmp_path, "a.json", lines(range(1, 10), range(10, 11)), "2026-02-10")
    assert len(bad_records(reading(tmp_path, "jira", first)).bad) == 1

    second = written(tmp_path, "b.json", in_lines([issue(10)]), "2026-02-12")
    found = bad_records(reading(tmp_path, "jira", first, second))

    assert found.bad == []
    assert found.known == 10


def test_a_record_counts_once_however_often_it_was_set_aside(tmp_path: Path) -> None:
    first = written(tmp_path, "a.json", lines(range(1, 10), range(10, 11)), "2026-02-10")
    other = lines(range(1, 10), range(10, 11)).replace(b'"no": "text"', b'"no": "more"')
    second = written(tmp_path, "b.json", other, "2026-02-12")

    assert len(bad_records(reading(tmp_path, "jira", first, second)).bad) == 1


def test_a_file_that_was_taken_away_counts_on_both_sides(tmp_path: Path) -> None:
    first = written(tmp_path, "a.json", lines(range(1, 91), range(91, 101)), "2026-02-10")
    reading(tmp_path, "jira", first)
    first.unlink()
    second = written(tmp_path, "b.json", lines(range(101, 111), range(0)), "2026-02-12")
    found = bad_records(reading(tmp_path, "jira", second))

    assert (len(found.bad), found.known) == (10, 110)


def test_a_file_taken_away_that_could_not_even_land_counts_on_neither(tmp_path: Path) -> None:
    useless = in_lines([issue(1), {"key": "APP-2", "fields": {}}])
    first = written(tmp_path, "a.json", useless, "2026-02-10")
    before = bad_records(reading(tmp_path, "jira", first))
    first.unlink()
    second = written(tmp_path, "b.json", in_lines([issue(3)]), "2026-02-12")
    after = bad_records(reading(tmp_path, "jira", second))

    assert (len(before.bad), before.known) == (1, 2)
    assert (len(after.bad), after.known) == (0, 2)


def test_copies_of_good_records_do_not_thin_out_bad_ones(tmp_path: Path) -> None:
    files = []
    for night in range(5):
        records = [issue(number) for number in range(1, 10)]
        for each in records:
            each["fields"]["summary"] = f"As of night {night}"
        content = in_lines(records) + b"\n" + lines(range(0), range(10, 11))
        files.append(written(tmp_path, f"{night}.json", content, f"2026-02-1{night}"))
    found = bad_records(reading(tmp_path, "jira", *files))

    assert (found.share, found.known) == (0.1, 10)


def test_records_of_which_no_row_is_made_count_as_good_ones(tmp_path: Path) -> None:
    events = [
        {
            "user": {"gid": "1"},
            "created_at": "2026-02-01T00:00:00.000Z" if number < 95 else "never",
            "type": "task",
            "action": "changed" if number < 95 else "deleted",
            "resource": {"gid": str(1000 + number), "resource_type": "task"},
        }
        for number in range(100)
    ]
    file = written(tmp_path, "a.json", msgspec.json.encode({"data": events}), "2026-02-10")

    assert bad_records(reading(tmp_path, "asana", file)).share == pytest.approx(0.05)


def test_an_issue_does_not_mend_the_work_log_of_its_number(tmp_path: Path) -> None:
    logged = issue(1)
    entry = {"id": "7", "timeSpentSeconds": 60, "started": "2026-02-05T09:00:00.000+0000"}
    logged["fields"]["worklog"] = {"total": 1, "worklogs": [entry]}
    found = reading(tmp_path, "jira", written(tmp_path, "a.json", in_lines([logged]), "2026-02-10"))
    landing = Landing(tmp_path / "raw", "eng")
    bad = Record("worklogs", logged["id"], b'{"id": {"no": "text"}}')
    landing.put(bad, bytes(16), datetime(2026, 2, 9), "feed")
    landing.commit()
    typed = type_source(landing, "jira", tmp_path / "typed")

    assert [each.stream for each in bad_records(SourceReading(found.report, typed)).bad] == [
        "worklogs"
    ]


def test_records_of_a_kind_that_is_not_used_are_no_bad_records(tmp_path: Path) -> None:
    content = in_lines([{"gid": "5", "resource_type": "attachment"}])
    found = reading(tmp_path, "asana", written(tmp_path, "a.json", content, "2026-02-10"))

    assert len(found.report.rejected) == 1
    assert bad_records(found).bad == []
