"""Endpoints that Cloud and Data Center answer alike."""

from __future__ import annotations

from typing import Any

from tests.simulators import jira_agile, jira_feeds
from tests.simulators import jira_catalogue as catalogue
from tests.simulators.jira_site import Call

JSON = dict[str, Any]


def fields(call: Call) -> list[JSON]:
    """``/field``."""
    return call.site.fields()


def statuses(call: Call) -> list[JSON]:
    """``/status``."""
    return [call.voice.status(each) for each in call.site.state.statuses()]


def categories(call: Call) -> list[JSON]:
    """``/statuscategory``."""
    return [call.voice.category(each) for each in catalogue.CATEGORIES]


def kinds(call: Call) -> list[JSON]:
    """``/issuetype``."""
    return [call.voice.kind(each) for each in catalogue.KINDS]


def link_kinds(call: Call) -> JSON:
    """``/issueLinkType``."""
    root = f"{call.voice.root}/issueLinkType"
    return {
        "issueLinkTypes": [
            {**each, "self": f"{root}/{each['id']}"} for each in catalogue.LINK_KINDS
        ]
    }


def myself(call: Call) -> JSON:
    """``/myself``."""
    return {**(call.voice.user(call.site.reader) or {}), "timeZone": call.site.time_zone}


def server_info(call: Call) -> JSON:
    """``/serverInfo``."""
    site, is_cloud = call.site, call.site.is_cloud
    return {
        "baseUrl": site.site,
        "version": "1001.0.0-SNAPSHOT" if is_cloud else "10.3.2",
        "versionNumbers": [1001, 0, 0] if is_cloud else [10, 3, 2],
        "deploymentType": "Cloud" if is_cloud else "Server",
        "buildNumber": 100_291 if is_cloud else 10_030_002,
        "buildDate": "2026-01-02T00:00:00.000+0000",
        "serverTime": call.voice.time(site.now),
        "scmInfo": "0" * 40,
        "serverTitle": "Jira",
    }


def issue(call: Call, name: str) -> JSON:
    """``/issue/{issue}``: by id, or by a present or former key."""
    found = call.issue(name)
    told = call.voice.issue(found, call.listed("fields") or ["*all"])
    if "changelog" in call.listed("expand"):
        told["changelog"] = changelog(call, found)
    return told


def changelog(call: Call, found: Any) -> JSON:
    """What ``expand=changelog`` adds: on Cloud the newest 100 entries, newest first."""
    told = [call.voice.entry(each) for each in call.site.entries(found)]
    total = len(told)
    if call.site.is_cloud:
        told = told[::-1][:100]
    return {"startAt": 0, "maxResults": len(told), "total": total, "histories": told}


API = r"/rest/api/(?:2|3|latest)"
ROUTES = [
    ("GET", f"{API}/field", fields),
    ("GET", f"{API}/status", statuses),
    ("GET", f"{API}/statuscategory", categories),
    ("GET", f"{API}/issuetype", kinds),
    ("GET", f"{API}/issueLinkType", link_kinds),
    ("GET", f"{API}/myself", myself),
    ("GET", f"{API}/serverInfo", server_info),
    ("GET", f"{API}/issue/([^/]+)", issue),
    ("GET", f"{API}/issue/([^/]+)/worklog", jira_feeds.of_issue),
    ("GET", f"{API}/worklog/updated", jira_feeds.updated),
    ("GET", f"{API}/worklog/deleted", jira_feeds.deleted),
    ("POST", f"{API}/worklog/list", jira_feeds.listed),
    *jira_agile.ROUTES,
]
