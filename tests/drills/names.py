"""Names that would change a statement if they were put into it as they are; exports full of them.

Every name that a tracker lets its users choose is one of them: of projects, boards, lists, labels,
fields, kinds, statuses and titles.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

PARTS = [
    *('"', "'", "\\", "\\\\", ";", "--", "/*", "*/", "{{", "}}", "{%", "%}", "\n", "\x00"),
    *(" OR ", " AND ", "1=1", ") or (", "drop table x", "project", "$$", "`", "]", "[", "%s"),
    *("\u2028", "\u202e", "é", "東", "🙂", "a", "0", " ", "''", '""', '" OR project = 2 --'),
]
SETTINGS = """\
organisation: {name: Example}
effort: {since: 2026-01-01}
sources:
  - {name: eng, type: jira, export: 'jira/*'}
  - {name: old, type: trello, export: 'trello/*'}
"""
STRATEGY = "nodes: [{id: P-1, kind: purpose, title: Serve, owner: ana}]\n"


def hostile_names(number: int, fits: Callable[[str], bool] = lambda _: True) -> list[str]:
    """So many different names that fit, the same ones every time."""
    dice, found = random.Random(10), dict[str, None]()
    while len(found) < number:
        drawn = "".join(dice.choices(PARTS, k=dice.randint(1, 8)))
        if fits(drawn):
            found[drawn] = None
    return list(found)


def write_home(folder: Path, names: Sequence[str]) -> Path:
    """A home of one Jira and one Trello that give the names to all that has one."""
    for each in ("strategy", "jira", "trello"):
        (folder / each).mkdir(parents=True)
    (folder / "throughline.yml").write_text(SETTINGS)
    (folder / "teams.yml").write_text("teams: [{id: platform, members: [{person: ana}]}]\n")
    (folder / "strategy" / "a.yml").write_text(STRATEGY)
    for path, objects in (
        ("jira/issues.jsonl", _issues(names)),
        ("jira/fields.jsonl", _fields(names)),
        ("trello/boards.jsonl", _boards(names)),
    ):
        (folder / path).write_text("".join(f"{json.dumps(each)}\n" for each in objects))
    return folder


def _issues(names: Sequence[str]) -> Iterator[dict[str, Any]]:
    for number, name in enumerate(names, 1):
        ana = {"accountId": "a1", "displayName": name, "emailAddress": "ana@example.org"}
        category = {"key": "indeterminate"}
        yield {
            "id": str(number),
            "key": f"{name}-{number}",
            "fields": {
                "summary": name,
                "description": name,
                "labels": [name],
                "project": {"id": str(number), "key": name, "name": name},
                "issuetype": {"id": str(number), "name": name},
                "status": {"id": str(number), "name": name, "statusCategory": category},
                "created": "2026-01-05T10:00:00.000+0000",
                "updated": "2026-01-06T10:00:00.000+0000",
                "creator": ana,
                "assignee": ana,
                f"customfield_{number}": name,
            },
        }


def _fields(names: Sequence[str]) -> Iterator[dict[str, Any]]:
    for number, name in enumerate(names, 1):
        schema = {"type": "string", "custom": name, "customId": number}
        yield {"id": f"customfield_{number}", "name": name, "custom": True, "schema": schema}


def _boards(names: Sequence[str]) -> Iterator[dict[str, Any]]:
    for number, name in enumerate(names, 1):
        board, place, label, field, card = (f"5f1{kind}{number:020x}" for kind in "abcde")
        yield {
            "id": board,
            "name": name,
            "lists": [{"id": place, "name": name, "idBoard": board, "closed": False}],
            "labels": [{"id": label, "name": name, "idBoard": board}],
            "customFields": [{"id": field, "name": name, "type": "text", "idModel": board}],
            "cards": [
                {
                    **{"id": card, "name": name, "desc": name, "idList": place, "closed": False},
                    "labels": [{"id": label, "name": name, "idBoard": board}],
                    "customFieldItems": [{"idCustomField": field, "value": {"text": name}}],
                }
            ],
            **{"actions": [], "members": [], "checklists": []},
        }
