"""The verdict follows the figures, whatever they are, and never sees a trend."""

from __future__ import annotations

import re
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.report.answer import answer, shares_of
from pipelines.report.digest import summary
from pipelines.report.facts import Facts
from pipelines.report.figures import plain
from pipelines.report.words import days
from tests.pipelines.report.published import BUCKETS, share_row

AMOUNTS = st.one_of(st.just(0.0), st.floats(0.001, 1e7, allow_nan=False))
TREND = re.compile(r"\b(up|down|rose|fell|grew|better|worse|more than before|trend)\b", re.I)


@st.composite
def share_rows(draw):
    """A row of the whole period with any mixture of buckets."""
    amounts = {bucket: draw(AMOUNTS) for bucket in BUCKETS}
    row = share_row("all", date(2026, 1, 1), **amounts)
    row["strict_days"] = row["traced_days"] * draw(st.floats(0, 1))
    return row


@settings(max_examples=500, deadline=None)
@given(share_rows())
def test_the_verdict_says_what_the_row_says(row):
    first = answer(Facts(date(2026, 1, 1), date(2026, 1, 31), shares=[row]))

    assert not TREND.search(plain(first.verdict))
    if row["reason"]:
        assert first.traced.value is None and first.bounds is None
        assert "went to work" not in first.verdict
    elif row["traced_days"]:
        assert plain(first.verdict).startswith(
            f"Of {days(row['allocated_days'])} person-days seen, {days(row['traced_days'])} ("
        )
    else:
        assert "none went to work traced" in first.verdict


@settings(max_examples=200, deadline=None)
@given(share_rows())
def test_a_share_lies_between_its_bounds(row):
    traced, strict, _ = shares_of(row)
    bounds = answer(Facts(shares=[row])).bounds

    if bounds:
        assert 0 <= strict.value <= traced.value + 1e-9
        assert bounds[0] == traced.value <= bounds[1] <= 1 + 1e-9


@settings(max_examples=200, deadline=None)
@given(share_rows(), st.text(max_size=300))
def test_the_summary_never_outgrows_a_chat_message(row, run_id):
    assert len(summary(Facts(shares=[row]), {"run_id": run_id})) <= 1000
