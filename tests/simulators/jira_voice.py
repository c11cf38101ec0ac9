"""How Cloud and Data Center, version 2 and version 3, write an issue."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tests.simulators import jira_catalogue as catalogue
from tests.simulators.jira_attached import spent
from tests.simulators.jira_parts import JSON, Parts
from tests.simulators.jira_state import Issue, Link


class Voice(Parts):
    """Writes issues."""

    def issue(self, issue: Issue, fields: Iterable[str]) -> JSON:
        """An issue with the named fields; the name ``*all`` means all."""
        return {
            "expand": "operations,versionedRepresentations,editmeta,changelog,renderedFields",
            "id": str(issue.id),
            "self": f"{self.root}/issue/{issue.id}",
            "key": issue.key,
            "fields": self.fields(issue, self.selected(fields)),
        }

    def fields(self, issue: Issue, names: Iterable[str]) -> JSON:
        """The values of fields; where there is no parent, Jira does not tell the field at all."""
        found = {name: _FIELDS[name](self, issue) for name in names}
        if found.get("parent", True) is None:
            del found["parent"]
        return found

    def selected(self, names: Iterable[str]) -> list[str]:
        """The fields that names mean, in the order of the catalogue."""
        asked = [each.strip() for name in names for each in name.split(",")]
        kept = set(asked)
        if "*all" in kept:
            kept |= set(_FIELDS)
        if "*navigable" in kept or all(each.startswith("-") for each in asked):
            kept |= set(_FIELDS) - set(catalogue.NOT_NAVIGABLE)
        kept -= {each[1:] for each in asked if each.startswith("-")}
        if not self.state.story_points_twice:
            kept.discard(catalogue.STORY_POINTS_TWIN)
        return [each for each in _FIELDS if each in kept]

    def glance(self, issue: Issue) -> JSON:
        """As much as an issue tells of another: what ``settled`` takes away again."""
        return {
            "id": str(issue.id),
            "key": issue.key,
            "self": f"{self.root}/issue/{issue.id}",
            "fields": {
                "summary": issue.summary,
                "status": self.status(issue.status),
                "issuetype": self.kind(issue.kind),
            },
        }

    def parent(self, issue: Issue) -> JSON | None:
        """The parent; Data Center tells those of sub-tasks only."""
        if not issue.parent or (not self.is_cloud and issue.kind.level == 0):
            return None
        return self.glance(issue.parent)

    def epic(self, issue: Issue) -> str | None:
        """The key of the epic, as the old field tells it."""
        is_in_epic = issue.parent and issue.parent.kind.level == 1
        return issue.parent.key if issue.parent and is_in_epic else None

    def links(self, issue: Issue) -> list[JSON]:
        """The links, each of which is told at both its ends."""
        return [self._link(issue, each) for each in issue.links]

    def _link(self, issue: Issue, link: Link) -> JSON:
        side = "outwardIssue" if link.source is issue else "inwardIssue"
        other = link.target if link.source is issue else link.source
        return {
            "id": str(link.id),
            "self": f"{self.root}/issueLink/{link.id}",
            "type": {**link.kind, "self": f"{self.root}/issueLinkType/{link.kind['id']}"},
            side: self.glance(other),
        }

    def sprints(self, issue: Issue) -> list[Any] | None:
        """The sprints that an issue is or was in."""
        return [self.sprint_value(each) for each in issue.sprints] or None

    def resolution(self, issue: Issue) -> JSON | None:
        """The resolution."""
        if not issue.resolution:
            return None
        number = catalogue.RESOLUTIONS[issue.resolution]
        return {
            "self": f"{self.root}/resolution/{number}",
            "id": number,
            "description": "",
            "name": issue.resolution,
        }

    def comments(self, issue: Issue) -> JSON:
        """The comments."""
        found = [self.comment(issue, each) for each in issue.comments]
        size = len(found)
        return {"comments": found, "maxResults": size, "total": size, "startAt": 0}

    def worklogs(self, issue: Issue) -> JSON:
        """The first 20 work logs: an issue tells no more of them."""
        found = [each for each in issue.worklogs.values() if each.id not in self.state.hidden_logs]
        told = [self.worklog(each) for each in found[:20]]
        return {"startAt": 0, "maxResults": 20, "total": len(found), "worklogs": told}


_FIELDS: dict[str, Callable[[Voice, Issue], Any]] = {
    "statuscategorychangedate": lambda voice, issue: voice.time(issue.category_changed),
    "issuetype": lambda voice, issue: voice.kind(issue.kind),
    "parent": Voice.parent,
    "timespent": lambda voice, issue: spent(issue),
    "project": lambda voice, issue: voice.project(issue.project),
    "resolution": Voice.resolution,
    "resolutiondate": lambda voice, issue: voice.time(issue.resolved),
    "created": lambda voice, issue: voice.time(issue.created),
    "priority": lambda voice, issue: {"id": "3", "name": "Medium"},
    "labels": lambda voice, issue: issue.labels,
    "timeestimate": lambda voice, issue: None,
    "timeoriginalestimate": lambda voice, issue: None,
    "issuelinks": Voice.links,
    "assignee": lambda voice, issue: voice.user(issue.assignee),
    "updated": lambda voice, issue: voice.time(issue.updated),
    "status": lambda voice, issue: voice.status(issue.status),
    "description": lambda voice, issue: voice.text(issue.description),
    "summary": lambda voice, issue: issue.summary,
    "creator": lambda voice, issue: voice.user(issue.creator),
    "subtasks": lambda voice, issue: [
        voice.glance(each) for each in issue.children if each.kind.level < 0
    ],
    "reporter": lambda voice, issue: voice.user(issue.creator),
    "duedate": lambda voice, issue: None,
    "archiveddate": lambda voice, issue: voice.time(issue.archived),
    "comment": Voice.comments,
    "worklog": Voice.worklogs,
    catalogue.EPIC_LINK: Voice.epic,
    catalogue.ESTIMATE: lambda voice, issue: None,
    catalogue.SPRINT: Voice.sprints,
    catalogue.STORY_POINTS: lambda voice, issue: issue.points,
    catalogue.STORY_POINTS_TWIN: lambda voice, issue: None,
}
