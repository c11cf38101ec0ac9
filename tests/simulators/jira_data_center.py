"""Jira Data Center over the world: version 2 of the API, pages by offset, people by name and key.

Its index does not lag, projects are deleted for good, and limits are told only if ``tells_limits``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from tests.simulators import jira_common, jira_search
from tests.simulators.jira_common import API
from tests.simulators.jira_limits import Limits
from tests.simulators.jira_site import (
    USER,
    Call,
    JiraSite,
    RefusedError,
    Route,
    credentials,
    settled,
)
from tests.simulators.server import Answer, Request
from tests.simulators.world import World

__all__ = ["LOGIN", "SECRETS", "USER", "JiraDataCenter", "settled"]

SECRETS = {
    "token": "NjU5CanaryPersonalAccessTokenOfTheSimulator04",
    "password": "CanaryPasswordOfTheSimulator05",
}
"""The personal access token (bearer), and the password of ``LOGIN`` (basic)."""
LOGIN = "reader-99"
TOO_FAR = (
    "The search exceeds the result window: from + size must be less than or equal to [{window}]. "
    "See the max_result_window setting."
)
_BODY: dict[str, type] = {
    "jql": str,
    "startAt": int,
    "maxResults": int,
    "fields": list,
    "expand": list,
    "validateQuery": object,
    "fieldsByKeys": bool,
}


@dataclass
class ServerLimits(Limits):
    """A bucket per user and node, told in headers that a site may leave out."""

    tells: bool = False

    def refusal(self, endpoint: str, now: datetime) -> Answer | None:
        """The 429 that a request gets; None if it may pass."""
        if super().refusal("all", now) is None:
            return None
        headers = {"Retry-After": "1", **self.headers(endpoint, now)} if self.tells else {}
        return Answer("Rate limit exceeded", 429, headers)

    def headers(self, endpoint: str, now: datetime) -> dict[str, str]:
        """What an answer tells of the limits."""
        if self.burst is None or not self.tells:
            return {}
        return {
            "X-RateLimit-Limit": str(self.burst),
            "X-RateLimit-Remaining": str(self.left("all")),
            "X-RateLimit-FillRate": str(self.burst),
            "X-RateLimit-Interval-Seconds": "1",
        }


def search_by_get(call: Call) -> dict[str, Any]:
    """``GET /search``."""
    start, rows = call.number("startAt", 0), call.number("maxResults", 50)
    fields, expand = call.listed("fields"), call.listed("expand")
    return _search(call, call.request.value("jql"), start, rows, fields, expand)


def search_by_post(call: Call) -> dict[str, Any]:
    """``POST /search``."""
    body = call.body(_BODY)
    start, rows = body.get("startAt", 0), body.get("maxResults", 50)
    fields, expand = body.get("fields", []), body.get("expand", [])
    return _search(call, body.get("jql", ""), start, rows, fields, expand)


def _search(
    call: Call, jql: str, start: int, rows: int, fields: list[str], expand: list[str]
) -> dict[str, Any]:
    site = call.site
    rows = min(rows, site.ceiling)
    if start + rows > site.window:
        raise RefusedError(400, TOO_FAR.format(window=site.window))
    _, found = jira_search.find(site, jql, is_bounded=False)
    told = []
    for row in found[start : start + rows]:
        issue = call.voice.issue(row.issue, fields or ["*navigable"])
        if "changelog" in expand:
            issue["changelog"] = jira_common.changelog(call, row.issue)
        told.append(issue)
    return {
        "expand": "schema,names",
        "startAt": start,
        "maxResults": rows,
        "total": len(found),
        "issues": told,
    }


def projects(call: Call) -> list[dict[str, Any]]:
    """``/project``: a plain list; archived ones only with ``includeArchived``."""
    wanted = ["live"]
    if call.request.value("includeArchived") == "true":
        wanted.append("archived")
    found = [each for each in call.site.state.roster() if each.status in wanted]
    return [
        {
            **call.voice.project(each),
            "archived": each.status == "archived",
            **({"projectKeys": _keys(each)} if "projectKeys" in call.listed("expand") else {}),
        }
        for each in found
    ]


def project(call: Call, name: str) -> dict[str, Any]:
    """``/project/{project}``."""
    for each in call.site.state.roster():
        if each.status != "deleted" and name in (str(each.id), *_keys(each)):
            return {**call.voice.project(each), "archived": each.status == "archived"}
    raise RefusedError(404, f"No project could be found with key '{name}'.")


def _keys(found: Any) -> list[str]:
    return [found.key, *found.former_keys]


class JiraDataCenter(JiraSite):
    """A Jira on a company's own machines.

    ``ceiling`` is what its admin lets a page have; ``window`` is as far as offsets reach.
    """

    routes: ClassVar[list[Route]] = [
        ("GET", f"{API}/search", search_by_get),
        ("POST", f"{API}/search", search_by_post),
        ("GET", f"{API}/project", projects),
        ("GET", f"{API}/project/([^/]+)", project),
        *jira_common.ROUTES,
    ]
    is_cloud = False
    version = "2"

    def __init__(self, world: World) -> None:
        """Play the world's history."""
        super().__init__(world)
        self.site = f"https://jira-{world.seed}.example.org"
        self.limits = ServerLimits()
        self.ceiling = 1000
        self.window = 10_000

    def let_in(self, request: Request) -> str:
        """Check the personal access token, or the login."""
        if "authorization" not in request.headers and request.path.endswith("/serverInfo"):
            return request.path
        known = [("", SECRETS["token"]), (LOGIN, SECRETS["password"])]
        if credentials(request) not in known or self.is_expired():
            raise RefusedError(401, "You are not authenticated.")
        return request.path

    def absent(self) -> dict[str, str]:
        """What became of issues that are gone; there is no trash."""
        found = super().absent()
        return {name: "deleted" if how == "trashed" else how for name, how in found.items()}
