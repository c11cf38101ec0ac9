"""``throughline privacy``: what is stored of people, made from the declarations in the code."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.commands.browser import open_page
from pipelines.commands.failures import say

if TYPE_CHECKING:
    from pipelines.home.home import Home
    from pipelines.warehouse.marts import Mart

PAGE = "data-protection.html"
DOES_NOT_PROTECT = (
    "Whoever can open the tracker can trace a work item's row to its assignee.",
    "Whoever can read data/raw can join accounts to published work items, pseudonyms included.",
    "Each period folds small teams by itself: where one folds a team that another shows, or one of"
    " those folded with it, the difference may tell. Where a fold has no effort, none of its teams"
    " has any. An organisation that is one small team is shown as such.",
    "Nodes, texts and boards may carry names: nothing looks for names in what people write.",
)
Line = tuple[str, ...]


def write_page(folder: Path, *, open_it: bool) -> None:
    """Write the page of a home, print its path, and open it if wanted.

    Raises:
        HomeError: If the home has mistakes.
    """
    from connectors.durable import write_durably
    from pipelines.home.home import load_home
    from pipelines.warehouse.places import Places

    home = load_home(folder.resolve())
    page = Places(home.folder).docs / PAGE
    page.parent.mkdir(parents=True, exist_ok=True)
    write_durably(page, page_of(home, _marts(home)).encode())
    say(page)
    if open_it:
        open_page(page)


def _marts(home: Home) -> list[Mart]:
    import json

    from pipelines.defs import dbt_project
    from pipelines.warehouse.marts import marts

    manifest = json.loads((dbt_project.prepared() / dbt_project.NIGHTLY_MANIFEST).read_text())
    return marts(manifest, home.settings.privacy.people)


def page_of(home: Home, tables: list[Mart]) -> str:
    """The page: self-contained, without scripts."""
    from pipelines.warehouse.stores import stores

    parts = [
        f"<h1>What is stored of people: {escape(home.organisation)}</h1>",
        f"<p>People are <b>{escape(home.settings.privacy.people)}</b> in what is published; teams "
        f"of fewer than {home.settings.privacy.minimum_group} in a period are folded together. "
        "This page is made from the code that stores; <code>throughline forget PERSON</code> takes "
        "somebody out of all of it.</p>",
        _table("Where", ("store", "what stands there", "how long", "who reads it"), stores(home)),
        _table("Asked of the trackers", ("tracker", "fields"), _asked(home)),
        _table("Landed and typed", ("field", "kind", "what for"), landed_fields(home)),
        _table("Published", ("column", "kind", "what for"), published_fields(tables)),
        "<h2>What hiding people does not protect against</h2><ul>",
        *(f"<li>{escape(each)}</li>" for each in DOES_NOT_PROTECT),
        "</ul>",
    ]
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Data protection</title>'
    style = "<style>body{font:16px sans-serif;max-width:72em;margin:2em auto;padding:0 1em}"
    style += "td,th{text-align:left;vertical-align:top;padding:.2em 1em .2em 0}</style>"
    return "\n".join([head, style, *parts, "</html>"])


def landed_fields(home: Home) -> list[Line]:
    """Every typed field of a person or of free text, of the trackers that are configured."""
    from connectors.personal import fields_of
    from connectors.registry import all_connectors

    used = {source.tracker for source in home.sources}
    found = (each for name, each in all_connectors().items() if name in used)
    return [(f.place, f.kind, f.purpose) for each in found for f in fields_of(each)]


def published_fields(tables: list[Mart]) -> list[Line]:
    """Every published column of a person or of free text."""
    from pipelines.warehouse.personal import purpose_of

    found = []
    for table in tables:
        for column in table.columns:
            told = purpose_of(table.name, column.name)
            if column.type.lower() == "varchar" and told and told[0] != "other":
                found.append((f"{table.name}.{column.name}", *told))
    return found


def _asked(home: Home) -> list[Line]:
    from connectors.live import LiveConnector
    from connectors.registry import all_connectors

    live = {source.tracker for source in home.sources if not source.is_export}
    return [
        (name, ", ".join(connector.asked))
        for name, connector in all_connectors().items()
        if name in live and isinstance(connector, LiveConnector)
    ]


def _table(title: str, heads: Line, rows: Sequence[Line]) -> str:
    head = "".join(f"<th>{escape(each)}</th>" for each in heads)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>\n" for row in rows
    )
    return f"<h2>{escape(title)}</h2>\n<table><tr>{head}</tr>\n{body}</table>"
