"""summary.md: the first page as a text for chat and mail, without names of people."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.report.actions import place_name, places
from pipelines.report.answer import Answer, amount, answer, fresh_sources, whole_period
from pipelines.report.effort import Panel, Point, panels
from pipelines.report.facts import Facts, Row
from pipelines.report.figures import plain
from pipelines.report.scopes import behind
from pipelines.report.words import Share, count, listed

LIMIT = 999  # under 1,000 characters: the longest message that every chat shows unfolded
_PLACE_LETTERS, _RUN_LETTERS = 60, 60
_MARKUP = re.compile(
    r"[\\<>\[\](){}*_`|~#@!&\"'$=+-]|[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]"
)
_RUN = re.compile(r"\d{8}T[0-9A-Za-z-]{1,50}")
_WORD = re.compile(r"\w+")


def summary(facts: Facts, manifest: Mapping[str, Any]) -> str:
    """The digest as Markdown, under 1,000 characters; what matters least goes if it is too long.

    Titles of work, nodes and people stay out. The largest untraced place is named, unless its
    name holds the name of a person whom the tables know.
    """
    first = answer(facts)
    lines = [
        f"**{plain(first.verdict)}**",
        "",
        _change(facts),
        _largest_place(facts),
        _needs_a_look(facts),
        _next_step(first),
        f"{plain(first.period)}. Observed: {plain(first.observed.text)} of capacity.",
        "",
        f"[Report](index.html), run {_run(manifest)}. It shows effort, not achievement.",
    ]
    while len("\n".join(lines)) >= LIMIT:
        del lines[-3]
    return "\n".join(lines) + "\n"


def _run(manifest: Mapping[str, Any]) -> str:
    """The run as it is called everywhere, hyphens included."""
    name = str(manifest.get("run_id") or "unknown")
    return name if _RUN.fullmatch(name) else _calm(name, _RUN_LETTERS)


def _change(facts: Facts) -> str:
    """The last whole month beside the one before, with the word signal or no signal."""
    panel = panels(facts)[0]
    closed = [point for point in panel.points if point.is_closed]
    if not closed:
        return "No month is whole yet, so there is no change to judge."
    last = closed[-1]
    before = f", after {_month(closed[-2])}" if len(closed) > 1 else ""
    return f"Traced in {_month(last)}{before}. {_signal(panel)}"


def _month(point: Point) -> str:
    return f"{plain(point.label)}: {plain(point.share.text)}"


def _signal(panel: Panel) -> str:
    """The sentence of the chart, which no one reads as a signal where there is none."""
    sentence = plain(panel.signals.sentence)
    return sentence if sentence.startswith(("Signal", "No signal")) else f"No signal. {sentence}"


def _largest_place(facts: Facts) -> str:
    found = places(facts)
    if not found:
        return "No untraced work was seen."
    source, container, total = found[0]
    whole = amount(whole_period(facts), "untraced_days")
    share = Share(total, whole, "untraced person-days")
    return f"Largest untraced place: {_place(facts, source, container)}, {plain(share.text)}."


def _place(facts: Facts, source: str, container: str) -> str:
    name = _calm(plain(place_name(source, container)), _PLACE_LETTERS)
    known = {word for person in _people(facts) for word in _WORD.findall(person) if len(word) > 2}
    if not name or known & set(_WORD.findall(name.casefold())):
        return "a place of one source"
    return name


def _people(facts: Facts) -> Iterator[str]:
    """What is known of names: of persons, and of owners by what stands before the @."""
    yield from (row["name"].casefold() for row in facts.people if row["name"])
    owners = (row["owner"] for row in facts.nodes if row["owner"])
    yield from (owner.casefold().partition("@")[0] for owner in owners)


def _needs_a_look(facts: Facts) -> str:
    """What is off track, overdue or stale, in counts."""
    found = list(_worries(facts))
    if not found:
        return "Nothing is overdue, off track without an answer, or stale."
    return f"Look at: {plain(listed(found))}."


def _worries(facts: Facts) -> Iterator[str]:
    active = {row["node_id"] for row in facts.hygiene if row["is_active"]}
    overdue = sum(row["state"] == "overdue" for row in facts.initiatives)
    old = sum(not r["is_fresh"] and r["node_id"] in active for r in facts.measure_quality)
    sources = len({row["source"] for row in facts.sources})
    stale = sources - int(fresh_sources(facts))
    late = int(behind(facts).number)
    told = (
        (overdue, "overdue initiative", "overdue initiatives"),
        (_unanswered(facts), "off-track spell unanswered", "off-track spells unanswered"),
        (old, "measure without a fresh reading", "measures without a fresh reading"),
        (stale, "source not fresh", "sources not fresh"),
        (late, "project or board behind", "projects and boards behind"),
    )
    yield from (plain(count(number, one, many)) for number, one, many in told if number)


def _unanswered(facts: Facts) -> int:
    rows = [row for row in facts.index_parts if row["component"] == "adaptability"]
    return int(sum(_whole(row, "denominator") - _whole(row, "numerator") for row in rows))


def _whole(row: Row, column: str) -> float:
    return row[column] or 0.0


def _next_step(first: Answer) -> str:
    if not first.actions:
        return "Next: nothing stands out; read how the figures came about."
    action = first.actions[0]
    return f"Next: {plain(action.title)} ({plain(action.stake).rstrip('.')})."


def _calm(text: str, letters: int) -> str:
    """Foreign text that no chat or mail takes for markup, a mention or an address."""
    calm = _MARKUP.sub(" ", text).replace("://", " ").replace("www.", "www ")
    calm = " ".join(calm.split())
    return calm if len(calm) <= letters else calm[: letters - 1].rstrip() + "…"
