"""Identifiers of the home for nodes that came with others: the same for the same file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from pipelines.home.identifiers import not_matching
from pipelines.home.imports.draft import Draft, DraftNode, ImportRefusedError, Key

PREFIXES = {
    "purpose": "P",
    "goal": "G",
    "objective": "O",
    "key_result": "KR",
    "result": "R",
    "initiative": "INI",
    "deliverable": "D",
}
NUMBER = "{number}"
Made = Callable[[str, str], str]


def identified(
    draft: Draft, known: dict[Key, str], taken: set[str], pattern: str, template: str | None
) -> dict[Key, str]:
    """An identifier for each node.

    A node that has one already keeps it; one whose own identifier matches the pattern keeps that;
    the others get the number of the node above them and the next free number behind it, or the
    next free number alone where the pattern knows no points.

    Args:
        draft: Its nodes, parents anywhere.
        known: What nodes of an earlier import are called.
        taken: Identifiers that the home has, in lower case.
        pattern: The home's pattern of identifiers.
        template: What an identifier looks like, with ``{number}`` in it; by kind if None.

    Raises:
        ImportRefusedError: If the pattern matches none of these forms.
    """
    if template is not None and template.count(NUMBER) != 1:
        raise ImportRefusedError(
            f"--identifiers {template}: expected {NUMBER} in it, once, such as 'OUT-{NUMBER}'."
        )
    own = {node.wanted_id for node in draft.nodes if node.wanted_id and node.key not in known}
    kept = own - not_matching(pattern, own)
    for has_points in (True, False):
        found = _numbered(draft, known, kept, taken, template, has_points)
        made = {each for key, each in found.items() if key not in known}
        if not not_matching(pattern, made):
            return found
    raise ImportRefusedError(
        f"Identifiers such as {sorted(made)[0]} do not match the home's pattern {pattern}."
        " Say what they should look like: `--identifiers 'OUT-{number}'`."
    )


def _numbered(
    draft: Draft,
    known: dict[Key, str],
    kept: set[str],
    taken: set[str],
    template: str | None,
    has_points: bool,
) -> dict[Key, str]:
    used = set(taken)
    found: dict[Key, str] = {}
    for node in draft.nodes:
        wanted = node.wanted_id or ""
        if node.key in known:
            found[node.key] = known[node.key]
        elif wanted in kept and wanted.lower() not in used:
            found[node.key] = wanted
            used.add(wanted.lower())
    counts: Counter[str] = Counter()
    for node in _parents_first(draft.nodes):
        if node.key in found:
            continue
        stem = f"{PREFIXES[node.kind]}-{NUMBER}" if template is None else template
        above = next((found[edge.to] for edge in node.edges if edge.to in found), "")
        base = f"{_number(above)}." if has_points and _number(above) else ""
        found[node.key] = _next_free(stem, base, counts, used)
    return found


def _next_free(stem: str, base: str, counts: Counter[str], used: set[str]) -> str:
    form = stem.replace(NUMBER, f"{base}{NUMBER}")
    while True:
        counts[form] += 1
        identifier = form.replace(NUMBER, str(counts[form]))
        if identifier.lower() not in used:
            used.add(identifier.lower())
            return identifier


def _number(identifier: str) -> str:
    """What stands behind the hyphen, if it is made of numbers and points."""
    number = identifier.rpartition("-")[2]
    return number if all(part.isdigit() for part in number.split(".")) else ""


def _parents_first(nodes: list[DraftNode]) -> Iterator[DraftNode]:
    """Each node once, behind the first node it has an edge to; cycles are cut anywhere."""
    by_key = {node.key: node for node in nodes}
    seen: set[Key] = set()
    for node in nodes:
        line: list[DraftNode] = []
        at: DraftNode | None = node
        while at is not None and at.key not in seen:
            seen.add(at.key)
            line.append(at)
            at = by_key.get(at.edges[0].to) if at.edges else None
        yield from reversed(line)
