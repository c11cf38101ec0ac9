"""Page 1: the verdict, its number with both denominators, its bounds, what to do, what to trust."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from pipelines.report import actions
from pipelines.report.actions import Action
from pipelines.report.buckets import UNTRACED
from pipelines.report.facts import Facts, Row
from pipelines.report.figures import Figure, cell, figure, foreign, phrase
from pipelines.report.scopes import behind
from pipelines.report.words import Share, count, days, long_day, moment, percent, whole

INSUFFICIENT = "insufficient evidence"
_NOTHING = {"reason": "no effort"}
_LATE_SHOWN = 3


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


def amount(row: Row, column: str) -> Figure:
    """Person-days in a row of rpt_traced_share; nothing counts as 0."""
    return cell(row, column, "rpt_traced_share")


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
        return phrase(
            "Too little was seen for a verdict: {} of capacity have evidence of "
            "work, and at least half is needed.",
            observed.text,
        )
    if traced.value is None:
        return "No effort was seen in this period, so there is no share to give."
    part = phrase("{} ({})", days(traced.part), traced.percent) if traced.part else "none"
    return phrase(
        "Of {} person-days seen, {} went to work traced to an outcome; {}.",
        days(traced.whole),
        part,
        _untraced(untraced),
    )


def _untraced(untraced: Share) -> str:
    """The second half of the verdict."""
    if not untraced.part:
        return "none is without a link"
    return phrase("{} ({}) carry no link to the strategy", days(untraced.part), untraced.percent)


def _period(facts: Facts) -> str:
    """The period in words; both ends are included."""
    if facts.first_day is None or facts.last_day is None:
        return "No day is in the period"
    return phrase("{} to {}", long_day(facts.first_day), long_day(facts.last_day))


def _checks(facts: Facts, observed: Share) -> list[Check]:
    """Sources, what of them is behind, freshness, coverage and records set aside."""
    states = {row["source"]: row for row in facts.sources}
    told = [row["data_as_of"] for row in states.values() if row["data_as_of"]]
    seen = "no capacity" if observed.value is None else percent(observed.value)
    aside, fresh, late = set_aside(facts), fresh_sources(facts), behind(facts)
    known = figure(len(states), "count(distinct source)", "rpt_sources")
    return [
        Check(
            phrase("{} of {} fresh{}", whole(fresh), count(known, "source"), _late(states)),
            fresh == known,
        ),
        *([Check(late.text, not late.lines)] if late.known else []),
        Check(phrase("newest data {}", moment(max(told, default=None))), bool(told)),
        Check(phrase("{} of capacity observed", seen), (observed.value or 0) >= 0.6),
        Check(phrase("{} set aside", count(aside, "record")), aside == 0),
    ]


def _late(states: Mapping[str, Row]) -> Markup:
    """The sources that are not fresh, with the time that their data is of; the first few."""
    late = [row for _, row in sorted(states.items()) if row["state"] != "fresh"]
    told = [
        phrase("{} {}, data of {}", foreign(row["source"]), row["state"], moment(row["data_as_of"]))
        for row in late[:_LATE_SHOWN]
    ]
    if len(late) > _LATE_SHOWN:
        more = len(late) - _LATE_SHOWN
        is_late = "state <> 'fresh'"
        number = figure(more, f"count(distinct source) - {_LATE_SHOWN}", "rpt_sources", is_late)
        told.append(phrase("{} more", whole(number)))
    return phrase(": {}", Markup("; ").join(told)) if told else Markup("")


def fresh_sources(facts: Facts) -> Figure:
    """How many sources are fresh; a source has one state in all its rows."""
    fresh = {row["source"] for row in facts.sources if row["state"] == "fresh"}
    return figure(len(fresh), "count(distinct source)", "rpt_sources", state="fresh")


def set_aside(facts: Facts) -> Figure:
    """Records that could not be read and are kept with their reason."""
    total = sum(int(row["records_quarantined"] or 0) for row in facts.sources)
    return figure(total, "sum(records_quarantined)", "rpt_sources")
