"""Outcomes from the other side: results that lack something, and what ended but goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from pipelines.report.actions import effort_in, node_name
from pipelines.report.answer import amount, whole_period
from pipelines.report.buckets import RETIRED
from pipelines.report.effort import node_days
from pipelines.report.facts import Facts, Row
from pipelines.report.figures import Figure, figure, phrase
from pipelines.report.words import Share, count, days, listed, long_day, short_month, whole

_KINDS = ("goal", "objective", "key_result", "result")
_SHOWN = 5
_NO_EFFORT = 0.05  # person-days; less is what rounding leaves, not work
_RESULTS = ("is_active", f"kind in {_KINDS}")
_WITHOUT_EFFORT = (
    *_RESULTS,
    "node_id not in (select node_id from rpt_node_effort where period_type = 'month'"
    f" group by node_id having sum(rolled_up) >= {_NO_EFFORT})",
)


@dataclass(frozen=True)
class Group:
    """What one kind of gap is called, how many there are, and the first of them."""

    title: str
    number: Figure
    lines: list[Markup]

    @property
    def left_out(self) -> int:
        """How many are not shown."""
        return int(self.number) - len(self.lines)


@dataclass(frozen=True)
class OtherSide:
    """The section: one sentence that covers everything, and a group for each gap that there is."""

    sentence: Markup
    groups: list[Group]


def other_side(facts: Facts) -> OtherSide:
    """Active results by what they lack, and effort that went to nodes that were not valid."""
    results = [row for row in facts.hygiene if row["is_active"] and row["kind"] in _KINDS]
    lacks = [_without_effort(facts, results), _without_owner(facts, results)]
    lacks.append(_without_measure(facts, results))
    ended = _still_consuming(facts)
    sentence = _sentence(figure(len(results), "count(*)", "rpt_hygiene", *_RESULTS), lacks)
    groups = [group for group in (*lacks, ended) if group.number]
    return OtherSide(phrase("{} {}", sentence, _ended_sentence(facts, ended)), groups)


def _sentence(results: Figure, lacks: Sequence[Group]) -> Markup:
    """What is lacked, with counts; then what no result lacks."""
    if not results:
        return Markup("The strategy has no active goal, objective or result.")
    names = ("effort", "one owner", "an outcome measure")
    missing = [
        phrase("{} {} {}", whole(group.number), _has(group.number), f"no {_bare(name)}")
        for group, name in zip(lacks, names, strict=True)
        if group.number
    ]
    complete = [name for group, name in zip(lacks, names, strict=True) if not group.number]
    said = phrase("Of {}, {}.", count(results, "active result"), listed(missing)) if missing else ""
    if complete and missing:
        said = phrase("{} Each has {}.", said, listed(complete))
    elif complete:
        many = phrase("Each of {}", count(results, "active result"))
        said = phrase(
            "{} has {}.", "The only active result" if results == 1 else many, listed(complete)
        )
    return Markup(said)


def _bare(name: str) -> str:
    return {"one owner": "single owner", "an outcome measure": "outcome measure"}.get(name, name)


def _has(number: float) -> str:
    return "has" if number == 1 else "have"


def _ended_sentence(facts: Facts, ended: Group) -> Markup:
    row = whole_period(facts)
    if not ended.number:
        return Markup("No work went to anything that had ended or not begun.")
    share = Share(amount(row, RETIRED.column), amount(row, "allocated_days"))
    nodes = count(ended.number, "node")
    return phrase("Work on {} that had ended or not begun took {}.", nodes, share.text)


def _without_effort(facts: Facts, results: Sequence[Row]) -> Group:
    """The most urgent first: by priority, then by due date."""
    rolled_up, nodes = node_days(facts, "rolled_up"), _nodes(facts)
    found = [row for row in results if rolled_up.get(row["node_id"], 0.0) < _NO_EFFORT]
    far = date.max

    def urgency(row: Row) -> tuple[float, date, str]:
        node = nodes.get(row["node_id"], {})
        first = node.get("priority")
        rank = float("inf") if first is None else first
        return rank, node.get("due_on") or far, row["node_id"]

    return Group(
        "Without effort",
        figure(len(found), "count(*)", "rpt_hygiene", *_WITHOUT_EFFORT),
        [_due(row, nodes) for row in sorted(found, key=urgency)[:_SHOWN]],
    )


def _due(row: Row, nodes: dict[str, Row]) -> Markup:
    due = nodes.get(row["node_id"], {}).get("due_on")
    name = node_name(row["title"], row["node_id"])
    return phrase("{}, due {}", name, long_day(due)) if due else name


def _without_owner(facts: Facts, results: Sequence[Row]) -> Group:
    found = [row for row in results if not row["has_one_owner"]]
    number = figure(len(found), "count(*)", "rpt_hygiene", *_RESULTS, "not has_one_owner")
    return Group("Without one owner", number, _by_effort(facts, found))


def _without_measure(facts: Facts, results: Sequence[Row]) -> Group:
    found = [row for row in results if not row["outcome_measures"]]
    number = figure(len(found), "count(*)", "rpt_hygiene", *_RESULTS, "outcome_measures = 0")
    return Group("Without an outcome measure", number, _by_effort(facts, found))


def _by_effort(facts: Facts, rows: Sequence[Row]) -> list[Markup]:
    """The largest first."""
    rolled_up = node_days(facts, "rolled_up")

    def size(row: Row) -> tuple[float, str]:
        return -rolled_up.get(row["node_id"], 0.0), row["node_id"]

    return [
        phrase(
            "{}: {} person-days",
            node_name(row["title"], row["node_id"]),
            days(rolled_up[row["node_id"]]),
        )
        for row in sorted(rows, key=size)[:_SHOWN]
    ]


def _still_consuming(facts: Facts) -> Group:
    """What takes most in the last month first, then what took most at all."""
    nodes, month = _nodes(facts), _last_month(facts)
    found = [entry for entry in effort_in(facts, RETIRED.key) if entry[0] in nodes]
    lately = {node_id: _in_month(facts, node_id, month) for node_id, _ in found}
    number = figure(
        len(found),
        "count(distinct node_id)",
        "rpt_effort",
        "period_type = 'month'",
        "person_days > 0",
        bucket=RETIRED.key,
    )
    found.sort(key=lambda entry: (-lately[entry[0]], -entry[1], entry[0]))
    lines = [
        phrase(
            "{}, {}: {} person-days, {} of them in {}",
            node_name(nodes[node_id]["title"], node_id),
            nodes[node_id]["status"],
            days(total),
            days(lately[node_id]) if lately[node_id] else "none",
            short_month(month) if month else "the last month",
        )
        for node_id, total in found[:_SHOWN]
    ]
    return Group("Ended or not begun, yet worked on", number, lines)


def _nodes(facts: Facts) -> dict[str, Row]:
    return {row["node_id"]: row for row in facts.nodes if row["node_id"] != "(none)"}


def _last_month(facts: Facts) -> date | None:
    return facts.last_day.replace(day=1) if facts.last_day else None


def _in_month(facts: Facts, node_id: str, month: date | None) -> Figure:
    keys = {"node_id": node_id, "bucket": RETIRED.key, "period_start": month}
    total = sum(
        row["person_days"] or 0.0
        for row in facts.effort
        if all(row[name] == value for name, value in keys.items())
    )
    return figure(total, "sum(person_days)", "rpt_effort", period_type="month", **keys)
