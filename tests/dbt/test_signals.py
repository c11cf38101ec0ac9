"""The XmR charts: the model's own SQL on series worked out by hand and on 10,000 stable ones."""

import random
from pathlib import Path

import duckdb
import jinja2
import pytest

from pipelines.defs.dbt_project import PROJECT

MODEL = PROJECT / "models" / "intermediate" / "signals" / "int_series_signals.sql"
SERIES, POINTS = 10_000, 24
FROM_THE_SAME_POINTS = 0.107  # QUALITY.md D2: any of outside, 8 on one side, 3 of 4
LOCKED_AT_TWELVE = 0.266  # measured here: the price of limits that a lasting change cannot move
ANY_SIGNAL = """
    select avg(cast(is_signalling as int))
    from (select bool_or(signal_side <> 0) as is_signalling from charts group by series_id)
"""


def charted(values: str, baseline_points: int) -> duckdb.DuckDBPyConnection:
    """An engine with the table `charts`: the model over `values` (series_id, place, value).

    Args:
        values: A query; places count from 0 and stand for months in a row.
        baseline_points: How many points set the centre line and the limits.
    """
    code = jinja2.Template(MODEL.read_text()).render(
        ref=lambda name: name, var={"signal_baseline_points": baseline_points}.__getitem__
    )
    connection = duckdb.connect()
    connection.execute(
        f"""
        create table int_series_points as
        select 'measure' as series_type, series_id, value, true as is_closed,
            cast(date '2001-01-01' + to_months(cast(place as int)) as date) as period_start
        from ({values})
        """
    )
    connection.execute(f"create table charts as {code}")
    return connection


def false_alarms(values: str, baseline_points: int) -> float:
    """The part of the series that signal anywhere."""
    [(rate,)] = charted(values, baseline_points).execute(ANY_SIGNAL).fetchall()
    return rate


def of_one_series(values: list[float]) -> str:
    rows = ", ".join(f"({place}, {value}::double)" for place, value in enumerate(values))
    return f"select 'M-1' as series_id, place, value from (values {rows}) as t(place, value)"


@pytest.fixture(scope="module")
def stable(tmp_path_factory) -> str:
    """10,000 series of 24 independent normal points, as a query."""
    chance = random.Random(20260701)
    file = Path(tmp_path_factory.mktemp("stable")) / "series.csv"
    lines = (
        f"{series},{place},{chance.gauss(0, 1)!r}"
        for series in range(SERIES)
        for place in range(POINTS)
    )
    file.write_text("series_id,place,value\n" + "\n".join(lines))
    return f"select * from read_csv('{file}')"


@pytest.mark.parametrize(
    ("values", "centre_line", "lower_limit", "upper_limit"),
    [
        # ranges 2, 1, 3, 5, 4: their mean is 3
        ([5, 7, 6, 9, 4, 8], 6.5, 6.5 - 7.98, 6.5 + 7.98),
        # ranges of the first twelve: 2 each; what follows moves nothing
        ([10, 12] * 6 + [40, 41, 42], 11.0, 11 - 5.32, 11 + 5.32),
        # ranges 1.5, 0.5, 2.25, 0, 3, 1.25: their mean is 8.5 / 6; the values add up to 142.25
        ([20, 21.5, 21, 18.75, 18.75, 21.75, 20.5], 142.25 / 7, None, None),
        # a series that never moves has its limits on its centre line
        ([0.1] * 9, 0.1, 0.1, 0.1),
    ],
)
def test_limits_are_those_worked_out_by_hand(values, centre_line, lower_limit, upper_limit):
    half_width = 2.66 * 8.5 / 6
    wanted = (
        centre_line,
        centre_line - half_width if lower_limit is None else lower_limit,
        centre_line + half_width if upper_limit is None else upper_limit,
    )

    charts = charted(of_one_series(values), 12)

    limits = "select distinct centre_line, lower_limit, upper_limit from charts"
    assert charts.execute(limits).fetchone() == pytest.approx(wanted, abs=1e-9)


def test_a_series_that_never_moves_has_no_signal():
    charts = charted(of_one_series([0.1] * 30), 12)

    assert charts.execute("select max(abs(signal_side)) from charts").fetchone() == (0,)


def test_stable_series_raise_as_many_false_alarms_as_were_measured(stable):
    rate = false_alarms(stable, POINTS)

    assert rate == pytest.approx(FROM_THE_SAME_POINTS, abs=0.01)


def test_limits_locked_at_twelve_points_raise_more_false_alarms(stable):
    rate = false_alarms(stable, 12)

    assert rate == pytest.approx(LOCKED_AT_TWELVE, abs=0.01)
