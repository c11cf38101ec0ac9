"""``throughline trace``: from a work item to its anchor, or what feeds a node."""

from __future__ import annotations

from pathlib import Path

import typer

from pipelines.commands.failures import fail, say
from pipelines.commands.published import Published, Row, published
from pipelines.commands.trace_item import item_lines
from pipelines.commands.trace_node import node_lines
from pipelines.warehouse.exits import Exit

ITEMS = """
    select * from dim_work_item
    where work_item_id != '(none)' and (
        lower(work_item_id) = lower($1)
        or lower(key) = lower($1)
        or lower(substr(work_item_id, instr(work_item_id, ':') + 1)) = lower($1)
    )
    order by lower(work_item_id) != lower($1), work_item_id
"""
NODES = "select * from dim_strategy_node where lower(node_id) = lower($1) and node_id != '(none)'"
NAMES = """
    select node_id as name from dim_strategy_node where node_id != '(none)'
    union all
    select key from dim_work_item where key is not null
"""


def trace(home: Path, identifier: str) -> None:
    """Print the line of whatever the identifier names.

    Raises:
        NothingPublishedError: If nothing is published.
        typer.Exit: With 2 if it names nothing, or several work items.
    """
    with published(home) as run:
        nodes = run.rows(NODES, [identifier])
        items = run.rows(ITEMS, [identifier])
        exact = [item for item in items if item["work_item_id"].lower() == identifier.lower()]
        items = exact or items
        if not nodes and not items:
            raise fail(_unknown(run, identifier), Exit.SETTINGS)
        if len(items) > 1:
            raise _several(identifier, items)
        lines = node_lines(run, nodes[0]) if nodes else []
        lines += item_lines(run, items[0]) if items else []
    for line in lines:
        say(line)


def _unknown(run: Published, identifier: str) -> str:
    from rapidfuzz import process

    names = [row["name"] for row in run.rows(NAMES)]
    best = process.extractOne(identifier.upper(), names, score_cutoff=60)
    nearest = f" The nearest is {best[0]}." if best else ""
    return f"There is no work item or strategy node {identifier} in what is published.{nearest}"


def _several(identifier: str, items: list[Row]) -> typer.Exit:
    told = f"{identifier} names {len(items)} work items; use one of these ids:"
    return fail(
        told, Exit.SETTINGS, *(f"  {item['work_item_id']}  {item['title']}" for item in items)
    )
