"""What is no longer there, as rows: deleted work logs, and issues that are gone or back."""

from __future__ import annotations

import msgspec

from connectors.contract import LandedRecord, Rows
from connectors.decoding import decoded
from connectors.jira.shapes import Id, Moment
from connectors.jira.times import moment
from connectors.live import Outcome


class _Deletion(msgspec.Struct, rename="camel"):
    worklog_id: Id
    updated_time: Moment


class _Absence(msgspec.Struct):
    outcome: Outcome
    at: Moment
    evidence: str = ""


_deletion = msgspec.json.Decoder(_Deletion)
_absence = msgspec.json.Decoder(_Absence)


def worklog_deletion_rows(record: LandedRecord) -> Rows:
    """Yield the row of a work log's deletion."""
    found = decoded(_deletion, record.payload)
    deleted_at = moment(found.updated_time, "updatedTime", record.timezone)
    yield "jira_worklog_deletions", (str(found.worklog_id), deleted_at)


def absence_rows(record: LandedRecord) -> Rows:
    """Yield the row of what became of an issue or a project."""
    found = decoded(_absence, record.payload)
    # Our own word, not the site's: without an offset it is UTC.
    happened_at = moment(found.at, "at", "UTC")
    yield "jira_absences", (found.outcome, happened_at, found.evidence or None)
