"""Random Jira issues of a world, as a site would export them."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

from tests.oracle.world import World
from tests.oracle.world_jira_history import JiraHistory, stamp, status

FIELDS = {
    "customfield_1": "Strategy ID",
    "customfield_2": "Goal",
    "customfield_3": "Sprint",
    "customfield_4": "Epic Link",
    "customfield_5": "Story Points",
    "customfield_6": "Colour",
}
TYPES = {"Task": 0, "Bug": 0, "Sub-task": -1, "Epic": 1}


class JiraWorld(JiraHistory):
    """The Jira issues of one world in one source."""

    def __init__(self, world: World, source: str, has_history: bool) -> None:
        self.world = world
        self.rng = world.rng
        self.source = source
        self.has_history = has_history
        self.number = world.seed * 1000
        self.entry = world.seed * 100_000
        self.issues: list[dict[str, Any]] = []
        self.older: list[dict[str, Any]] = []
        self.project = {
            "id": str(world.seed),
            "key": self.rng.choice([f"W{world.seed}", "D"]),
            "name": f"Project {world.seed}",
        }
        if self.project["key"] == "D":
            self.project["id"], self.project["name"] = "D", "Shared"
        self.sprint = {"id": world.seed, "name": f"Sprint of {world.seed}", "state": "active"}

    def build(self) -> None:
        """A handful of issues, links among them, now and then a bulk edit."""
        for _ in range(self.rng.randint(3, 8)):
            self.add_issue()
        if self.world.chance(0.12) and self.has_history:
            self.add_bulk()
        for _ in range(self.rng.randint(0, 3)):
            self.add_link()
        if self.world.chance(0.3):
            node = self.rng.choice(self.world.nodes)["id"]
            name = self.rng.choice([self.sprint["name"], str(self.sprint["id"])])
            self.world.mappings[f"{self.source}:sprint:{name}"] = node
        if self.world.chance(0.3) and self.project["key"] != "D":
            node = self.rng.choice(self.world.nodes)["id"]
            key = self.rng.choice([self.project["key"].lower(), self.project["id"]])
            self.world.mappings[f"{self.source}:project:{key}"] = node

    def add_issue(self, quiet: bool = False) -> dict[str, Any]:
        """One issue with its history, forward in time."""
        born = self.world.born()
        kind = self.rng.choice(list(TYPES))
        self.number += 1
        key = f"{self.project['key']}-{self.number}"
        self.world.item_keys.append(key)
        first = self.rng.choice(["1", "1", "2", "3", "3", "5"])
        fields: dict[str, Any] = {
            "project": dict(self.project),
            "issuetype": {"name": kind, "hierarchyLevel": TYPES[kind]},
            "created": stamp(born),
            "creator": self.user(self.world.person()),
            "reporter": self.user(self.world.person(bots=False)),
            "assignee": self.user(self.world.holder()),
            "status": status(first),
            "resolution": None,
            "issuelinks": [],
            "comment": {"comments": []},
            "worklog": {"worklogs": []},
        }
        issue = {"id": str(self.number), "key": key, "fields": fields}
        self.issues.append(issue)
        self.add_parent(issue)
        self.add_texts(fields)
        entries: list[dict[str, Any]] = []
        issue["changelog"] = {"histories": entries, "total": 0}
        count = 0 if quiet else self.rng.randint(0, 9)
        keep = self.rng.randint(0, count) if self.world.chance(0.2) else -1
        for number, at in enumerate(self.world.instants(count, born)):
            fields["updated"] = stamp(at)
            self.happen(issue, at)
            if number == keep:
                issue["changelog"]["total"] = len(entries)
                self.older.append(copy.deepcopy(issue))
        fields.setdefault("updated", stamp(born))
        issue["changelog"]["total"] = len(entries)
        if fields["status"]["statusCategory"]["key"] == "done" and fields["resolution"]:
            fields["resolutiondate"] = fields["updated"]
        return issue

    def add_parent(self, issue: dict[str, Any]) -> None:
        """A sub-task's or an epic's child's parent among the issues before."""
        level = issue["fields"]["issuetype"]["hierarchyLevel"]
        above = [i for i in self.issues if i["fields"]["issuetype"]["hierarchyLevel"] > level]
        if not above or self.world.chance(0.25):
            return
        parent = self.rng.choice(above)
        if level == 0 and self.world.chance(0.3):
            issue["fields"]["customfield_4"] = parent["key"]
        else:
            issue["fields"]["parent"] = {"id": parent["id"], "key": parent["key"]}

    def add_texts(self, fields: dict[str, Any]) -> None:
        """Titles, labels, fields and descriptions with identifiers in them."""
        world = self.world
        fields["summary"] = world.text(0.35)
        fields["labels"] = [
            world.mention(world.identifier()).replace(" ", "")
            for _ in range(3)
            if world.chance(0.1)
        ]
        fields["description"] = self.description(world.text(0.4))
        if world.chance(0.15):
            fields["customfield_1"] = world.text(0.8)
        if world.chance(0.1):
            fields["customfield_2"] = [{"value": world.mention(world.identifier())}]
        if world.chance(0.2):
            fields["customfield_3"] = [dict(self.sprint)]
        if world.chance(0.25):
            fields["timeoriginalestimate"] = self.rng.choice([1800, 3600, 57600])
        if world.chance(0.4):
            fields["customfield_5"] = self.rng.choice([1, 2, 3.5, 8])

    def description(self, text: str) -> Any:
        """Plain text, or a document tree of two paragraphs."""
        if self.world.chance(0.5):
            return self.rng.choice([text, f"first\n{text}", None])
        words = text.split(" ")
        cut = self.rng.randint(0, len(words))
        lines = [" ".join(words[:cut]), " ".join(words[cut:])]
        content = [
            {"type": "paragraph", "content": [{"type": "text", "text": line}] if line else []}
            for line in lines
        ]
        return {"type": "doc", "version": 1, "content": content}

    def add_bulk(self) -> None:
        """Somebody creates or moves about twenty issues within about ten minutes."""
        count = self.rng.choice([19, 20, 22])
        start = self.world.born()
        step = self.rng.choice([1, 20, 30, 31, 33])
        who = self.world.person()
        to = self.rng.choice(["3", "5", "5"])
        holder = self.rng.choice(self.world.people)
        is_creation = self.world.chance(0.3)
        for number in range(count):
            at = start + timedelta(seconds=1 + number * step)
            issue = self.add_issue(quiet=True)
            fields = issue["fields"]
            fields["assignee"] = self.user(holder)
            fields["created"] = stamp(at if is_creation else start - timedelta(days=3))
            fields["creator"] = self.user(who if is_creation else self.world.person())
            fields["status"] = status(to if is_creation else "1")
            if not is_creation:
                self.move(issue, at, who, to)
            fields["updated"] = stamp(at)
            issue["changelog"]["total"] = len(issue["changelog"]["histories"])

    def add_link(self) -> None:
        """A link between two issues, seen from both."""
        one, other = self.rng.sample(self.issues, 2)
        kind = self.rng.choice(
            [
                {"name": "Goal", "outward": "Contributes to", "inward": "is served by"},
                {"name": "Rel", "outward": "relates to", "inward": "relates to"},
            ]
        )
        self.entry += 1
        link = {"id": str(self.entry), "type": kind}
        for here, way, there in ((one, "outward", other), (other, "inward", one)):
            stub = {"id": there["id"], "key": there["key"]}
            here["fields"]["issuelinks"].append({**link, f"{way}Issue": stub})

    def exported(self) -> list[dict[str, Any]]:
        """All copies; some histories cut at their oldest end, none where there is no history."""
        for issue in self.issues:
            log = issue["changelog"]
            has_older = any(old["id"] == issue["id"] for old in self.older)
            if self.world.chance(0.15) and log["histories"]:
                gone = self.rng.randint(1, len(log["histories"]))
                if not has_older:
                    log["histories"] = log["histories"][gone:]
        # two copies of one time would leave open which is the newer
        last = {issue["id"]: issue["fields"]["updated"] for issue in self.issues}
        older = [issue for issue in self.older if issue["fields"]["updated"] < last[issue["id"]]]
        found = older + self.issues
        for issue in found:
            if not self.has_history:
                issue.pop("changelog", None)
        self.rng.shuffle(found)
        return found
