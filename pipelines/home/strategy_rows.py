"""The strategy as rows, every reference in the spelling of its declaration."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipelines.home.home import Home

Rows = Iterator[tuple[Any, ...]]


def nodes(home: Home) -> Rows:
    """A row for each node."""
    for each in home.files.nodes:
        node = each.value
        yield (
            node.id,
            node.kind,
            node.title,
            node.owner,
            home.names.team(node.team),
            node.status,
            node.priority,
            node.target_share,
            node.from_,
            node.to,
            node.due,
            node.done,
        )


def edges(home: Home) -> Rows:
    """A row for each edge."""
    for each in home.files.nodes:
        for relation in ("contributes_to", "enables"):
            for edge in getattr(each.value, relation):
                yield (
                    each.value.id,
                    home.names.node(edge.to),
                    relation,
                    edge.because,
                    edge.weight,
                    edge.valid_from,
                    edge.valid_to,
                )


def milestones(home: Home) -> Rows:
    """A row for each milestone, counted from 1 within its node."""
    for each in home.files.nodes:
        for position, milestone in enumerate(each.value.milestones, start=1):
            yield each.value.id, position, milestone.title, milestone.due, milestone.done


def measures(home: Home) -> Rows:
    """A row for each measure."""
    for each in home.files.measures:
        measure = each.value
        yield (
            measure.id,
            home.names.node(measure.node),
            measure.title,
            measure.kind,
            measure.timing,
            measure.unit,
            measure.better,
            measure.baseline,
            measure.target,
            measure.start,
            measure.due,
            measure.cadence_days,
        )


def observations(home: Home) -> Rows:
    """A row for each measure and day; the same row in two files counts once."""
    values = {
        (home.names.measure(each.value.measure), each.value.date): each.value.value
        for each in home.files.observations
    }
    return ((measure, day, value) for (measure, day), value in sorted(values.items()))


def checkins(home: Home) -> Rows:
    """A row for each check-in; the same row in two files counts once."""
    rows = (
        (
            home.names.node(each.value.node),
            each.value.date,
            each.value.author,
            each.value.confidence,
            each.value.note,
        )
        for each in home.files.check_ins
    )
    return iter(dict.fromkeys(rows))


def manual_allocations(home: Home) -> Rows:
    """A row for each manual allocation."""
    for each in home.files.manual_allocations:
        allocation = each.value
        yield (
            home.names.person(allocation.person),
            home.names.node(allocation.node),
            allocation.from_,
            allocation.to,
            allocation.share,
            allocation.author,
            allocation.reason,
        )


def decisions(home: Home) -> Rows:
    """A row for each decision."""
    for each in home.files.decisions:
        yield each.value.id, each.value.date, each.value.title


def decision_nodes(home: Home) -> Rows:
    """A row for each node that a decision starts or stops, once for each."""
    for each in home.files.decisions:
        for action in ("starts", "stops"):
            named = (home.names.node(node) for node in getattr(each.value, action))
            for node in dict.fromkeys(named):
                yield each.value.id, node, action


def conflicts(home: Home) -> Rows:
    """A row for each declared conflict; its id is made of both nodes."""
    for each in home.files.conflicts:
        node, other = (home.names.node(text) for text in each.value.between)
        yield f"{node}/{other}", node, other, each.value.because
