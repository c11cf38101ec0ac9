"""A work item's line: its effort by bucket, all evidence, and the way to its anchors."""

from __future__ import annotations

from pipelines.commands.published import Published, Row
from pipelines.commands.trace_node import way_lines

EFFORT = """
    select bucket, node_id, direction, strength, basis, sum(person_days) as person_days
    from fct_allocation_week
    where work_item_id = $1
    group by all
    having sum(person_days) > 0
    order by person_days desc, node_id, bucket, basis
"""
LINKS = "select * from fct_link where work_item_id = $1 order by tier, decides desc, identifier"
TIERS = {
    1: "field or goal",
    2: "label",
    3: "title",
    4: "parent",
    5: "issue link",
    6: "description",
    7: "container",
}


def item_lines(run: Published, item: Row) -> list[str]:
    """All that is published about one work item, as lines."""
    links = run.rows(LINKS, [item["work_item_id"]])
    lines = [*_head(item), "", *_effort(run, item), "", *_evidence(links)]
    known = {row["node_id"] for row in links if row["decides"] and row["node_id"] != "(none)"}
    for node_id in sorted(known):
        lines += ["", *way_lines(run, node_id)]
    return lines


def _head(item: Row) -> list[str]:
    key = f"{item['key']} " if item["key"] else ""
    facts = [
        item["item_type"],
        f"{item['status_name']} ({item['status_category']})",
        item["container"],
        item["url"],
    ]
    lines = [
        f"{key}{item['title']}  [{item['work_item_id']}]",
        "  " + " · ".join(str(fact) for fact in facts if fact),
    ]
    if item["parent_work_item_id"] not in (None, "(none)"):
        lines.append(f"  below {item['parent_work_item_id']}")
    return lines


def _effort(run: Published, item: Row) -> list[str]:
    rows = run.rows(EFFORT, [item["work_item_id"]])
    if not rows:
        return ["Effort: no person-day rests on this item."]
    total = sum(row["person_days"] for row in rows)
    lines = [f"Effort: {total:,.2f} person-days since {run.manifest['since']}"]
    for row in rows:
        node = "" if row["node_id"] == "(none)" else f" {row['node_id']}"
        lines.append(
            f"  {row['person_days']:10,.2f}  {row['bucket']}{node}  "
            f"({row['basis']}, {row['strength']})"
        )
    return lines


def _evidence(links: list[Row]) -> list[str]:
    if not links:
        return ["Evidence: none. No text, parent, link or container of it names a node: untraced."]
    deciding = min((row["tier"] for row in links if row["decides"]), default=None)
    lines = ["Evidence, by tier:"]
    for row in links:
        named = row["identifier"] if row["node_id"] == "(none)" else row["node_id"]
        lines.append(f"  {row['tier']} {TIERS[row['tier']]}: {named}  {why(row, deciding)}")
        lines.append(f"      in {row['place']}: {row['text']!r}{_origin(row)}")
    return lines


def why(row: Row, deciding: int | None) -> str:
    """Why a piece of evidence decides, or why it does not.

    Args:
        row: Of ``fct_link``.
        deciding: The tier that decides for the item; None if none does.
    """
    is_unknown = row["node_id"] == "(none)"
    if row["decides"]:
        told = "; its identifier is no node, and no tier knows a better one" if is_unknown else ""
        return f"DECIDES with weight {row['weight']:.3g} ({row['strength']}){told}"
    if deciding is None:
        return "does not decide: no tier does"
    if row["tier"] > deciding:
        return f"does not decide: tier {deciding} ({TIERS[deciding]}) comes first"
    if is_unknown:
        return "does not decide: its identifier is no node"
    return "does not decide: a more specific node of the same tier stands for it"


def _origin(row: Row) -> str:
    who = f" by {row['author']}" if row["author"] else ""
    when = f" on {row['written_at']:%Y-%m-%d %H:%M} UTC" if row["written_at"] else ""
    return f", written{who}{when}" if who or when else ""
