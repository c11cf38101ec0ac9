"""Homes of a few lines, for examples that are worked out by hand."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from tests.oracle.answer import Answer, answer

PATTERN = r"(?:P|G|O|KR|R|INI|D)-(?:[A-Z]+\.)?\d+(?:\.\d+)*"
NODES = [
    {"id": "G-1", "kind": "goal", "title": "Goal"},
    {"id": "KR-1", "kind": "key_result", "title": "Result", "contributes_to": [{"to": "G-1"}]},
    {"id": "INI-1", "kind": "initiative", "title": "Output", "contributes_to": [{"to": "KR-1"}]},
]
NAMES = {"1": "To Do", "3": "In Progress", "5": "Done"}
CATEGORIES = {"1": "new", "3": "indeterminate", "5": "done"}


def ask(
    folder: Path,
    *,
    as_of: date = date(2026, 3, 16),
    members: list[dict[str, Any]] | None = None,
    people: list[dict[str, Any]] | None = None,
    nodes: list[dict[str, Any]] | None = None,
    decisions: list[dict[str, Any]] | None = None,
    issues: list[dict[str, Any]] | None = None,
    board: dict[str, Any] | None = None,
    tasks: list[dict[str, Any]] | None = None,
    manual: str = "",
    absences: str = "",
    effort: dict[str, Any] | None = None,
    linking: dict[str, Any] | None = None,
) -> Answer:
    """Write a home from Monday 2 March 2026 on, in UTC, and ask the oracle about it."""
    contents = {"jira": {"issues": issues or []}, "trello": board, "asana": {"data": tasks or []}}
    settings = _settings(effort or {}, linking or {})
    settings["sources"] = [
        {"name": kind[0], "type": kind, "export": f"{kind}.json"}
        for kind, content in contents.items()
        if content
    ]
    team: dict[str, Any] = {"id": "red", "name": "Red", "function": "work"}
    team["direction"] = "strategy"
    team["members"] = [{"person": "ana"}] if members is None else members
    known = [{"person": "ana", "accounts": ["j:ana", "t:ana", "a:ana"]}]
    (folder / "strategy").mkdir()
    texts = {
        "throughline.yml": yaml.safe_dump(settings),
        "teams.yml": yaml.safe_dump(
            {"teams": [team], "people": known if people is None else people}
        ),
        "strategy/all.yml": yaml.safe_dump({"nodes": nodes or NODES, "decisions": decisions or []}),
        "strategy/manual.csv": "person,node,from,to,share,author,reason\n" + manual,
        "strategy/absences.csv": "person,from,to,share\n" + absences,
        **{f"{kind}.json": json.dumps(content) for kind, content in contents.items() if content},
    }
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    return answer(folder, as_of)


def _settings(effort: dict[str, Any], linking: dict[str, Any]) -> dict[str, Any]:
    return {
        "organisation": {"name": "Small", "timezone": "UTC"},
        "calendar": {
            "working_days": ["mon", "tue", "wed", "thu", "fri"],
            "hours": "09:00-17:00",
            "hours_per_day": 8,
        },
        "identifiers": {"pattern": PATTERN},
        "effort": {"since": date(2026, 3, 2), "split": "by_time", "idle_days": 14, **effort},
        "linking": linking,
        "privacy": {"people": "named", "minimum_group": 1},
    }


def at(text: str) -> str:
    """``03-02 09:00`` as an instant of 2026 in UTC."""
    return f"2026-{text.replace(' ', 'T')}:00.000+0000"


def issue(
    number: int,
    created: str,
    status: str = "1",
    *,
    history: list[tuple[str, str, Any]] | None = None,
    assignee: str | None = "ana",
    title: str = "work",
    **fields: Any,
) -> dict[str, Any]:
    """A Jira issue; ``history`` has (when, field, value) and starts from ``status``."""
    entries = []
    now = status
    holder = assignee
    for place, (when, name, value) in enumerate(history or []):
        part: dict[str, Any] = {"field": name, "fromString": "a", "toString": "b"}
        if name == "status":
            part.update({"from": now, "fromString": NAMES[now], "to": value})
            part["toString"] = NAMES[value]
            now = value
        if name == "assignee":
            part.update({"from": holder, "to": value})
            holder = value
        entries.append(
            {
                "id": str(number * 100 + place),
                "created": at(when),
                "author": {"accountId": fields.get("author", "ana")},
                "items": [part],
            }
        )
    shown = {
        "project": {"id": "1", "key": "W", "name": "Work"},
        "issuetype": {"name": "Task", "hierarchyLevel": 0},
        "created": at(created),
        "updated": at(history[-1][0] if history else created),
        "creator": {"accountId": "zoe"},
        "assignee": {"accountId": holder} if holder else None,
        "status": {"id": now, "name": NAMES[now], "statusCategory": {"key": CATEGORIES[now]}},
        "summary": title,
        **{key: value for key, value in fields.items() if key != "author"},
    }
    log = {"total": len(entries), "histories": entries}
    return {"id": str(number), "key": f"W-{number}", "changelog": log, "fields": shown}


def log(number: int, started: str, hours: float, author: str = "ana") -> dict[str, Any]:
    """A worklog field with one entry."""
    entry = {"id": str(number), "author": {"accountId": author}, "started": at(started)}
    return {"worklogs": [{**entry, "timeSpentSeconds": hours * 3600}]}


def days_by(found: Answer, *names: str, table: str = "fct_allocation_day") -> dict[Any, float]:
    """Person-days of a table added up by some of its columns, rounded to 9 digits."""
    sums: dict[Any, float] = {}
    for row in found.tables[table]:
        key = row[names[0]] if len(names) == 1 else tuple(row[name] for name in names)
        sums[key] = sums.get(key, 0.0) + row["person_days"]
    return {key: round(total, 9) for key, total in sums.items()}
