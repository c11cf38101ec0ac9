"""One issue as rows of the typed tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from connectors.contract import LARGEST, LandedRecord, RecordError, Rows, Value
from connectors.decoding import day, decoded
from connectors.jira.accounts import Accounts
from connectors.jira.custom_fields import custom_field_rows
from connectors.jira.shapes import Fields, History, Id, Issue, Item, Moment, Named, Status
from connectors.jira.text import plain_text, sprint
from connectors.jira.times import moment
from connectors.jira.worklog_rows import worklog_row

Row = tuple[str, tuple[Value, ...]]
_issue = msgspec.json.Decoder(Issue)
_LEVELS = 1000
"""More levels of issue types than any Jira has."""


def issue_rows(record: LandedRecord) -> Rows:
    """Yield all rows of one issue.

    Raises:
        RecordError: If the issue lacks what nothing can be computed without (its id, ``fields``,
            the time of its creation), or something in it has an unknown form.
    """
    issue = decoded(_issue, record.payload)
    reader = _Reader(record.timezone)
    yield "jira_issues", reader.issue(issue)
    yield from reader.changes(issue)
    yield from reader.comments(issue.fields)
    worklogs = issue.fields.worklog.worklogs or () if issue.fields.worklog else ()
    for number, worklog in enumerate(worklogs):
        if worklog is None:
            continue
        path = f"fields.worklog.worklogs[{number}]."
        yield worklog_row(worklog, record.key, number, path, reader.accounts, record.timezone)
    for label in issue.fields.labels or ():
        if label:
            yield "jira_labels", (_clean(label),)
    yield from _links(issue.fields)
    yield from _sprints(issue.fields)
    yield from custom_field_rows(record.payload)
    for field_id, name in (issue.names or {}).items():
        yield "jira_fields", (field_id, name, None, False)
    yield from reader.accounts.rows()


class _Reader:
    """Reads one issue and collects the accounts that it names."""

    def __init__(self, timezone: str) -> None:
        self.timezone = timezone
        self.accounts = Accounts()

    def issue(self, issue: Issue) -> tuple[Value, ...]:
        fields = issue.fields
        status, kind = fields.status or Status(), fields.issuetype
        project, parent = fields.project or Named(), fields.parent or fields.epic or Named()
        history = issue.changelog
        entries = () if history is None else history.histories or history.values or ()
        reporter = self.accounts.named(fields.reporter)
        return (
            issue.key,
            _site(issue.self),
            _text(project.id),
            project.key or (issue.key.rpartition("-")[0] or None if issue.key else None),
            _clean(project.name),
            kind.name if kind else None,
            _level(fields),
            _clean(fields.summary),
            _description(fields),
            _text(status.id),
            _clean(status.name),
            category_key(status),
            _clean(fields.resolution.name) if fields.resolution else None,
            _text(parent.id),
            parent.key,
            self.accounts.named(fields.creator) or reporter,
            self.accounts.named(fields.assignee),
            self.moment(fields.created, "fields.created"),
            self.optional(fields.updated, "fields.updated"),
            self.optional(fields.resolutiondate, "fields.resolutiondate"),
            self.optional(fields.statuscategorychangedate, "fields.statuscategorychangedate"),
            day(fields.duedate, "fields.duedate"),
            _estimate(fields),
            _spent(fields),
            history is not None,
            None if history is None else history.total,
            len(entries),
        )

    def changes(self, issue: Issue) -> Iterator[Row]:
        if issue.changelog is None:
            return
        entries = issue.changelog.histories or issue.changelog.values or ()
        for number, entry in enumerate(entries):
            if entry is None:
                continue
            path = f"changelog.histories[{number}].created"
            changed_at = self.moment(entry.created, path)
            author = self.accounts.named(entry.author)
            key, order = _history_key(entry, changed_at, author)
            for position, item in enumerate(entry.items or ()):
                before, after = _ends(item)
                if item.field == "assignee":
                    self.accounts.mentioned(before, item.before_text)
                    self.accounts.mentioned(after, item.after_text)
                yield (
                    "jira_changes",
                    (
                        key,
                        position,
                        order,
                        author,
                        item.field,
                        item.field_id,
                        before,
                        _clean(item.before_text),
                        after,
                        _clean(item.after_text),
                        changed_at,
                    ),
                )

    def comments(self, fields: Fields) -> Iterator[Row]:
        for number, each in enumerate(fields.comment.comments or () if fields.comment else ()):
            if each is None:
                continue
            path = f"fields.comment.comments[{number}]"
            written_at = self.moment(each.created, f"{path}.created")
            comment_id = _text(each.id) or f"{written_at.isoformat()}#{number}"
            yield "jira_comments", (comment_id, self.accounts.named(each.author), written_at)

    def moment(self, value: Moment, path: str) -> datetime:
        return moment(value, path, self.timezone)

    def optional(self, value: Moment | None, path: str) -> datetime | None:
        return None if value in (None, "") else self.moment(value, path)


def category_key(status: Status) -> str | None:
    """Return the key of a status' category; some answers tell its fixed number only."""
    category = status.status_category
    if category is None:
        return None
    by_number = {"1": "undefined", "2": "new", "3": "done", "4": "indeterminate"}
    return category.key or by_number.get(str(category.id))


