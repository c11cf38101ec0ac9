"""What is read of one board, page by page.

Three walks: the board with its lists, people, labels, fields and checklists in one step; its cards;
its actions. Cards and actions go backwards in time by the smallest id seen: a page of cards comes
in no order, and many actions share a millisecond. Ids start with the seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from connectors.contract import Record, Rejected
from connectors.errors import ResponseError
from connectors.http import Answer
from connectors.live import ABSENCES, Slice, Step
from connectors.trello.client import MOST, Trello
from connectors.trello.records import head, record, time_of

OVERLAP = timedelta(minutes=15)
"""How long before the last run actions are asked for from on: some appear late."""

_BOARD_FIELDS = "name,desc,closed,idOrganization,shortLink,url,dateLastActivity"
_PARTS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "lists": ("lists", {"filter": "all", "fields": "name,closed,idBoard"}),
    "members": ("members", {"fields": "fullName,username,email"}),
    "labels": ("labels", {"limit": MOST, "fields": "name,color,idBoard"}),
    "customFields": ("custom_fields", {}),
    "checklists": ("checklists", {}),
}
_ACTION_QUERY: Mapping[str, Any] = {
    "filter": "all",
    "limit": MOST,
    "fields": "idMemberCreator,data,type,date",
    "memberCreator_fields": "fullName,username",
    "member_fields": "fullName,username",
}
# Cards are asked for whole: `dateCompleted` and `dateClosed` stand in no published list of fields,
# and a name that Trello does not know is refused.
_CARD_QUERY = {"limit": MOST, "customFieldItems": "true"}
ASKED = (
    *(f"boards.{name}" for name in _BOARD_FIELDS.split(",")),
    *(
        f"{part}.{name}"
        for part, query in _PARTS.values()
        for name in query.get("fields", "all").split(",")
    ),
    *(f"actions.{name}" for name in _ACTION_QUERY["fields"].split(",")),
    *(f"actions.memberCreator.{name}" for name in _ACTION_QUERY["memberCreator_fields"].split(",")),
    *(f"actions.member.{name}" for name in _ACTION_QUERY["member_fields"].split(",")),
    "cards.all",
    *("boards.limits", "organizations.id", "tokens.identifier", "tokens.dateExpires"),
    *("me.id", "me.fullName", "me.username", "me.prefs"),
)
"""The fields that are asked for, by kind of object; ``all`` where Trello's list is not complete."""


class _Deleted(msgspec.Struct):
    """What an action tells of a card that was deleted."""

    type: str = ""
    date: str = ""
    data: dict[str, Any] = {}


_deleted = msgspec.json.Decoder(_Deleted)


def slices(board_id: str, asked_at: datetime, since: datetime | None) -> tuple[Slice, ...]:
    """Return the walks over a board: all its cards, and its actions since (all where None)."""
    at = asked_at.isoformat()
    actions = {"at": at} if since is None else {"at": at, "since": _told(since)}
    return (
        Slice(board_id, "board", "boards", {"at": at}, is_whole=True),
        Slice(board_id, "cards", "cards", {"at": at}, is_whole=True),
        Slice(board_id, "actions", "actions", actions),
    )


def step(trello: Trello, slice: Slice, token: str | None, timezone: str) -> Step:
    """Read one page of a walk over a board."""
    if slice.stream == "boards":
        return _board(trello, slice, timezone)
    query = dict(_CARD_QUERY if slice.stream == "cards" else _ACTION_QUERY)
    query |= {name: slice.request[name] for name in ("since", "before") if name in slice.request}
    rows = _page(trello, slice, query, token)
    found = _records(slice, slice.stream, rows, timezone)
    absences = [each for row in rows for each in _absences(slice, row)]
    return Step([*found, *absences], _smallest(slice, found, rows), len(rows))


def halves(slice: Slice) -> Sequence[Slice]:
    """Cut a walk over cards in two at the middle of the time that is left between its ends."""
    if slice.stream != "cards":
        return ()
    low = int(slice.request.get("since", slice.scope)[:8], 16)
    end = datetime.fromisoformat(slice.request["at"]).replace(tzinfo=UTC).timestamp()
    high = int(slice.request["before"][:8], 16) if "before" in slice.request else int(end) + 1
    if high - low < 2:
        return ()
    middle = f"{(low + high) // 2:08x}{0:016x}"
    older, newer = {**slice.request, "before": middle}, {**slice.request, "since": middle}
    return (
        msgspec.structs.replace(slice, name=f"{slice.name}.1", request=older, is_whole=False),
        msgspec.structs.replace(slice, name=f"{slice.name}.2", request=newer, is_whole=False),
    )


