"""Run the product on a home and hold what it published against the oracle's answer."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from tests.homes import throughline

Row = dict[str, Any]
TOLERANCE = 1e-6
CELL = ("team_id", "work_item_id", "node_id", "bucket", "direction", "strength", "basis")
PERIOD = ("period_type", "period_start")


@dataclass(frozen=True)
class Shape:
    """Which columns name a row of a table and which are compared."""

    key: tuple[str, ...]
    values: tuple[str, ...]


SHAPES = {
    "fct_link": Shape(("work_item_id", "tier", "node_id", "identifier", "strength"), ("weight",)),
    "bridge_node_ancestor": Shape(("node_id", "ancestor_id", "day"), ("weight", "depth")),
    "fct_allocation_day": Shape(("day", "person_key", *CELL), ("person_days",)),
    "fct_allocation_week": Shape(("week", *CELL), ("person_days",)),
    "rpt_effort": Shape(
        (*PERIOD, "team_id", "bucket", "node_id"), ("person_days", "items", "imputed_days")
    ),
    "rpt_node_effort": Shape((*PERIOD, "node_id"), ("direct", "rolled_up", "exposed")),
}


def run(home: Path, as_of: date, *more: str) -> subprocess.CompletedProcess[str]:
    """``throughline run`` in a process of its own."""
    return throughline("run", "--home", home, "--as-of", as_of, *more)


def published(home: Path) -> Path:
    """The database that a home's latest run published."""
    return home / "data" / "published" / "current" / "throughline.duckdb"


def rows(database: Path, table: str) -> list[Row]:
    """The rows of a table."""
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute(f"select * from {table}")
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def tables(database: Path) -> set[str]:
    """The names of the tables."""
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute("select table_name from duckdb_tables()").fetchall()
    return {name for (name,) in found}


def comparable(table: str, rows: list[Row], every: list[date]) -> list[Row]:
    """Rows as the oracle has them: links that decide, ancestors day by day."""
    if table == "fct_link":
        return [
            {**row, "node_id": row["node_id"] or "(none)", "identifier": row["identifier"].upper()}
            for row in rows
            if row["decides"]
        ]
    if table == "bridge_node_ancestor" and rows and "valid_from" in rows[0]:
        return [
            {**row, "day": day}
            for row in rows
            for day in every
            if (row["valid_from"] or day) <= day <= (row["valid_to"] or day)
        ]
    return rows


def sums(rows: Iterable[Row], shape: Shape) -> dict[tuple[Any, ...], list[float]]:
    """Values added up by key; rows in which all are nothing are left out."""
    found: dict[tuple[Any, ...], list[float]] = {}
    for row in rows:
        into = found.setdefault(tuple(row[name] for name in shape.key), [0.0] * len(shape.values))
        for place, name in enumerate(shape.values):
            into[place] += float(row[name] or 0)
    return {key: values for key, values in found.items() if any(abs(v) > TOLERANCE for v in values)}


def differences(table: str, expected: list[Row], found: list[Row], every: list[date]) -> list[str]:
    """What differs, one line per row: the world, the row, both values."""
    shape = SHAPES[table]
    ours = sums(comparable(table, expected, every), shape)
    theirs = sums(comparable(table, found, every), shape)
    lines = []
    for key in sorted({*ours, *theirs}, key=str):
        want, got = ours.get(key), theirs.get(key)
        if want and got and all(abs(a - b) <= TOLERANCE for a, b in zip(want, got, strict=True)):
            continue
        told = ", ".join(f"{name}={value}" for name, value in zip(shape.key, key, strict=True))
        lines.append(f"{table} world {world(key)}: {told}: expected {want}, published {got}")
    return lines


def world(key: tuple[Any, ...]) -> str:
    """The seed of the world that a row belongs to, as far as its names tell."""
    text = " ".join(str(value) for value in key)
    seeds = re.findall(
        r"\bw(\d+)[p-]|j[01n]:(\d+)\d{3}\b|a[0n]:9(\d{6})|t[0n]:[0-9a-f]{8}(\d{6})"
        r"|\b(?:P|G|O|KR|INI|D)-(\d+)\.|R-HR\.(\d+)\.",
        text,
    )
    found = {int(next(part for part in match if part)) for match in seeds}
    return ",".join(map(str, sorted(found))) or "?"


def weeks(first: date, last: date) -> list[date]:
    """The Mondays of the ISO weeks that a range touches."""
    start = first - timedelta(days=first.weekday())
    return [start + timedelta(weeks=n) for n in range((last - start).days // 7 + 1)]
