"""A reader of the simulated Jira Cloud that does no more than ask, for tests of the simulator."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import requests

from tests.simulators.jira_cloud import SECRETS, USER, JiraCloud
from tests.simulators.jira_site import JiraSite
from tests.simulators.world import Happening

API, BOARDS = "/rest/api/3", "/rest/agile/1.0"
ALL = "created >= 0 ORDER BY updated ASC"


class Reader:
    """Asks a served site as its reader."""

    def __init__(self, site: JiraCloud, session: requests.Session) -> None:
        """Sign in with the classic token."""
        self.site, self.session = site, session
        session.auth = (USER, SECRETS["token"])

    def ask(self, path: str, body: Any = None, **query: Any) -> requests.Response:
        """An answer, whatever it is."""
        method = "GET" if body is None else "POST"
        return self.session.request(method, self.site.address + path, json=body, params=query)

    def get(self, path: str, **query: Any) -> Any:
        """The body of a good answer."""
        return self._good(self.ask(path, **query))

    def post(self, path: str, **body: Any) -> Any:
        """The body of a good answer."""
        return self._good(self.ask(path, body))

    def search(self, jql: str, **more: Any) -> list[list[str]]:
        """The ids of each page of a walk."""
        pages, token = [], {}
        while True:
            page = self.post(f"{API}/search/jql", jql=jql, **more, **token)
            pages.append([each["id"] for each in page["issues"]])
            if page["isLast"] or len(pages) > 40:
                return pages
            token = {"nextPageToken": page["nextPageToken"]}

    def ids(self, jql: str) -> set[str]:
        """The ids that a query finds."""
        return {issue_id for page in self.search(jql, maxResults=5000) for issue_id in page}

    @staticmethod
    def _good(answer: requests.Response) -> Any:
        assert answer.status_code == 200, answer.text
        return answer.json()


def tell(site: JiraSite, what: str, thing: str, ago: float = 0, **details: Any) -> None:
    """Let something happen, ``ago`` seconds before now."""
    at = site.now - timedelta(seconds=ago)
    site.play([Happening(at, what, thing, site.world.people[0], details)])


def some_item(site: JiraSite) -> tuple[str, str]:
    """An issue without parent and children: its name in the world, and its id."""
    for issue in site.state.searchable():
        if not issue.parent and not issue.children and not issue.links:
            return f"item-7-{issue.id - 10_000}", str(issue.id)
    raise AssertionError("the world has none")
