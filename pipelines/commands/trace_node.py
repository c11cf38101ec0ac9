"""A strategy node's line: the way to its anchors, and what feeds it."""

from __future__ import annotations

from datetime import date, timedelta

from pipelines.commands.published import Published, Row

ITEMS_SHOWN = 15
WAY = """
    select ancestors.*, dim_strategy_node.kind, dim_strategy_node.title, is_anchor
    from bridge_node_ancestor as ancestors
    inner join dim_strategy_node on ancestors.ancestor_id = dim_strategy_node.node_id
    where ancestors.node_id = $1 and $2 >= ancestors.valid_from
        and (ancestors.valid_to is null or $2 <= ancestors.valid_to)
    order by depth, weight desc, ancestor_id
"""
FEEDERS = """
    with direct as (
        select node_id, sum(person_days) as person_days
        from fct_allocation_week
        group by node_id
    )

    select
        bridge.node_id, bridge.depth, bridge.weight, nodes.kind, nodes.title,
        coalesce(direct.person_days, 0) as person_days
    from bridge_node_ancestor as bridge
    inner join dim_strategy_node as nodes on bridge.node_id = nodes.node_id
    left join direct on bridge.node_id = direct.node_id
    where bridge.ancestor_id = $1 and $2 >= bridge.valid_from
        and (bridge.valid_to is null or $2 <= bridge.valid_to)
    order by bridge.depth, person_days desc, bridge.node_id
"""
ITEMS = """
    select effort.work_item_id, items.key, items.title, sum(effort.person_days) as person_days
    from fct_allocation_week as effort
    left join dim_work_item as items on effort.work_item_id = items.work_item_id
    where effort.node_id = $1
    group by all
    having sum(effort.person_days) > 0
    order by person_days desc, effort.work_item_id
"""


def node_lines(run: Published, node: Row) -> list[str]:
    """All that is published about one node, as lines."""
    facts = [
        node["kind"],
        node["status"],
        f"owner {node['owner']}" if node["owner"] else None,
        f"direction {node['direction']}" if node["direction"] != "(none)" else None,
        f"chain grade {node['chain_grade']}" if node["chain_grade"] else None,
    ]
    return [
        f"{node['node_id']} {node['title']}",
        "  " + " · ".join(str(fact) for fact in facts if fact),
        "",
        *way_lines(run, node["node_id"]),
        "",
        *_feeders(run, node["node_id"]),
        "",
        *_items(run, node["node_id"]),
    ]


def way_lines(run: Published, node_id: str) -> list[str]:
    """The way from a node to its anchors on the last day that counts, by distance."""
    rows = run.rows(WAY, [node_id, last_day(run)])
    if len(rows) <= 1 and not any(row["is_anchor"] for row in rows):
        return [f"{node_id} leads to no anchor: nothing says what it changes."]
    lines = [f"From {node_id} upwards:"]
    for row in rows:
        anchor = "  ANCHOR" if row["is_anchor"] else ""
        weight = f", weight {row['weight']:.3g}" if row["depth"] else ""
        indent = "  " * (row["depth"] + 1)
        lines.append(f"{indent}{row['ancestor_id']} {row['title']} ({row['kind']}{weight}){anchor}")
    return lines


def last_day(run: Published) -> date:
    """The last day whose effort counts."""
    return date.fromisoformat(run.manifest["as_of"]) - timedelta(days=1)


def _feeders(run: Published, node_id: str) -> list[str]:
    rows = run.rows(FEEDERS, [node_id, last_day(run)])
    lines = ["Fed by, with person-days spent on each directly:"]
    for row in rows:
        indent = "  " * (row["depth"] + 1)
        lines.append(
            f"{indent}{row['node_id']} {row['title']} ({row['kind']}): "
            f"{row['person_days']:,.1f}, weight {row['weight']:.3g}"
        )
    return lines


def _items(run: Published, node_id: str) -> list[str]:
    rows = run.rows(ITEMS, [node_id])
    if not rows:
        return [f"No person-day is linked to {node_id} itself."]
    total = sum(row["person_days"] for row in rows)
    lines = [f"Work linked to {node_id} itself: {total:,.1f} person-days"]
    for row in rows[:ITEMS_SHOWN]:
        name = row["title"] if row["work_item_id"] != "(none)" else "manual allocation"
        key = f"{row['key'] or row['work_item_id']} " if row["work_item_id"] != "(none)" else ""
        lines.append(f"  {row['person_days']:10,.1f}  {key}{name}")
    if len(rows) > ITEMS_SHOWN:
        lines.append(f"  … and {len(rows) - ITEMS_SHOWN} more")
    return lines
