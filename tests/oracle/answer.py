"""From a home folder to the published tables, as lists of rows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tests.oracle.activity import Life, lives
from tests.oracle.chains import Strategy
from tests.oracle.effort import NONE, Effort, Ledger
from tests.oracle.home import read_home
from tests.oracle.imputed import Imputed
from tests.oracle.landed import read_sources
from tests.oracle.links import STRENGTH, Linker
from tests.oracle.model import Home, Landed
from tests.oracle.people import People
from tests.oracle.privacy import Folds, periods
from tests.oracle.times import monday

Row = dict[str, Any]
CELL = ("team_id", "work_item_id", "node_id", "bucket", "direction", "strength", "basis")


@dataclass
class Answer:
    """Everything that the oracle works out of a home."""

    home: Home
    landed: Landed
    lives: dict[str, Life]
    people: People
    effort: list[Effort]
    imputed: list[Effort]
    linker: Linker
    strategy: Strategy
    days: list[date]
    tables: dict[str, list[Row]] = field(default_factory=dict)


def answer(folder: Path, as_of: date) -> Answer:
    """The published tables of a home as of a date, with what led to them."""
    home = read_home(folder)
    landed = read_sources(home, as_of)
    known = lives(landed)
    people = People(home, landed)
    people.note_activity(known)
    ledger = Ledger(home, people, known, as_of)
    effort = ledger.all_effort()
    imputed = Imputed(ledger, effort).rows()
    strategy = Strategy(home)
    linker = Linker(home, landed, strategy)
    found = Answer(home, landed, known, people, effort, imputed, linker, strategy, ledger.days)
    cells = allocated(found, effort)
    guesses = allocated(found, imputed)
    least = home.settings["privacy"]["minimum_group"]
    folds = Folds(people, ledger.days, cells + guesses, least)
    in_weeks = [
        {**row, "team_id": folds.name("week", monday(row["day"]), row["team_id"])} for row in cells
    ]
    found.tables["fct_allocation_day"] = fold(in_weeks, ("day", "person_key", *CELL))
    found.tables["fct_allocation_week"] = by_week(in_weeks)
    found.tables["fct_link"] = link_rows(linker)
    found.tables["bridge_node_ancestor"] = ancestor_rows(strategy, ledger.days)
    found.tables["rpt_effort"] = effort_report(cells + guesses, folds)
    found.tables["rpt_node_effort"] = node_report(found)
    return found


def allocated(found: Answer, effort: list[Effort]) -> list[Row]:
    """Each person-day times link weight times path weight, split over the person's teams."""
    return [
        {
            "day": row.day,
            "person_key": row.person or NONE,
            "team_id": team,
            "work_item_id": row.item,
            **{name: cell[name] for name in ("node_id", "bucket", "direction")},
            "strength": cell["strength"],
            "basis": row.basis,
            "person_days": row.person_days * part * cell["weight"],
        }
        for row in effort
        for team, part in found.people.teams(row.person, row.day).items()
        if part > 0
        for cell in targets(found, row)
    ]


def targets(found: Answer, row: Effort) -> list[Row]:
    """The buckets that a row of effort goes to, with weights that add up to 1."""
    if row.basis == "unobserved":
        return [_cell(NONE, "unobserved", NONE, "none", 1.0)]
    if row.node:
        parts, strength = [(row.node, 1.0)], "strict"
    else:
        decided = found.linker.decide(row.item)
        if decided is None:
            return [_cell(NONE, "untraced", NONE, "none", 1.0)]
        parts = [(part.node, part.weight) for part in decided.parts]
        strength = STRENGTH[decided.tier]
    cells = []
    for node, weight in parts:
        if node is None:
            cells.append(_cell(NONE, "unknown_id", NONE, strength, weight))
            continue
        for (bucket, way), share in found.strategy.allocation(node, row.day).items():
            cells.append(_cell(node, bucket, way, strength, weight * share))
    return cells


def _cell(node: str, bucket: str, direction: str, strength: str, weight: float) -> Row:
    return {
        "node_id": node,
        "bucket": bucket,
        "direction": direction,
        "strength": strength,
        "weight": weight,
    }


