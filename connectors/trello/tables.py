"""Typed tables of Trello's boards, lists, cards, members, labels and custom fields."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from connectors.contract import Column, LandedRecord, RecordError, Rows, Table
from connectors.decoding import decoded, instant

BOARDS = Table(
    "boards",
    "One row per copy of a board.",
    (
        Column("board_name", "text", "Name."),
        Column("short_link", "text", "The short id in the board's address."),
        Column("url", "text", "Address."),
        Column("is_closed", "flag", "Archived."),
    ),
)
BOARD_LISTS = Table(
    "board_lists",
    "One row per copy of a board and list on it.",
    (
        Column("list_id", "text", "List."),
        Column("list_name", "text", "Name."),
        Column("is_closed", "flag", "Archived."),
    ),
)
LISTS = Table(
    "lists",
    "One row per copy of a list.",
    (
        Column("list_name", "text", "Name."),
        Column("board_id", "text", "Board."),
        Column("is_closed", "flag", "Archived."),
    ),
)
CARDS = Table(
    "cards",
    "One row per copy of a card.",
    (
        Column("board_id", "text", "Board; null where only its export tells."),
        Column("list_id", "text", "List."),
        Column("short_link", "text", "The short id in the card's address."),
        Column("title", "text", "Name."),
        Column("description", "text", "Description, in Markdown."),
        Column("url", "text", "Address."),
        Column("is_closed", "flag", "Archived."),
        Column("is_due_complete", "flag", "The due date is marked as met."),
        Column("due_at", "instant", "Due date.", lies_ahead=True),
        Column("created_at", "instant", "From the first 8 hexadecimal digits of the id."),
        Column("updated_at", "instant", "Last activity."),
        Column("completed_at", "instant", "When it was marked complete, else archived."),
    ),
)
CARD_MEMBERS = Table(
    "card_members",
    "One row per copy of a card and member of it.",
    (Column("member_id", "text", "Member."),),
    accounts=("member_id",),
)
CARD_LABELS = Table(
    "card_labels",
    "One row per copy of a card and label on it.",
    (
        Column("label_id", "text", "Label; null in exports before 2015."),
        Column("label_name", "text", "Name as it stands on the card."),
    ),
)
CARD_FIELDS = Table(
    "card_fields",
    "One row per copy of a card and custom field with a value.",
    (
        Column("field_id", "text", "Custom field."),
        Column("option_id", "text", "Chosen option of a list field."),
        Column("text", "text", "Value of any other field as text."),
    ),
)
MEMBERS = Table(
    "members",
    "One row per copy of a member.",
    (
        Column("full_name", "text", "Name."),
        Column("user_name", "text", "Name in addresses."),
        Column("email", "text", "E-mail address; seldom given."),
    ),
    accounts=("record_id",),
)
LABELS = Table(
    "labels",
    "One row per copy of a label.",
    (
        Column("label_name", "text", "Name; empty for a mere colour."),
        Column("board_id", "text", "Board."),
    ),
)
CUSTOM_FIELDS = Table(
    "custom_fields",
    "One row per copy of a custom field's definition.",
    (
        Column("field_name", "text", "Name."),
        Column(
            "field_type",
            "text",
            "Kind of value.",
            among=("text", "number", "date", "checkbox", "list"),
        ),
    ),
)
FIELD_OPTIONS = Table(
    "field_options",
    "One row per copy of a list field's definition and option of it.",
    (Column("option_id", "text", "Option."), Column("text", "text", "Its text.")),
)


class _List(msgspec.Struct, rename="camel"):
    name: str
    id: str | None = None
    id_board: str | None = None
    closed: bool | None = None


class _Board(msgspec.Struct, rename="camel"):
    name: str = ""
    short_link: str | None = None
    url: str | None = None
    closed: bool | None = None
    lists: list[msgspec.Raw] | None = None


class _Label(msgspec.Struct, rename="camel"):
    id: str | None = None
    name: str | None = None
    id_board: str | None = None


class _FieldItem(msgspec.Struct, rename="camel"):
    id_custom_field: str
    id_value: str | None = None
    value: dict[str, str | float | bool | None] | None = None


class _Card(msgspec.Struct, rename="camel"):
    name: str
    id_list: str
    id_board: str | None = None
    desc: str | None = None
    short_link: str | None = None
    short_url: str | None = None
    url: str | None = None
    closed: bool | None = None
    due_complete: bool | None = None
    due: str | None = None
    date_last_activity: str | None = None
    date_completed: str | None = None
    date_closed: str | None = None
    id_members: list[str] | None = None
    labels: list[_Label] | None = None
    id_labels: list[str] | None = None
    custom_field_items: list[_FieldItem] | None = None


class _Member(msgspec.Struct, rename="camel"):
    full_name: str | None = None
    username: str | None = None
    email: str | None = None


class _Option(msgspec.Struct):
    id: str
    value: dict[str, str | None] | None = None


class _Field(msgspec.Struct):
    name: str
    type: str | None = None
    options: list[_Option] | None = None


_board = msgspec.json.Decoder(_Board)
_list = msgspec.json.Decoder(_List)
_card = msgspec.json.Decoder(_Card)
_member = msgspec.json.Decoder(_Member)
_label = msgspec.json.Decoder(_Label)
_field = msgspec.json.Decoder(_Field)


def created_at(native_id: str) -> datetime | None:
    """Return when an object was made: its id starts with the seconds since 1970, in hexadecimal.

    None for an id that is not Trello's, as importers make them.
    """
    if len(native_id) != 24:
        return None
    try:
        seconds = int(native_id[:8], 16)
    except ValueError:
        return None
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def board_rows(record: LandedRecord) -> Rows:
    """Yield the rows of a board: itself and its lists."""
    board = decoded(_board, record.payload)
    yield BOARDS.name, (board.name, board.short_link, board.url, bool(board.closed))
    for element in board.lists or ():
        try:
            found = decoded(_list, bytes(element))
        except RecordError:
            continue  # the list is a record of its own, too, and quarantined as that
        if found.id:
            yield BOARD_LISTS.name, (found.id, found.name, bool(found.closed))


def list_rows(record: LandedRecord) -> Rows:
    """Yield the row of a list."""
    found = decoded(_list, record.payload)
    yield LISTS.name, (found.name, found.id_board, bool(found.closed))


def card_rows(record: LandedRecord) -> Rows:
    """Yield the rows of a card: itself, its members, labels and custom fields."""
    card = decoded(_card, record.payload)
    due_at = instant(card.due, record.timezone, "due")
    completed_at = instant(card.date_completed, record.timezone, "dateCompleted")
    closed_at = instant(card.date_closed, record.timezone, "dateClosed")
    row = (
        card.id_board,
        card.id_list,
        card.short_link,
        card.name,
        card.desc,
        card.url or card.short_url,
        bool(card.closed),
        bool(card.due_complete),
        due_at,
        created_at(record.key),
        instant(card.date_last_activity, record.timezone, "dateLastActivity"),
        completed_at or closed_at,
    )
    yield CARDS.name, row
    for member in dict.fromkeys(card.id_members or ()):
        yield CARD_MEMBERS.name, (member,)
    for label in card.labels or ():
        yield CARD_LABELS.name, (label.id, label.name)
    named = {label.id for label in card.labels or ()}
    for label_id in card.id_labels or ():
        if label_id not in named:
            yield CARD_LABELS.name, (label_id, None)
    for position, item in enumerate(card.custom_field_items or ()):
        yield CARD_FIELDS.name, _field_value(item, f"customFieldItems[{position}].value")


def _field_value(item: _FieldItem, field_path: str) -> tuple[str, str | None, str | None]:
    """Return field, option and text of a value; numbers and flags come as text, too."""
    for kind in ("text", "number", "date", "checked"):
        value = (item.value or {}).get(kind)
        if isinstance(value, bool):
            return item.id_custom_field, None, str(value).lower()
        if value is not None:
            return item.id_custom_field, None, str(value)
    if item.value and not item.id_value and any(item.value.values()):
        raise RecordError(field_path, f"expected text, number, date or checked: {list(item.value)}")
    return item.id_custom_field, item.id_value, None


def member_rows(record: LandedRecord) -> Rows:
    """Yield the row of a member."""
    member = decoded(_member, record.payload)
    yield MEMBERS.name, (member.full_name, member.username, member.email)


def label_rows(record: LandedRecord) -> Rows:
    """Yield the row of a label."""
    label = decoded(_label, record.payload)
    yield LABELS.name, (label.name, label.id_board)


def custom_field_rows(record: LandedRecord) -> Rows:
    """Yield the rows of a custom field's definition and of its options."""
    found = decoded(_field, record.payload)
    yield CUSTOM_FIELDS.name, (found.name, found.type)
    for option in found.options or ():
        yield FIELD_OPTIONS.name, (option.id, (option.value or {}).get("text"))


def no_rows(record: LandedRecord) -> Rows:
    """Checklists stay in the landing: nothing that is computed rests on them."""
    return ()
