"""Work logs by the two feeds that Jira has of them: those changed and those deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import msgspec

from connectors.contract import Record
from connectors.errors import ResponseError
from connectors.jira.export import WORKLOGS
from connectors.jira.shapes import Id, Moment
from connectors.jira.times import instant
from connectors.live import Slice, Step

if TYPE_CHECKING:
    from connectors.http import Client

DELETIONS = "worklog_deletions"


class _Page(msgspec.Struct, rename="camel"):
    values: list[msgspec.Raw] = []
    until: int | None = None
    next_page: str | None = None
    last_page: bool = True


class _Value(msgspec.Struct, rename="camel"):
    worklog_id: Id
    updated_time: Moment | None = None


class _Worklog(msgspec.Struct):
    id: Id
    updated: Moment | None = None


_decode_value = msgspec.json.Decoder(_Value).decode
_decode_worklog = msgspec.json.Decoder(_Worklog).decode


def worklogs(client: Client, api: str, slice: Slice, token: str | None) -> Step:
    """Return the work logs of a page of the feed of changes.

    Those that the account may not see are in the feed and have no body; where the feed goes on
    does not depend on them.

    Source: ``GET worklog/updated`` (1,000 ids a page, without the last minute) and
    ``POST worklog/list``.
    """
    page, following = _page(client, f"{api}/worklog/updated", slice, token)
    ids = [_number(_decode_value(raw).worklog_id) for raw in page.values]
    bodies: list[msgspec.Raw] = []
    if ids:
        answer = client.post(f"{api}/worklog/list", {"ids": ids}, kind="worklogs")
        bodies = answer.json(list[msgspec.Raw])
    records = [_worklog(bytes(raw)) for raw in bodies]
    hidden = len(set(ids)) - len(records)
    notes = (f"{hidden} work logs may not be seen or are gone",) if hidden > 0 else ()
    return Step(records, following, len(ids), notes)


def deletions(client: Client, api: str, slice: Slice, token: str | None) -> Step:
    """Return a page of the feed of deleted work logs.

    Source: ``GET worklog/deleted``; work logs that go with their issue are not in it.
    """
    page, following = _page(client, f"{api}/worklog/deleted", slice, token)
    return Step([_deletion(bytes(raw)) for raw in page.values], following, len(page.values))


def _page(client: Client, path: str, slice: Slice, token: str | None) -> tuple[_Page, str | None]:
    since = int(token) if token else int(slice.request["since"])
    page = client.get(path, {"since": since}, kind="worklogs").json(_Page)
    if page.last_page:
        return page, None
    following = _since(page.next_page) or page.until
    if following is None or following <= since:
        raise ResponseError(f"Jira's feed {path} does not go on behind {since}. Report it.")
    return page, str(following)


def _since(address: str | None) -> int | None:
    """Return where the address of the next page starts."""
    told = parse_qs(urlsplit(address or "").query).get("since", [""])[0]
    return int(told) if told.isdecimal() else None


def _worklog(payload: bytes) -> Record:
    told = _decode_worklog(payload)
    version = instant(told.updated) if told.updated else None
    return Record(WORKLOGS, str(told.id), payload, version)


def _deletion(payload: bytes) -> Record:
    told = _decode_value(payload)
    version = instant(told.updated_time) if told.updated_time else None
    return Record(DELETIONS, str(told.worklog_id), payload, version)


def _number(worklog_id: Id) -> int:
    return int(worklog_id)
