"""What follows from words: decisions and effort, promises, doubts, and restated months."""

from dataclasses import dataclass

from pipelines.report.facts import Facts, Row
from pipelines.report.words import Share, count, days, long_day, percent

MOST = 12


@dataclass(frozen=True)
class Decision:
    """A decision and whether effort followed it."""

    title: str
    decided_on: str
    action: str
    before: str
    after: str
    verdict: str


@dataclass(frozen=True)
class Deliveries:
    """What was promised: how much that fell due is done, what is overdue, what may be retired."""

    sentence: str
    overdue: list[str]
    retire: list[str]


@dataclass(frozen=True)
class Restated:
    """A closed month and bucket that says something else now."""

    month: str
    bucket: str
    first: str
    now: str
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
        f"{row['action']} {count(row['nodes'], 'node')}",
        _weekly(row["weekly_days_before"]),
        _weekly(row["weekly_days_after"]),
        _followed(row),
    )


def _weekly(amount: float | None) -> str:
    return "out of range" if amount is None else f"{days(amount)} person-days a week"


def _followed(row: Row) -> str:
    """Whether effort followed; no claim where nothing can be seen."""
    if row["weekly_days_after"] is None:
        return "no whole week since"
    if row["action"] == "starts":
        started = row["days_until_started"]
        return "no effort yet" if started is None else f"effort within {started + 7} days"
    if not row["weekly_days_before"]:
        return "no effort before it"
    stopped = row["days_until_stopped"]
    return "goes on" if stopped is None else f"under 10\u00a0% after {count(stopped, 'day')}"


def deliveries(facts: Facts) -> Deliveries | None:
    """Initiatives and deliverables; None where there is none."""
    if not facts.initiatives:
        return None
    first = facts.initiatives[0]
    if first["completion_rate"] is None:
        sentence = "Nothing fell due in the period."
    else:
        done = Share(first["completed_nodes"], first["due_nodes"], "that fell due")
        sentence = (
            f"{first['completed_nodes']} of {first['due_nodes']} that fell due are done "
            f"({done.percent}; {percent(first['completion_target'])} is the mark)."
        )
    return Deliveries(
        sentence,
        [
            f"{r['title']} ({r['node_id']}), due {long_day(r['due_on'])}"
            + (f", put off {count(r['slips'], 'time')}" if r["slips"] else "")
            for r in facts.initiatives
            if r["state"] == "overdue"
        ][:MOST],
        [
            f"{r['title']} ({r['node_id']}): {days(r['recent_rolled_up'])} of "
            f"{days(r['recent_seen_days'])} person-days in 60 days, no check-in"
            for r in facts.initiatives
            if r["is_retire_candidate"]
        ][:MOST],
    )


def doubts(facts: Facts) -> list[str]:
    """Where to ask before the figures are believed: false alignment, and what works against it."""
    found = [_doubt(row) for row in facts.false_alignment]
    titles = {node["node_id"]: node["title"] or "" for node in facts.nodes}
    for row in facts.conflicts:
        one = f"{titles.get(row['node_id'], '')} ({row['node_id']})"
        other = f"{titles.get(row['other_node_id'], '')} ({row['other_node_id']})"
        if row["conflict_type"] == "declared" and row["has_effort_on_both"]:
            found.append(
                f"Declared conflict with effort on both sides: {one}, {days(row['person_days'])} "
                f"person-days, and {other}, {days(row['other_person_days'])} person-days."
            )
        elif row["conflict_type"] == "candidate":
            found.append(
                f"Measures that move against each other: {row['measure_id']} of {one} and "
                f"{row['other_measure_id']} of {other}; rank correlation {row['rho']:.2f} over "
                f"{count(row['months'], 'month')}."
            )
    return found[: 2 * MOST]


def _doubt(row: Row) -> str:
    if row["finding"] == "mini-me goal":
        why = "the same measure" if row["has_same_measure"] else "nearly the same title"
        return (
            f"A goal in small: {row['subject_title']} ({row['subject_id']}) has {why} as "
            f"{row['related_title']} ({row['related_id']}), and nobody wrote why it leads there."
        )
    if row["finding"] == "blanket mapping":
        share = Share(row["loose_days"], row["outcome_days"]).text
        return f"A blanket: {row['subject_title']} has {share} of outcome effort tied loosely only."
    return (
        f"Mass linking: {count(row['links'], 'link')} by one person within minutes, from "
        f"{row['started_at']:%Y-%m-%d %H:%M} UTC on."
    )


def restated(facts: Facts) -> list[Restated]:
    """Closed months whose figures moved since they were first published, the largest first."""
    moved = [row for row in facts.restatement if row["why"] != "unchanged"]
    moved.sort(key=lambda r: (-abs(r["difference"]), r["period_start"], r["bucket"]))
    return [
        Restated(
            f"{row['period_start']:%B %Y}",
            row["bucket"].replace("_", " "),
            days(row["first_days"]),
            days(row["days_now"]),
            row["why"],
        )
        for row in moved[: 2 * MOST]
    ]
