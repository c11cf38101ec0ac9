"""What each tracker is asked for each of its streams, as patterns of requests.

A pattern is searched for in ``METHOD path body``. ``when`` says in which kind of run it is asked:
the ``first``, a ``later`` one, or ``both``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.homes import ROOT


@dataclass(frozen=True)
class Asked:
    """Requests that give a stream; ``what`` tells several kinds of one stream apart."""

    stream: str
    pattern: str
    what: str = ""
    when: str = "both"


SIGN_IN = {
    "jira_cloud": r"/(myself|serverInfo|project/search) ",
    "jira_data_center": r"/(myself|serverInfo|project) ",
    "asana": r"/(users/me|projects) ",
    "trello": r"/(members/me|members/me/\w+|organizations/\w+/boards) |^GET /1/batch ",
}
"""Who we are and what there is: without that nothing is read."""

ASKED = {
    "jira_cloud": (
        Asked("issues", r"search/jql .*\"summary\""),
        Asked("issues", r"changelog/bulkfetch", "history"),
        Asked("issues", r"approximate-count", "counts"),
        Asked("worklogs", r"worklog/updated"),
        Asked("worklogs", r"worklog/list", "bodies"),
        Asked("worklog_deletions", r"worklog/deleted"),
        Asked("fields", r"/field "),
        Asked("statuses", r"/status "),
        Asked("users", r"users/search", when="first"),
        Asked("absences", r"search/jql .*\"fields\": \[\"id\"\]", "census"),
        Asked("absences", r"issue/bulkfetch", "look-up", "later"),
    ),
    "jira_data_center": (
        Asked("issues", r"/search .*\"summary\""),
        Asked("issues", r"/search .*\"maxResults\": [01]\b", "counts"),
        Asked("worklogs", r"worklog/updated"),
        Asked("worklogs", r"worklog/list", "bodies"),
        Asked("worklog_deletions", r"worklog/deleted"),
        Asked("fields", r"/field "),
        Asked("statuses", r"/status "),
        Asked("users", r"user/search", when="first"),
        Asked("absences", r"/search .*\"fields\": \[\"id\"\]", "census"),
        Asked("absences", r"/issue/\d+ ", "look-up", "later"),
    ),
    "asana": (
        Asked("tasks", r"/tasks null"),
        Asked("tasks", r"/task_counts ", "counts"),
        Asked("tasks", r"/tasks/\d+/subtasks ", "sub-tasks"),
        Asked("tasks", r"/tasks/\d+/time_tracking_entries ", "time"),
        Asked("tasks", r"/1\.0/time_tracking_entries ", "times changed"),
        Asked("stories", r"/tasks/\d+/stories "),
        Asked("projects", r"/projects null"),
        Asked("sections", r"/sections "),
        Asked("users", r"/users null"),
        Asked("tags", r"/tags "),
        Asked("portfolios", r"/portfolios"),
        Asked("goals", r"/goals "),
        Asked("goals", r"/goal_relationships ", "relationships"),
        Asked("custom_fields", r"/custom_field"),
        Asked("events", r"/events "),
        Asked("absences", r"/tasks/\d+ null", "look-up", "later"),
    ),
    "trello": (
        Asked("boards", r"/boards/\w+ null"),
        Asked("lists", r"/lists "),
        Asked("cards", r"/cards/all "),
        Asked("actions", r"/actions "),
        Asked("members", r"/boards/\w+/members "),
        Asked("labels", r"/labels "),
        Asked("custom_fields", r"/customFields "),
        Asked("checklists", r"/checklists "),
        Asked("absences", r"/cards/all ", "census"),
    ),
}


def documented(kind: str) -> list[str]:
    """The calls that a connector's README names with their scopes, as ``METHOD path``."""
    text = (ROOT / "connectors" / kind / "README.md").read_text()
    return re.findall(r"^\| ((?:GET|POST) \S+) \| [^|\s][^|]* \|", text, re.MULTILINE)


def is_documented(call: str, calls: list[str]) -> bool:
    """Whether a request, as ``METHOD path``, is one of these calls."""
    return any(re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", each), call) for each in calls)
