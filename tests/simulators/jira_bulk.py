"""Jira Cloud by id: issues in bulk, changelogs in bulk, the changelog of one issue."""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from typing import Any

from tests.simulators import jira_common
from tests.simulators.jira_site import Call, RefusedError
from tests.simulators.jira_state import Entry, Issue, milliseconds

MOST_ISSUES, MOST_OF_HISTORIES, MOST_FIELDS, MOST_ENTRIES = 100, 1000, 10, 10_000
_ISSUES: dict[str, type] = {
    "issueIdsOrKeys": list,
    "fields": list,
    "expand": list,
    "fieldsByKeys": bool,
    "properties": list,
}
_CHANGELOGS: dict[str, type] = {
    "issueIdsOrKeys": list,
    "fieldIds": list,
    "maxResults": int,
    "nextPageToken": str,
}


def issues(call: Call) -> dict[str, Any]:
    """``POST /issue/bulkfetch``: issues that are gone or out of sight are simply absent."""
    body = call.body(_ISSUES)
    names = _names(body, MOST_ISSUES)
    found = {issue.id: issue for issue in map(call.site.state.issue, names) if issue}
    errors = []
    if fault := call.site.fault("issue_error", call.request):
        for issue_id in sorted(found)[: fault.details.get("rows", 1)]:
            del found[issue_id]
            errors.append({"id": str(issue_id), "errorMessage": "The issue could not be fetched."})
    fields = body.get("fields") or ["*navigable"]
    told = [call.voice.issue(found[issue_id], fields) for issue_id in sorted(found)]
    if "changelog" in body.get("expand", []):
        for each in told:
            each["changelog"] = _forty(call, found[int(each["id"])])
    return {"issues": told, "issueErrors": errors}


def _forty(call: Call, issue: Issue) -> dict[str, Any]:
    found = jira_common.changelog(call, issue)
    return {**found, "maxResults": 40, "histories": found["histories"][:40]}


def changelogs(call: Call) -> dict[str, Any]:
    """``POST /changelog/bulkfetch``: the entries of all issues together, in the order of time."""
    body = call.body(_CHANGELOGS)
    names, field_ids = _names(body, MOST_OF_HISTORIES), body.get("fieldIds")
    if field_ids is not None and not 0 < len(field_ids) <= MOST_FIELDS:
        raise RefusedError(400, f"The number of field IDs must be between 1 and {MOST_FIELDS}.")
    rows = body.get("maxResults", 1000)
    if not 0 < rows <= MOST_ENTRIES:
        raise RefusedError(400, f"maxResults must be between 1 and {MOST_ENTRIES}.")
    found = _histories(call, names, field_ids or [])
    after = _read_token(body.get("nextPageToken", ""))
    left = [each for each in found if each[0] > after]
    page = left[: min(rows, call.site.history_rows)]
    told: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for (_, issue_id, _), entry in page:
        told[issue_id].append(call.voice.entry(entry, in_milliseconds=True))
    token = {"nextPageToken": _token(page[-1][0])} if len(page) < len(left) else {}
    listed = [{"issueId": str(each), "changeHistories": told[each]} for each in told]
    return {"issueChangeLogs": listed, **token}


def changelog(call: Call, name: str) -> dict[str, Any]:
    """``GET /issue/{issue}/changelog``: oldest first."""
    issue = call.issue(name)
    found = _entries(call, issue, [])
    start, rows = call.number("startAt", 0), call.number("maxResults", 100, 100)
    address = f"{call.site.address}{call.request.path}?maxResults={rows}&startAt="
    is_last = start + rows >= len(found)
    return {
        "self": f"{address}{start}",
        "maxResults": rows,
        "startAt": start,
        "total": len(found),
        "isLast": is_last,
        **({} if is_last else {"nextPage": f"{address}{start + rows}"}),
        "values": [call.voice.entry(each) for each in found[start : start + rows]],
    }


def _histories(
    call: Call, names: list[str], field_ids: list[str]
) -> list[tuple[tuple[int, int, int], Entry]]:
    issues = {issue.id: issue for issue in map(call.site.state.issue, names) if issue}
    found = [
        ((milliseconds(entry.at), issue.id, entry.id), entry)
        for issue in issues.values()
        for entry in _entries(call, issue, field_ids)
    ]
    return sorted(found, key=lambda each: each[0])


def _entries(call: Call, issue: Issue, field_ids: list[str]) -> list[Entry]:
    """An issue's entries; none at all where the fault ``empty_history`` names its id."""
    for fault in call.site.faults:
        if fault.kind == "empty_history" and str(issue.id) == fault.details["issue"]:
            return []
    return call.site.entries(issue, field_ids)


def _names(body: dict[str, Any], most: int) -> list[str]:
    names = [str(each) for each in body.get("issueIdsOrKeys", [])]
    if not 0 < len(names) <= most:
        raise RefusedError(400, f"The number of issue IDs or keys must be between 1 and {most}.")
    return names


def _token(place: tuple[int, int, int]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _read_token(token: str) -> tuple[int, ...]:
    if not token:
        return ()
    try:
        return tuple(json.loads(base64.urlsafe_b64decode(token)))
    except (ValueError, TypeError) as fault:
        raise RefusedError(400, "The nextPageToken is invalid.") from fault


ROUTES = [
    ("POST", f"{jira_common.API}/issue/bulkfetch", issues),
    ("POST", f"{jira_common.API}/changelog/bulkfetch", changelogs),
    ("GET", f"{jira_common.API}/issue/([^/]+)/changelog", changelog),
]
