"""Issues and their histories, which Jira tells apart, joined byte for byte."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING

import msgspec

from connectors.errors import ResponseError
from connectors.jira.shapes import Id, Moment
from connectors.jira.times import milliseconds

if TYPE_CHECKING:
    from connectors.http import Client

AT_ONCE = 1_000
ENTRIES = 2_000
PATH = "/rest/api/3/changelog/bulkfetch"


class _OfOneIssue(msgspec.Struct, rename="camel"):
    issue_id: Id
    change_histories: list[msgspec.Raw] = []


class _Page(msgspec.Struct, rename="camel"):
    issue_change_logs: list[_OfOneIssue] = []
    next_page_token: str | None = None


class _Entry(msgspec.Struct):
    id: Id
    created: Moment


Entry = bytes | msgspec.Raw
_Place = tuple[float, int, str]
_Placed = tuple[_Place, Entry]
_by_place = itemgetter(0)
_decode_entry = msgspec.json.Decoder(_Entry).decode


def histories(client: Client, issue_ids: Sequence[str]) -> dict[str, list[Entry]]:
    """Return the entries of the histories of issues of Cloud, each as it came, oldest first.

    The pages run through all issues together by time, so one issue's entries may be spread over
    several; an entry that comes twice counts once. All fields are asked for: every change by a
    person is activity, and ten field ids, which is all that may be named, would not do.

    Raises:
        ResponseError: If a page token comes twice.

    Source: ``POST /rest/api/3/changelog/bulkfetch``; ``created`` comes as milliseconds.
    """
    entries: dict[str, dict[str, _Placed]] = defaultdict(dict)
    for start in range(0, len(issue_ids), AT_ONCE):
        for page in _pages(client, issue_ids[start : start + AT_ONCE]):
            for issue in page.issue_change_logs:
                known = entries[str(issue.issue_id)]
                for raw in issue.change_histories:
                    place = _place(raw)
                    known.setdefault(place[-1], (place, raw))
    return {issue_id: _sorted(found.values()) for issue_id, found in entries.items()}


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Return entries of a history by time, then id."""
    return _sorted((_place(raw), raw) for raw in entries)


def with_history(issue: bytes, entries: Sequence[Entry]) -> bytes:
    """Return an issue with its complete history as ``changelog``, as an export would have it."""
    size = len(entries)
    head = b',"changelog":{"startAt":0,"maxResults":%d,"total":%d,"histories":[' % (size, size)
    body = issue.rstrip()
    if not body.startswith(b"{") or not body.endswith(b"}"):
        raise ResponseError("Jira sent an issue that is no object. Report it.")
    return b"".join((memoryview(body)[:-1], head, b",".join(entries), b"]}}"))


def _pages(client: Client, issue_ids: Sequence[str]) -> Iterator[_Page]:
    seen: set[str] = set()
    token: str | None = None
    while True:
        body = {"issueIdsOrKeys": list(issue_ids), "maxResults": ENTRIES}
        if token is not None:
            body["nextPageToken"] = token
        page = client.post(PATH, body, kind="history").json(_Page)
        yield page
        token = page.next_page_token
        if not token:
            return
        if token in seen:
            raise ResponseError(
                f"Jira gave the same page of histories twice ({PATH}). Run again; report it if it "
                "comes back."
            )
        seen.add(token)


def _sorted(entries: Iterable[_Placed]) -> list[Entry]:
    return [raw for _, raw in sorted(entries, key=_by_place)]


def _place(raw: Entry) -> _Place:
    """Return where an entry belongs: milliseconds since 1970, its id as a number and as text."""
    entry = _decode_entry(raw)
    text = str(entry.id)
    return milliseconds(entry.created), int(text) if text.isdecimal() else 0, text
