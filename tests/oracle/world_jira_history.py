"""What happens to random Jira issues: moves, assignments, comments, worklogs."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.oracle.world import Person, World

STATUSES = {
    "1": ("To Do", "new"),
    "2": ("Backlog", "new"),
    "3": ("In Progress", "indeterminate"),
    "4": ("Review", "indeterminate"),
    "5": ("Done", "done"),
    "6": ("Closed", "done"),
    "7": ("Cancelled", "done"),
    "8": ("Waiting", "indeterminate"),
}
RESOLUTIONS = ["Done", "Fixed", "Won't Do", "Duplicate", "Will not fix"]


def stamp(at: datetime) -> str:
    """A time as Jira writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def status(number: str) -> dict[str, Any]:
    """A status as it stands in an issue."""
    name, category = STATUSES[number]
    return {"id": number, "name": name, "statusCategory": {"key": category}}


class JiraHistory:
    """Lets things happen to issues and writes them into their histories."""

    world: World
    rng: Random
    entry: int

    def user(self, person: Person | None) -> dict[str, Any] | None:
        """A person as Jira shows one."""
        if person is None:
            return None
        found = {"accountId": person.handle, "displayName": person.handle}
        if "@" in person.id:
            found["emailAddress"] = person.id.capitalize()
        if person.jira_zone:
            found["timeZone"] = person.jira_zone
        found["accountType"] = "app" if person.is_app else "atlassian"
        return found

    def happen(self, issue: dict[str, Any], at: datetime) -> None:
        """Something happens to an issue."""
        who = self.world.person()
        dice = self.rng.random()
        if dice < 0.5:
            self.move(
                issue, at, who, self.rng.choice(["1", "3", "3", "4", "5", "5", "6", "7", "8"])
            )
        elif dice < 0.65:
            self.assign(issue, at, who, self.world.holder())
        elif dice < 0.75:
            comments = issue["fields"]["comment"]["comments"]
            self.entry += 1
            comments.append(
                {"id": str(self.entry), "author": self.user(who), "created": stamp(at), "body": "x"}
            )
        elif dice < 0.87:
            self.log(issue, at)
        else:
            name = self.rng.choice(["summary", "description", "Colour", "Rank", "labels"])
            self.change(issue, at, who, [{"field": name, "fromString": "a", "toString": "b"}])

    def move(self, issue: dict[str, Any], at: datetime, who: Person | None, to: str) -> None:
        """A status change, with the resolution that goes with it."""
        fields = issue["fields"]
        before = fields["status"]
        parts: list[dict[str, Any]] = []
        if before["id"] != to:
            parts.append(
                {
                    "field": "status",
                    "from": before["id"],
                    "fromString": before["name"],
                    "to": to,
                    "toString": STATUSES[to][0],
                }
            )
        was = (fields["resolution"] or {}).get("name")
        is_done = STATUSES[to][1] == "done"
        now = self.rng.choice([*RESOLUTIONS, "Done", None]) if is_done else None
        if was != now:
            parts.append({"field": "resolution", "fromString": was, "toString": now})
        if self.world.chance(0.1):
            parts += self.assignment(issue, self.world.holder())
        fields["status"] = status(to)
        fields["resolution"] = {"name": now} if now else None
        if parts:
            self.change(issue, at, who if self.world.chance(0.95) else None, parts)

    def assign(self, issue: dict[str, Any], at: datetime, who: Person, to: Person | None) -> None:
        """An assignment change."""
        if parts := self.assignment(issue, to):
            self.change(issue, at, who, parts)

    def assignment(self, issue: dict[str, Any], to: Person | None) -> list[dict[str, Any]]:
        """The part of a history entry that tells of an assignment."""
        fields = issue["fields"]
        was = (fields["assignee"] or {}).get("accountId")
        now = to.handle if to else None
        fields["assignee"] = self.user(to)
        if was == now:
            return []
        return [{"field": "assignee", "from": was, "fromString": was, "to": now, "toString": now}]

    def change(
        self, issue: dict[str, Any], at: datetime, who: Person | None, parts: list[dict[str, Any]]
    ) -> None:
        """A history entry."""
        self.entry += 1
        entry: dict[str, Any] = {"id": str(self.entry), "created": stamp(at)}
        if who is not None:
            entry["author"] = self.user(who)
        entry["items"] = [{"from": None, "to": None, "fieldtype": "jira", **part} for part in parts]
        issue["changelog"]["histories"].append(entry)

    def log(self, issue: dict[str, Any], at: datetime) -> None:
        """A worklog, with its traces in the changelog."""
        who = self.world.person(bots=False)
        seconds = self.rng.choice([900, 3600, 7200, 28800, 30000, 120000])
        started = max(at - timedelta(seconds=self.rng.choice([0, 3600, 90000])), self.world.first)
        self.entry += 1
        issue["fields"]["worklog"]["worklogs"].append(
            {
                "id": str(self.entry),
                "author": self.user(who),
                "created": stamp(at),
                "updated": stamp(at),
                "started": stamp(started),
                "timeSpentSeconds": seconds,
            }
        )
        if self.world.chance(0.5):
            parts = [
                {"field": "timespent", "from": None, "to": str(seconds), "toString": str(seconds)},
                {"field": "WorklogId", "from": None, "to": str(self.entry), "toString": "1"},
            ]
            self.change(issue, at, who, parts)
