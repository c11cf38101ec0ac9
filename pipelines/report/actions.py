"""What to do first: the groups of person-days that one decision could bring back, largest first."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.report.buckets import RETIRED, UNANCHORED, UNKNOWN_ID, UNTRACED
from pipelines.report.facts import Facts, Row
from pipelines.report.words import Share, count, days

_MOST_PLACES = 3
_WORTH_A_LINE = 0.5


@dataclass(frozen=True)
class Action:
    """One thing to do, the person-days at stake with their share, and what it is about."""

    title: str
    stake: str
    names: list[str]
    person_days: float


def worth_doing(facts: Facts, whole: Row, observed: Share) -> list[Action]:
    """At most four actions, by the person-days at stake."""
    found = [
        action
        for action in (
            *_link_places(facts, whole),
            *_settle_retired(facts, whole),
            *_correct_identifiers(whole),
            *_anchor_nodes(facts, whole),
            *_see_more(observed),
        )
        if action.person_days >= _WORTH_A_LINE
    ]
    return sorted(found, key=lambda action: (-action.person_days, action.title))[:4]


def places(facts: Facts) -> list[tuple[str, str, float]]:
    """Untraced person-days by source and container, largest first."""
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for row in facts.untraced:
        sums[row["source"], row["container"]] += row["person_days"] or 0.0
    ordered = sorted(sums.items(), key=lambda entry: (-entry[1], entry[0]))
    return [(source, container, total) for (source, container), total in ordered]


def place_name(source: str, container: str) -> str:
    """A place for a sentence: the container, else where the items without one come from."""
    return f"items of {source} in no container" if container == "(none)" else container


def _link_places(facts: Facts, whole: Row) -> Iterator[Action]:
    """The fewest places, three at most, that hold half of the untraced."""
    untraced, chosen, held = whole.get(UNTRACED.column) or 0.0, [], 0.0
    for source, container, total in places(facts)[:_MOST_PLACES]:
        if held >= untraced / 2:
            break
        chosen.append(f"{place_name(source, container)}: {days(total)} person-days")
        held += total
    if chosen:
        share = Share(held, untraced, "untraced person-days")
        title = f"Link, or stop, the work of {count(len(chosen), 'place')}"
        yield Action(title, f"{share.text}.", chosen, held)


def _settle_retired(facts: Facts, whole: Row) -> Iterator[Action]:
    """Work that still goes to what was ended."""
    total = whole.get(RETIRED.column) or 0.0
    share = Share(total, whole.get("allocated_days") or 0.0)
    names = _nodes_of(facts, RETIRED.key)
    if names:
        title = f"End, or move, the work on {count(len(names), 'node')} out of date"
        yield Action(title, f"{share.text}.", names[:_MOST_PLACES], total)


def _correct_identifiers(whole: Row) -> Iterator[Action]:
    """Work with an identifier that the strategy does not know."""
    total = whole.get(UNKNOWN_ID.column) or 0.0
    share = Share(total, whole.get("allocated_days") or 0.0)
    yield Action("Correct the identifiers that match no node", f"{share.text}.", [], total)


def _anchor_nodes(facts: Facts, whole: Row) -> Iterator[Action]:
    """Work on nodes that lead nowhere yet."""
    total = whole.get(UNANCHORED.column) or 0.0
    share = Share(total, whole.get("allocated_days") or 0.0)
    names = _nodes_of(facts, UNANCHORED.key)
    if names:
        title = f"Say what {count(len(names), 'unanchored node')} should change"
        yield Action(title, f"{share.text}.", names[:_MOST_PLACES], total)


def _see_more(observed: Share) -> Iterator[Action]:
    """Capacity that no tracker shows, where it is a quarter or more."""
    if observed.value is not None and observed.value <= 0.75:
        unseen = observed.whole - observed.part
        stake = f"{days(unseen)} of {days(observed.whole)} person-days of capacity left no trace."
        yield Action("Connect the work that no source shows", stake, [], unseen)


def _nodes_of(facts: Facts, bucket: str) -> list[str]:
    """Titles of the nodes with effort in a bucket, most effort first."""
    titles = {row["node_id"]: row["title"] for row in facts.nodes}
    sums: dict[str, float] = defaultdict(float)
    for row in facts.effort:
        if row["bucket"] == bucket:
            sums[row["node_id"]] += row["person_days"] or 0.0
    ordered = sorted(sums.items(), key=lambda entry: (-entry[1], entry[0]))
    return [
        f"{titles.get(node, '')} ({node}): {days(total)} person-days".strip()
        for node, total in ordered
        if total > 0
    ]
