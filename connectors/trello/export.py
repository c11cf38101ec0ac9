"""Records out of exported Trello files: whole boards, or objects of the REST interface.

A board export (menu > Print, export and share > Export as JSON) is one object that holds the board
and, as lists, everything on it; it has at most the newest 1,000 actions. Objects of the REST
interface may stand in a list or one per line; what each is shows in the members it has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from connectors.contract import Record, RecordError, Rejected, Unreadable
from connectors.decoding import instant, text_of
from connectors.exports import Document, documents

_STREAM_OF = {
    "lists": "lists",
    "cards": "cards",
    "actions": "actions",
    "members": "members",
    "labels": "labels",
    "checklists": "checklists",
    "customFields": "custom_fields",
}
_decode_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_list = msgspec.json.Decoder(list[msgspec.Raw]).decode


class _Head(msgspec.Struct, rename="camel"):
    """What is needed of a record to land it; a member of another type counts as missing."""

    id: object = None
    id_board: object = None
    date_last_activity: object = None
    date: object = None


_decode_head = msgspec.json.Decoder(_Head).decode


def records(path: Path, timezone: str) -> Iterator[Record | Rejected | Unreadable]:
    """Yield every record of one exported file, and every fault met on the way."""
    for found in documents(path, "boards"):
        if not isinstance(found, Document):
            yield found
            continue
        members = _decode_members(found.payload)
        if _is_board_export(members):
            yield from _board_export(found, members, timezone)
        elif stream := _stream_of_object(members):
            yield _record(stream, found.payload, None, found.place, timezone)
        else:
            reason = "neither a board export nor an object of the Trello interface"
            board = text_of(members.get("id"))
            yield Rejected("boards", board, "", reason, found.place, found.payload)


def _is_board_export(members: Mapping[str, msgspec.Raw]) -> bool:
    return "id" in members and "cards" in members and "lists" in members


def _board_export(
    found: Document, members: dict[str, msgspec.Raw], timezone: str
) -> Iterator[Record | Rejected]:
    """Yield the board without what stands on it, then each object on it by itself.

    The board's record keeps its lists, too: they have no time of their own, so that only the board
    tells which of two states of a list is the newer one.
    """
    parts = {name: members[name] for name in _STREAM_OF if name in members}
    for name in parts.keys() - {"lists"}:
        del members[name]
    taken_at = _export_version(members, parts.get("actions"), timezone)
    board = msgspec.json.encode(members)
    scope = text_of(members["id"])
    yield _record("boards", board, taken_at, found.place, timezone, scope)
    for name, raw in parts.items():
        text = bytes(raw)
        if text == b"null":
            continue
        try:
            elements = _decode_list(text)
        except msgspec.DecodeError:
            yield Rejected(_STREAM_OF[name], "", name, "expected a list", found.place, text)
            continue
        for position, element in enumerate(elements, 1):
            place = f"{found.place}:{name}[{position}]"
            yield _record(_STREAM_OF[name], bytes(element), taken_at, place, timezone, scope)


def _export_version(
    board: Mapping[str, msgspec.Raw], actions: msgspec.Raw | None, timezone: str
) -> datetime | None:
    """Return how new an export is: the later of the board's last activity and newest action.

    The board's own time can lag behind its newest action by months where an action does not count
    as activity.
    """
    times = [_time(text_of(board.get("dateLastActivity")), timezone)]
    if actions is not None and bytes(actions).startswith(b"["):
        for element in _decode_list(actions):
            head = _head(bytes(element))
            times.append(_time(head.date, timezone) if head else None)
    return max((time for time in times if time), default=None)


def _record(
    stream: str,
    payload: bytes,
    taken_at: datetime | None,
    place: str,
    timezone: str,
    scope: str = "",
) -> Record | Rejected:
    """Return the object as a record; its version is never older than the export it stands in."""
    head = _head(payload)
    if head is None:
        return Rejected(stream, "", "", "expected an object", place, payload)
    if not isinstance(head.id, str) or not head.id:
        return Rejected(stream, "", "id", "expected an id", place, payload)
    own = _time(head.date if stream == "actions" else head.date_last_activity, timezone)
    version = max((time for time in (own, taken_at) if time), default=None)
    board = head.id_board if isinstance(head.id_board, str) else scope
    return Record(stream, head.id, payload, version, scope or board, place)


def _stream_of_object(members: Mapping[str, msgspec.Raw]) -> str | None:
    """Tell what an object of the REST interface is."""
    if "idList" in members and "idBoard" in members:
        return "cards"
    if "type" in members and "data" in members and "date" in members:
        return "actions"
    if "checkItems" in members:
        return "checklists"
    if "idModel" in members or "fieldGroup" in members:
        return "custom_fields"
    if "username" in members or "fullName" in members:
        return "members"
    if "color" in members and "idBoard" in members:
        return "labels"
    if "idBoard" in members and "name" in members:
        return "lists"
    if "shortLink" in members or "prefs" in members or "idOrganization" in members:
        return "boards"
    return None


def _head(payload: bytes) -> _Head | None:
    try:
        return _decode_head(payload)
    except msgspec.DecodeError:
        return None


def _time(value: object, timezone: str) -> datetime | None:
    """Return a time if it is one; a bad one is named when the record is typed."""
    if not isinstance(value, str):
        return None
    try:
        return instant(value, timezone, "")
    except RecordError:
        return None
