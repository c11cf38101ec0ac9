"""StratML Part 1 and Part 2 (ISO 17469-1 and its companion), with and without namespaces.

Source: schemas StrategicPlanISOVersion20140401 and PerformancePlanOrReport20160216.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from pipelines.home.imports.draft import Draft, DraftEdge, DraftNode, Key, words
from pipelines.home.imports.origin_file import OriginFile
from pipelines.home.imports.stratml_indicators import add_indicators
from pipelines.home.imports.xml_tree import Element, read_tree
from pipelines.home.strategy_file import Kind

WHOLE = {"Stakeholder", "Value", "Vision", "Submitter", "Relationship", "Role", "Descriptor"}
"""Parts that count once with all that is in them."""
ROOTS = {"StrategicPlan": "StratML Part 1", "PerformancePlanOrReport": "StratML Part 2"}


def is_stratml(raw: bytes) -> bool:
    """Whether the bytes look like XML at all."""
    return raw.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")[:1] == b"<"


def read_stratml(file: OriginFile, raw: bytes) -> Draft:
    """Read a plan: its mission, goals, objectives and performance indicators.

    Raises:
        ImportRefusedError: If it is not XML, dangerous XML, or another kind of document.
    """
    root = read_tree(file, io.BytesIO(raw))
    if root.tag not in ROOTS:
        raise file.refused(f"the XML document {words(root.tag)[:60]!r}", " or ".join(ROOTS))
    draft = Draft(ROOTS[root.tag], "stratml")
    _Plan(root, draft).read()
    _count_the_rest(root, draft)
    if not draft.nodes:
        raise file.refused("no mission, goal or objective with a name", "at least one of them")
    return draft


class _Plan:
    """One document; marks each element that it has used."""

    def __init__(self, root: Element, draft: Draft) -> None:
        self.core = root.child("StrategicPlanCore") or root
        self.draft = draft
        period = root.child("AdministrativeInformation")
        days: dict[str, Any] = {}
        for name, tag in (("from_", "StartDate"), ("to", "EndDate")):
            text = period.take(tag) if period else ""
            days[name] = draft.day(text, f"AdministrativeInformation/{tag}")
        if days["from_"] and days["to"] and days["to"] < days["from_"]:
            draft.left["AdministrativeInformation: a period that ends before it begins"] += 1
            days = {"from_": None, "to": None}
        self.period = days
        organisation = self.core.child("Organization")
        self.plan = (organisation and organisation.peek("Identifier")) or root.peek("Name")

    def read(self) -> None:
        for place, mission in enumerate(self.core.children("Mission"), start=1):
            self._node(mission, "Mission", "purpose", f"mission {place}", None)
        for place, goal in enumerate(self.core.children("Goal"), start=1):
            key = self._node(goal, "Goal", "goal", f"goal {place}", None)
            self._indicators(goal, key, f"goal {place}")
            for at, objective in enumerate(goal.children("Objective"), start=1):
                path = f"goal {place}, objective {at}"
                own = self._node(objective, "Objective", "objective", path, key)
                self._indicators(objective, own or key, path)

    def _node(
        self, element: Element, origin_kind: str, kind: Kind, path: str, parent: Key | None
    ) -> Key | None:
        name, text = words(element.peek("Name")), element.peek("Description")
        identifier = words(element.take("Identifier")) or f"{words(self.plan)} ({path})"
        number = words(element.take("SequenceIndicator"))
        title = name or words(text)
        if not title:
            self.draft.left[f"{origin_kind} without a name and a description"] += 1
            return None
        element.take("Name")
        element.take("Description")
        origin = self.draft.origin(
            origin_kind, identifier, number, words(text) if words(text) != title else ""
        )
        edges = [DraftEdge(parent)] if parent else []
        self.draft.nodes.append(DraftNode(origin, kind, title, edges, **self.period))
        return origin.kind, origin.id

    def _indicators(self, element: Element, key: Key | None, path: str) -> None:
        found = element.children("PerformanceIndicator")
        if key is None:
            self.draft.left["PerformanceIndicator of nothing that has a name"] += len(found)
            for each in found:
                each.take_all()
            return
        add_indicators(found, key, f"{words(self.plan)} ({path})", self.draft)


def _count_the_rest(root: Element, draft: Draft) -> None:
    """Count what was not used, each whole part once: a stakeholder with its roles is one."""
    for label in _unused(root, ""):
        draft.left[label] += 1


def _unused(element: Element, around: str) -> Iterator[str]:
    if element.tag in WHOLE and not element.has_used:
        if element.has_text:
            yield element.tag
        return
    if not element.used and element.text.strip():
        yield f"{around}/{element.tag}" if around else element.tag
    for name in element.unused_attributes():
        yield f"{element.tag}@{name}"
    for each in element.elements:
        yield from _unused(each, "" if element.tag == "StrategicPlanCore" else element.tag)