def card_ids(trello: Trello, board_id: str, token: str | None) -> list[str]:
    """Return a page of ids of a board's cards, archived ones included; none behind the last."""
    walk = Slice(board_id, "census", "cards")
    rows = _page(trello, walk, {"limit": MOST, "fields": "idBoard"}, token)
    return [_id(row) for row in rows]


def _page(
    trello: Trello, slice: Slice, query: dict[str, Any], token: str | None
) -> list[msgspec.Raw]:
    """Return a page of cards or actions with ids below the token."""
    part = "cards/all" if slice.stream == "cards" else "actions"
    if token is not None:
        query["before"] = token
    return trello.get(f"/boards/{slice.scope}/{part}", query).json(list[msgspec.Raw])


def _smallest(
    slice: Slice, found: Sequence[Record | Rejected], rows: Sequence[msgspec.Raw]
) -> str | None:
    """Return the bound of the next page: the smallest id of this one; None behind the last row.

    A page that is not full may still have one behind it, so only an empty one ends the walk.
    """
    ids = [each.key for each in found if isinstance(each, Record)]
    if rows and not ids:
        raise ResponseError(
            f"Trello answered {slice.stream} of board {slice.scope} without ids. Report it."
        )
    return min(ids, default=None)


def _board(trello: Trello, slice: Slice, timezone: str) -> Step:
    """Read a board and all that belongs to it but cards and actions."""
    here = f"/boards/{slice.scope}"
    calls = {here: {"fields": _BOARD_FIELDS}}
    calls |= {f"{here}/{part}": dict(query) for part, (_, query) in _PARTS.items()}
    answers = dict(zip(calls, trello.many(calls), strict=True))
    notes = _unread(answers, here)
    parts = {
        part: trello.checked(path, answer)
        for path, answer in answers.items()
        if (part := path.removeprefix(here).removeprefix("/")) not in notes
    }
    board = _with_lists(parts.pop("").content, parts["lists"].content)
    found = _records(slice, "boards", [board], timezone)
    rows = 1
    for part, answer in parts.items():
        elements = answer.json(list[msgspec.Raw])
        rows += len(elements)
        if part == "labels" and len(elements) >= MOST:
            notes[part] = f"Trello gives {MOST} labels of a board at most; there may be more."
        found += _records(slice, _PARTS[part][0], elements, timezone)
    return Step(found, None, rows, tuple(notes.values()))


def _unread(answers: Mapping[str, Answer], here: str) -> dict[str, str]:
    """Name the checklists if there are too many of them: nothing computed rests on them."""
    answer = answers[f"{here}/checklists"]
    if answer.status == 403 and b"TOO_MANY" in answer.content.upper().replace(b" ", b"_"):
        return {"checklists": "Trello gives no checklists of this board: there are too many."}
    return {}


def _with_lists(board: bytes, lists: bytes) -> msgspec.Raw:
    """Return the board with its lists inside, as an export has it; both as they came."""
    return msgspec.Raw(board.rstrip()[:-1] + b',"lists":' + lists.strip() + b"}")


def _records(
    slice: Slice, stream: str, rows: Sequence[msgspec.Raw], timezone: str
) -> list[Record | Rejected]:
    asked_at = datetime.fromisoformat(slice.request["at"])
    place = f"{stream} of board {slice.scope}"
    return [record(stream, bytes(row), asked_at, place, timezone, slice.scope) for row in rows]


def _absences(slice: Slice, row: msgspec.Raw) -> list[Record]:
    """Return the absence of a card that an action says was deleted."""
    if slice.stream != "actions" or b'"deleteCard"' not in bytes(row):
        return []
    action = _deleted.decode(row)
    card, at = action.data.get("card"), time_of(action.date)
    if action.type != "deleteCard" or not isinstance(card, dict) or at is None:
        return []
    told = {"id": card.get("id"), "outcome": "deleted", "at": at.isoformat()}
    told["evidence"] = f"action {_id(row)}"
    payload = msgspec.json.encode(told)
    return [Record(ABSENCES, str(card.get("id")), payload, None, slice.scope, "deleteCard")]


def _id(row: msgspec.Raw) -> str:
    found = head(bytes(row))
    if found is None or not isinstance(found.id, str):
        raise ResponseError("Trello answered an object without an id. Report it.")
    return found.id


def _told(at: datetime) -> str:
    """Return a time (naive UTC) as Trello takes it as a bound."""
    return f"{at.isoformat(timespec='milliseconds')}Z"
