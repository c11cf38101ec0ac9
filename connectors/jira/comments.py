"""The comments of an issue that a search does not list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from connectors.errors import Missing
from connectors.jira.glances import Glance
from connectors.shaping import shaped

if TYPE_CHECKING:
    from connectors.http import Client

_PAGE = 100


class _Page(msgspec.Struct):
    comments: list[msgspec.Raw] = []
    total: int | None = None


class _Fields(msgspec.Struct):
    comment: msgspec.Raw


class _Issue(msgspec.Struct):
    fields: _Fields


class _Comment(msgspec.Struct):
    id: str


def with_all_comments(client: Client, api: str, issue: bytes, told: Glance) -> bytes:
    """Return an issue with all its comments, asking for them where it lists fewer than it has.

    Source: ``GET /rest/api/3/issue/{id}/comment``, at most 100 at a time.
    """
    if told.comments <= told.comments_listed:
        return issue
    listed = bytes(shaped(issue, _Issue).fields.comment)
    try:
        comments = _all(client, f"{api}/issue/{told.id}/comment")
    except Missing:
        return issue
    size = len(comments)
    head = f'{{"startAt":0,"maxResults":{size},"total":{size},"comments":['
    every = b"".join((head.encode(), b",".join(comments.values()), b"]}"))
    place = issue.index(listed, issue.index(b'"comment"'))
    return b"".join((issue[:place], every, issue[place + len(listed) :]))


def _all(client: Client, path: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    while True:
        query = {"startAt": len(found), "maxResults": _PAGE, "orderBy": "created"}
        page = client.get(path, query).json(_Page)
        before = len(found)
        for raw in page.comments:
            found[shaped(raw, _Comment).id] = bytes(raw)
        if len(found) == before or len(found) >= (page.total or 0):
            return found
