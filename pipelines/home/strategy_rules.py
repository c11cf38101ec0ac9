"""What must hold in the strategy: ids, references, dates, and which kinds may be joined."""

from __future__ import annotations

from pipelines.home.chain_rules import check_chains
from pipelines.home.files import Files
from pipelines.home.identifiers import not_matching
from pipelines.home.names import Names
from pipelines.home.parts import Placed
from pipelines.home.problems import Place, Problems, shown
from pipelines.home.strategy_file import (
    ANCHOR_KINDS,
    OUTPUT_KINDS,
    RESULT_KINDS,
    Decision,
    Edge,
    Measure,
    Node,
)
from pipelines.home.team_rules import check_order, check_unique


def check_strategy(files: Files, names: Names, pattern: str | None, problems: Problems) -> None:
    """Check nodes, edges, measures, decisions and conflicts."""
    _check_ids(files, pattern, problems)
    kinds = {node.value.id.lower(): node.value.kind for node in files.nodes}
    for node in files.nodes:
        _check_node(node, names, problems)
        _check_edges(node, kinds, names, problems)
    for measure in files.measures:
        _check_measure(measure, names, problems)
    for decision in files.decisions:
        _check_decision(decision, names, problems)
    _check_conflicts(files, names, problems)
    if files.is_strategy_whole:
        check_chains(files, names, problems)
    _warn_of_status(files, names, problems)


def _check_ids(files: Files, pattern: str | None, problems: Problems) -> None:
    for thing, parts in (
        ("node", files.nodes),
        ("measure", files.measures),
        ("decision", files.decisions),
    ):
        seen: dict[str, Place] = {}
        for each in parts:
            check_unique(thing, each.value.id, each.place.at("id"), seen, problems)
    if pattern is None:
        return
    refused = not_matching(pattern, {node.value.id for node in files.nodes})
    for node in files.nodes:
        if node.value.id in refused:
            expected = f"an id that the pattern of identifiers matches as a whole: {pattern}"
            problems.error(node.place.at("id"), shown(node.value.id), expected)


def _check_node(node: Placed[Node], names: Names, problems: Problems) -> None:
    value, place = node.value, node.place
    if value.team:
        names.check("team", value.team, place.at("team"), problems)
    check_order(value.from_, value.to, place, ("from", "to"), problems)
    is_over = value.status in ("retired", "declined")
    if not value.owner and not is_over:
        problems.warning(place, f"no owner of {value.id}", "the one person who answers for it")


def _check_edges(
    node: Placed[Node], kinds: dict[str, str], names: Names, problems: Problems
) -> None:
    for relation in ("contributes_to", "enables"):
        for number, edge in enumerate(getattr(node.value, relation)):
            place = node.place.at(relation, number)
            names.check("node", edge.to, place.at("to"), problems)
            keys = ("valid_from", "valid_to")
            check_order(edge.valid_from, edge.valid_to, place, keys, problems)
            _check_kinds(node.value, relation, edge, kinds, place, problems)
            if not edge.because:
                found = f"no reason why {node.value.id} helps {edge.to}"
                problems.warning(place, found, "a 'because': the cause and its effect")


def _check_kinds(
    node: Node, relation: str, edge: Edge, kinds: dict[str, str], place: Place, problems: Problems
) -> None:
    target = kinds.get(edge.to.lower())
    if node.kind in ANCHOR_KINDS:
        found = f"the {node.kind} {node.id}, which has an edge to {shown(edge.to)}"
        problems.error(place, found, f"no edge from a {node.kind}: a chain ends there")
    elif relation == "contributes_to" and node.kind in RESULT_KINDS and target in OUTPUT_KINDS:
        found = f"the result {node.id}, which contributes to the {target} {edge.to}"
        problems.error(place.at("to"), found, f"the {target} to contribute to the result")


def _check_measure(measure: Placed[Measure], names: Names, problems: Problems) -> None:
    value, place = measure.value, measure.place
    names.check("node", value.node, place.at("node"), problems)
    check_order(value.start, value.due, place, ("start", "due"), problems)
    if value.kind is None:
        found = f"no kind of the measure {value.id}"
        problems.warning(place, found, "outcome, output or activity (outcomes alone show progress)")


def _check_decision(decision: Placed[Decision], names: Names, problems: Problems) -> None:
    for action in ("starts", "stops"):
        for number, node in enumerate(getattr(decision.value, action)):
            names.check("node", node, _item(decision.place.at(action), number), problems)


def _check_conflicts(files: Files, names: Names, problems: Problems) -> None:
    seen: dict[str, Place] = {}
    for conflict in files.conflicts:
        for number, node in enumerate(conflict.value.between):
            names.check("node", node, conflict.place.at("between", number), problems)
        pair = sorted(node.lower() for node in conflict.value.between)
        if pair[0] == pair[1]:
            problems.error(conflict.place.at("between"), "one node twice", "two different nodes")
        check_unique("conflict", " and ".join(pair), conflict.place.at("between"), seen, problems)


def _item(place: Place, number: int) -> Place:
    """The place of an item in a list that may also be written as a single text."""
    item = place.at(number)
    return item if place.document.has(item.path) else place


def _warn_of_status(files: Files, names: Names, problems: Problems) -> None:
    status = {node.value.id.lower(): node.value.status for node in files.nodes}
    started: dict[str, list] = {}
    stopped: set[str] = set()
    for decision in files.decisions:
        for node in decision.value.starts:
            started.setdefault(node.lower(), []).append(decision.value.date)
    for decision in files.decisions:
        for number, node in enumerate(decision.value.stops):
            stopped.add(node.lower())
            is_resumed = any(day > decision.value.date for day in started.get(node.lower(), []))
            if status.get(node.lower()) == "active" and not is_resumed:
                found = f"{decision.value.id} stops {node}, which stays active"
                place = _item(decision.place.at("stops"), number)
                problems.warning(place, found, f"the status retired or declined on {node}")
    for node in files.nodes:
        is_over = node.value.status in ("retired", "declined")
        if is_over and not node.value.to and node.value.id.lower() not in stopped:
            found = f"{node.value.id} is {node.value.status}, without a day"
            expected = "a 'to', or a decision that stops it: else it never was valid"
            problems.warning(node.place.at("status"), found, expected)
