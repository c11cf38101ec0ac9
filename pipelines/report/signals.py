"""What the signal tables say of a series: limits, periods that stand out, one sentence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from markupsafe import Markup

from pipelines.report.facts import Facts, Row
from pipelines.report.figures import Figure, cell, figure, phrase
from pipelines.report.words import count, long_month, percent, reading

TOO_EARLY, NO_SIGNAL = "too early to say", "no signal"
_UNTESTED = (None, NO_SIGNAL, TOO_EARLY, "not tested")
_WHY = {
    "is_outside": "outside the usual range",
    "is_long_run": "eight {}s on one side of the middle",
    "is_short_run": "three {}s of four nearer a limit than the middle",
}


@dataclass(frozen=True)
class Signals:
    """A series: its usual range, the periods with a signal, and what to say of it."""

    sentence: Markup
    lower: float | None = None
    centre: float | None = None
    upper: float | None = None
    months: frozenset[date] = frozenset()
    verdict: str = TOO_EARLY


NOT_TESTED = Signals(Markup("Not tested for signals."))


def signals_of(facts: Facts, share_name: str) -> Signals:
    """The signals of one share, by its name in rpt_share_signals."""
    rows = [row for row in facts.signals if row["share_name"] == share_name]
    return _signals(rows, "rpt_share_signals", percent, "month", is_share=True)


def signals_of_measure(rows: Sequence[Row]) -> Signals:
    """The signals of one measure, from its rows of rpt_measure_signals."""
    if not rows:
        return NOT_TESTED
    unit, period = rows[0]["unit"], rows[0]["period_type"] or "month"
    look = partial(reading, unit=unit)
    return _signals(rows, "rpt_measure_signals", look, period, is_share=unit == "share")


def _signals(
    rows: Sequence[Row],
    table: str,
    look: Callable[[float], Markup],
    period: str,
    *,
    is_share: bool,
) -> Signals:
    closed = [row for row in rows if row["is_closed"]]
    latest = next((row for row in closed if row["is_latest"]), None)
    if latest is None:
        return NOT_TESTED
    points = cell(latest, "closed_points", table)
    if latest["verdict"] == TOO_EARLY:
        have = count(points, f"whole {period}")
        return Signals(phrase("Too early to say: {}, and six are needed.", have))
    lower, upper = _limits(latest, table, is_share=is_share)
    usual = phrase("{} to {} is usual", look(lower), look(upper))
    if latest["verdict"] == NO_SIGNAL:
        sentence = phrase("No signal: {} over {}.", usual, count(points, period))
    else:
        sentence = _told(closed, latest, table, look, period, usual)
    return Signals(
        sentence,
        latest["lower_limit"],
        latest["centre_line"],
        latest["upper_limit"],
        frozenset(row["period_start"] for row in closed if row["signal"] not in _UNTESTED),
        latest["verdict"],
    )


def _limits(latest: Row, table: str, *, is_share: bool) -> tuple[Figure, Figure]:
    """The usual range; that of a share ends at none and all."""
    if not is_share:
        return cell(latest, "lower_limit", table), cell(latest, "upper_limit", table)
    keys = {name: latest.get(name) for name in ("share_name", "measure_id") if name in latest}
    keys["period_start"] = latest["period_start"]
    lower, upper = max(latest["lower_limit"], 0.0), min(latest["upper_limit"], 1.0)
    return (
        figure(lower, "greatest(lower_limit, 0.0)", table, **keys),
        figure(upper, "least(upper_limit, 1.0)", table, **keys),
    )


def _told(
    closed: Sequence[Row],
    latest: Row,
    table: str,
    look: Callable[[float], Markup],
    period: str,
    usual: Markup,
) -> Markup:
    """No word of up or down but the table's own, with the period that it was last seen in."""
    seen = [row for row in closed if row["signal"] == latest["verdict"]]
    last = max(seen, key=lambda row: row["period_start"], default=latest)
    why = [words.format(period) for column, words in _WHY.items() if last[column]]
    told = f" ({' and '.join(why)})" if why else ""
    since = "" if last is latest else phrase("; now {}", _point(latest, table, look))
    return phrase(
        "Signal, {}{}: {} in {}, where {}{}.",
        latest["verdict"],
        told,
        _point(last, table, look),
        long_month(last["period_start"]),
        usual,
        since,
    )


def _point(row: Row, table: str, look: Callable[[float], Markup]) -> Markup:
    return Markup("no value") if row["value"] is None else look(cell(row, "value", table))
