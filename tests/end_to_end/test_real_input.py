"""Real payloads through the real job: every record is accounted for, and the sums hold."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.end_to_end.real_home import (
    REAL,
    card_ids,
    jira_ids,
    repeated_records,
    task_ids,
    write_real_home,
)
from tests.homes import throughline

pytestmark = pytest.mark.skipif(not REAL.exists(), reason="the real exports are not beside us")


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A home on real exports after one run."""
    folder = tmp_path_factory.mktemp("real") / "home"
    write_real_home(folder)
    ended = throughline("run", "--home", folder, "--as-of", "2026-06-30")
    assert ended.returncode in {0, 3}, ended.stderr[-4000:]
    return folder


@pytest.fixture(scope="module")
def published(home):
    """The published database."""
    database = home / "data" / "published" / "current" / "throughline.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        yield connection


def rows(published, query: str) -> list[tuple]:
    return published.execute(query).fetchall()


def test_every_record_read_is_landed_quarantined_or_the_same_bytes_again(home, published):
    streams = rows(
        published,
        "select source, stream, records_read, records_landed, records_quarantined from rpt_sources",
    )
    again = repeated_records()

    print(*streams, sep="\n")
    assert {source for source, *_ in streams} == {
        *("duraspace", "titanium", "devlake", "faros", "boards", "asana")
    }
    for source, stream, read, landed, quarantined in streams:
        assert read == landed + quarantined + again.get((source, stream), 0), (source, stream)


@pytest.mark.parametrize("source", ["duraspace", "titanium", "devlake", "faros"])
def test_every_issue_of_a_jira_export_is_a_work_item(home, published, source):
    published_ids = {
        native
        for (native,) in rows(
            published,
            f"select substr(work_item_id, {len(source) + 2}) from dim_work_item"
            f" where source = '{source}'",
        )
    }
    in_files = jira_ids(home)[source]
    quarantined = rows(
        published,
        f"select sum(records) from rpt_quality where source = '{source}'"
        " and check_name like 'quarantin%'",
    )[0][0]

    missing = in_files - published_ids
    assert published_ids <= in_files
    assert len(missing) <= (quarantined or 0), sorted(missing)[:10]


def test_every_card_and_every_task_is_a_work_item(published):
    cards = {
        i
        for (i,) in rows(
            published,
            "select substr(work_item_id, 8) from dim_work_item where source = 'boards'",
        )
    }
    tasks = {
        i
        for (i,) in rows(
            published, "select substr(work_item_id, 7) from dim_work_item where source = 'asana'"
        )
    }

    assert card_ids() <= cards
    assert tasks == task_ids()


def test_strategy_is_reached_through_fields_labels_and_containers(published):
    tiers = dict(
        rows(
            published,
            "select tier, count(*) from fct_link where decides group by tier order by tier",
        )
    )

    print(tiers)
    assert {1, 2, 7} <= set(tiers)


def test_each_week_of_real_people_adds_up(published):
    by_basis = dict(
        rows(published, "select basis, sum(person_days) from fct_allocation_week group by basis")
    )
    totals = rows(
        published,
        "select (select sum(person_days) from fct_allocation_week),"
        " (select sum(person_days) from fct_allocation_day),"
        " (select sum(person_days) from rpt_effort where period_type = 'month')",
    )[0]

    print(by_basis)
    assert by_basis["logged"] > 0
    assert by_basis["status"] > 0
    assert totals[0] == pytest.approx(totals[1], abs=1e-6)
    assert totals[0] == pytest.approx(totals[2], abs=1e-6)
