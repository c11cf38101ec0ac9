"""What to do first: the groups of person-days that one decision could bring back, largest first."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from pipelines.report.buckets import RETIRED, UNANCHORED, UNKNOWN_ID, UNTRACED, Bucket
from pipelines.report.facts import Facts, Row
from pipelines.report.figures import Figure, cell, figure, foreign, phrase
from pipelines.report.words import Share, count, days

_PLACES = ("one place", "two places", "three places")
_NODES_NAMED = 3
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


def places(facts: Facts) -> list[tuple[str, str, Figure]]:
    """Untraced person-days by source and container, largest first."""
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for row in facts.untraced:
        sums[row["source"], row["container"]] += row["person_days"] or 0.0
    ordered = sorted(sums.items(), key=lambda entry: (-entry[1], entry[0]))
    return [
        (*place, figure(total, "sum(person_days)", "rpt_untraced", **_keys(place)))
        for place, total in ordered
    ]


def _keys(place: tuple[str, str]) -> dict[str, str]:
    return dict(zip(("source", "container"), place, strict=True))


def place_name(source: str, container: str) -> Markup:
    """A place for a sentence: the container, else where the items without one come from."""
    if container == "(none)":
        return phrase("items of {} in no container", foreign(source))
    return foreign(container)


def _link_places(facts: Facts, whole: Row) -> Iterator[Action]:
    """The fewest places, three at most, that hold half of the untraced."""
    untraced, chosen, held = _amount(whole, UNTRACED), [], []
    for source, container, total in places(facts)[: len(_PLACES)]:
        if sum(held) >= untraced / 2:
            break
        name = place_name(source, container)
        chosen.append(phrase("{}: {} person-days", name, days(total)))
        held.append(total)
    if chosen:
        share = Share(sum(held), untraced, "untraced person-days")
        title = phrase("Link, or stop, the work of {}", _PLACES[len(chosen) - 1])
        yield Action(title, phrase("{}.", share.text), chosen, share.part)


def _settle_retired(facts: Facts, whole: Row) -> Iterator[Action]:
    """Work that still goes to what was ended."""
    share = _of_seen(whole, RETIRED)
    names = _nodes_of(facts, RETIRED.key)
    if names:
        nodes = count(_nodes_with(RETIRED.key, len(names)), "node")
        title = phrase("End, or move, the work on {} out of date", nodes)
        yield Action(title, phrase("{}.", share.text), names[:_NODES_NAMED], share.part)


def _correct_identifiers(whole: Row) -> Iterator[Action]:
    """Work with an identifier that the strategy does not know."""
    share = _of_seen(whole, UNKNOWN_ID)
    title = phrase("Correct the identifiers that match no node")
    yield Action(title, phrase("{}.", share.text), [], share.part)


def _anchor_nodes(facts: Facts, whole: Row) -> Iterator[Action]:
    """Work on nodes that lead nowhere yet."""
    share = _of_seen(whole, UNANCHORED)
    names = _nodes_of(facts, UNANCHORED.key)
    if names:
        nodes = count(_nodes_with(UNANCHORED.key, len(names)), "unanchored node")
        title = phrase("Say what {} should change", nodes)
        yield Action(title, phrase("{}.", share.text), names[:_NODES_NAMED], share.part)


def _see_more(observed: Share) -> Iterator[Action]:
    """Capacity that no tracker shows, where it is a quarter or more."""
    if observed.value is not None and observed.value <= 0.75:
        unseen = observed.whole - observed.part
        stake = phrase(
            "{} of {} person-days of capacity left no trace.", days(unseen), days(observed.whole)
        )
        yield Action(phrase("Connect the work that no source shows"), stake, [], unseen)


def _amount(whole: Row, bucket: Bucket) -> Figure:
    return cell(whole, bucket.column, "rpt_traced_share")


def _of_seen(whole: Row, bucket: Bucket) -> Share:
    seen = cell(whole, "allocated_days", "rpt_traced_share")
    return Share(_amount(whole, bucket), seen)


def _nodes_with(bucket: str, number: int) -> Figure:
    """The number of nodes with effort in a bucket."""
    asked = ("period_type = 'month'", "person_days > 0")
    return figure(number, "count(distinct node_id)", "rpt_effort", *asked, bucket=bucket)


def _nodes_of(facts: Facts, bucket: str) -> list[str]:
    """Titles of the nodes with effort in a bucket, most effort first."""
    return [
        phrase("{}: {} person-days", named_node(facts, node_id), days(total))
        for node_id, total in effort_in(facts, bucket)
    ]


def effort_in(facts: Facts, bucket: str) -> list[tuple[str, Figure]]:
    """Person-days in a bucket by node over the whole period, most first."""
    sums: dict[str, float] = defaultdict(float)
    for row in facts.effort:
        if row["bucket"] == bucket:
            sums[row["node_id"]] += row["person_days"] or 0.0
    keys = {"period_type": "month", "bucket": bucket}
    return [
        (node_id, figure(total, "sum(person_days)", "rpt_effort", **keys, node_id=node_id))
        for node_id, total in sorted(sums.items(), key=lambda entry: (-entry[1], entry[0]))
        if total > 0
    ]


def named_node(facts: Facts, node_id: str) -> Markup:
    """A node by its title and identifier."""
    titles = {row["node_id"]: row["title"] for row in facts.nodes}
    return node_name(titles.get(node_id), node_id)


def node_name(title: str | None, node_id: str) -> Markup:
    """``Trains run on time (G-1)``."""
    if not title:
        return phrase("({})", foreign(node_id))
    return phrase("{} ({})", foreign(title), foreign(node_id))
