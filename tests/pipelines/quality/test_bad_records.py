"""How much of a source may be of no use: up to the limit a night is published, above it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.quality.bad_records import BadRecords, bad_records, gate
from pipelines.warehouse.record import GateError
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
    assert found.known == 11


def test_a_record_counts_once_however_often_it_was_set_aside(tmp_path: Path) -> None:
    first = written(tmp_path, "a.json", lines(range(1, 10), range(10, 11)), "2026-02-10")
    other = lines(range(1, 10), range(10, 11)).replace(b'"no": "text"', b'"no": "more"')
    second = written(tmp_path, "b.json", other, "2026-02-12")

    assert len(bad_records(reading(tmp_path, "jira", first, second)).bad) == 1


def test_records_of_a_kind_that_is_not_used_are_no_bad_records(tmp_path: Path) -> None:
    content = in_lines([{"gid": "5", "resource_type": "attachment"}])
    found = reading(tmp_path, "asana", written(tmp_path, "a.json", content, "2026-02-10"))

    assert len(found.report.rejected) == 1
    assert bad_records(found).bad == []
