"""Work logs as rows, in an issue or by themselves."""

from __future__ import annotations

import msgspec

from connectors.contract import LandedRecord, RecordError, Rows, Value
from connectors.decoding import day, decoded
from connectors.jira.accounts import Accounts
from connectors.jira.shapes import Id, Worklog
from connectors.jira.times import is_day_alone, moment


class _OwnWorklog(Worklog, rename="camel", kw_only=True):
    """A work log that names its issue."""

    issue_id: Id


_worklog = msgspec.json.Decoder(_OwnWorklog)


def worklog_rows(record: LandedRecord) -> Rows:
    """Yield the rows of a work log that came by itself."""
    found = decoded(_worklog, record.payload)
    accounts = Accounts()
    yield worklog_row(found, str(found.issue_id), 0, "", accounts, record.timezone)
    yield from accounts.rows()


def worklog_row(
    worklog: Worklog, issue_id: str, number: int, path: str, accounts: Accounts, timezone: str
) -> tuple[str, tuple[Value, ...]]:
    """Return the row of one work log; ``path`` leads to it in its record."""
    if worklog.time_spent_seconds < 0:
        raise RecordError(f"{path}timeSpentSeconds", "expected a number of 0 or more")
    started_at = moment(worklog.started, f"{path}started", timezone)
    alone = is_day_alone(worklog.started)
    name = f"{started_at.isoformat()}#{number}" if worklog.id is None else str(worklog.id)
    return (
        "jira_worklogs",
        (
            issue_id,
            name,
            accounts.named(worklog.author),
            worklog.time_spent_seconds,
            day(str(worklog.started), f"{path}started") if alone else None,
            None if alone else started_at,
        ),
    )
