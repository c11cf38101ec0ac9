"""The present state of a Jira issue: texts, containers, parents, links, estimates."""

from __future__ import annotations

from typing import Any

from tests.oracle.model import Container, Item

CATEGORIES = {"new": "todo", "indeterminate": "in_progress", "done": "done"}
POINTS = ["Story Points", "Story point estimate", "Points"]


class Catalogue:
    """The names of a Jira site's custom fields and the categories of its statuses."""

    def __init__(self, source: dict[str, Any]) -> None:
        self.source = source
        self.link_fields: list[str] = []
        self.field_names: dict[str, str] = {}
        self.by_id: dict[str, str] = {}
        self.by_name: dict[str, str] = {}

    def add_fields(self, found: list[dict[str, Any]]) -> None:
        """Take in ``fields.json``."""
        self.field_names.update({entry["id"]: entry["name"] for entry in found})

    def add_statuses(self, found: list[dict[str, Any]]) -> None:
        """Take in ``statuses.json``."""
        for status in found:
            self.note(status)

    def learn(self, issue: dict[str, Any]) -> None:
        """An issue tells the category of its own status."""
        self.note(issue["fields"]["status"])

    def note(self, status: dict[str, Any]) -> None:
        """Remember the first category told of a status."""
        own = CATEGORIES.get((status.get("statusCategory") or {}).get("key", ""))
        if own:
            self.by_id.setdefault(str(status["id"]), own)
            self.by_name.setdefault(status["name"], own)

    def own_category(self, status_id: str, name: str) -> str | None:
        """The category that the tracker gives to a status."""
        return self.by_id.get(status_id) or self.by_name.get(name)

    def values(self, fields: dict[str, Any], name: str) -> list[Any]:
        """The values of the custom fields of that name."""
        return [
            fields[key]
            for key, known in self.field_names.items()
            if known == name and fields.get(key) is not None
        ]


def texts_of(value: Any) -> list[str]:
    """A custom field's value as texts, one for each value."""
    if isinstance(value, list):
        return [text for entry in value for text in texts_of(entry)]
    if isinstance(value, dict):
        if value.get("type") == "doc":
            return [plain(value)]
        own = [str(value[key]) for key in ("value", "name") if value.get(key)][:1]
        return own + texts_of(value.get("child"))
    return [] if value is None else [str(value)]


def plain(node: Any) -> str:
    """The text of a description, plain or as a document tree."""
    if node is None or isinstance(node, str):
        return node or ""
    if node.get("type") == "text":
        return node["text"]
    if node.get("type") == "hardBreak":
        return "\n"
    inner = [plain(child) for child in node.get("content") or []]
    inline = node.get("type") in ("paragraph", "heading")
    return "".join(inner) if inline else "\n".join(inner)


def describe(
    item: Item, issue: dict[str, Any], catalogue: Catalogue, copies: dict[str, Any]
) -> None:
    """Fill in what an issue says of the present."""
    fields = issue["fields"]
    item.texts = {
        1: [
            text
            for name in catalogue.link_fields
            for value in catalogue.values(fields, name)
            for text in texts_of(value)
        ],
        2: list(fields.get("labels") or []),
        3: [fields.get("summary") or ""],
        6: [plain(fields.get("description"))],
    }
    kind = fields["issuetype"]
    item.is_big = kind.get("hierarchyLevel", 1 if kind["name"] == "Epic" else 0) >= 1
    item.parent = _parent(item.source, fields, catalogue, copies)
    _measure(item, fields, catalogue)
    project = fields["project"]
    item.containers = [Container("project", _names(project, "id", "key", "name"))]
    for value in catalogue.values(fields, "Sprint"):
        for sprint in value:
            item.containers.append(Container("sprint", _names(sprint, "id", "name")))
    for link in fields.get("issuelinks") or []:
        for way in ("outward", "inward"):
            other = link.get(f"{way}Issue")
            if other:
                item.relations.append((link["type"][way], f"{item.source}:{other['id']}"))


def _names(thing: dict[str, Any], *keys: str) -> frozenset[str]:
    return frozenset(str(thing[key]).lower() for key in keys if thing.get(key))


def _parent(
    source: str, fields: dict[str, Any], catalogue: Catalogue, copies: dict[str, Any]
) -> str | None:
    if fields.get("parent"):
        return f"{source}:{fields['parent']['id']}"
    for epic in catalogue.values(fields, "Epic Link"):
        for native, found in copies.items():
            if found[-1]["key"] == epic:
                return f"{source}:{native}"
    return None


def _measure(item: Item, fields: dict[str, Any], catalogue: Catalogue) -> None:
    named = catalogue.source.get("fields") or {}
    if "estimate" in named:
        found = catalogue.values(fields, named["estimate"])
        item.estimate_hours = float(found[0]) if found else None
    elif fields.get("timeoriginalestimate"):
        item.estimate_hours = fields["timeoriginalestimate"] / 3600
    for name in [named["points"]] if "points" in named else POINTS:
        found = catalogue.values(fields, name)
        if found and item.points is None:
            item.points = float(found[0])
