"""Strategy nodes on a date: valid or not, anchored or not, and who stands above whom."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cached_property

from tests.oracle.home import covers
from tests.oracle.model import Edge, Home

BUCKETS = {"strategy": "outcome", "teams": "enabling", "purpose": "purpose"}


class Strategy:
    """The strategy of a home, asked day by day."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.out: dict[str, list[Edge]] = defaultdict(list)
        for edge in home.edges:
            self.out[edge.start].append(edge)
        self._known: dict[tuple[str, str, date], object] = {}

    def is_valid(self, node_id: str, day: date) -> bool:
        """In its dates, no proposal, and not (yet) retired or declined."""
        node = self.home.nodes[node_id]
        if node.status == "proposed" or not covers(node.first, node.last, day):
            return False
        if node.status in ("retired", "declined") and node.last is None:
            stopped = self.home.stopped_on.get(node_id)
            return stopped is not None and day < stopped
        return True

    def edges(self, node_id: str, day: date) -> list[Edge]:
        """The edges that carry on that day: valid themselves, between valid nodes."""
        if not self.is_valid(node_id, day):
            return []
        return [
            edge
            for edge in self.out[node_id]
            if covers(edge.first, edge.last, day) and self.is_valid(edge.end, day)
        ]

    def is_anchor(self, node_id: str) -> bool:
        """A goal, a purpose, or an objective that never has an outgoing edge."""
        kind = self.home.nodes[node_id].kind
        return kind in ("goal", "purpose") or (kind == "objective" and not self.out[node_id])

    def is_anchored(self, node_id: str, day: date) -> bool:
        """Whether a path of valid edges leads to an anchor."""
        key = ("anchored", node_id, day)
        if key not in self._known:
            self._known[key] = self.is_valid(node_id, day) and (
                self.is_anchor(node_id)
                or any(self.is_anchored(edge.end, day) for edge in self.edges(node_id, day))
            )
        return bool(self._known[key])

    def weighted_edges(self, node_id: str, day: date) -> list[tuple[Edge, float]]:
        """The edges that count with their normalised weights."""
        edges = self.edges(node_id, day)
        leading = [edge for edge in edges if self.is_anchored(edge.end, day)] or edges
        total = sum(edge.weight for edge in leading)
        return [(edge, edge.weight / total) for edge in leading]

    def directions(self, node_id: str, day: date) -> dict[str, float]:
        """Direction of each path to an anchor with its weight; empty where there is none."""
        found: dict[str, float] = defaultdict(float)
        for enables, purpose, weight in self._paths(node_id, day):
            direction = "teams" if enables else "purpose" if purpose else "strategy"
            found[direction] += weight
        return dict(found)

    def _paths(self, node_id: str, day: date) -> list[tuple[bool, bool, float]]:
        if not self.is_anchored(node_id, day):
            return []
        if self.is_anchor(node_id):
            return [(False, self.home.nodes[node_id].kind == "purpose", 1.0)]
        return [
            (edge.enables or enables, purpose, share * weight)
            for edge, share in self.weighted_edges(node_id, day)
            for enables, purpose, weight in self._paths(edge.end, day)
        ]

    def allocation(self, node_id: str, day: date) -> dict[tuple[str, str], float]:
        """Bucket and direction of effort on a node, with the share of each."""
        if not self.is_valid(node_id, day):
            return {("retired", "(none)"): 1.0}
        directions = self.directions(node_id, day)
        if not directions:
            return {("unanchored", "(none)"): 1.0}
        return {(BUCKETS[way], way): weight for way, weight in directions.items()}

    def ancestors(self, node_id: str, day: date) -> dict[str, tuple[float, int]]:
        """Every ancestor with its weight and shortest depth, the node itself included."""
        found = {node_id: (1.0, 0)}
        for edge, share in self.weighted_edges(node_id, day):
            for ancestor, (weight, depth) in self.ancestors(edge.end, day).items():
                before, nearest = found.get(ancestor, (0.0, depth + 1))
                found[ancestor] = (before + share * weight, min(nearest, depth + 1))
        return found

    @cached_property
    def above(self) -> dict[str, set[str]]:
        """All ancestors of every node over any edge at any date, the node itself left out."""
        found: dict[str, set[str]] = {}

        def climb(node_id: str) -> set[str]:
            if node_id not in found:
                found[node_id] = set()
                for edge in self.out[node_id]:
                    found[node_id] |= {edge.end} | climb(edge.end)
            return found[node_id]

        for node_id in self.home.nodes:
            climb(node_id)
        return found
