"""Jira Cloud over the world.

Faults that it knows besides those of the transport: ``early_end``, ``repeated_token`` (details
``rows``: equal or different), ``empty_page``, ``shrink``, ``duplicates``, ``lost_rows`` (details
``rows``: how many), ``expired_token`` and ``miscount`` (details ``by``) in searches;
``issue_error`` in ``issue/bulkfetch``; ``empty_history`` (details ``issue``: an id), for as long as
it stands; ``gateway_429`` anywhere.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from tests.simulators import jira_bulk, jira_common, jira_search
from tests.simulators.jira_common import API
from tests.simulators.jira_site import (
    USER,
    Call,
    JiraSite,
    RefusedError,
    Route,
    credentials,
    settled,
)
from tests.simulators.jira_state import Project
from tests.simulators.server import Request
from tests.simulators.world import World

__all__ = ["SECRETS", "USER", "JiraCloud", "settled"]

SECRETS = {
    "token": "ATATT3xCanaryClassicTokenOfTheSimulator01",
    "scoped_token": "ATSTT3xCanaryScopedTokenOfTheSimulator02",
    "oauth_token": "eyJCanaryAccessTokenOfTheSimulator03",
}
"""Tokens by kind. The classic one opens the site (with ``USER``), the other two the gateway."""

_NOT_IN = "Client must be authenticated to access this resource."


def tenant_info(call: Call) -> dict[str, Any]:
    """``/_edge/tenant_info``."""
    return {"cloudId": call.site.cloud_id}


def projects(call: Call) -> dict[str, Any]:
    """``/project/search``: live projects, unless ``status`` asks for others."""
    wanted = call.listed("status") or ["live"]
    keys = {each.casefold() for each in [*call.listed("id"), *call.listed("keys")]}
    found = [
        each
        for each in sorted(call.site.state.roster(), key=lambda project: project.key)
        if each.status in wanted and (not keys or {str(each.id), each.key.casefold()} & keys)
    ]
    start, rows = call.number("startAt", 0), call.number("maxResults", 50, call.site.project_rows)
    is_last = start + rows >= len(found)
    address = f"{call.site.address}{call.request.path}?maxResults={rows}&startAt="
    return {
        "self": f"{address}{start}",
        **({} if is_last else {"nextPage": f"{address}{start + rows}"}),
        "maxResults": rows,
        "startAt": start,
        "total": len(found),
        "isLast": is_last,
        "values": [_project(call, each) for each in found[start : start + rows]],
    }


def project(call: Call, name: str) -> dict[str, Any]:
    """``/project/{project}``: projects in the trash are not found."""
    for each in call.site.state.roster():
        if each.status != "deleted" and name in (str(each.id), each.key, *each.former_keys):
            return _project(call, each)
    raise RefusedError(404, f"No project could be found with key '{name}'.")


def users(call: Call) -> Any:
    """``/users/search``."""
    if not call.site.can_browse_users:
        raise RefusedError(403, "You do not have permission to browse users.")
    start, rows = call.number("startAt", 0), call.number("maxResults", 50, 1000)
    return [call.voice.user(each) for each in call.site.people()[start : start + rows]]


def _project(call: Call, found: Project) -> dict[str, Any]:
    expand = call.listed("expand")
    issues = [each for each in call.site.state.searchable() if each.project is found]
    newest = max((each.updated for each in issues), default=None)
    insight = {"totalIssueCount": len(issues)}
    told_newest = {"lastIssueUpdateTime": call.voice.time(newest)} if newest else {}
    return {
        "expand": "description,lead,issueTypes,url,projectKeys,permissions,insight",
        **call.voice.project(found),
        "style": "next-gen" if found.is_team_managed else "classic",
        "isPrivate": False,
        **({"archived": True} if found.status == "archived" else {}),
        **({"deleted": True} if found.status == "deleted" else {}),
        **({"projectKeys": [found.key, *found.former_keys]} if "projectKeys" in expand else {}),
        **({"insight": {**insight, **told_newest}} if "insight" in expand else {}),
    }


class JiraCloud(JiraSite):
    """A site of Jira Cloud; also under ``/ex/jira/{cloud_id}``, as on the gateway."""

    routes: ClassVar[list[Route]] = [
        *jira_search.ROUTES,
        *jira_bulk.ROUTES,
        *jira_common.ROUTES,
        ("GET", "/_edge/tenant_info", tenant_info),
        ("GET", f"{API}/project/search", projects),
        ("GET", f"{API}/project/([^/]+)", project),
        ("GET", f"{API}/users/search", users),
    ]

    def __init__(self, world: World) -> None:
        """Play the world's history."""
        super().__init__(world)
        self.cloud_id = str(uuid.uuid5(uuid.NAMESPACE_URL, self.site))
        self.full_rows = 100
        self.history_rows = 10_000
        self.project_rows = 50
        self.tells_is_last = True
        self.can_browse_users = True
        self.same_tokens: dict[str, str] = {}
        self.empty_pages = 0
        self.oauth_token = SECRETS["oauth_token"]

    def let_in(self, request: Request) -> str:
        """Check the credentials, which differ between the site and the gateway."""
        gateway = f"/ex/jira/{self.cloud_id}"
        is_gateway = request.path.startswith(f"{gateway}/")
        path = request.path.removeprefix(gateway)
        if request.path == "/_edge/tenant_info":
            return path
        if "authorization" not in request.headers and path.endswith("/serverInfo"):
            return path
        user, token = credentials(request)
        if is_gateway:
            is_known = token == self.oauth_token if not user else False
            is_known = is_known or (user == USER and token == SECRETS["scoped_token"])
        else:
            is_known = user == USER and token == SECRETS["token"]
        if not is_known or self.is_expired():
            raise RefusedError(401, _NOT_IN)
        return path
