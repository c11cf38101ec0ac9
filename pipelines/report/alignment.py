"""Is the work aligned? The Results Map, movement and progress, three questions, the index."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from pipelines.report.actions import named_node
from pipelines.report.facts import Facts, Row
from pipelines.report.figures import Figure, cell, figure, foreign, phrase
from pipelines.report.results_map import Chain, Result, ResultsMap, results_map
from pipelines.report.words import Share, count, days, decimals, long_month, percent, whole

QUADRANTS = (
    "progress",
    "motion without progress",
    "progress without recorded effort",
    "idle",
    "unknown",
)
COMPONENTS = {
    "clarity": "Clarity",
    "communication": "Communication",
    "allocation": "Allocation",
    "monitoring": "Monitoring",
    "adaptability": "Adaptability",
    "buy_in": "Buy-in",
}
MOST_RESULTS = 40
_MOVED, _ASKED = "rpt_movement_progress", "rpt_three_question_test"
_INDEX = "rpt_alignment_index"


@dataclass(frozen=True)
class Moved:
    """A result in one month: what was put in, how far it came, and what that makes of it."""

    name: Markup
    effort: Markup
    finished: Markup
    progress: Markup
    quadrant: str


@dataclass(frozen=True)
class Movement:
    """All results of the last whole month."""

    month: Markup
    total: Figure
    counts: list[tuple[str, Figure]]
    lines: list[Moved]
    left_out: Figure


@dataclass(frozen=True)
class Component:
    """One component of the index, with what it is made of."""

    name: str
    value: Markup
    parts: list[Markup]
    reason: str


@dataclass(frozen=True)
class Index:
    """The execution-alignment index as a sentence, and its components."""

    value: float | None
    sentence: Markup
    components: list[Component]


@dataclass(frozen=True)
class Question:
    """A team before the three questions."""

    team: str
    declared: str
    observed: str
    answers: list[Markup]
    start: str


def movement(facts: Facts) -> Movement | None:
    """Results of the last whole month in range, most effort first; None if there is none."""
    months = sorted({row["period_start"] for row in facts.movement if _is_whole(facts, row)})
    if not months:
        return None
    rows = [row for row in facts.movement if row["period_start"] == months[-1]]
    rows.sort(key=lambda row: (-(row["rolled_up"] or 0.0), row["node_id"]))
    counts = Counter(row["quadrant"] for row in rows)
    shown = rows[:MOST_RESULTS]

    def number(value: int, what: str = "count(*)", **keys: str) -> Figure:
        return figure(value, what, "rpt_movement_progress", period_start=months[-1], **keys)

    return Movement(
        long_month(months[-1]),
        number(len(rows)),
        [(name, number(counts[name], quadrant=name)) for name in QUADRANTS if counts[name]],
        [_moved(facts, row) for row in shown],
        number(len(rows) - len(shown), f"count(*) - {len(shown)}"),
    )


def _is_whole(facts: Facts, row: Row) -> bool:
    month: date = row["period_start"]
    following = (month + timedelta(days=32)).replace(day=1)
    return facts.last_day is not None and following <= facts.last_day + timedelta(days=1)


def _moved(facts: Facts, row: Row) -> Moved:
    told = phrase("{}", row["reason"] or "unknown")
    if row["progress"] is not None:
        told = phrase("{} times the plan", decimals(cell(row, "progress", _MOVED), 1))
        if row["progress"] < 0:
            told = phrase("{}, away from the target", told)
    return Moved(
        named_node(facts, row["node_id"]),
        days(cell(row, "rolled_up", _MOVED)),
        whole(cell(row, "items_finished", _MOVED)),
        told,
        row["quadrant"],
    )


def drawn_map(facts: Facts) -> ResultsMap:
    """The Results Map: results only; outputs hang beside it and are left out here."""
    results = [
        Result(
            row["node_id"],
            row["title"] or "",
            row["layer"] - 1,
            cell(row, "rolled_up", "rpt_results_map_node"),
            row["chain_grade"] or "",
            row["broken_because"] or "",
        )
        for row in facts.map_nodes
        if not row["is_beside"]
    ]
    chains = [
        Chain(
            row["from_node_id"],
            row["to_node_id"],
            row["person_days"] or 0.0,
            row["relation"] == "enables",
            bool(row["has_reason"]),
        )
        for row in facts.map_edges
        if not row["is_beside"]
    ]
    return results_map(results, chains)


def left_out_of_map(facts: Facts) -> Figure:
    """How many results the map has no room for."""
    drawn = drawn_map(facts)
    what = f"count(*) - {len(drawn.boxes)}"
    return figure(drawn.left_out, what, "rpt_results_map_node", "not coalesce(is_beside, false)")


def questions(facts: Facts) -> list[Question]:
    """Teams by name, with their answers."""
    found = [
        Question(
            row["team_name"] or row["team_id"],
            row["declared_direction"] or "not declared",
            row["observed_direction"] or "not shown",
            [_answer(row, name) for name in ("direction", "chain", "evidence")],
            "none: all three are clear"
            if row["starting_point"] == "(none)"
            else row["starting_point"],
        )
        for row in facts.questions
    ]
    return sorted(found, key=lambda each: each.team.casefold())


def _answer(row: Row, name: str) -> Markup:
    word = phrase("yes")
    if row[f"{name}_answer"] != "yes":
        word = phrase("not clearly: {}", row[f"{name}_reason"])
    if name == "chain" and row["results"]:
        if row["result_days"]:
            parts = Share(cell(row, "reasoned_days", _ASKED), cell(row, "result_days", _ASKED))
            return phrase("{} ({})", word, parts.text)
        return phrase("{} ({})", word, _of_results(row, "reasoned_results", "results"))
    if name == "evidence" and row["chain_results"]:
        return phrase("{} ({})", word, _of_results(row, "evidenced_results", "chain_results"))
    return word


def _of_results(row: Row, part: str, all_of_them: str) -> Markup:
    results = count(cell(row, all_of_them, _ASKED), "result")
    return phrase("{} of {}", whole(cell(row, part, _ASKED)), results)


def index(facts: Facts) -> Index | None:
    """The index with its bounds and weakest component; None where the table is empty."""
    rows = {row["component"]: row for row in facts.index}
    row = rows.get("index")
    if row is None:
        return None
    components = [
        _component(facts, rows[key], label) for key, label in COMPONENTS.items() if key in rows
    ]
    if row["score"] is None:
        sentence = phrase("No index: {}.", row["reason"])
    else:
        weakest = COMPONENTS.get(row["weakest"] or "", "none").lower()
        score, low, high = (decimals(cell(row, n, _INDEX), 2) for n in ("score", "low", "high"))
        sentence = phrase("{} of one; the weakest component is {}.", score, weakest)
        if row["high"] - row["low"] > 1e-9:
            sentence += phrase(" With what is missing it lies between {} and {}.", low, high)
    return Index(row["score"], sentence, components)


def _component(facts: Facts, row: Row, label: str) -> Component:
    parts = [
        phrase(
            "{}: {} of {} {}",
            foreign(part["part"]),
            days(cell(part, "numerator", "rpt_alignment_index_parts")),
            days(cell(part, "denominator", "rpt_alignment_index_parts")),
            part["counted_in"],
        )
        for part in facts.index_parts
        if part["component"] == row["component"]
    ]
    value = Markup("none") if row["score"] is None else percent(cell(row, "score", _INDEX))
    return Component(label, value, parts, row["reason"] or "")
