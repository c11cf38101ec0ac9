"""A home whose sources are real exports of public trackers, with a small strategy of our own."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "real"
BOARDS = sorted((REAL / "trello").glob("*.json.gz"))
DEVLAKE = [
    REAL / "jira" / "devlake" / f"{name}.jsonl.gz"
    for name in ("issues", "issues_expand_changelog", "issues_for_due_date", "external_epics")
]

SETTINGS = """\
organisation: {{name: Real input, timezone: Etc/UTC}}
effort: {{since: 2009-01-01}}
identifiers:
  pattern: '(?:G|R|P)-\\d+|Interface: (?:REST/HTTP|SOAP)|Security: Authorization|cb-tooling'
linking:
  fields: [customfield_10011]
  containers:
    'titanium:project:DAEMON': R-3
    'titanium:sprint:2016 Sprint 04 Tooling': R-3
    'boards:list:Bugs': R-2
    'boards:board:FDA-Food-Recalls': P-1
    'boards:board:hcsCDxA1': R-4
    'asana:section:Backlog': R-4
privacy: {{people: named, minimum_group: 1}}
sources:
  - {{name: duraspace, type: jira, export: '{real}/jira/duraspace/issues.jsonl.gz'}}
  - {{name: titanium, type: jira, export: '{real}/jira/titanium/issues.jsonl.gz'}}
  - name: devlake
    type: jira
    export:
      - '{real}/jira/devlake/issues.jsonl.gz'
      - '{real}/jira/devlake/issues_expand_changelog.jsonl.gz'
      - '{real}/jira/devlake/issues_for_due_date.jsonl.gz'
      - '{real}/jira/devlake/external_epics.jsonl.gz'
  - {{name: faros, type: jira, export: exports/faros}}
  - {{name: boards, type: trello, export: '{real}/trello/*.json.gz'}}
  - name: asana
    type: asana
    export:
      - '{real}/asana/igneel64-tasks.jsonl.gz'
      - '{real}/asana/spreeloop-tasks-with-subtasks.json.gz'
      - '{real}/asana/spreeloop-tasks-without-subtasks.json.gz'
      - '{real}/asana/devlake-tasks.jsonl.gz'
"""

STRATEGY = """\
nodes:
  - {id: P-1, kind: purpose, title: Software that anybody may use}
  - {id: G-1, kind: goal, title: Collections outlive the software that made them}
  - id: R-2
    kind: result
    title: Fewer faults reach users
    contributes_to: [{to: G-1, because: A fault can lose what was kept}]
  - id: R-3
    kind: result
    title: A build takes minutes
    enables: [{to: R-2, because: Fixes arrive sooner}]
  - {id: R-4, kind: result, title: Nobody waits for a page, status: retired, to: 2012-12-31}
  - id: 'Interface: REST/HTTP'
    kind: initiative
    title: One interface over the web
    contributes_to: [{to: R-2, because: One way in is easier to test}]
  - {id: 'Interface: SOAP', kind: initiative, title: The old one, status: retired, to: 2010-06-30}
  - {id: 'Security: Authorization', kind: initiative, title: Who may do what}
  - id: cb-tooling
    kind: initiative
    title: Tools that builders use
    contributes_to: [{to: R-3, because: Faster tools make faster builds}]
"""


def write_real_home(home: Path) -> None:
    """Write settings, strategy and the one export that has to be unpacked from a log."""
    (home / "strategy").mkdir(parents=True)
    (home / "throughline.yml").write_text(SETTINGS.format(real=REAL), encoding="utf-8")
    (home / "teams.yml").write_text("teams: []\n", encoding="utf-8")
    (home / "strategy" / "strategy.yml").write_text(STRATEGY, encoding="utf-8")
    folder = home / "exports" / "faros"
    folder.mkdir(parents=True)
    streams = {"issues": "issues", "issue_fields": "fields", "workflow_statuses": "statuses"}
    found: dict[str, list] = {name: [] for name in streams.values()}
    for message in lines_of(REAL / "jira" / "faros" / "all_streams.jsonl.gz"):
        stream = message.get("record", {}).get("stream", "").rsplit("__", 1)[-1]
        if stream in streams:
            found[streams[stream]].append(message["record"]["data"])
    for name, records in found.items():
        (folder / f"{name}.json").write_text(json.dumps(records), encoding="utf-8")


def lines_of(path: Path) -> Iterator[dict]:
    """Yield the object of each line of a packed file."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def jira_ids(home: Path) -> dict[str, set[str]]:
    """The ids of all issues in the files, by source, counted without the product."""
    found = {
        "duraspace": [REAL / "jira" / "duraspace" / "issues.jsonl.gz"],
        "titanium": [REAL / "jira" / "titanium" / "issues.jsonl.gz"],
        "devlake": DEVLAKE,
    }
    ids = {
        source: {str(issue["id"]) for path in paths for issue in lines_of(path)}
        for source, paths in found.items()
    }
    faros = json.loads((home / "exports" / "faros" / "issues.json").read_text(encoding="utf-8"))
    ids["faros"] = {str(issue["id"]) for issue in faros}
    return ids


def repeated_records() -> dict[tuple[str, str], int]:
    """How many records of a stream stand in the files more than once with the same content."""
    found: dict[tuple[str, str], list[str]] = {}
    for path in BOARDS:
        board = json.loads(gzip.decompress(path.read_bytes()))
        streams = ("lists", "cards", "actions", "members", "labels", "checklists")
        for stream in (*streams, "customFields"):
            name = "custom_fields" if stream == "customFields" else stream
            found.setdefault(("boards", name), []).extend(map(_plain, board.get(stream) or []))
    for path in DEVLAKE:
        found.setdefault(("devlake", "issues"), []).extend(map(_plain, lines_of(path)))
    for name in ("with", "without"):
        path = REAL / "asana" / f"spreeloop-tasks-{name}-subtasks.json.gz"
        tasks = json.loads(gzip.decompress(path.read_bytes()))["data"]
        found.setdefault(("asana", "tasks"), []).extend(map(_plain, tasks))
    return {key: len(texts) - len(set(texts)) for key, texts in found.items()}


def _plain(record: dict) -> str:
    return json.dumps(record, sort_keys=True)


def card_ids() -> set[str]:
    """The ids of all cards on the boards, those that only a deletion tells of left out."""
    return {
        card["id"]
        for path in BOARDS
        for card in json.loads(gzip.decompress(path.read_bytes()))["cards"]
    }


def task_ids() -> set[str]:
    """The ids of all Asana tasks in the files, sub-tasks inside them included."""
    found: set[str] = set()

    def walk(task: dict) -> None:
        found.add(str(task["gid"]))
        for subtask in task.get("subtasks") or []:
            walk(subtask)

    for name in ("igneel64-tasks", "devlake-tasks"):
        for task in lines_of(REAL / "asana" / f"{name}.jsonl.gz"):
            walk(task)
    for name in ("with", "without"):
        path = REAL / "asana" / f"spreeloop-tasks-{name}-subtasks.json.gz"
        for task in json.loads(gzip.decompress(path.read_bytes()))["data"]:
            walk(task)
    return found
