"""From work items to strategy nodes: candidates in seven tiers, one of which decides."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from tests.oracle.chains import Strategy
from tests.oracle.identifiers import Named, find
from tests.oracle.model import Home, Item, Landed

STRENGTH = {1: "strict", 2: "strict", 3: "strict", 4: "strict", 5: "strict", 6: "loose", 7: "loose"}
RANKS = (("list", "section"), ("sprint",), ("board", "project"), ("portfolio",))


@dataclass(frozen=True)
class Part:
    """A share of an item that goes to a node, or to an identifier that is no node."""

    node: str | None
    identifier: str
    weight: float


@dataclass(frozen=True)
class Decision:
    """What an item is linked to and by which tier."""

    tier: int
    parts: tuple[Part, ...]


class Linker:
    """Finds the links of every item of a home."""

    def __init__(self, home: Home, landed: Landed, strategy: Strategy) -> None:
        self.home = home
        self.landed = landed
        self.strategy = strategy
        self.pattern = home.settings["identifiers"]["pattern"]
        self.nodes = {node.upper(): node for node in home.nodes}
        linking = home.settings.get("linking") or {}
        self.phrases = {phrase.lower() for phrase in linking.get("issue_links") or []}
        self.mappings: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        for place, node in (linking.get("containers") or {}).items():
            source, kind, name = place.split(":", 2)
            self.mappings[source, kind][name.lower()] = self.nodes[node.upper()]

    @cached_property
    def named(self) -> dict[str, dict[int, list[Named]]]:
        """Identifiers of each item in the texts of tiers 1, 2, 3 and 6."""
        found: dict[str, dict[int, list[Named]]] = {}
        for item in self.landed.items.values():
            found[item.id] = {
                tier: [
                    named
                    for text in texts
                    for named in find(text, self.pattern, tier in (3, 6))
                    if named.identifier not in self.landed.keys
                ]
                for tier, texts in item.texts.items()
            }
        return found

    def known(self, item: str, tier: int) -> tuple[Part, ...]:
        """The nodes that a tier of texts names, with weights that add up to 1."""
        weights: dict[str, float | None] = {}
        for named in self.named[item].get(tier, []):
            node = self.nodes.get(named.identifier)
            if node is not None and weights.get(node) is None:
                weights[node] = named.weight
        return self.share(weights)

    def share(self, weights: dict[str, float | None]) -> tuple[Part, ...]:
        """Written weights if all nodes have one, else equal parts of the most specific."""
        values = [weight or 0.0 for weight in weights.values()]
        if values and min(values) > 0:
            total = sum(values)
            return tuple(
                Part(node, node.upper(), value / total)
                for node, value in zip(weights, values, strict=True)
            )
        above = {up for node in weights for up in self.strategy.above[node]}
        kept = [node for node in weights if node not in above]
        return tuple(Part(node, node.upper(), 1 / len(kept)) for node in kept)

    def unknown(self, item: str, tier: int) -> tuple[Part, ...]:
        """The identifiers of a tier that are no nodes, in equal parts."""
        named = [part.identifier for part in self.named[item].get(tier, [])]
        foreign = list(dict.fromkeys(name for name in named if name not in self.nodes))
        return tuple(Part(None, name, 1 / len(foreign)) for name in foreign)

    def own(self, item: str) -> Decision | None:
        """What an item decides by tiers 1 to 3, unknown identifiers included."""
        for tier in (1, 2, 3):
            if parts := self.known(item, tier):
                return Decision(tier, parts)
        first = next((tier for tier in (1, 2, 3) if self.unknown(item, tier)), None)
        if first is None or self.has_known(item):
            return None
        return Decision(first, self.unknown(item, first))

    def has_known(self, item: str) -> bool:
        """Whether any tier of an item leads to a known node."""
        if any(self.known(item, tier) for tier in (1, 2, 3, 6)) or self.mapped(item):
            return True
        if any(part.node for part in self.inherited(item)):
            return True
        # of linked items only their own texts can be known: what they link to is not passed on
        return any(
            self.known(target, tier)
            for target in self.targets(self.landed.items[item])
            for tier in (1, 2, 3)
        )

    def inherited(self, item: str) -> tuple[Part, ...]:
        """What the nearest ancestor that decides by tiers 1 to 3 passes on."""
        above = self.landed.items[item].parent
        seen = {item}
        while above in self.landed.items and above not in seen:
            seen.add(above)
            if found := self.own(above):
                return found.parts
            above = self.landed.items[above].parent
        return ()

    def targets(self, item: Item) -> list[str]:
        """The landed items behind configured issue links, each once."""
        named = [other for phrase, other in item.relations if phrase.lower() in self.phrases]
        return [t for t in dict.fromkeys(named) if t in self.landed.items and t != item.id]

    def linked(self, item: Item) -> tuple[Part, ...]:
        """What the items behind configured issue links pass on, each an equal part."""
        found = [decided for target in self.targets(item) if (decided := self.own(target))]
        weights: dict[tuple[str | None, str], float] = defaultdict(float)
        for decided in found:
            for part in decided.parts:
                weights[part.node, part.identifier] += part.weight / len(found)
        return tuple(Part(*name, weight) for name, weight in weights.items())

    def mapped(self, item: str) -> tuple[Part, ...]:
        """The nodes of the first rank of containers that has a mapping."""
        here = self.landed.items[item]
        for rank in RANKS:
            nodes = [
                node
                for place in here.containers
                if place.kind in rank
                for name, node in self.mappings[here.source, place.kind].items()
                if name in place.names
            ]
            if nodes:
                return self.share(dict.fromkeys(nodes))
        return ()

    def candidates(self, item: str) -> dict[int, tuple[Part, ...]]:
        """The parts of every tier that has any."""
        tiers = {tier: self.known(item, tier) for tier in (1, 2, 3, 6)}
        tiers[4] = self.inherited(item)
        tiers[5] = self.linked(self.landed.items[item])
        tiers[7] = self.mapped(item)
        return {
            tier: tiers[tier] or self.unknown(item, tier)
            for tier in sorted(tiers)
            if tiers[tier] or self.unknown(item, tier)
        }

    def decide(self, item: str) -> Decision | None:
        """The first tier with a known node, else the first with an unknown identifier."""
        if item not in self._decided:
            tiers = self.candidates(item)
            known = [tier for tier in tiers if any(part.node for part in tiers[tier])]
            first = min(known or tiers, default=None)
            self._decided[item] = Decision(first, tiers[first]) if first else None
        return self._decided[item]

    @cached_property
    def _decided(self) -> dict[str, Decision | None]:
        return {}
