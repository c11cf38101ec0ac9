"""Which fields of which objects requests ask for, as the requests themselves tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from urllib.parse import parse_qs, urlsplit

from tests.figures import IS_DRILL
from tests.simulators.server import Request

UNASKED: Mapping[str, set[str]] = {
    # what became of an issue that is gone is asked in a later night
    "jira": set() if IS_DRILL else {"archiveddate"},
    # asked where a time entry is of a task that is out of sight
    "asana": {"projects.gid", "parent.projects.gid"},
    # asked to tell whether Trello refuses the board or the token
    "trello": {"me.id"},
}
"""Fields of the page that a good night may have no reason to ask for."""
_LONE = {"me": "me", "boards": "boards", "all": "cards", "customFields": "custom_fields"}
_OF_PEOPLE = ("memberCreator", "member")


def _of_jira(requests: Iterable[Request]) -> set[str]:
    found: set[str] = set()
    for request in requests:
        body = request.body if isinstance(request.body, dict) else {}
        found.update(body.get("fields", ()))
        found.update(*(each.split(",") for each in request.query.get("fields", ())))
    return found


def _of_asana(requests: Iterable[Request]) -> set[str]:
    told = (each for request in requests for each in request.query.get("opt_fields", ()))
    return {field for fields in told for field in fields.split(",")}


def _of_trello(requests: Iterable[Request]) -> set[str]:
    found: set[str] = set()
    for path, query in (each for request in requests for each in _calls(request)):
        kind = _kind(path)
        names = query.get("fields", ["all"])[0].split(",")
        found.update(f"{kind}.{name}" for name in names)
        for part in _OF_PEOPLE:
            names = query.get(f"{part}_fields", [""])[0].split(",")
            found.update(f"{kind}.{part}.{name}" for name in names if name)
    return found


def _calls(request: Request) -> Iterator[tuple[str, Mapping[str, list[str]]]]:
    """The request, or those that a batch holds."""
    if "urls" not in request.query:
        yield request.path, request.query
        return
    for url in re.split(r",(?=/)", request.value("urls")):
        yield urlsplit(url).path, parse_qs(urlsplit(url).query)


def _kind(path: str) -> str:
    *_, before, last = path.strip("/").split("/")
    if before == "boards" and last not in _LONE:
        return "boards"
    return _LONE.get(last, last)


ASKED_FIELDS: Mapping[str, Callable[[Iterable[Request]], set[str]]] = {
    "jira": _of_jira,
    "asana": _of_asana,
    "trello": _of_trello,
}
"""By kind of tracker."""
