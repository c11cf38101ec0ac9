"""What must hold of the strategy as a graph: no cycles, and chains that end in an anchor."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from pipelines.home.files import Files
from pipelines.home.names import Names
from pipelines.home.parts import Placed
from pipelines.home.problems import Place, Problems
from pipelines.home.strategy_file import ANCHOR_KINDS, RESULT_KINDS, Node

CYCLES_AT_MOST = 20
STILL_COUNTS = ("active", "achieved")


def check_chains(files: Files, names: Names, problems: Problems) -> None:
    """Report cycles; warn of nodes without a chain and of results without a measure."""
    edges = dict(_edges(files.nodes, names))
    _check_cycles(edges, names, problems)
    if len(files.nodes) < len(names.nodes):
        # a chain may lead through a node that has a fault of its own
        return
    chained = _chained(files.nodes, edges)
    measured = {measure.value.node.lower() for measure in files.measures}
    for node in files.nodes:
        value, lower = node.value, node.value.id.lower()
        if value.status in STILL_COUNTS and lower not in chained:
            found = f"no chain from {value.id} to a goal or a purpose"
            problems.warning(node.place, found, "a 'contributes_to' or 'enables' that leads there")
        if value.kind in RESULT_KINDS and value.status in STILL_COUNTS and lower not in measured:
            found = f"no measure of the {value.kind} {value.id}"
            problems.warning(node.place, found, "a measure that shows whether it changes")


def _edges(nodes: list[Placed[Node]], names: Names) -> Iterator[tuple[tuple[str, str], Place]]:
    """Edges between known nodes, in lower case, with their place."""
    for node in nodes:
        for relation in ("contributes_to", "enables"):
            for number, edge in enumerate(getattr(node.value, relation)):
                if edge.to.lower() in names.nodes:
                    key = (node.value.id.lower(), edge.to.lower())
                    yield key, node.place.at(relation, number, "to")


def _check_cycles(edges: dict[tuple[str, str], Place], names: Names, problems: Problems) -> None:
    """Report each cycle with its path; an edge of it is left out to find the next one."""
    open_edges = dict(edges)
    for _ in range(CYCLES_AT_MOST):
        graph: dict[str, set[str]] = {}
        for start, end in open_edges:
            graph.setdefault(end, set()).add(start)
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as fault:
            cycle: list[str] = fault.args[1]
            path = " → ".join(names.nodes[node] for node in cycle)
            place = open_edges.pop((cycle[0], cycle[1]))
            problems.error(place, f"the cycle {path}", "edges that never lead back")
        else:
            return


def _chained(nodes: list[Placed[Node]], edges: dict[tuple[str, str], Place]) -> set[str]:
    """The nodes with a path to an anchor at any date, in lower case."""
    leading_to: dict[str, list[str]] = {}
    for start, end in edges:
        leading_to.setdefault(end, []).append(start)
    waiting = [node.value.id.lower() for node in nodes if _is_anchor(node.value)]
    chained = set(waiting)
    while waiting:
        for start in leading_to.get(waiting.pop(), []):
            if start not in chained:
                chained.add(start)
                waiting.append(start)
    return chained


def _is_anchor(node: Node) -> bool:
    is_top_objective = node.kind == "objective" and not node.contributes_to and not node.enables
    return node.kind in ANCHOR_KINDS or is_top_objective
