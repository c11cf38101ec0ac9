"""Page 1: the verdict, its number with both denominators, its bounds, what to do, what to trust."""

from dataclasses import dataclass

from pipelines.report import actions
from pipelines.report.actions import Action
from pipelines.report.buckets import UNTRACED
from pipelines.report.facts import Facts, Row
from pipelines.report.scopes import behind
from pipelines.report.words import Share, count, days, long_day, moment, percent

INSUFFICIENT = "insufficient evidence"
_NOTHING = {"reason": "no effort"}


@dataclass(frozen=True)
class Check:
    """One piece of the health strip; ``is_well`` also shows as a word, never by colour alone."""

    text: str
    is_well: bool


@dataclass(frozen=True)
class Answer:
    """What the first screen says."""

    verdict: str
    period: str
    traced: Share
    strict: Share
    observed: Share
    untraced: Share
    bounds: tuple[float, float] | None
    actions: list[Action]
    checks: list[Check]


def answer(facts: Facts) -> Answer:
    """Page 1 from the row of the whole period over all teams."""
    row = whole_period(facts)
    traced, strict, observed = shares_of(row)
    untraced = Share(amount(row, UNTRACED.column), traced.whole)
    bounds = None
    if traced.value is not None:
        bounds = (traced.value, (traced.part + untraced.part) / traced.whole)
    return Answer(
        verdict=verdict(traced, observed, untraced),
        period=_period(facts),
        traced=traced,
        strict=strict,
        observed=observed,
        untraced=untraced,
        bounds=bounds,
        actions=actions.worth_doing(facts, row, observed),
        checks=_checks(facts, observed),
    )


def whole_period(facts: Facts) -> Row:
    """The row of rpt_traced_share for everything; an empty one if nothing was published."""
    rows = [r for r in facts.shares if r["period_type"] == "all" and r["team_id"] == "(all)"]
    return rows[0] if rows else _NOTHING


def amount(row: Row, column: str) -> float:
    """Person-days of a column; nothing counts as 0."""
    return row.get(column) or 0.0


def shares_of(row: Row) -> tuple[Share, Share, Share]:
    """Traced share, strict share and observed share of a row of rpt_traced_share."""
    reason, seen = row.get("reason"), amount(row, "allocated_days")
    return (
        Share(amount(row, "traced_days"), seen, reason=reason),
        Share(amount(row, "strict_days"), seen, reason=reason),
        Share(
            amount(row, "observed_days"),
            amount(row, "capacity_days"),
            reason=None if amount(row, "capacity_days") else "no capacity",
        ),
    )


def verdict(traced: Share, observed: Share, untraced: Share) -> str:
    """One sentence that holds the number with its parts, or says why there is none."""
    if traced.reason == INSUFFICIENT:
        return (
            f"Too little was seen for a verdict: {observed.text} of capacity have evidence of "
            "work, and at least half is needed."
        )
    if traced.value is None:
        return "No effort was seen in this period, so there is no share to give."
    seen = f"Of {days(traced.whole)} person-days seen, "
    if not traced.part:
        return f"{seen}none went to work traced to an outcome; {_untraced(untraced)}."
    return (
        f"{seen}{days(traced.part)} ({traced.percent}) went to work traced to an outcome; "
        f"{_untraced(untraced)}."
    )


def _untraced(untraced: Share) -> str:
    """The second half of the verdict."""
    if not untraced.part:
        return "none is without a link"
    return f"{days(untraced.part)} ({untraced.percent}) carry no link to the strategy"


def _period(facts: Facts) -> str:
    """The period in words; both ends are included."""
    if facts.first_day is None or facts.last_day is None:
        return "No day is in the period"
    return f"{long_day(facts.first_day)} to {long_day(facts.last_day)}"


def _checks(facts: Facts, observed: Share) -> list[Check]:
    """Sources, what of them is behind, freshness, coverage and records set aside."""
    states = {row["source"]: row for row in facts.sources}
    fresh = [row for row in states.values() if row["state"] == "fresh"]
    told = [row["data_as_of"] for row in states.values() if row["data_as_of"]]
    set_aside = sum(int(row["records_quarantined"] or 0) for row in facts.sources)
    seen = "no capacity" if observed.value is None else percent(observed.value)
    late = behind(facts)
    return [
        Check(f"{len(fresh)} of {count(len(states), 'source')} fresh", len(fresh) == len(states)),
        *([Check(late.text, not late.lines)] if late.known else []),
        Check(f"newest data {moment(max(told, default=None))}", bool(told)),
        Check(f"{seen} of capacity observed", (observed.value or 0) >= 0.6),
        Check(f"{count(set_aside, 'record')} set aside", set_aside == 0),
    ]
