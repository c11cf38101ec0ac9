"""Jira Cloud's search: pages by token over an index that lags, and all that goes wrong with it."""

from __future__ import annotations

import base64
import hashlib
import json
from bisect import bisect_right
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.simulators import jira_common
from tests.simulators.jira_jql import Index, JqlError, Parser, Query, Row
from tests.simulators.jira_site import Call, JiraSite, RefusedError
from tests.simulators.jira_state import milliseconds
from tests.simulators.server import Answer

TOKEN_LIFE = timedelta(days=7)
MOST_ROWS = 5000
REMEMBERED = 16
REMOVED = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full "
    "migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)
UNBOUNDED = (
    "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
)
_BODY: dict[str, type] = {
    "jql": str,
    "fields": list,
    "expand": str,
    "nextPageToken": str,
    "maxResults": int,
    "fieldsByKeys": bool,
    "properties": list,
    "reconcileIssues": list,
}


@dataclass(frozen=True)
class Asked:
    """What a search asks."""

    jql: str
    fields: list[str]
    expand: list[str]
    token: str
    rows: int
    reconciled: frozenset[int]


def removed(call: Call) -> Answer:
    """The search that was: 410."""
    raise RefusedError(410, REMOVED)


def by_get(call: Call) -> dict[str, Any]:
    """``GET /search/jql``."""
    rows = call.number("maxResults", 50)
    ids = [int(each) for each in call.listed("reconcileIssues")]
    token, jql = call.request.value("nextPageToken"), call.request.value("jql")
    return _search(
        call, _asked(jql, call.listed("fields"), call.listed("expand"), token, rows, ids)
    )


def by_post(call: Call) -> dict[str, Any]:
    """``POST /search/jql``."""
    body = call.body(_BODY)
    expand = [each.strip() for each in body.get("expand", "").split(",")]
    return _search(
        call,
        _asked(
            body.get("jql", ""),
            body.get("fields", []),
            expand,
            body.get("nextPageToken", ""),
            body.get("maxResults", 50),
            body.get("reconcileIssues", []),
        ),
    )


def count(call: Call) -> dict[str, Any]:
    """``POST /search/approximate-count``."""
    _, rows = find(call.site, call.body({"jql": str}).get("jql", ""))
    fault = call.site.fault("miscount", call.request)
    return {"count": max(0, len(rows) + (fault.details.get("by", 0) if fault else 0))}


def find(
    site: JiraSite, jql: str, reconciled: frozenset[int] = frozenset(), is_bounded: bool = True
) -> tuple[Query, list[Row]]:
    """The rows that the index has for a query, as it is now."""
    index = Index(
        site.state,
        site.now,
        site.time_zone,
        site.index_lag,
        frozenset(site.unindexed),
        reconciled,
    )
    try:
        query = Parser(jql, index).query()
    except JqlError as fault:
        raise RefusedError(400, str(fault)) from fault
    if is_bounded and not query.conditions:
        raise RefusedError(400, UNBOUNDED)
    return query, _remembered(site, jql, index, query)


def _remembered(site: JiraSite, jql: str, index: Index, query: Query) -> list[Row]:
    """Find the rows, or recall them as long as nothing has happened since."""
    projects = tuple(
        (each.key, each.status, each.is_hidden) for each in index.state.projects.values()
    )
    told = (
        jql,
        site.played,
        projects,
        *(value for name, value in vars(index).items() if name != "state"),
    )
    if told not in site.remembered:
        if len(site.remembered) >= REMEMBERED:
            site.remembered.clear()
        site.remembered[told] = index.find(query)
    return site.remembered[told]


def _asked(
    jql: str, fields: list[str], expand: list[str], token: str, rows: int, ids: list[int]
) -> Asked:
    if len(ids) > 50:
        raise RefusedError(400, "The number of issues to reconcile must not exceed 50.")
    if rows < 1:
        raise RefusedError(400, "The value of maxResults must be greater than 0.")
    return Asked(jql, fields or ["id"], expand, token, min(rows, MOST_ROWS), frozenset(ids))


