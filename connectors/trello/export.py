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

from connectors.contract import Record, Rejected, Unreadable
from connectors.decoding import text_of
from connectors.exports import Document, documents
from connectors.trello.records import head, record, time_of

_STREAM_OF = {
    "lists": "lists",
    "cards": "cards",
    "actions": "actions",
    "members": "members",
    "labels": "labels",
    "checklists": "checklists",
    "customFields": "custom_fields",
}
_OF_A_CARD = {"idList", "idShort", "desc"}
"""What else stands on no board; one that lacks its list is still a card, and at fault."""
_decode_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_list = msgspec.json.Decoder(list[msgspec.Raw]).decode


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
            yield record(stream, found.payload, None, found.place, timezone)
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
    yield record("boards", board, taken_at, found.place, timezone, scope)
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
            yield record(_STREAM_OF[name], bytes(element), taken_at, place, timezone, scope)


def _export_version(
    board: Mapping[str, msgspec.Raw], actions: msgspec.Raw | None, timezone: str
) -> datetime | None:
    """Return how new an export is: the later of the board's last activity and newest action.

    The board's own time can lag behind its newest action by months where an action does not count
    as activity.
    """
    times = [time_of(text_of(board.get("dateLastActivity")), timezone)]
    if actions is not None and bytes(actions).startswith(b"["):
        for element in _decode_list(actions):
            found = head(bytes(element))
            times.append(time_of(found.date, timezone) if found else None)
    return max((time for time in times if time), default=None)


def _stream_of_object(members: Mapping[str, msgspec.Raw]) -> str | None:
    """Tell what an object of the REST interface is."""
    if "idBoard" in members and members.keys() & _OF_A_CARD:
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
