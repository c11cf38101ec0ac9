"""Where the untraced work sits, with its largest items and what they resemble."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from markupsafe import Markup

from pipelines.report.actions import place_name, places
from pipelines.report.answer import amount, whole_period
from pipelines.report.facts import Facts, Row
from pipelines.report.figures import Figure, cell, figure, foreign, phrase
from pipelines.report.words import Share

_PLACES_SHOWN = 10
_ITEMS_SHOWN = 3
_SUGGESTIONS_SHOWN = 8


@dataclass(frozen=True)
class Item:
    """One of the largest untraced items of a place; ``url`` is empty unless it is http(s)."""

    title: str
    url: str
    person_days: float
    suggestion: Markup
    similarity: float | None


@dataclass(frozen=True)
class Place:
    """One board, list or project with its untraced person-days."""

    name: Markup
    source: str
    share: Share
    items: Figure
    largest: list[Item]


def untraced_places(facts: Facts) -> list[Place]:
    """The ten places with most untraced person-days."""
    untraced = amount(whole_period(facts), "untraced_days")
    return [
        Place(
            name=place_name(source, container),
            source=source,
            share=Share(total, untraced),
            items=_items(facts, source, container),
            largest=_largest(facts, source, container),
        )
        for source, container, total in places(facts)[:_PLACES_SHOWN]
    ]


def other_places(facts: Facts) -> Share | None:
    """What the places that are not shown hold together."""
    rest = places(facts)[_PLACES_SHOWN:]
    untraced = amount(whole_period(facts), "untraced_days")
    if not rest:
        return None
    shown = sum(total for _, _, total in places(facts)[:_PLACES_SHOWN])
    all_places = figure(
        sum(float(total) for _, _, total in places(facts)), "sum(person_days)", "rpt_untraced"
    )
    return Share(all_places - shown, untraced)


def _items(facts: Facts, source: str, container: str) -> Figure:
    total = sum(int(row["items"] or 0) for row in _rows(facts, source, container))
    return figure(total, "sum(items)", "rpt_untraced", source=source, container=container)


def suggestions(facts: Facts) -> list[Item]:
    """The largest untraced items that read like a node, each with the node it is most like."""
    best: dict[str, Row] = {}
    for row in facts.suggestions:
        best.setdefault(row["work_item_id"], row)
    return [
        Item(
            title=row["title"] or work_item_id,
            url=safe_url(facts.urls.get(work_item_id, "")),
            person_days=cell(row, "person_days", "rpt_link_suggestions"),
            suggestion=_suggested(row["node_id"], row["node_title"]),
            similarity=cell(row, "similarity", "rpt_link_suggestions"),
        )
        for work_item_id, row in list(best.items())[:_SUGGESTIONS_SHOWN]
    ]


def _rows(facts: Facts, source: str, container: str) -> list[Row]:
    return [r for r in facts.untraced if (r["source"], r["container"]) == (source, container)]


def _largest(facts: Facts, source: str, container: str) -> list[Item]:
    """The largest items over the types and teams of a place, each once."""
    rows = sorted(
        _rows(facts, source, container),
        key=lambda row: (-(row["largest_person_days"] or 0.0), row["largest_work_item_id"] or ""),
    )
    by_item: dict[str, Row] = {}
    for row in rows:
        if row["largest_work_item_id"] not in (None, "(none)"):
            by_item.setdefault(row["largest_work_item_id"], row)
    return [_item(facts, row) for row in list(by_item.values())[:_ITEMS_SHOWN]]


def _item(facts: Facts, row: Row) -> Item:
    suggested = row["suggested_node_id"] if row["suggested_node_id"] != "(none)" else None
    return Item(
        title=row["largest_title"] or row["largest_work_item_id"],
        url=safe_url(facts.urls.get(row["largest_work_item_id"], "")),
        person_days=cell(row, "largest_person_days", "rpt_untraced"),
        suggestion=_suggested(suggested, row["suggested_title"]) if suggested else Markup(),
        similarity=cell(row, "similarity", "rpt_untraced") if suggested else None,
    )


def _suggested(node_id: str, title: str | None) -> Markup:
    name = foreign(node_id)
    return phrase("{} {}", name, foreign(title)) if title else name


def safe_url(url: str) -> str:
    """The address if a browser would open it over http or https, else nothing.

    Control characters and blanks are refused, since browsers drop them before they read the scheme.
    """
    if any(ord(letter) <= 32 or ord(letter) == 127 for letter in url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme.lower() in ("http", "https") and parts.netloc else ""