def _history_key(entry: History, changed_at: datetime, author: str | None) -> tuple[str, int]:
    """Return what an entry is told apart by, and its number among entries of one instant."""
    key = _text(entry.id)
    if key is None:
        return f"{changed_at.isoformat()} {author or ''}", 0
    return key, int(key) if key.isdecimal() and len(key) <= 18 else 0


def _ends(item: Item) -> tuple[str | None, str | None]:
    before = item.before_account or item.before
    after = item.after_account or item.after
    return _text(before), _text(after)


def _links(fields: Fields) -> Iterator[Row]:
    for link in filter(None, fields.issuelinks or ()):
        for other, forth, back in (
            (link.outward_issue, "outward", "inward"),
            (link.inward_issue, "inward", "outward"),
        ):
            if other is not None:
                phrases = [getattr(link.type, side, None) for side in (forth, back)]
                yield "jira_links", (_text(link.id), *phrases, _text(other.id), other.key)


def _sprints(fields: Fields) -> Iterator[Row]:
    """Yield the sprints of the agile shape; those in custom fields come with their field."""
    present = [fields.sprint] if fields.sprint else []
    for each in (*present, *(fields.closed_sprints or ())):
        found = sprint(each)
        if found:
            yield "jira_sprints", found


def _level(fields: Fields) -> int | None:
    kind = fields.issuetype
    if kind is None:
        return None
    if kind.hierarchy_level is not None:
        if abs(kind.hierarchy_level) > _LEVELS:
            raise RecordError("fields.issuetype.hierarchyLevel", "number out of range")
        return kind.hierarchy_level
    if kind.subtask:
        return -1
    return 1 if (kind.name or "").lower() == "epic" else 0


def _description(fields: Fields) -> str | None:
    found = fields.description
    return plain_text(found) if isinstance(found, dict) else _clean(found)


def _estimate(fields: Fields) -> float | None:
    """Return the original estimate in seconds; some answers tell it in ``timetracking`` alone."""
    if fields.timeoriginalestimate is not None:
        return fields.timeoriginalestimate
    return fields.timetracking.original_estimate_seconds if fields.timetracking else None


def _spent(fields: Fields) -> float | None:
    """Return the seconds logged by Jira's own count: only a check, so that an odd one is none."""
    found = fields.timespent
    if found is None and fields.timetracking is not None:
        found = fields.timetracking.time_spent_seconds
    if not isinstance(found, int | float) or isinstance(found, bool):
        return None
    return float(found) if 0 <= found < LARGEST else None


def _site(address: str | None) -> str | None:
    return address.partition("/rest/")[0] if address and "/rest/" in address else None


def _text(value: Id | float | None) -> str | None:
    return None if value is None or value == "" else str(value)


def _clean(text: str | None) -> str | None:
    return text.replace("\0", "") if text and "\0" in text else text