def fold(rows: list[Row], key: tuple[str, ...]) -> list[Row]:
    """Rows added up to one per key; rows of no effort are left out."""
    sums: dict[tuple[Any, ...], float] = defaultdict(float)
    for row in rows:
        sums[tuple(row[name] for name in key)] += row["person_days"]
    return [
        {**dict(zip(key, values, strict=True)), "person_days": total}
        for values, total in sums.items()
        if total > 0
    ]


def by_week(rows: list[Row]) -> list[Row]:
    """The same without people, by ISO week."""
    return fold([{**row, "week": monday(row["day"])} for row in rows], ("week", *CELL))


def link_rows(linker: Linker) -> list[Row]:
    """All candidates of all items; ``decides`` marks those that count."""
    rows = []
    for item in linker.landed.items:
        decided = linker.decide(item)
        for tier, parts in linker.candidates(item).items():
            rows += [
                {
                    "work_item_id": item,
                    "tier": tier,
                    "node_id": part.node or NONE,
                    "identifier": part.identifier,
                    "weight": part.weight,
                    "strength": STRENGTH[tier],
                    "decides": decided is not None and decided.tier == tier,
                }
                for part in parts
            ]
    return rows


def ancestor_rows(strategy: Strategy, every: list[date]) -> list[Row]:
    """One row per node, ancestor and day of the range; a node is always its own ancestor."""
    return [
        {"node_id": node, "ancestor_id": above, "day": day, "weight": weight, "depth": depth}
        for node in strategy.home.nodes
        for day in every
        for above, (weight, depth) in strategy.ancestors(node, day).items()
    ]


def effort_report(rows: list[Row], folds: Folds) -> list[Row]:
    """``rpt_effort``: person-days, items and imputed days by period, team, bucket and node."""
    spent: dict[tuple[Any, ...], float] = defaultdict(float)
    items: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    imputed: dict[tuple[Any, ...], float] = defaultdict(float)
    for row in rows:
        for kind, start in periods(row["day"]).items():
            team = folds.name(kind, start, row["team_id"])
            key = (kind, start, team, row["bucket"], row["node_id"])
            if row["basis"] == "imputed":
                imputed[key] += row["person_days"]
                continue
            spent[key] += row["person_days"]
            items[key].update({row["work_item_id"]} - {NONE})
    names = ("period_type", "period_start", "team_id", "bucket", "node_id")
    return [
        {
            **dict(zip(names, key, strict=True)),
            "person_days": spent.get(key, 0.0),
            "items": len(items.get(key, ())),
            "imputed_days": imputed.get(key, 0.0),
        }
        for key in {**spent, **imputed}
    ]


def node_report(found: Answer) -> list[Row]:
    """``rpt_node_effort``: on the node itself, rolled up by weight, and in full."""
    sums: dict[tuple[Any, ...], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for row in found.tables["fct_allocation_day"]:
        node, day, amount = row["node_id"], row["day"], row["person_days"]
        if node == NONE:
            continue
        for above, (weight, _) in found.strategy.ancestors(node, day).items():
            for kind, start in periods(day).items():
                into = sums[kind, start, above]
                into[0] += amount if above == node else 0.0
                into[1] += amount * weight
                into[2] += amount
    return [
        {
            "period_type": kind,
            "period_start": start,
            "node_id": node,
            "direct": direct,
            "rolled_up": rolled,
            "exposed": exposed,
        }
        for (kind, start, node), (direct, rolled, exposed) in sums.items()
    ]


def spans_of(found: Answer) -> list[Row]:
    """Status spans, for looking into a difference."""
    return [
        {"work_item_id": life.item.id, "from_at": start, "to_at": end, "status_category": category}
        for life in found.lives.values()
        for start, end, category in life.spans
    ]


def capacity_of(found: Answer) -> list[Row]:
    """Capacity by person, team and day, for looking into a difference."""
    return [
        {"person_id": person, "team_id": team, "day": day, "capacity": capacity * part}
        for person in sorted(found.people.everybody())
        for day in found.days
        if (capacity := found.people.capacity(person, day)) > 0
        for team, part in found.people.teams(person, day).items()
    ]
