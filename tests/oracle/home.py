"""Read a home folder: settings, teams, strategy and the CSV files."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from tests.oracle.model import Edge, Home, Membership, Node


def read_home(folder: Path) -> Home:
    """Everything the user wrote in a home; the files are taken to be right."""
    home = Home(folder, yaml.safe_load((folder / "throughline.yml").read_text("utf-8")))
    _read_teams(home, yaml.safe_load((folder / "teams.yml").read_text("utf-8")))
    decisions: list[dict[str, Any]] = []
    for file in sorted((folder / "strategy").glob("*.yml")):
        content = yaml.safe_load(file.read_text("utf-8")) or {}
        _read_nodes(home, content.get("nodes") or [])
        decisions += content.get("decisions") or []
    for decision in decisions:
        for node in decision.get("stops") or []:
            known = canonical(home, node)
            stopped: date = decision["date"]
            home.stopped_on[known] = min(home.stopped_on.get(known, stopped), stopped)
    home.edges = [_settled(home, edge) for edge in home.edges]
    for file in sorted((folder / "strategy").glob("*.csv")):
        _read_rows(home, file)
    return home


def canonical(home: Home, identifier: str) -> str:
    """The identifier as its node is written, whatever the case."""
    for node in home.nodes:
        if node.upper() == identifier.upper():
            return node
    raise KeyError(identifier)


def person_id(text: str) -> str:
    """E-mail addresses are compared without case."""
    return text.lower() if "@" in text else text


def _read_teams(home: Home, content: dict[str, Any]) -> None:
    for team in content["teams"]:
        home.teams[team["id"]] = team
        for member in team.get("members") or []:
            home.memberships.append(
                Membership(
                    person_id(member["person"]),
                    team["id"],
                    float(member.get("capacity", 1)),
                    member.get("from"),
                    member.get("to"),
                )
            )
    for entry in content.get("people") or []:
        if entry.get("bot"):
            home.bots.add(entry["account"])
            continue
        person = person_id(entry["person"])
        home.people[person] = entry
        for account in entry.get("accounts") or []:
            home.listed_accounts[account] = person


def _read_nodes(home: Home, nodes: Iterable[dict[str, Any]]) -> None:
    for node in nodes:
        home.nodes[node["id"]] = Node(
            node["id"],
            node["kind"],
            node.get("status", "active"),
            node.get("from"),
            node.get("to"),
        )
        for name in ("contributes_to", "enables"):
            for edge in node.get(name) or []:
                home.edges.append(
                    Edge(
                        node["id"],
                        edge["to"],
                        name == "enables",
                        float(edge.get("weight", 1)),
                        edge.get("valid_from"),
                        edge.get("valid_to"),
                    )
                )


def _settled(home: Home, edge: Edge) -> Edge:
    """The edge with its target as the target's node is written."""
    end = canonical(home, edge.end)
    return Edge(edge.start, end, edge.enables, edge.weight, edge.first, edge.last)


def _read_rows(home: Home, file: Path) -> None:
    with file.open(encoding="utf-8", newline="") as lines:
        rows = [dict(row) for row in csv.DictReader(lines)]
    if not rows or "person" not in rows[0]:
        return
    for row in rows:
        entry = {
            "person": person_id(row["person"]),
            "first": _maybe(date.fromisoformat, row["from"]),
            "last": _maybe(date.fromisoformat, row["to"]),
            "share": float(row["share"]),
        }
        if "node" in row:
            home.manual.append({**entry, "node": canonical(home, row["node"])})
        else:
            home.absences.append(entry)


def _maybe(read: Callable[[str], Any], text: str | None) -> Any:
    return read(text) if text else None


def covers(first: date | None, last: date | None, day: date) -> bool:
    """Whether a day lies in a range of dates, both ends included, None open."""
    return (first is None or first <= day) and (last is None or day <= last)
