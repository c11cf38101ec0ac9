"""Is the work aligned? The Results Map, movement and progress, three questions, the index."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.report.facts import Facts, Row
from pipelines.report.results_map import Chain, Result, ResultsMap, results_map
from pipelines.report.words import Share, days, percent

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


@dataclass(frozen=True)
class Moved:
    """A result in one month: what was put in, how far it came, and what that makes of it."""

    title: str
    node_id: str
    effort: str
    finished: int
    progress: str
    quadrant: str


@dataclass(frozen=True)
class Movement:
    """All results of the last whole month."""

    month: str
    counts: list[tuple[str, int]]
    lines: list[Moved]
    left_out: int

    @property
    def total(self) -> int:
        """The number of results."""
        return sum(number for _, number in self.counts)


@dataclass(frozen=True)
class Component:
    """One component of the index, with what it is made of."""

    name: str
    value: str
    parts: list[str]
    reason: str


@dataclass(frozen=True)
class Index:
    """The execution-alignment index as a sentence, and its components."""

    value: float | None
    sentence: str
    components: list[Component]


@dataclass(frozen=True)
class Question:
    """A team before the three questions."""

    team: str
    declared: str
    observed: str
    answers: list[str]
    start: str


def movement(facts: Facts) -> Movement | None:
    """Results of the last whole month in range, most effort first; None if there is none."""
    months = sorted({row["period_start"] for row in facts.movement if _is_whole(facts, row)})
    if not months:
        return None
    rows = [row for row in facts.movement if row["period_start"] == months[-1]]
    rows.sort(key=lambda row: (-(row["rolled_up"] or 0.0), row["node_id"]))
    counts = Counter(row["quadrant"] for row in rows)
    titles = {node["node_id"]: node["title"] or "" for node in facts.nodes}
    return Movement(
        f"{months[-1]:%B %Y}",
        [(name, counts[name]) for name in QUADRANTS if counts[name]],
        [_moved(row, titles) for row in rows[:MOST_RESULTS]],
        max(len(rows) - MOST_RESULTS, 0),
    )


def _is_whole(facts: Facts, row: Row) -> bool:
    month: date = row["period_start"]
    following = (month + timedelta(days=32)).replace(day=1)
    return facts.last_day is not None and following <= facts.last_day + timedelta(days=1)


def _moved(row: Row, titles: dict[str, str]) -> Moved:
    progress = row["progress"]
    told = row["reason"] or "unknown" if progress is None else f"{progress:.1f} times the plan"
    return Moved(
        titles.get(row["node_id"], ""),
        row["node_id"],
        days(row["rolled_up"] or 0.0),
        int(row["items_finished"] or 0),
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
            row["rolled_up"] or 0.0,
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


def _answer(row: Row, name: str) -> str:
    word = "yes" if row[f"{name}_answer"] == "yes" else f"not clearly: {row[f'{name}_reason']}"
    if name == "chain" and row["results"]:
        if row["result_days"]:
            parts = Share(row["reasoned_days"], row["result_days"]).text
        else:
            parts = f"{row['reasoned_results']} of {row['results']} results"
        return f"{word} ({parts})"
    if name == "evidence" and row["chain_results"]:
        return f"{word} ({row['evidenced_results']} of {row['chain_results']} results)"
    return word


def index(facts: Facts) -> Index | None:
    """The index with its bounds and weakest component; None where the table is empty."""
    rows = {row["component"]: row for row in facts.index}
    whole = rows.get("index")
    if whole is None:
        return None
    components = [
        _component(facts, rows[key], label) for key, label in COMPONENTS.items() if key in rows
    ]
    if whole["score"] is None:
        sentence = f"No index: {whole['reason']}."
    else:
        weakest = COMPONENTS.get(whole["weakest"] or "", "none").lower()
        sentence = f"{whole['score']:.2f} of 1; the weakest component is {weakest}."
        if whole["high"] - whole["low"] > 1e-9:
            sentence += (
                f" With what is missing it lies between {whole['low']:.2f} and {whole['high']:.2f}."
            )
    return Index(whole["score"], sentence, components)


def _component(facts: Facts, row: Row, label: str) -> Component:
    parts = [
        f"{part['part']}: {days(part['numerator'] or 0.0)} of {days(part['denominator'] or 0.0)} "
        f"{part['counted_in']}"
        for part in facts.index_parts
        if part["component"] == row["component"]
    ]
    value = "none" if row["score"] is None else percent(row["score"])
    return Component(label, value, parts, row["reason"] or "")
