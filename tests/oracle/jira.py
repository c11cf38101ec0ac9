"""Jira exports: issues with changelog, comments and worklogs inside."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from tests.oracle import exports
from tests.oracle.categories import category, is_dropped_resolution
from tests.oracle.history import Step, replay
from tests.oracle.jira_present import Catalogue, describe
from tests.oracle.model import CREATED, Account, Change, Item, Landed, Log, Moment
from tests.oracle.times import instant

NO_CHANGES = {"Rank", "Global Rank", "Comment", "WorklogId", "timespent", "WorklogTimeSpent"}
LOG_TRACES = {"WorklogId", "timespent", "WorklogTimeSpent"}


class JiraReader:
    """Reads one Jira source into the common shape."""

    def __init__(self, home: Path, source: dict[str, Any], cut: int, landed: Landed) -> None:
        self.source = source
        self.name = source["name"]
        self.cut = cut
        self.landed = landed
        self.copies: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.catalogue = Catalogue(source)
        for file in exports.files(home, source):
            found = exports.content(file)
            if file.name == "fields.json":
                self.catalogue.add_fields(found)
            elif file.name == "statuses.json":
                self.catalogue.add_statuses(found)
            else:
                for issue in exports.records(found, "issues"):
                    self.copies[str(issue["id"])].append(issue)

    def read(self) -> None:
        """Add the source's items, accounts and keys to what is landed."""
        for copies in self.copies.values():
            copies.sort(key=lambda issue: self.at(issue["fields"]["updated"]))
            self.catalogue.learn(copies[-1])
        for copies in self.copies.values():
            item = self.item(copies)
            if item.created_at < self.cut:
                self.landed.keys.add(item.key.upper())
                self.landed.items[item.id] = item

    def at(self, text: str) -> int:
        """The instant of a time as Jira wrote it."""
        return instant(text, self.source.get("timezone", "UTC"))

    def account(self, user: dict[str, Any] | str | None) -> str | None:
        """Note an account and give its id."""
        if not user:
            return None
        known = user if isinstance(user, dict) else {"accountId": user}
        native = known.get("accountId") or known.get("key") or known.get("name")
        account = self.landed.accounts.setdefault(
            f"{self.name}:{native}", Account(f"{self.name}:{native}", self.name)
        )
        account.email = account.email or known.get("emailAddress")
        account.zone = account.zone or known.get("timeZone")
        account.is_bot = account.is_bot or known.get("accountType") == "app"
        return account.id

    def item(self, copies: list[dict[str, Any]]) -> Item:
        """One issue from all its copies, the newest last."""
        newest = copies[-1]
        fields = newest["fields"]
        item = Item(
            id=f"{self.name}:{newest['id']}",
            source=self.name,
            key=newest["key"],
            item_type=fields["issuetype"]["name"],
            created_at=self.at(fields["created"]),
            created_by=self.account(fields.get("creator")),
        )
        self.account(fields.get("reporter"))
        self.account(fields.get("assignee"))
        describe(item, newest, self.catalogue, self.copies)
        if fields.get("resolutiondate"):
            item.completed_at = self.at(fields["resolutiondate"])
        self.add_comments_and_logs(item, copies)
        self.add_history(item, copies)
        return item

    def add_comments_and_logs(self, item: Item, copies: list[dict[str, Any]]) -> None:
        """The union of comments and worklogs; of one id the newest copy's."""
        comments: dict[str, Any] = {}
        logs: dict[str, Any] = {}
        for issue in copies:
            for comment in (issue["fields"].get("comment") or {}).get("comments", []):
                comments[comment["id"]] = comment
            for log in (issue["fields"].get("worklog") or {}).get("worklogs", []):
                logs[log["id"]] = log
        for comment in comments.values():
            at = self.at(comment["created"])
            author = self.account(comment.get("author"))
            if at < self.cut:
                item.comments.append((at, author))
        for log in logs.values():
            author = self.account(log["author"])
            at = self.at(log["started"])
            if author and at < self.cut:
                item.logs.append(Log(author, float(log["timeSpentSeconds"]), at, None))

    def add_history(self, item: Item, copies: list[dict[str, Any]]) -> None:
        """Status and assignment from the union of the copies' changelogs."""
        fields = copies[-1]["fields"]
        present = {
            "status": (str(fields["status"]["id"]), fields["status"]["name"]),
            "resolution": (fields.get("resolution") or {}).get("name"),
            "assignee": self.account(fields.get("assignee")),
        }
        logs = [issue["changelog"] for issue in copies if issue.get("changelog") is not None]
        entries = {entry["id"]: entry for log in logs for entry in log["histories"]}
        total = logs[-1].get("total", len(entries)) if logs else 0
        steps = self.steps(item, list(entries.values()))
        item.changes = [step.change for step in steps if step.change and step.at < self.cut]
        item.has_history = bool(logs) and (bool(entries) or total == 0)
        is_cut = total > len(entries)
        start = item.created_at
        if is_cut and entries:
            start = min(self.at(entry["created"]) for entry in entries.values())
        if not item.has_history:
            item.category = self.category(present)
            return
        for state in replay(start, present, steps, self.cut):
            item.moments.append(Moment(state.at, self.category(state.parts), state.causes))
            held = frozenset([state.parts["assignee"]] if state.parts["assignee"] else [])
            item.assigned.append((state.at, held))
        if not is_cut:
            created = Change(item.id, item.created_by, CREATED, item.created_at)
            item.moments[0].causes.append(created)
        item.category = item.moments[-1].category
        if start >= self.cut:
            item.has_history, item.moments, item.assigned = False, [], []

    def category(self, parts: dict[str, Any]) -> str:
        """The category of a status with its resolution."""
        status_id, name = parts["status"]
        found = category(self.source, name, self.catalogue.own_category(status_id, name))
        if found == "done" and is_dropped_resolution(self.source, parts["resolution"]):
            return "dropped"
        return found

    def steps(self, item: Item, entries: list[dict[str, Any]]) -> list[Step]:
        """Every changed field of the changelog, oldest first."""
        steps = []
        for entry in sorted(entries, key=lambda e: (self.at(e["created"]), int(e["id"]))):
            at = self.at(entry["created"])
            author = self.account(entry.get("author"))
            is_log = any(part["field"] in LOG_TRACES for part in entry["items"])
            for part in entry["items"]:
                name = part["field"]
                if name in NO_CHANGES or (is_log and name in ("timeestimate", "RemoteWorklog")):
                    continue
                change = Change(item.id, author, name, at)
                steps.append(Step(at, name, *self.values(name, part), change))
        return steps

    def values(self, name: str, part: dict[str, Any]) -> tuple[Any, Any]:
        """Before and after of a changed field."""
        if name == "status":
            return (part["from"], part["fromString"]), (part["to"], part["toString"])
        if name == "assignee":
            return self.account(part["from"]), self.account(part["to"])
        return part.get("fromString"), part.get("toString")
