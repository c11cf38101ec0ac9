"""A seeded world of N work items, as a home with Jira exports, for measuring the nightly run.

Every item carries eight changes of status or assignee over five years and about 4 KB of payload;
there is one person for 200 items, in teams of eight, and a strategy of some 120 nodes that 60 % of
the items name.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

ITEMS_IN_A_FILE = 10_000
CHANGES_OF_AN_ITEM = 8
BYTES_OF_AN_ITEM = 4_000
ITEMS_OF_A_PERSON = 200
TEAM_SIZE = 8
GOALS, RESULTS, INITIATIVES = 5, 25, 90
AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
DAYS = 5 * 365
FIRST_DAY = AS_OF - timedelta(days=DAYS)
WORDS = ("plan", "build", "test", "ship", "review", "measure", "route", "order", "stock", "depot")
STATUSES = {
    "1": ("To Do", "new"),
    "3": ("In Progress", "indeterminate"),
    "4": ("In Review", "indeterminate"),
    "5": ("Done", "done"),
}


def write_world(home: Path, items: int, seed: int = 7) -> int:
    """Write the home and its exports; return the bytes of the exports.

    Args:
        home: An empty or new folder.
        items: How many work items to write, at least one.
        seed: The same seed gives the same bytes.
    """
    people = max(items // ITEMS_OF_A_PERSON, TEAM_SIZE)
    exports = home / "exports"
    exports.mkdir(parents=True, exist_ok=True)
    (home / "strategy").mkdir(exist_ok=True)
    (home / "throughline.yml").write_text(_settings(), encoding="utf-8")
    (home / "teams.yml").write_text(_teams(people), encoding="utf-8")
    (home / "strategy" / "strategy.yml").write_text(_strategy(), encoding="utf-8")
    written = 0
    for first in range(0, items, ITEMS_IN_A_FILE):
        numbers = range(first, min(first + ITEMS_IN_A_FILE, items))
        path = exports / f"issues-{first:09d}.jsonl"
        path.write_text("".join(issues(numbers, people, seed)), encoding="utf-8")
        written += path.stat().st_size
    return written


def write_changed_items(home: Path, items: int, share: float, seed: int = 7) -> None:
    """Add an export in which a share of the items has changed since `write_world`."""
    people = max(items // ITEMS_OF_A_PERSON, TEAM_SIZE)
    numbers = range(0, items, max(int(1 / share), 1))
    changed_at = AS_OF + timedelta(hours=5)
    lines = []
    for line in issues(numbers, people, seed):
        issue = json.loads(line)
        issue["fields"]["updated"] = _instant(changed_at)
        issue["fields"]["labels"].append("touched")
        histories = issue["changelog"]["histories"]
        last = issue["fields"]["status"]["id"]
        histories.append(
            _history(10**12 + int(issue["id"]), changed_at, "u0", ("status", last, "3"))
        )
        issue["changelog"]["total"] += 1
        issue["fields"]["status"] = _status("3")
        lines.append(json.dumps(issue) + "\n")
    (home / "exports" / "changed.jsonl").write_text("".join(lines), encoding="utf-8")


def issues(numbers: range, people: int, seed: int) -> Iterator[str]:
    """Yield one line of JSON per issue number, in the shape of a Jira Cloud search answer."""
    for number in numbers:
        chance = random.Random(seed * 1_000_003 + number)
        yield json.dumps(_issue(number, people, chance), separators=(",", ":")) + "\n"


def _issue(number: int, people: int, chance: random.Random) -> dict:
    created = FIRST_DAY + timedelta(seconds=chance.randrange((DAYS - 60) * 86_400))
    owner = f"u{number % people}"
    histories, status, updated = _changes(number, created, owner, people, chance)
    title = " ".join(chance.choices(WORDS, k=6))
    if chance.random() < 0.6:
        title = f"INI-{chance.randrange(INITIATIVES) + 1} {title}"
    fields = {
        "summary": title,
        "description": "",
        "issuetype": {"id": "10001", "name": "Story", "subtask": False, "hierarchyLevel": 0},
        "project": {"id": str(10_000 + number % 20), "key": f"PRJ{number % 20}", "name": "Project"},
        "status": _status(status),
        "resolution": {"id": "1", "name": "Done"} if status == "5" else None,
        "created": _instant(created),
        "updated": _instant(updated),
        "creator": _account(owner),
        "assignee": _account(owner),
        "labels": [chance.choice(WORDS)],
        "customfield_10016": float(chance.choice((1, 2, 3, 5, 8))),
        "timeoriginalestimate": None,
        "issuelinks": [],
    }
    issue = {
        "id": str(number + 1),
        "key": f"PRJ{number % 20}-{number + 1}",
        "changelog": {"total": len(histories), "histories": histories},
        "fields": fields,
    }
    missing = BYTES_OF_AN_ITEM - len(json.dumps(issue))
    fields["description"] = (" ".join(chance.choices(WORDS, k=max(missing // 6, 1))))[:missing]
    return issue


def _changes(
    number: int, created: datetime, owner: str, people: int, chance: random.Random
) -> tuple[list[dict], str, datetime]:
    """Eight changes: three of the assignee, five through the statuses, some of them left open."""
    moment, status, histories = created, "1", []
    assignee: str | None = None
    path = ["3", "4", "3", "5" if chance.random() < 0.9 else "4"]
    path.append("3" if chance.random() < 0.05 else path[-1] if path[-1] != "5" else "5")
    for step in range(CHANGES_OF_AN_ITEM):
        moment += timedelta(seconds=chance.randrange(3_600, 6 * 86_400))
        if step in (0, 3, 6):
            before, assignee = assignee, owner if step != 3 else f"u{chance.randrange(people)}"
            change = ("assignee", before, assignee)
        else:
            goal = path[min(step - 1 - (step > 3), len(path) - 1)]
            change = ("status", status, goal)
            status = goal
        histories.append(_history(number * 10 + step, moment, owner, change))
    return histories, status, moment


def _history(identifier: int, moment: datetime, author: str, change: tuple) -> dict:
    field, before, after = change
    names = {key: name for key, (name, _) in STATUSES.items()}
    return {
        "id": str(identifier),
        "author": _account(author),
        "created": _instant(moment),
        "items": [
            {
                "field": field,
                "fieldtype": "jira",
                "fieldId": field,
                "from": before,
                "fromString": names.get(before, before),
                "to": after,
                "toString": names.get(after, after),
            }
        ],
    }


def _status(identifier: str) -> dict:
    name, category = STATUSES[identifier]
    return {"id": identifier, "name": name, "statusCategory": {"key": category}}


def _account(name: str) -> dict:
    return {
        "accountId": name,
        "accountType": "atlassian",
        "displayName": f"Person {name}",
        "emailAddress": f"{name}@example.org",
        "timeZone": "Europe/Berlin",
    }


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def _settings() -> str:
    return (
        "organisation: {name: Benchmark, timezone: Europe/Berlin}\n"
        "calendar: {holidays: DE}\n"
        f"effort: {{since: {FIRST_DAY.date()}}}\n"
        "sources:\n"
        "  - {name: eng, type: jira, export: exports}\n"
    )


def _teams(people: int) -> str:
    lines = ["teams:"]
    for first in range(0, people, TEAM_SIZE):
        members = range(first, min(first + TEAM_SIZE, people))
        lines.append(f"  - {{id: team{first // TEAM_SIZE}, name: Team {first // TEAM_SIZE},")
        lines.append("     function: engineering, direction: strategy, members: [")
        lines += [f"       {{person: u{number}@example.org, capacity: 1}}," for number in members]
        lines.append("     ]}")
    return "\n".join(lines) + "\n"


def _strategy() -> str:
    lines = ["nodes:"]
    lines += [
        f"  - {{id: G-{goal + 1}, kind: goal, title: Goal {goal + 1}}}" for goal in range(GOALS)
    ]
    for result in range(RESULTS):
        lines.append(
            f"  - {{id: KR-{result + 1}, kind: key_result, title: Result {result + 1},"
            f" contributes_to: [{{to: G-{result % GOALS + 1}, because: It moves the goal}}]}}"
        )
    for initiative in range(INITIATIVES):
        lines.append(
            f"  - {{id: INI-{initiative + 1}, kind: initiative, title: Initiative {initiative + 1},"
            f" contributes_to: [{{to: KR-{initiative % RESULTS + 1}, because: It delivers it}}]}}"
        )
    return "\n".join(lines) + "\n"
