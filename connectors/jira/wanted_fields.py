"""Which of Jira's fields are asked for: those that rows are made of, and no others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from connectors.jira.shapes import Field

OWN_FIELDS = (
    "assignee",
    "comment",
    "created",
    "creator",
    "description",
    "duedate",
    "issuelinks",
    "issuetype",
    "labels",
    "parent",
    "project",
    "reporter",
    "resolution",
    "resolutiondate",
    "status",
    "statuscategorychangedate",
    "summary",
    "timeoriginalestimate",
    "timespent",
    "updated",
)
"""Work logs have a feed of their own: an issue holds no more than 20 of them."""
LOOKED_UP = ("id", "archiveddate")
"""What is asked beside them to find out which issues there are, and what became of others."""

_BY_TYPE = {
    "com.pyxis.greenhopper.jira:gh-sprint",
    "com.pyxis.greenhopper.jira:gh-epic-link",
    "com.atlassian.jpo:jpo-custom-field-parent",
}
_BY_NAME = ("epic link",)
_POINTS = ("story points", "story point estimate", "points")


@dataclass(frozen=True)
class WantedFields:
    """The fields to ask for, in a fixed order, and what a person should decide about them."""

    ids: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()

    def with_those(self, asked_before: Iterable[str]) -> tuple[str, ...]:
        """Return the fields with those that were asked for before and are still there.

        A field that is renamed keeps its values: it is the same field.
        """
        custom = {*self.ids, *(self.known & set(asked_before))} - set(OWN_FIELDS)
        return (*OWN_FIELDS, *sorted(custom))


def wanted_fields(catalogue: Iterable[Field], options: Mapping[str, object]) -> WantedFields:
    """Resolve the names in the settings, which may be ids too, and the fields of known kinds.

    Sprints and epic links go by the kind of the field, for their names are translated. A name
    that several fields have means all of them where identifiers stand; where a size stands it is
    the user who has to choose.

    Args:
        catalogue: Every field of the site.
        options: ``link_fields``, ``points`` and ``estimate`` of the source.
    """
    custom = sorted(
        (field for field in catalogue if field.id.startswith("customfield_")),
        key=lambda field: field.id,
    )
    links = tuple(str(name) for name in _listed(options.get("link_fields")))
    points, estimate = options.get("points"), options.get("estimate")
    sizes = [(role, str(name)) for role, name in _sizes(points, estimate)]
    found = {field.id for field in custom if _kind(field) in _BY_TYPE}
    for name in (*links, *_BY_NAME, *(name for _, name in sizes)):
        found |= {field.id for field in _named(custom, name)}
    warnings = [*_unknown(custom, links, points, estimate), *_ambiguous(custom, sizes)]
    known = frozenset(field.id for field in custom)
    return WantedFields((*OWN_FIELDS, *sorted(found)), tuple(warnings), known)


def _sizes(points: object, estimate: object) -> list[tuple[str, object]]:
    found = [("points", name) for name in ((points,) if points else _POINTS)]
    return [*found, *([("estimate", estimate)] if estimate else [])]


def _unknown(
    custom: Sequence[Field], links: Sequence[str], points: object, estimate: object
) -> Iterable[str]:
    asked = [*(("linking.fields", name) for name in links), ("fields.points", points)]
    for setting, name in (*asked, ("fields.estimate", estimate)):
        if name and not _named(custom, str(name)):
            yield f"No field is named {name!r} ({setting}). Write its name or its id."


def _ambiguous(custom: Sequence[Field], sizes: Iterable[tuple[str, str]]) -> Iterable[str]:
    for role, name in sizes:
        found = _named(custom, name)
        if len(found) > 1:
            ids = ", ".join(field.id for field in found)
            yield (
                f"{len(found)} fields are named {found[0].name!r}: {ids}. Write the id of the one "
                f"that holds the {role} under `fields: {{{role}: ...}}` of the source."
            )


def _named(custom: Sequence[Field], name: str) -> list[Field]:
    key = name.strip().lower()
    return [field for field in custom if key in (field.id.lower(), field.name.strip().lower())]


def _kind(field: Field) -> str:
    return (field.schema.custom if field.schema else None) or ""


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, (list, tuple)) else ()
