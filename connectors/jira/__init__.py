"""Jira, Cloud and Data Center."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract import ExportSettings, Record, Rejected, Stream, Unreadable
from connectors.jira import export, tables
from connectors.jira.catalogue_rows import field_rows, status_rows
from connectors.jira.issue_rows import issue_rows
from connectors.jira.worklog_rows import worklog_rows


class JiraConnector:
    """Reads Jira's exports."""

    tracker = "jira"
    streams = (
        Stream(
            export.ISSUES,
            "Issues with all that came inside them: history, work logs, comments, links, sprints.",
            tables.OF_AN_ISSUE,
            issue_rows,
        ),
        Stream(export.FIELDS, "Field definitions.", (tables.FIELDS,), field_rows),
        Stream(export.STATUSES, "Statuses with their category.", (tables.STATUSES,), status_rows),
        Stream(
            export.WORKLOGS,
            "Work logs that came by themselves.",
            (tables.WORKLOGS, tables.ACCOUNTS),
            worklog_rows,
        ),
    )

    def read_exports(self, settings: ExportSettings) -> Iterator[Record | Rejected | Unreadable]:
        """Yield every record of the exported files, and every fault met on the way."""
        return export.read_exports(settings)


CONNECTOR = JiraConnector()
