"""How Cloud and Data Center write what is the same wherever it is told: times, people, statuses."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.simulators import jira_catalogue as catalogue
from tests.simulators.jira_catalogue import Kind, Status
from tests.simulators.jira_state import (
    Account,
    Change,
    Comment,
    Entry,
    Issue,
    JiraState,
    Project,
    Worklog,
    milliseconds,
)
from tests.simulators.world import PICTURES, START, WORD_ON_A_LOG

JSON = dict[str, Any]


class Parts:
    """Writes for one account: times in its time zone, ``self`` under the site's own address."""

    def __init__(
        self, state: JiraState, site: str, version: str, is_cloud: bool, zone: str, now: datetime
    ) -> None:
        """``version`` is the REST version, 2 or 3."""
        self.state, self.is_cloud, self.now = state, is_cloud, now
        self.root = f"{site}/rest/api/{version}"
        self.is_rich = version == "3"
        self.zone = ZoneInfo(zone)

    def time(self, at: datetime | None) -> str | None:
        """An instant as Jira writes it: milliseconds, and an offset without a colon."""
        if at is None:
            return None
        text = at.astimezone(self.zone).isoformat(timespec="milliseconds")
        return text[:-3] + text[-2:]

    def user(self, account: Account | None) -> JSON | None:
        """A user."""
        if account is None:
            return None
        if not self.is_cloud:
            return {
                "self": f"{self.root}/user?username={account.login}",
                "name": account.login,
                "key": account.key,
                "emailAddress": account.email or f"{account.login}@example.org",
                "avatarUrls": _pictures(account),
                "displayName": account.name,
                "active": True,
                "timeZone": "Etc/UTC",
            }
        return {
            "self": f"{self.root}/user?accountId={account.id}",
            "accountId": account.id,
            **({"emailAddress": account.email} if account.email else {}),
            "avatarUrls": _pictures(account),
            "displayName": account.name,
            "active": True,
            "timeZone": "Etc/UTC",
            "accountType": "atlassian",
        }

    def text(self, text: str) -> Any:
        """Text: a document in version 3, else plain."""
        if not self.is_rich:
            return text
        paragraph = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
        return {"type": "doc", "version": 1, "content": [paragraph]}

    def status(self, status: Status) -> JSON:
        """A status."""
        scope = {"type": "PROJECT", "project": {"id": str(status.project)}}
        return {
            "self": f"{self.root}/status/{status.id}",
            "description": "",
            "iconUrl": "https://example.org/icon.png",
            "name": status.name,
            "id": status.id,
            "statusCategory": self.category(status.category),
            **({"scope": scope} if status.project else {}),
        }

    def category(self, key: str) -> JSON:
        """A category of statuses."""
        found = catalogue.CATEGORIES[key]
        return {"self": f"{self.root}/statuscategory/{found['id']}", **found}

    def kind(self, kind: Kind) -> JSON:
        """A type of issues; Data Center knows no levels."""
        return {
            "self": f"{self.root}/issuetype/{kind.id}",
            "id": kind.id,
            "description": "",
            "iconUrl": "https://example.org/icon.png",
            "name": kind.name,
            "subtask": kind.level < 0,
            **({"hierarchyLevel": kind.level} if self.is_cloud else {}),
        }

    def project(self, project: Project) -> JSON:
        """A project as an issue tells it."""
        return {
            "self": f"{self.root}/project/{project.id}",
            "id": str(project.id),
            "key": project.key,
            "name": project.name,
            "projectTypeKey": "software",
            **({"simplified": project.is_team_managed} if self.is_cloud else {}),
        }

    def sprint_value(self, sprint: int) -> Any:
        """A sprint as the field tells it: an object, or the words of an object of Java."""
        told = self.sprint(sprint)
        board = told.pop("originBoardId")
        del told["self"]
        if self.is_cloud:
            return {**told, "boardId": board}
        told["state"] = told["state"].upper()
        parts = ",".join(
            f"{name}={value}" for name, value in {**told, "rapidViewId": board}.items()
        )
        return f"com.atlassian.greenhopper.service.sprint.Sprint@{sprint:x}[{parts}]"

    def sprint(self, sprint: int) -> JSON:
        """A sprint as the board tells it."""
        start = START + (sprint % 10_000 - 1) * self.state.sprint_length
        end = start + self.state.sprint_length
        state = "future" if self.now < start else "active" if self.now < end else "closed"
        return {
            "id": sprint,
            "self": f"{self.root.partition('/rest/')[0]}/rest/agile/1.0/sprint/{sprint}",
            "state": state,
            "name": self.state.sprint_name(sprint),
            "startDate": start.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "endDate": end.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "originBoardId": sprint // 10_000,
        }

    def comment(self, issue: Issue, comment: Comment) -> JSON:
        """A comment."""
        return {
            "self": f"{self.root}/issue/{issue.id}/comment/{comment.id}",
            "id": str(comment.id),
            "author": self.user(comment.author),
            "body": self.text(comment.text),
            "updateAuthor": self.user(comment.author),
            "created": self.time(comment.at),
            "updated": self.time(comment.at),
        }

    def worklog(self, log: Worklog) -> JSON:
        """A work log."""
        return {
            "self": f"{self.root}/issue/{log.issue.id}/worklog/{log.id}",
            "author": self.user(log.author),
            "updateAuthor": self.user(log.update_author),
            "comment": self.text(WORD_ON_A_LOG),
            "created": self.time(log.created),
            "updated": self.time(log.updated),
            "started": self.time(log.started),
            "timeSpent": f"{log.seconds // 60}m",
            "timeSpentSeconds": log.seconds,
            "id": str(log.id),
            "issueId": str(log.issue.id),
        }

    def entry(self, entry: Entry, in_milliseconds: bool = False) -> JSON:
        """An entry of the changelog; ``changelog/bulkfetch`` tells its time as a number."""
        author = self.user(entry.author)
        return {
            "id": str(entry.id),
            **({"author": author} if author else {}),
            "created": milliseconds(entry.at) if in_milliseconds else self.time(entry.at),
            "items": [self._change(each) for each in entry.changes],
        }

    def _change(self, change: Change) -> JSON:
        ends = [change.before, change.after]
        if change.field == "assignee" and not self.is_cloud:
            keys = {each.id: each.key for each in self.state.accounts.values()}
            ends = [keys.get(each or "") for each in ends]
        has_id = self.is_cloud and change.field_id
        return {
            "field": change.field,
            "fieldtype": "custom" if (change.field_id or "").startswith("custom") else "jira",
            **({"fieldId": change.field_id} if has_id else {}),
            "from": ends[0],
            "fromString": change.before_text,
            "to": ends[1],
            "toString": change.after_text,
        }


def _pictures(account: Account) -> JSON:
    """Pictures by their size in pixels, as every user has them."""
    return {f"{size}x{size}": f"{PICTURES}/{account.id}/{size}.png" for size in (16, 24, 32, 48)}