def _search(call: Call, asked: Asked) -> dict[str, Any]:
    site, request = call.site, call.request
    query, rows = find(site, asked.jql, asked.reconciled)
    start = 0
    if asked.token:
        token = site.same_tokens.get(asked.token, asked.token)
        start = bisect_right(rows, _read_token(call, asked, token), key=query.place)
    if fault := site.fault("lost_rows", request):
        start += fault.details.get("rows", 1)
    size = asked.rows if _is_narrow(asked) else min(asked.rows, site.full_rows)
    if fault := site.fault("duplicates", request):
        start = max(0, start - fault.details.get("rows", 1))
    if fault := site.fault("shrink", request):
        size = fault.details.get("rows", max(1, size // 2))
    end = min(start + size, len(rows))
    if site.fault("empty_page", request):
        site.empty_pages, end = site.empty_pages + 1, start
    told: dict[str, Any] = {"issues": [_told(call, asked, row) for row in rows[start:end]]}
    is_last = end >= len(rows) or bool(site.fault("early_end", request))
    if not is_last:
        place = query.place(rows[end - 1]) if end else ()
        told["nextPageToken"] = _next_token(call, asked, place)
    return {**told, **({"isLast": is_last} if site.tells_is_last else {}), **_expanded(call, asked)}


def _is_narrow(asked: Asked) -> bool:
    return set(asked.fields) <= {"id", "key"}


def _told(call: Call, asked: Asked, row: Row) -> dict[str, Any]:
    if set(asked.fields) == {"id"} and "changelog" not in asked.expand:
        return {"id": str(row.issue.id)}
    found = call.voice.issue(row.issue, asked.fields)
    if _is_narrow(asked):
        del found["fields"]
    if "changelog" in asked.expand:
        found["changelog"] = jira_common.changelog(call, row.issue)
    return found


def _expanded(call: Call, asked: Asked) -> dict[str, Any]:
    asked_for = [] if _is_narrow(asked) else call.voice.selected(asked.fields)
    known = {each["id"]: each for each in call.site.fields() if each["id"] in asked_for}
    found: dict[str, Any] = {}
    if "names" in asked.expand:
        found["names"] = {field_id: each["name"] for field_id, each in known.items()}
    if "schema" in asked.expand:
        found["schema"] = {field_id: each["schema"] for field_id, each in known.items()}
    return found


def _next_token(call: Call, asked: Asked, place: tuple[int, ...]) -> str:
    """The token of the next page; the one that was asked where it is to come again."""
    now = milliseconds(call.site.now)
    # A page without rows moves nothing, and yet its token is another one.
    empty = [call.site.empty_pages] if call.site.empty_pages else []
    text = json.dumps([_digest(asked.jql), now, call.site.played, list(place), *empty])
    token = base64.urlsafe_b64encode(text.encode()).decode()
    if asked.token and (fault := call.site.fault("repeated_token", call.request)):
        if fault.details.get("rows", "equal") == "different":
            call.site.same_tokens[asked.token] = token
        return asked.token
    return token


def _read_token(call: Call, asked: Asked, token: str) -> tuple[int, ...]:
    try:
        digest, issued, _, place, *_ = json.loads(base64.urlsafe_b64decode(token))
    except (ValueError, TypeError) as fault:
        raise RefusedError(400, "The nextPageToken is invalid.") from fault
    is_old = milliseconds(call.site.now - TOKEN_LIFE) > issued
    if is_old or call.site.fault("expired_token", call.request):
        raise RefusedError(400, "The nextPageToken has expired.")
    if digest != _digest(asked.jql):
        raise RefusedError(400, "The nextPageToken does not belong to this query.")
    return tuple(place)


def _digest(jql: str) -> str:
    return hashlib.sha256(jql.encode()).hexdigest()[:12]


ROUTES = [
    ("GET", f"{jira_common.API}/search", removed),
    ("POST", f"{jira_common.API}/search", removed),
    ("GET", f"{jira_common.API}/search/jql", by_get),
    ("POST", f"{jira_common.API}/search/jql", by_post),
    ("POST", f"{jira_common.API}/search/approximate-count", count),
]
