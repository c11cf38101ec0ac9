"""What follows from words: decisions and effort, promises, doubts, and restated months."""

from dataclasses import dataclass

from markupsafe import Markup

from pipelines.report.actions import named_node, node_name
from pipelines.report.facts import Facts, Row
from pipelines.report.figures import Figure, cell, figure, foreign, phrase
from pipelines.report.words import (
    Share,
    count,
    days,
    decimals,
    long_day,
    long_month,
    moment,
    percent,
    whole,
)

MOST = 12
_DECISIONS, _PROMISED = "rpt_decisions", "rpt_initiatives"
_CONFLICTS, _FALSE = "rpt_conflicts", "rpt_false_alignment"


@dataclass(frozen=True)
class Decision:
    """A decision and whether effort followed it."""

    title: str
    decided_on: Markup
    action: Markup
    before: Markup
    after: Markup
    verdict: Markup


@dataclass(frozen=True)
class Deliveries:
    """What was promised: how much that fell due is done, what is overdue, what may be retired."""

    sentence: Markup
    overdue: list[Markup]
    retire: list[Markup]


@dataclass(frozen=True)
class Restated:
    """A closed month and bucket that says something else now."""

    month: Markup
    bucket: str
    first: Markup
    now: Markup
    why: str


def decisions(facts: Facts) -> list[Decision]:
    """Each decision once for what it starts and once for what it stops, newest first."""
    firsts: dict[tuple[str, str], Row] = {}
    for row in facts.decisions:
        firsts.setdefault((row["decision_id"], row["action"]), row)
    rows = sorted(firsts.values(), key=lambda r: (r["decided_on"], r["decision_id"], r["action"]))
    return [_decision(row) for row in reversed(rows)][:MOST]


def _decision(row: Row) -> Decision:
    return Decision(
        row["title"] or row["decision_id"],
        long_day(row["decided_on"]),
        phrase("{} {}", row["action"], count(cell(row, "nodes", _DECISIONS), "node")),
        _weekly(row, "weekly_days_before"),
        _weekly(row, "weekly_days_after"),
        _followed(row),
    )


def _weekly(row: Row, column: str) -> Markup:
    if row[column] is None:
        return Markup("out of range")
    return phrase("{} person-days a week", days(cell(row, column, _DECISIONS)))


def _followed(row: Row) -> Markup:
    """Whether effort followed; no claim where nothing can be seen."""
    if row["weekly_days_after"] is None:
        return Markup("no whole week since")
    if row["action"] == "starts":
        if row["days_until_started"] is None:
            return Markup("no effort yet")
        started = _days_to_the_end_of_the_week(row)
        return phrase("effort within {}", count(started, "day"))
    if not row["weekly_days_before"]:
        return Markup("no effort before it")
    if row["days_until_stopped"] is None:
        return Markup("goes on")
    stopped = count(cell(row, "days_until_stopped", _DECISIONS), "day")
    return phrase("under a tenth after {}", stopped)


def _days_to_the_end_of_the_week(row: Row) -> Figure:
    """The table counts to the Monday of the first week with effort."""
    keys = {name: row[name] for name in ("decision_id", "action", "week_offset")}
    return figure(row["days_until_started"] + 7, "days_until_started + 7", _DECISIONS, **keys)


def deliveries(facts: Facts) -> Deliveries | None:
    """Initiatives and deliverables; None where there is none."""
    if not facts.initiatives:
        return None
    first = facts.initiatives[0]
    if first["completion_rate"] is None:
        sentence = Markup("Nothing fell due in the period.")
    else:
        done, due = (cell(first, name, _PROMISED) for name in ("completed_nodes", "due_nodes"))
        sentence = phrase(
            "{} of {} that fell due are done ({}; {} is the mark).",
            whole(done),
            whole(due),
            Share(done, due).percent,
            percent(cell(first, "completion_target", _PROMISED)),
        )
    return Deliveries(
        sentence,
        [_overdue(row) for row in facts.initiatives if row["state"] == "overdue"][:MOST],
        [_idle(row) for row in facts.initiatives if row["is_retire_candidate"]][:MOST],
    )


def _overdue(row: Row) -> Markup:
    name = node_name(row["title"], row["node_id"])
    slips = count(cell(row, "slips", _PROMISED), "time")
    put_off = phrase(", put off {}", slips) if row["slips"] else ""
    return phrase("{}, due {}{}", name, long_day(row["due_on"]), put_off)


def _idle(row: Row) -> Markup:
    name = node_name(row["title"], row["node_id"])
    recent = Share(
        cell(row, "recent_rolled_up", _PROMISED), cell(row, "recent_seen_days", _PROMISED)
    )
    return phrase("{}: {} in sixty days, no check-in", name, recent.parts)


def doubts(facts: Facts) -> list[Markup]:
    """Where to ask before the figures are believed: false alignment, and what works against it."""
    found = [_doubt(row) for row in facts.false_alignment]
    for row in facts.conflicts:
        if row["conflict_type"] == "declared" and row["has_effort_on_both"]:
            found.append(_declared_conflict(facts, row))
        elif row["conflict_type"] == "candidate":
            found.append(_candidate(facts, row))
    return found[: 2 * MOST]


def _declared_conflict(facts: Facts, row: Row) -> Markup:
    return phrase(
        "Declared conflict with effort on both sides: {}, {} person-days, and {}, {} person-days.",
        named_node(facts, row["node_id"]),
        days(cell(row, "person_days", _CONFLICTS)),
        named_node(facts, row["other_node_id"]),
        days(cell(row, "other_person_days", _CONFLICTS)),
    )


def _candidate(facts: Facts, row: Row) -> Markup:
    return phrase(
        "Measures that move against each other: {} of {} and {} of {}; rank correlation {} over"
        " {}.",
        foreign(row["measure_id"]),
        named_node(facts, row["node_id"]),
        foreign(row["other_measure_id"]),
        named_node(facts, row["other_node_id"]),
        decimals(cell(row, "rho", _CONFLICTS), 2),
        count(cell(row, "months", _CONFLICTS), "month"),
    )


def _doubt(row: Row) -> Markup:
    if row["finding"] == "mini-me goal":
        return phrase(
            "A goal in small: {} has {} as {}, and nobody wrote why it leads there.",
            node_name(row["subject_title"], row["subject_id"]),
            "the same measure" if row["has_same_measure"] else "nearly the same title",
            node_name(row["related_title"], row["related_id"]),
        )
    if row["finding"] == "blanket mapping":
        share = Share(cell(row, "loose_days", _FALSE), cell(row, "outcome_days", _FALSE)).text
        subject = foreign(row["subject_title"])
        return phrase("A blanket: {} has {} of outcome effort tied loosely only.", subject, share)
    return phrase(
        "Mass linking: {} by one person within minutes, from {} on.",
        count(cell(row, "links", _FALSE), "link"),
        moment(row["started_at"]),
    )


def restated(facts: Facts) -> list[Restated]:
    """Closed months whose figures moved since they were first published, the largest first."""
    moved = [row for row in facts.restatement if row["why"] != "unchanged"]
    moved.sort(key=lambda r: (-abs(r["difference"]), r["period_start"], r["bucket"]))
    return [
        Restated(
            long_month(row["period_start"]),
            row["bucket"].replace("_", " "),
            days(cell(row, "first_days", "rpt_restatement")),
            days(cell(row, "days_now", "rpt_restatement")),
            row["why"],
        )
        for row in moved[: 2 * MOST]
    ]
