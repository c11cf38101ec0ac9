"""A draft as the files that a person reviews: YAML with a head that says what was left, and CSV."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import Any

import yaml

from pipelines.home.imports.draft import Draft, DraftMeasure, DraftNode, Key, words
from pipelines.home.imports.seal import sealed
from pipelines.home.strategy_file import Origin

SCHEMA = "# yaml-language-server: $schema=../schemas/strategy.schema.json"
HEADER = ("measure", "date", "value")
_Base: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_Base):
    """Writes everything out: our reader takes no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def strategy_text(
    draft: Draft,
    ids: dict[Key, str],
    measures: list[tuple[str, DraftMeasure]],
    kept: dict[str, list[Any]],
    head: list[str],
    observations: str,
) -> str:
    """The YAML of the draft.

    Args:
        draft: Its nodes and counts.
        ids: The identifier of every node, those in other files included.
        measures: Each measure with its identifier.
        kept: Parts of an earlier file that the origin does not have, by section, as data.
        head: Lines of the comment on top, without what was left.
        observations: The CSV beside it.
    """
    sections: dict[str, list[Any]] = {
        "nodes": [_node(node, ids) for node in draft.nodes],
        "measures": [_measure(name, measure, ids) for name, measure in measures],
    }
    for section, parts in kept.items():
        sections.setdefault(section, []).extend(parts)
    body = yaml.dump(
        {section: parts for section, parts in sections.items() if parts},
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=100,
    )
    return sealed("\n".join([SCHEMA, "#", *_head(draft, head), "", body]), observations)


def _head(draft: Draft, head: list[str]) -> list[str]:
    lines = [*head, "", *told("Left out, as there is no place for it", draft.left)]
    lines += told("Changed on the way", draft.changed)
    return [f"# {line}".rstrip() for line in lines]


def told(title: str, counts: Counter[str]) -> list[str]:
    """Counts as lines below a title, the largest first; no line if there are none."""
    found = sorted((+counts).items(), key=lambda each: (-each[1], each[0]))
    lines = [f"  {count:>6} × {words(label)[:120]}" for label, count in found]
    return [f"{title}:", *lines] if lines else []


def observation_text(measures: list[tuple[str, DraftMeasure]]) -> str:
    """The CSV of what was observed, by measure and day."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for name, measure in measures:
        for day, value in sorted(measure.observations.items()):
            writer.writerow((name, day.isoformat(), _plain(value)))
    return text.getvalue()


def _node(node: DraftNode, ids: dict[Key, str]) -> dict[str, Any]:
    edges: dict[str, list[dict[str, Any]]] = {}
    for edge in node.edges:
        values = {"to": ids[edge.to], "because": edge.because, "weight": _plain(edge.weight)}
        edges.setdefault(edge.relation, []).append(_filled(values))
    return _filled(
        {
            "id": ids[node.key],
            "kind": node.kind,
            "title": node.title,
            "owner": node.owner,
            "team": node.team,
            "status": None if node.status == "active" else node.status,
            "priority": node.priority,
            "target_share": node.target_share,
            "from": node.from_,
            "to": node.to,
            "due": node.due,
            "done": node.done,
            **edges,
            "origin": _origin(node.origin),
        }
    )


def _measure(name: str, measure: DraftMeasure, ids: dict[Key, str]) -> dict[str, Any]:
    return _filled(
        {
            "id": name,
            "node": ids[measure.node],
            "title": measure.title,
            "kind": measure.kind,
            "unit": measure.unit,
            "better": measure.better,
            "baseline": _plain(measure.baseline),
            "target": _plain(measure.target),
            "start": measure.start,
            "due": measure.due,
            "origin": _origin(measure.origin),
        }
    )


def _origin(origin: Origin) -> dict[str, Any]:
    return _filled(origin.model_dump())


def _plain(number: float | None) -> float | int | None:
    """A whole number without its point."""
    return int(number) if number is not None and number == int(number) else number


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
