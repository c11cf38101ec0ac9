"""The typed tables that Jira's records become. Instants are UTC; ids are Jira's own, as text."""

from __future__ import annotations

from typing import get_args

from connectors.contract import Column, ColumnType, Table
from connectors.live import Outcome

CATEGORIES = ("new", "indeterminate", "done", "undefined")


def _table(name: str, what: str, /, **columns: tuple[ColumnType, str] | Column) -> Table:
    found = tuple(
        each if isinstance(each, Column) else Column(key, *each) for key, each in columns.items()
    )
    accounts = ("account_id",) if name == "accounts" else ()
    return Table(f"jira_{name}", what, found, accounts)


ISSUES = _table(
    "issues",
    "One row per landed copy of an issue.",
    issue_key=("text", "Display key, for example PLAT-7; changes when the issue moves."),
    site=("text", "Address of the Jira site, where the record tells it."),
    project_id=("text", "Project."),
    project_key=("text", "Key of the project."),
    project_name=("text", "Name of the project."),
    issue_type=("text", "Name of the issue type."),
    hierarchy_level=("integer", "1 and above: epics and above; 0; -1: sub-task."),
    title=("text", "Summary."),
    description=("text", "Description as plain text."),
    status_id=("text", "Present status."),
    status_name=("text", "Name of the present status."),
    status_category_key=Column(
        "status_category_key", "text", "As this record tells it.", among=CATEGORIES
    ),
    resolution_name=("text", "Present resolution."),
    parent_id=("text", "Parent, or epic of the agile shape."),
    parent_key=("text", "Key of the parent."),
    creator_id=("text", "Account that created the issue, else its reporter."),
    assignee_id=("text", "Account it is assigned to."),
    created_at=("instant", "Creation."),
    updated_at=("instant", "Last change of any kind."),
    resolved_at=("instant", "Jira's resolution date."),
    category_changed_at=("instant", "When the status last changed its category."),
    due_on=Column("due_on", "day", "Due date.", lies_ahead=True),
    estimate_seconds=Column("estimate_seconds", "number", "Original estimate.", is_amount=True),
    spent_seconds=Column(
        "spent_seconds", "number", "Time that Jira says was logged on it.", is_amount=True
    ),
    has_changelog=("flag", "Whether the record carries a changelog at all."),
    changelog_total=("integer", "Entries that Jira says there are."),
    changelog_entries=("integer", "Entries that the record carries."),
)

CHANGES = _table(
    "changes",
    "One row per changed field per entry of an issue's changelog.",
    history_key=("text", "Entry of the changelog: its id, else its time and author."),
    position=("integer", "Place within the entry, from 0."),
    history_order=("integer", "The entry's id as a number, to order entries of one instant."),
    account_id=("text", "Author; null where Jira does not tell."),
    field=("text", "Name of the field."),
    field_id=("text", "Id of the field, which Server does not tell."),
    before_value=("text", "Value before, as id."),
    before_text=("text", "Value before, as shown."),
    after_value=("text", "Value after, as id."),
    after_text=("text", "Value after, as shown."),
    changed_at=("instant", "When."),
)

COMMENTS = _table(
    "comments",
    "One row per comment of a landed copy of an issue; its text is left out.",
    comment_id=("text", "Comment."),
    account_id=("text", "Author."),
    written_at=("instant", "When it was written."),
)

WORKLOGS = _table(
    "worklogs",
    "One row per landed copy of a work log, in its issue or by itself.",
    issue_id=("text", "Issue."),
    worklog_id=("text", "Work log."),
    account_id=("text", "Author."),
    seconds=Column("seconds", "number", "Time spent.", is_amount=True),
    started_on=("day", "Date of the start, where Jira tells a date alone."),
    started_at=("instant", "Start of the work."),
)

LABELS = _table(
    "labels", "One row per label of a landed copy of an issue.", label=("text", "The label.")
)

FIELD_VALUES = _table(
    "field_values",
    "One row per single value of a custom field of a landed copy of an issue.",
    field_id=("text", "Field."),
    position=("integer", "Place among the field's values, from 0."),
    value=("text", "The value as text."),
    number=("number", "The value, where it is a number."),
)

LINKS = _table(
    "links",
    "One row per link that a landed copy of an issue lists.",
    link_id=("text", "Link; the same at both ends."),
    phrase=("text", "How this issue relates to the other."),
    opposite_phrase=("text", "How the other relates to this one."),
    other_id=("text", "The other issue."),
    other_key=("text", "Key of the other issue."),
)

SPRINTS = _table(
    "sprints",
    "One row per sprint that a landed copy of an issue lists, past ones included.",
    sprint_id=("text", "Sprint."),
    sprint_name=("text", "Name of the sprint."),
    state=Column("state", "text", "Of the sprint.", among=("active", "closed", "future")),
)

ACCOUNTS = _table(
    "accounts",
    "One row per account that a record names.",
    account_id=("text", "Cloud's accountId, else Server's user key, else the user name."),
    user_key=("text", "Server's user key."),
    user_name=("text", "Server's user name."),
    display_name=("text", "Name as shown."),
    email=("text", "E-mail address, where it may be seen."),
    time_zone=("text", "IANA name of the account's time zone."),
    account_type=Column(
        "account_type", "text", "Cloud only.", among=("atlassian", "app", "customer", "unknown")
    ),
)

FIELDS = _table(
    "fields",
    "One row per field definition of a catalogue, or per name of a field that a record tells.",
    field_id=("text", "Field."),
    field_name=("text", "Name."),
    custom_type=("text", "Kind of a custom field."),
    is_defined=("flag", "False where the name was only seen in an issue."),
)

STATUSES = _table(
    "statuses",
    "One row per status of a catalogue.",
    status_id=("text", "Status."),
    status_name=("text", "Name."),
    status_category_key=Column(
        "status_category_key", "text", "Category of the status.", among=CATEGORIES
    ),
)

WORKLOG_DELETIONS = _table(
    "worklog_deletions",
    "One row per landed copy of the word that a work log was deleted.",
    worklog_id=("text", "Work log."),
    deleted_at=("instant", "When it was deleted."),
)

ABSENCES = _table(
    "absences",
    "One row per landed word on what became of an issue, or of a whole project (`scope:` its id).",
    outcome=Column("outcome", "text", "What became of it.", among=get_args(Outcome)),
    happened_at=("instant", "When it was found out."),
    evidence=("text", "What it rests on."),
)

OF_AN_ISSUE = (
    ISSUES,
    CHANGES,
    COMMENTS,
    WORKLOGS,
    LABELS,
    FIELD_VALUES,
    LINKS,
    SPRINTS,
    ACCOUNTS,
    FIELDS,
)
