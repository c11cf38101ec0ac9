"""Jira, Cloud and Data Center."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from connectors.contract import ExportSettings, Record, Rejected, Stream, Unreadable
from connectors.jira import client as signing_in
from connectors.jira import export, tables
from connectors.jira.catalogue_rows import field_rows, status_rows, user_rows
from connectors.jira.gone_rows import absence_rows, worklog_deletion_rows
from connectors.jira.issue_rows import issue_rows
from connectors.jira.wanted_fields import LOOKED_UP, OWN_FIELDS
from connectors.jira.worklog_rows import worklog_rows
from connectors.live import ABSENCES, Access, LiveSettings, Reader

if TYPE_CHECKING:
    from connectors.http import Client


class JiraConnector:
    """Reads Jira's exports, and Jira itself."""

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
        Stream(
            "worklog_deletions",
            "Work logs that were deleted.",
            (tables.WORKLOG_DELETIONS,),
            worklog_deletion_rows,
        ),
        Stream("users", "People, where Jira lists them.", (tables.ACCOUNTS,), user_rows),
        Stream(
            ABSENCES,
            "What became of issues that can no longer be found, or can again.",
            (tables.ABSENCES,),
            absence_rows,
        ),
    )
    items = export.ISSUES
    asked = (
        *OWN_FIELDS,
        *LOOKED_UP,
        "custom fields that the settings name, sprint and epic link",
        "work logs, histories, people, projects, fields and statuses: there is no choice of fields",
    )

    def read_exports(self, settings: ExportSettings) -> Iterator[Record | Rejected | Unreadable]:
        """Yield every record of the exported files, and every fault met on the way."""
        return export.read_exports(settings)

    def hosts(self, settings: LiveSettings) -> tuple[str, ...]:
        """Return the site's host, and the one that scoped tokens are for."""
        return signing_in.hosts(settings)

    def access(self, settings: LiveSettings) -> Access:
        """Return how the site is reached."""
        return signing_in.access(settings)

    def connect(self, settings: LiveSettings, client: Client) -> Reader:
        """Return a reader of the site; asks nothing yet."""
        from connectors.jira.reader import JiraReader

        return JiraReader(settings, client)


CONNECTOR = JiraConnector()
