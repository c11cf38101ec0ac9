"""Work logs: the feeds of changed and of deleted ones, their bodies, those of one issue."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.simulators.jira_site import Call, JiraSite, RefusedError
from tests.simulators.jira_state import Worklog, milliseconds

MINUTE = timedelta(minutes=1)
MOST_IDS = 1000


def updated(call: Call) -> dict[str, Any]:
    """``/worklog/updated``: hidden work logs are listed, but not those of issues out of sight."""
    found = [(log.id, milliseconds(log.updated)) for log in updated_logs(call.site)]
    return _page(call, "updated", found)


def deleted(call: Call) -> dict[str, Any]:
    """``/worklog/deleted``."""
    return _page(call, "deleted", deleted_logs(call.site))


def listed(call: Call) -> list[dict[str, Any]]:
    """``/worklog/list``: those that may not be seen, or are gone, are simply absent."""
    ids = call.body({"ids": list}).get("ids", [])
    if not 0 < len(ids) <= MOST_IDS:
        raise RefusedError(400, f"The number of worklog IDs must be between 1 and {MOST_IDS}.")
    logs = call.site.state.worklogs
    found = [logs[each] for each in sorted(set(ids)) if each in logs]
    return [call.voice.worklog(log) for log in found if _is_readable(call.site, log)]


def of_issue(call: Call, name: str) -> dict[str, Any]:
    """``/issue/{issue}/worklog``."""
    issue = call.issue(name)
    if not call.site.has_time_tracking:
        raise RefusedError(404, "Time tracking is disabled.")
    after, before = (
        call.number("startedAfter", -(10**15)),
        call.number("startedBefore", 10**15, 10**15),
    )
    logs = [
        log
        for log in issue.worklogs.values()
        if _is_readable(call.site, log) and after <= milliseconds(log.started) <= before
    ]
    start, rows = call.number("startAt", 0), call.number("maxResults", 5000, 5000)
    told = [call.voice.worklog(log) for log in logs[start : start + rows]]
    return {"startAt": start, "maxResults": rows, "total": len(logs), "worklogs": told}


def updated_logs(site: JiraSite) -> list[Worklog]:
    """The work logs that the feed tells now: all but those of the last minute, oldest first."""
    found = [
        log
        for log in site.state.worklogs.values()
        if log.issue.is_visible and not log.issue.archived and log.updated <= site.now - MINUTE
    ]
    return sorted(found, key=lambda log: (log.updated, log.id))


def deleted_logs(site: JiraSite) -> list[tuple[int, int]]:
    """The deletions that the feed tells now: ids and milliseconds, oldest first."""
    found = [
        (milliseconds(at), log_id)
        for log_id, at, issue in site.state.worklog_deletions
        if issue.is_visible and issue.id in site.state.issues and at <= site.now - MINUTE
    ]
    return [(log_id, at) for at, log_id in sorted(found)]


def _is_readable(site: JiraSite, log: Worklog) -> bool:
    return log.issue.is_visible and log.id not in site.state.hidden_logs


def _page(call: Call, feed: str, found: list[tuple[int, int]]) -> dict[str, Any]:
    since = call.number("since", 0, 10**15)
    left = [each for each in found if each[1] >= since]
    page, rest = left[: call.site.worklog_rows], left[call.site.worklog_rows :]
    until = page[-1][1] if page else since
    address = f"{call.site.address}{call.request.path}?since="
    return {
        "values": [
            {"worklogId": log_id, "updatedTime": at, **({} if feed == "deleted" else _PROPERTIES)}
            for log_id, at in page
        ],
        "since": since,
        "until": until,
        "self": f"{address}{since}",
        **({"nextPage": f"{address}{until}"} if rest else {}),
        "lastPage": not rest,
    }


_PROPERTIES: dict[str, Any] = {"properties": []}
