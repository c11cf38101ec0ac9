"""What rpt_share_signals says of a share over time: limits, months that stand out, one sentence."""

from dataclasses import dataclass
from datetime import date

from pipelines.report.facts import Facts, Row
from pipelines.report.words import count, percent, short_month

TOO_EARLY, NO_SIGNAL = "too early to say", "no signal"
FEWEST = 6
_WHY = {
    "is_outside": "outside the usual range",
    "is_long_run": "eight months on one side of the middle",
    "is_short_run": "three months of four nearer a limit than the middle",
}


@dataclass(frozen=True)
class Signals:
    """A share over time: its usual range, the months with a signal, and what to say of it."""

    sentence: str
    lower: float | None = None
    centre: float | None = None
    upper: float | None = None
    months: frozenset[date] = frozenset()


NOT_TESTED = Signals("Not tested for signals.")


def signals_of(facts: Facts, share_name: str) -> Signals:
    """The signals of one share, by its name in rpt_share_signals."""
    rows = [r for r in facts.signals if r["share_name"] == share_name and r["is_closed"]]
    latest = next((row for row in rows if row["is_latest"]), None)
    if latest is None:
        return NOT_TESTED
    if latest["verdict"] == TOO_EARLY:
        have = count(latest["closed_points"] or 0, "whole month")
        return Signals(f"Too early to say: {have}, and {FEWEST} are needed.")
    months = frozenset(r["period_start"] for r in rows if r["signal"] not in (None, NO_SIGNAL))
    return Signals(
        _sentence(latest),
        latest["lower_limit"],
        latest["centre_line"],
        latest["upper_limit"],
        months,
    )


def _sentence(latest: Row) -> str:
    """No word of up or down unless the table has a signal, and then its own word."""
    usual = (
        f"{percent(max(latest['lower_limit'], 0.0))} to {percent(min(latest['upper_limit'], 1.0))}"
    )
    if latest["verdict"] == NO_SIGNAL:
        return f"No signal: {usual} is usual over {count(latest['closed_points'], 'month')}."
    month = short_month(latest["period_start"])
    value = "no share" if latest["value"] is None else percent(latest["value"])
    why = [words for column, words in _WHY.items() if latest[column]]
    told = f" ({' and '.join(why)})" if why else ""
    return f"Signal, {latest['verdict']}{told}: {value} in {month}, where {usual} is usual."
