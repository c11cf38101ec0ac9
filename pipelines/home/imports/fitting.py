"""What the home does not allow is turned into what it does, and counted: never in silence."""

from __future__ import annotations

from pipelines.home.imports.draft import Draft, DraftEdge, DraftNode, Key
from pipelines.home.strategy_file import ANCHOR_KINDS, OUTPUT_KINDS, RESULT_KINDS


def fit(draft: Draft) -> None:
    """Bring kinds, edges and periods of a draft into the form that the home accepts."""
    nodes = {node.key: node for node in draft.nodes}
    for node in draft.nodes:
        known = [edge for edge in node.edges if edge.to in nodes and edge.to != node.key]
        if len(known) < len(node.edges):
            draft.left["edge to a node that is not there"] += len(node.edges) - len(known)
        node.edges = list({(edge.relation, edge.to): edge for edge in known}.values())
        if node.edges and node.kind in ANCHOR_KINDS:
            draft.changed[f"{node.kind} below another node: made an objective"] += 1
            node.kind = "objective"
    for node in draft.nodes:
        node.edges = [edge for edge in node.edges if _may_stay(node, edge, nodes, draft)]
        if node.from_ and node.to and node.to < node.from_:
            draft.changed["node that ends before it begins: its beginning left out"] += 1
            node.from_ = None


def _may_stay(node: DraftNode, edge: DraftEdge, nodes: dict[Key, DraftNode], draft: Draft) -> bool:
    target = nodes[edge.to].kind
    if edge.relation == "enables" or node.kind not in RESULT_KINDS or target not in OUTPUT_KINDS:
        return True
    draft.left[f"edge from a result ({node.kind}) to an output ({target})"] += 1
    return False
