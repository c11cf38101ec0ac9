"""Measures over time: their readings against baseline, target and usual range, and the verdict."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from pipelines.report.actions import named_node
from pipelines.report.effort import node_days
from pipelines.report.facts import Facts, Row
from pipelines.report.figures import Figure, cell, figure, foreign, phrase, plain
from pipelines.report.signals import NOT_TESTED, Signals, signals_of_measure
from pipelines.report.words import long_day, reading, short_month

MOST_CHARTS, MOST_LINES, MOST_POINTS = 12, 100, 24
TOP, BOTTOM, PLOT = 10.0, 98.0, 70
_LETTER_HEIGHT, _LETTERS = 13.0, 9  # a longer number would leave the page of a telephone
_URGENCY = ("worsening", "fallen", "risen", "improving", "no signal", "too early to say")


@dataclass(frozen=True)
class Dot:
    """A reading in its place; ``x`` in percent of the width, ``y`` in pixels from the top."""

    x: float
    y: float
    day: date
    value: Markup
    is_signal: bool


@dataclass(frozen=True)
class Level:
    """A line over the whole width, and what stands at it; limits say nothing."""

    look: str
    y: float
    label: Markup
    label_y: float


@dataclass(frozen=True)
class Chart:
    """One measure: its words, and its marks where it is drawn."""

    title: Markup
    unit: Markup
    node: Markup
    last: Markup
    baseline: Markup
    target: Markup
    standing: Markup
    signals: Signals
    dots: list[Dot]
    levels: list[Level]
    first_month: Markup
    last_month: Markup


@dataclass(frozen=True)
class Measures:
    """All measures with readings: those drawn first, then all that the table names."""

    number: Figure
    charts: list[Chart]
    lines: list[Chart]
    not_drawn: Figure
    left_out: Figure


def measures(facts: Facts) -> Measures:
    """Measures in the order in which they ask for attention."""
    read: dict[str, list[Row]] = defaultdict(list)
    for row in facts.measures:
        read[row["measure_id"]].append(row)
    tested: dict[str, list[Row]] = defaultdict(list)
    for row in facts.measure_signals:
        tested[row["measure_id"]].append(row)
    signals = {each: signals_of_measure(tested[each]) for each in read}
    stale = {row["measure_id"] for row in facts.measure_quality if not row["is_fresh"]}
    charts = [
        _chart(facts, read[each], tested[each], signals[each], is_stale=each in stale)
        for each in _ordered(facts, read, signals)
    ]
    return Measures(
        _number(len(charts)),
        charts[:MOST_CHARTS],
        charts[:MOST_LINES],
        _number(len(charts[MOST_CHARTS:]), min(len(charts), MOST_CHARTS)),
        _number(len(charts[MOST_LINES:]), min(len(charts), MOST_LINES)),
    )


def _number(value: int, less: int = 0) -> Figure:
    what = f"count(distinct measure_id) - {less}" if less else "count(distinct measure_id)"
    return figure(value, what, "fct_measure")


def _ordered(facts: Facts, read: dict[str, list[Row]], signals: dict[str, Signals]) -> list[str]:
    """Of nodes that are active first; then by verdict, outcomes first, most effort first."""
    active = {row["node_id"] for row in facts.hygiene if row["is_active"]}
    effort = node_days(facts, "rolled_up")

    def urgency(measure_id: str) -> tuple[bool, int, bool, float, str]:
        row, found = read[measure_id][-1], signals[measure_id]
        rank = _URGENCY.index(found.verdict) if found is not NOT_TESTED else len(_URGENCY)
        node_id = row["node_id"]
        size = -effort.get(node_id, 0.0)
        return node_id not in active, rank, row["kind"] != "outcome", size, measure_id

    return sorted(read, key=urgency)


def _chart(
    facts: Facts, rows: Sequence[Row], tested: Sequence[Row], signals: Signals, *, is_stale: bool
) -> Chart:
    last, drawn = rows[-1], rows[-MOST_POINTS:]
    unit = last["unit"]
    levels = [(look, last[look]) for look in ("baseline", "target") if last[look] is not None]
    limits = [signals.lower, signals.centre, signals.upper]
    limits = [("limit", limits[0]), ("centre", limits[1]), ("limit", limits[2])]
    lines = [*levels, *((look, value) for look, value in limits if value is not None)]
    ends = [row["value"] for row in drawn] + [value for _, value in lines]
    baseline, target = (_held(last, name) for name in ("baseline", "target"))
    return Chart(
        title=foreign(last["title"] or last["measure_id"]),
        unit=Markup() if unit in (None, "share") else foreign(unit),
        node=named_node(facts, last["node_id"]),
        last=phrase("{} on {}", _value(last), long_day(last["day"])),
        baseline=baseline,
        target=target,
        standing=_standing(last, is_stale=is_stale),
        signals=signals,
        dots=_dots(drawn, tested, min(ends), max(ends)),
        levels=_levels(lines, {"baseline": baseline, "target": target}, min(ends), max(ends)),
        first_month=short_month(drawn[0]["day"]),
        last_month=short_month(last["day"]),
    )


def _levels(
    lines: Sequence[tuple[str, float]], labels: dict[str, Markup], low: float, high: float
) -> list[Level]:
    """Lines from top to bottom; labels of lines that lie close are moved apart."""
    levels, lowest = [], 0.0
    for look, value in sorted(lines, key=lambda line: -line[1]):
        y, label = _height(value, low, high), labels.get(look, Markup())
        if label:
            is_short = len(plain(label)) <= _LETTERS
            label = phrase("{} {}", look, label) if is_short else Markup(look)
            lowest = max(y + 4, lowest + _LETTER_HEIGHT)
        levels.append(Level(look, y, label, lowest))
    return levels


def _value(row: Row) -> Markup:
    return reading(cell(row, "value", "fct_measure"), row["unit"])


def _held(row: Row, name: str) -> Markup:
    if row[name] is None:
        return Markup()
    return reading(cell(row, name, "fct_measure"), row["unit"])


def _standing(row: Row, *, is_stale: bool) -> Markup:
    """Where the last reading stands against the target; nothing where that cannot be said."""
    said = []
    if row["target"] is not None and row["better"] in ("higher", "lower"):
        ahead = row["value"] - row["target"]
        is_reached = ahead >= 0 if row["better"] == "higher" else ahead <= 0
        said.append("Target reached." if is_reached else "Target not reached.")
    if is_stale:
        said.append("A new reading is due.")
    return Markup(" ").join(said)


def _height(value: float, low: float, high: float) -> float:
    """Pixels from the top; one value alone lies in the middle."""
    if high <= low:
        return (TOP + BOTTOM) / 2
    return BOTTOM - (BOTTOM - TOP) * (value - low) / (high - low)


def _dots(drawn: Sequence[Row], tested: Sequence[Row], low: float, high: float) -> list[Dot]:
    marked = {
        row["observed_on"]
        for row in tested
        if row["is_closed"] and row["signal"] in ("improving", "worsening", "risen", "fallen")
    }
    first, last = drawn[0]["day"], drawn[-1]["day"]
    span = (last - first).days
    return [
        Dot(
            x=1.5 + (PLOT - 3) * (row["day"] - first).days / span if span else PLOT / 2,
            y=_height(row["value"], low, high),
            day=row["day"],
            value=_value(row),
            is_signal=row["day"] in marked,
        )
        for row in drawn
    ]
