"""A linear solver against what the demo published: what can be told of a team that is folded?

Nobody needs the truth for that. What is published of a bucket are sums by period and team; the
solver knows them all, which teams there are, and that nothing is negative.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

import duckdb
import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array

from pipelines.warehouse.places import Places
from tests.dbt.test_small_groups import EXACT, NEAR, Cell, Period, periods
from tests.dbt.test_team_folds import SMALL
from tests.figures import IS_DRILL, Figure

ALL_BUCKETS = ("outcome", "enabling", "purpose", "unanchored", "retired", "unknown_id", "untraced")
BUCKETS = (*ALL_BUCKETS, "unobserved") if IS_DRILL else ("untraced",)
CELLS_ASKED = None if IS_DRILL else 6
WHOLE_RANGE = date(1, 1, 1)
SHOWN = "select distinct period_type, period_start, team_id from rpt_traced_share"


class Published:
    """The sums that a run published, as equations in the effort of each team and span."""

    def __init__(self, home: Path) -> None:
        self._database = duckdb.connect(
            str(Places(home).current / "throughline.duckdb"), read_only=True
        )
        [(first, last)] = self._database.execute(
            "select min(day), max(day) from dim_date where is_in_range"
        ).fetchall()
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        self.spans = [day for day in days if day in (first, _monday(day), day.replace(day=1))]
        self.shown: dict[Period, set[str]] = {}
        for kind, start, team in self._database.execute(SHOWN).fetchall():
            self.shown.setdefault(_period(kind, start), set()).add(team)
        named = {team for teams in self.shown.values() for team in teams}
        listed = self._database.execute("select team_id from dim_team").fetchall()
        self.teams = sorted((named | {team for (team,) in listed}) - {SMALL, "(all)"})

    def sums(self, bucket: str) -> dict[Cell, float]:
        """What is published of a bucket, by period and published team."""
        query = f"select period_type, period_start, team_id, {bucket}_days from rpt_traced_share"
        rows = self._database.execute(query).fetchall()
        return {(_period(kind, start), team): days or 0.0 for kind, start, team, days in rows}

    def row(self, period: Period, teams: set[str]) -> np.ndarray:
        """The effort of some teams in a period as a sum of what is unknown."""
        inside = np.array([period in periods(span) for span in self.spans])
        return np.concatenate([inside * (team in teams) for team in self.teams]).astype(float)

    def fold(self, period: Period) -> set[str]:
        """The teams that are not shown in a period: they are under one name, or have nothing."""
        return set(self.teams) - self.shown[period]

    @cached_property
    def told(self) -> list[Cell]:
        """Every period with every name that something is published under."""
        names = {period: shown - {"(all)"} | {SMALL} for period, shown in self.shown.items()}
        return [(period, team) for period in sorted(names) for team in sorted(names[period])]

    @cached_property
    def equations(self) -> np.ndarray:
        """The rows of all that is told: the same for each bucket."""
        return np.array(
            [
                self.row(period, self.fold(period) if team == SMALL else {team})
                for period, team in self.told
            ]
        )

    @cached_property
    def free(self) -> np.ndarray:
        """Directions in which the unknown may move without any sum changing."""
        _, sizes, rows = np.linalg.svd(self.equations)
        return rows[(sizes > 1e-9).sum() :]

    def hidden(self) -> list[Cell]:
        """Every team of every fold."""
        folds = (period for period, shown in sorted(self.shown.items()) if SMALL in shown)
        return [(period, team) for period in folds for team in sorted(self.fold(period))]

    def is_opened(self, cell: Cell) -> bool:
        """True if a team of the cell's fold is shown in a period that shares days with it."""
        period, _ = cell
        spans = [span for span in self.spans if period in periods(span)]
        others = {each for span in spans for each in periods(span)} & self.shown.keys()
        fold = self.fold(period)
        return len(fold) == 1 or any(fold & self.shown[each] for each in others)


@pytest.mark.requirement(
    "P03", "the demo as published, k = 5: every sum of team, period and bucket to the solver"
)
@pytest.mark.timeout(3600)
def test_what_the_demo_publishes_tells_no_more_of_folded_teams_than_other_periods_show(
    demo_home: Path, figure: Figure
) -> None:
    run = Published(demo_home)
    hidden = run.hidden()
    rows = {cell: run.row(cell[0], {cell[1]}) for cell in hidden}
    exact = {cell for cell in hidden if np.abs(run.free @ rows[cell]).max(initial=0) < EXACT}
    counts, unexplained = Counter[str](), []

    for bucket in BUCKETS:
        sums = run.sums(bucket)
        totals = np.array([sums.get(cell, 0.0) for cell in run.told])
        asked = hidden if CELLS_ASKED is None else random.Random(1).sample(hidden, CELLS_ASKED)
        for cell in asked:
            counts["asked"] += 1
            if not sums.get((cell[0], SMALL)):
                counts["nothing"] += 1  # the sum of the fold is 0, and so is each part
            elif cell in exact or _is_near(run.equations, totals, rows[cell]):
                counts["told"] += 1
                unexplained += [] if run.is_opened(cell) else [(bucket, cell)]

    assert len(hidden) > 10, "something is folded at all"
    assert unexplained == []
    told_of = f"{counts['told']} of {counts['asked']} folded cells told within 10 %"
    if counts["told"] or counts["nothing"]:
        figure.missed(
            f"{told_of}, all shown in another period; {counts['nothing']} of folds whose sum is 0"
        )
    else:
        figure.reached(told_of)


def _is_near(equations: np.ndarray, totals: np.ndarray, row: np.ndarray) -> bool:
    """True if whatever the truth is, all solutions lie within a tenth of it."""
    least = _least(equations, totals, row)
    if least < EXACT:
        return False
    return -_least(equations, totals, -row) <= least * (1 + NEAR) / (1 - NEAR)


def _least(equations: np.ndarray, totals: np.ndarray, row: np.ndarray) -> float:
    # What is published is rounded nowhere, but its sums differ in the last digits.
    slack = np.full(len(totals), EXACT)
    done = linprog(
        row,
        A_ub=csr_array(np.vstack([equations, -equations])),
        b_ub=np.concatenate([totals + slack, slack - totals]),
        method="highs",
    )
    assert done.status in (0, 3), done.message
    return done.fun if done.status == 0 else -float("inf")


def _period(kind: str, start: date) -> Period:
    return kind, WHOLE_RANGE if kind == "all" else start


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
