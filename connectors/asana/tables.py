"""Typed tables of what stands around Asana's tasks."""

from __future__ import annotations

from typing import get_args

import msgspec

from connectors.contract import Column, LandedRecord, RecordError, Rows, Table
from connectors.decoding import decoded, instant
from connectors.live import Outcome

FIELD_TYPES = (
    *("text", "number", "enum", "multi_enum", "date", "people", "formula", "custom_id"),
    *("reference", "boolean"),
)

PROJECTS = Table(
    "projects",
    "One row per copy of a project.",
    (Column("project_name", "text", "Name."), Column("url", "text", "Address.")),
)
SECTIONS = Table(
    "sections",
    "One row per copy of a section.",
    (Column("section_name", "text", "Name."), Column("project_id", "text", "Project.")),
)
USERS = Table(
    "users",
    "One row per copy of a record and person that it names.",
    (
        Column("user_id", "text", "Person."),
        Column("display_name", "text", "Name."),
        Column("email", "text", "E-mail address."),
    ),
    accounts=("user_id",),
)
TAGS = Table("tags", "One row per copy of a tag.", (Column("tag_name", "text", "Name."),))
PORTFOLIOS = Table(
    "portfolios",
    "One row per copy of a portfolio.",
    (Column("portfolio_name", "text", "Name."),),
)
PORTFOLIO_ITEMS = Table(
    "portfolio_items",
    "One row per copy of a portfolio and project in it.",
    (Column("project_id", "text", "Project."),),
)
GOALS = Table("goals", "One row per copy of a goal.", (Column("goal_name", "text", "Name."),))
GOAL_SUPPORT = Table(
    "goal_support",
    "One row per copy of a goal and task, project or goal that supports it.",
    (
        Column("supporting_id", "text", "What supports it."),
        Column(
            "supporting_type",
            "text",
            "Kind of thing.",
            among=("task", "project", "portfolio", "goal"),
        ),
    ),
)
CUSTOM_FIELDS = Table(
    "custom_fields",
    "One row per copy of a custom field.",
    (
        Column("field_name", "text", "Name."),
        Column("field_type", "text", "Kind of value.", among=FIELD_TYPES),
    ),
)
ABSENT = Table(
    "absences",
    "One row per finding of what became of a task, or of a whole project (scope:<gid>).",
    (
        Column("outcome", "text", "What became of it.", among=get_args(Outcome)),
        Column("happened_at", "instant", "When it happened, or was found."),
        Column("evidence", "text", "What it rests on."),
    ),
)
DELETIONS = Table(
    "deletions",
    "One row per entry of the events feed that deletes a task or brings it back.",
    (
        Column("is_deleted", "flag", "Deleted by the event."),
        Column("happened_at", "instant", "When."),
    ),
)


class Named(msgspec.Struct):
    """A reference to something else. Asana's compact objects have a gid and mostly a name."""

    gid: str | None = None
    name: str | None = None
    email: str | None = None


class _Named(msgspec.Struct):
    name: str = ""
    permalink_url: str | None = None


class _Section(msgspec.Struct):
    name: str = ""
    project: Named | None = None


class _User(msgspec.Struct):
    gid: str
    name: str | None = None
    email: str | None = None


class _Portfolio(msgspec.Struct):
    name: str = ""
    items: list[Named] | None = None


class _Resource(msgspec.Struct):
    resource_type: str | None = None


class _Supporting(msgspec.Struct):
    gid: str
    resource_type: str | None = None


class _Relationship(msgspec.Struct):
    supporting_resource: _Supporting | None = None


class _Goal(msgspec.Struct):
    name: str = ""
    goal_relationships: list[_Relationship] | None = None


class _Field(msgspec.Struct):
    name: str | None = None
    type: str | None = None


class _Absence(msgspec.Struct):
    outcome: str
    at: str
    evidence: str = ""


class _Event(msgspec.Struct):
    action: str
    resource: _Resource
    created_at: str | None = None
    type: str | None = None


_named = msgspec.json.Decoder(_Named)
_section = msgspec.json.Decoder(_Section)
_user = msgspec.json.Decoder(_User)
_portfolio = msgspec.json.Decoder(_Portfolio)
_goal = msgspec.json.Decoder(_Goal)
_field = msgspec.json.Decoder(_Field)
_absence = msgspec.json.Decoder(_Absence)
_event = msgspec.json.Decoder(_Event)


def project_rows(record: LandedRecord) -> Rows:
    """Yield the row of a project."""
    project = decoded(_named, record.payload)
    yield PROJECTS.name, (project.name, project.permalink_url)


def section_rows(record: LandedRecord) -> Rows:
    """Yield the row of a section."""
    section = decoded(_section, record.payload)
    yield SECTIONS.name, (section.name, section.project.gid if section.project else None)


def user_rows(record: LandedRecord) -> Rows:
    """Yield the row of a person."""
    user = decoded(_user, record.payload)
    yield USERS.name, (user.gid, user.name, user.email)


def tag_rows(record: LandedRecord) -> Rows:
    """Yield the row of a tag."""
    yield TAGS.name, (decoded(_named, record.payload).name,)


def goal_rows(record: LandedRecord) -> Rows:
    """Yield the rows of a goal: itself and what supports it."""
    goal = decoded(_goal, record.payload)
    yield GOALS.name, (goal.name,)
    for relationship in goal.goal_relationships or ():
        if supporting := relationship.supporting_resource:
            yield GOAL_SUPPORT.name, (supporting.gid, supporting.resource_type)


def custom_field_rows(record: LandedRecord) -> Rows:
    """Yield the row of a custom field."""
    field = decoded(_field, record.payload)
    yield CUSTOM_FIELDS.name, (field.name, field.type)


def absence_rows(record: LandedRecord) -> Rows:
    """Yield the row of what became of a task or of a project."""
    absence = decoded(_absence, record.payload)
    happened_at = instant(absence.at, record.timezone, "at")
    yield ABSENT.name, (absence.outcome, happened_at, absence.evidence or None)


def portfolio_rows(record: LandedRecord) -> Rows:
    """Yield the rows of a portfolio: itself and the projects in it."""
    portfolio = decoded(_portfolio, record.payload)
    yield PORTFOLIOS.name, (portfolio.name,)
    for item in portfolio.items or ():
        if item.gid:
            yield PORTFOLIO_ITEMS.name, (item.gid,)


def event_rows(record: LandedRecord) -> Rows:
    """Yield that a task was deleted or brought back; other events say nothing that tasks do not."""
    event = decoded(_event, record.payload)
    if event.action not in ("deleted", "undeleted"):
        return
    if (event.resource.resource_type or event.type) != "task":
        return
    happened_at = instant(event.created_at, record.timezone, "created_at")
    if happened_at is None:
        raise RecordError("created_at", "expected an ISO 8601 time, found nothing")
    yield DELETIONS.name, (event.action == "deleted", happened_at)
