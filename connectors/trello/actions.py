"""Typed tables of Trello's actions: what happened to cards and lists, by whom and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from connectors.contract import Column, LandedRecord, RecordError, Rows, Table
from connectors.decoding import decoded, instant

ACTIONS = Table(
    "actions",
    "One row per copy of an action.",
    (
        Column("action_type", "text", "Type, such as updateCard."),
        Column("board_id", "text", "Board."),
        Column("card_id", "text", "Card."),
        Column("creator_id", "text", "Member who did it."),
        Column("creator_name", "text", "Full name of that member."),
        Column("creator_user_name", "text", "Name of that member in addresses."),
        Column("member_id", "text", "Member to whom it was done."),
        Column("member_name", "text", "Full name of that member."),
        Column("acted_at", "instant", "When."),
    ),
    accounts=("creator_id", "member_id"),
)
CARD_EVENTS = Table(
    "card_events",
    "One row per copy of an action, card and field that it changed.",
    (
        Column("card_id", "text", "Card."),
        Column("kind", "text", "created, changed, commented or deleted."),
        Column("field", "text", "Changed field; customField:<id> for a custom one."),
        Column("old_value", "text", "Value before, of the fields that make up a card's state."),
        Column("new_value", "text", "Value after, of the same fields."),
        Column("creator_id", "text", "Member who did it."),
        Column("acted_at", "instant", "When."),
    ),
)
LIST_EVENTS = Table(
    "list_events",
    "One row per copy of an action that archived a list or brought it back.",
    (
        Column("list_id", "text", "List."),
        Column("is_closed", "flag", "Archived after the action."),
        Column("creator_id", "text", "Member who did it."),
        Column("acted_at", "instant", "When."),
    ),
)
NAMED_LISTS = Table(
    "named_lists",
    "One row per copy of an action and list that it names.",
    (
        Column("list_id", "text", "List."),
        Column("list_name", "text", "Its name as the action tells it."),
        Column("board_id", "text", "Board."),
        Column("acted_at", "instant", "When."),
    ),
)
ACTION_TABLES = (ACTIONS, CARD_EVENTS, LIST_EVENTS, NAMED_LISTS)

_CREATED = {"createCard", "copyCard", "convertToCardFromCheckItem", "emailCard"}
_MOVED_HERE = {"moveCardToBoard", "moveInboxCardToBoard"}
_NO_CHANGE = {"copyCommentCard", "updateComment", "deleteComment", "voteOnCard"}
_FIELD_OF = {"Label": "idLabels", "Check": "checklists", "Attachment": "attachments"}
_STATE_FIELDS = {"idList", "idBoard", "closed", "dueComplete"}
_SETS = {"idMembers", "idLabels"}
_ORDER = "pos"


class _Named(msgspec.Struct, rename="camel"):
    id: str | None = None
    name: str | None = None
    full_name: str | None = None
    username: str | None = None


class _Data(msgspec.Struct, rename="camel"):
    board: _Named | None = None
    board_source: _Named | None = None
    board_target: _Named | None = None
    card: dict[str, msgspec.Raw] | None = None
    list: dict[str, msgspec.Raw] | None = None
    list_before: _Named | None = None
    list_after: _Named | None = None
    old: dict[str, msgspec.Raw] | None = None
    id_member: str | None = None
    id_member_added: str | None = None
    id_label: str | None = None
    label: _Named | None = None
    custom_field: _Named | None = None


class _Action(msgspec.Struct, rename="camel"):
    type: str
    date: str
    data: _Data
    id_member_creator: str | None = None
    member_creator: _Named | None = None
    member: _Named | None = None


_action = msgspec.json.Decoder(_Action)
_Change = tuple[str, str | None, str | None]


def action_rows(record: LandedRecord) -> Rows:
    """Yield the rows of an action."""
    action = decoded(_action, record.payload)
    acted_at = instant(action.date, record.timezone, "date")
    if acted_at is None:
        raise RecordError("date", "expected an ISO 8601 time, found nothing")
    data, creator = action.data, action.member_creator or _Named()
    creator_id = action.id_member_creator or creator.id
    member = action.member or _Named()
    card_id = _plain(data.card, "id", "data.card.id")
    yield (
        ACTIONS.name,
        (
            action.type,
            data.board.id if data.board else None,
            card_id,
            creator_id,
            creator.full_name,
            creator.username,
            _member_of(action),
            member.full_name or member.name,
            acted_at,
        ),
    )
    if card_id:
        for kind, (field, old, new) in _card_events(action):
            yield CARD_EVENTS.name, (card_id, kind, field, old, new, creator_id, acted_at)
    yield from _list_rows(data, creator_id, acted_at)


def _card_events(action: _Action) -> Iterator[tuple[str, _Change]]:
    """Yield what an action did to its card."""
    kind, data = action.type, action.data
    if kind in _CREATED:
        yield "created", ("idList", None, _plain(data.list, "id", "data.list.id"))
    elif kind == "commentCard":
        yield "commented", ("comment", None, None)
    elif kind == "deleteCard":
        yield "deleted", ("deleted", None, None)
    elif kind not in _NO_CHANGE:
        for change in _changes(action):
            yield "changed", change


def _changes(action: _Action) -> Iterator[_Change]:
    """Yield field, value before and value after of each change to a card."""
    kind, data = action.type, action.data
    if kind in _MOVED_HERE:
        yield "idBoard", _id(data.board_source), _id(data.board)
        yield "idList", None, _plain(data.list, "id", "data.list.id")
    elif kind == "moveCardFromBoard":
        yield "idBoard", _id(data.board), _id(data.board_target)
    elif kind == "addMemberToCard":
        yield "idMembers", None, _member_of(action)
    elif kind == "removeMemberFromCard":
        yield "idMembers", _member_of(action), None
    elif kind == "addLabelToCard":
        yield "idLabels", None, _id(data.label) or data.id_label
    elif kind == "removeLabelFromCard":
        yield "idLabels", _id(data.label) or data.id_label, None
    elif kind == "updateCustomFieldItem":
        yield f"customField:{_id(data.custom_field) or ''}", None, None
    elif kind == "updateCard":
        yield from _updates(data)
    else:
        named = (field for part, field in _FIELD_OF.items() if part in kind)
        yield next(named, kind), None, None


def _updates(data: _Data) -> Iterator[_Change]:
    """Yield the changes of an updateCard action; its place within a list is none of them."""
    card, old = data.card or {}, data.old or {}
    if data.list_before and data.list_after and "idList" not in old:
        yield "idList", data.list_before.id, data.list_after.id
    for field in old:
        before, path = _plain(old, field, f"data.old.{field}"), f"data.card.{field}"
        if field in _SETS:
            yield from _set_changes(field, old[field], card.get(field))
        elif field == "idList":
            after = _plain(card, field, path) or _id(data.list_after)
            yield field, before or _id(data.list_before), after
        elif field in _STATE_FIELDS:
            yield field, before, _plain(card, field, path)
        elif field != _ORDER:
            yield field, None, None


def _set_changes(field: str, old: msgspec.Raw, new: msgspec.Raw | None) -> Iterator[_Change]:
    """Yield each member or label that came or went; Trello also echoes sets that did not change."""
    before, after = _texts(old, f"data.old.{field}"), _texts(new, f"data.card.{field}")
    for gone in before:
        if gone not in after:
            yield field, gone, None
    for come in after:
        if come not in before:
            yield field, None, come


def _list_rows(data: _Data, creator_id: str | None, acted_at: datetime) -> Rows:
    """Yield that a list was archived or brought back, and the names of the lists met."""
    list_id = _plain(data.list, "id", "data.list.id")
    board_id = data.board.id if data.board else None
    closed = _plain(data.list, "closed", "data.list.closed")
    if list_id and not data.card and "closed" in (data.old or {}) and closed is not None:
        yield LIST_EVENTS.name, (list_id, closed == "true", creator_id, acted_at)
    named = [(each.id, each.name) for each in (data.list_before, data.list_after) if each]
    named.append((list_id, _plain(data.list, "name", "data.list.name")))
    for found_id, name in named:
        if found_id and name:
            yield NAMED_LISTS.name, (found_id, name, board_id, acted_at)


def _member_of(action: _Action) -> str | None:
    """Return the member to whom something was done."""
    data = action.data
    return data.id_member or data.id_member_added or _id(action.member)


def _id(named: _Named | None) -> str | None:
    return named.id if named else None


def _plain(values: dict[str, msgspec.Raw] | None, name: str, field_path: str) -> str | None:
    """Return a text or flag as text; None if it is missing or null."""
    if not values or name not in values:
        return None
    value = msgspec.json.decode(values[name])
    if isinstance(value, bool):
        return str(value).lower()
    if name in ("id", "name", *_STATE_FIELDS) and not isinstance(value, str | None):
        raise RecordError(field_path, f"expected text, found {type(value).__name__}")
    return value if isinstance(value, str) else None


def _texts(raw: msgspec.Raw | None, field_path: str) -> list[str]:
    """Return a list of ids."""
    value = msgspec.json.decode(raw) if raw is not None else None
    if not isinstance(value, list | None) or not all(isinstance(each, str) for each in value or ()):
        raise RecordError(field_path, "expected a list of ids")
    return value or []
