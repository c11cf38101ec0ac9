"""Two nights with an edited strategy between them: what the second one knows of the first."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.properties.comparison import published, run

pytestmark = pytest.mark.timeout(300)
OLD_EDGE = "team: policy, contributes_to: [{to: G-2}]}"
MONTHS = (date(2026, 1, 1), date(2026, 2, 1))


def asked(home: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(published(home)), read_only=True) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def nights(tmp_path_factory, case_home) -> tuple[Path, dict[date, float]]:
    """The home after both nights, and the effort on INI-2 by month as the first one had it.

    In between, INI-2 is put off from 1 March to 15 April, and the edge that led its work to a goal
    is gone.
    """
    home = tmp_path_factory.mktemp("housing") / "home"
    shutil.copytree(case_home("housing"), home, symlinks=True)
    first = dict(
        asked(
            home,
            "select period_start, sum(person_days) from rpt_effort"
            " where period_type = 'month' and node_id = 'INI-2' group by period_start",
        )
    )
    (file,) = (home / "strategy").glob("*.yml")
    text = file.read_text(encoding="utf-8")
    assert OLD_EDGE in text
    assert "due: 2026-03-01" in text
    text = text.replace(OLD_EDGE, "team: policy}").replace("due: 2026-03-01", "due: 2026-04-15")
    file.write_text(text, encoding="utf-8")
    ended = run(home, date(2026, 3, 31))
    assert ended.returncode == 0, ended.stderr[-4000:]
    return home, first


def test_closed_months_say_what_they_said_first_and_why_they_moved(nights) -> None:
    home, first = nights
    found = {
        (month, bucket): (difference, why)
        for month, bucket, difference, why in asked(
            home, "select period_start, bucket, difference, why from rpt_restatement"
        )
    }

    assert {month for month, _ in found} == set(MONTHS)
    for month in MONTHS:
        assert first[month] > 0
        moved = (pytest.approx(-first[month], abs=1e-6), "strategy changed")
        assert found[month, "outcome"] == moved
        assert found[month, "unanchored"] == (pytest.approx(first[month], abs=1e-6), moved[1])
        assert found[month, "untraced"] == (pytest.approx(0, abs=1e-6), "unchanged")


def test_a_due_date_that_was_put_off_has_slipped(nights) -> None:
    home, _ = nights

    assert asked(
        home,
        "select slips, slip_days, first_due_on, state from rpt_initiatives where node_id = 'INI-2'",
    ) == [(1, 45, date(2026, 3, 1), "open")]
