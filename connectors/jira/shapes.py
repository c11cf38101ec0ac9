"""What of Jira's objects is used, in all the dialects that Cloud, Server and Agile answer in.

Members that are not declared are not read. Ids come as numbers or text, and almost everything may
be null: a name without a value is as good as no name.
"""

from __future__ import annotations

from typing import Any

import msgspec

Id = str | int
Moment = str | int | float


class User(msgspec.Struct, rename="camel"):
    account_id: str | None = None
    key: str | None = None
    name: str | None = None
    display_name: str | None = None
    email_address: str | None = None
    time_zone: str | None = None
    account_type: str | None = None


class StatusCategory(msgspec.Struct):
    id: Id | None = None
    key: str | None = None


class Status(msgspec.Struct, rename="camel"):
    id: Id | None = None
    name: str | None = None
    status_category: StatusCategory | None = None


class Named(msgspec.Struct):
    id: Id | None = None
    key: str | None = None
    name: str | None = None


class IssueType(msgspec.Struct, rename="camel"):
    name: str | None = None
    subtask: bool | None = None
    hierarchy_level: int | None = None


class LinkType(msgspec.Struct):
    inward: str | None = None
    outward: str | None = None
    name: str | None = None


class Link(msgspec.Struct, rename="camel"):
    id: Id | None = None
    type: LinkType | None = None
    inward_issue: Named | None = None
    outward_issue: Named | None = None


class Comment(msgspec.Struct):
    created: Moment
    id: Id | None = None
    author: User | None = None


class Comments(msgspec.Struct):
    comments: list[Comment | None] | None = None


class Worklog(msgspec.Struct, rename="camel"):
    started: Moment
    time_spent_seconds: float
    id: Id | None = None
    author: User | None = None


class Worklogs(msgspec.Struct):
    worklogs: list[Worklog | None] | None = None


class Item(msgspec.Struct):
    """One changed field."""

    field: str
    field_id: str | None = msgspec.field(name="fieldId", default=None)
    before: Any = msgspec.field(name="from", default=None)
    before_text: str | None = msgspec.field(name="fromString", default=None)
    after: Any = msgspec.field(name="to", default=None)
    after_text: str | None = msgspec.field(name="toString", default=None)
    before_account: str | None = msgspec.field(name="tmpFromAccountId", default=None)
    after_account: str | None = msgspec.field(name="tmpToAccountId", default=None)


class History(msgspec.Struct):
    created: Moment
    id: Id | None = None
    author: User | None = None
    items: list[Item] | None = None


class Changelog(msgspec.Struct):
    total: int | None = None
    histories: list[History | None] | None = None
    values: list[History | None] | None = None


class TimeTracking(msgspec.Struct, rename="camel"):
    original_estimate_seconds: float | None = None
    time_spent_seconds: Any = None


class Fields(msgspec.Struct):
    created: Moment
    updated: Moment | None = None
    summary: str | None = None
    description: str | dict[str, Any] | None = None
    issuetype: IssueType | None = None
    project: Named | None = None
    status: Status | None = None
    resolution: Named | None = None
    resolutiondate: Moment | None = None
    statuscategorychangedate: Moment | None = None
    duedate: str | None = None
    creator: User | None = None
    reporter: User | None = None
    assignee: User | None = None
    timeoriginalestimate: float | None = None
    timetracking: TimeTracking | None = None
    timespent: Any = None
    parent: Named | None = None
    epic: Named | None = None
    labels: list[str | None] | None = None
    issuelinks: list[Link | None] | None = None
    comment: Comments | None = None
    worklog: Worklogs | None = None
    sprint: dict[str, Any] | None = None
    closed_sprints: list[dict[str, Any]] | None = msgspec.field(name="closedSprints", default=None)


class Issue(msgspec.Struct):
    id: Id
    fields: Fields
    key: str | None = None
    self: str | None = None
    changelog: Changelog | None = None
    names: dict[str, str] | None = None


class OtherFields(msgspec.Struct):
    """The members of ``fields`` whose names are not known beforehand, undecoded."""

    fields: dict[str, msgspec.Raw]


class FieldSchema(msgspec.Struct):
    custom: str | None = None


class Field(msgspec.Struct):
    id: str
    name: str
    schema: FieldSchema | None = None


class CatalogueStatus(msgspec.Struct, rename="camel"):
    """A status of ``/status``, or of ``/statuses/search``, which tells the category as a word."""

    id: Id
    name: str
    status_category: StatusCategory | str | None = None
