"""What Trello offers to the pipelines."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract import ExportSettings, Record, Rejected, Stream, Unreadable
from connectors.http import Client
from connectors.live import ABSENCES, Access, LiveSettings, Reader
from connectors.trello import client as trello
from connectors.trello.absences import TABLE as ABSENCE_TABLE
from connectors.trello.absences import absence_rows
from connectors.trello.actions import ACTION_TABLES, action_rows
from connectors.trello.export import records
from connectors.trello.reader import TrelloReader
from connectors.trello.streams import ASKED
from connectors.trello.tables import (
    BOARD_LISTS,
    BOARDS,
    CARD_FIELDS,
    CARD_LABELS,
    CARD_MEMBERS,
    CARDS,
    CUSTOM_FIELDS,
    FIELD_OPTIONS,
    LABELS,
    LISTS,
    MEMBERS,
    board_rows,
    card_rows,
    custom_field_rows,
    label_rows,
    list_rows,
    member_rows,
    no_rows,
)


class TrelloConnector:
    """Reads Trello boards, exported ones and over the network."""

    tracker = "trello"
    streams = (
        Stream("boards", "Boards with their lists.", (BOARDS, BOARD_LISTS), board_rows),
        Stream("lists", "Lists, archived ones included.", (LISTS,), list_rows),
        Stream(
            "cards",
            "Cards, archived ones included.",
            (CARDS, CARD_MEMBERS, CARD_LABELS, CARD_FIELDS),
            card_rows,
        ),
        Stream("actions", "What happened on a board, by whom.", ACTION_TABLES, action_rows),
        Stream("members", "People on a board.", (MEMBERS,), member_rows),
        Stream("labels", "Labels of a board.", (LABELS,), label_rows),
        Stream(
            "custom_fields",
            "Definitions of custom fields.",
            (CUSTOM_FIELDS, FIELD_OPTIONS),
            custom_field_rows,
        ),
        Stream("checklists", "Checklists on cards; kept, not used.", (), no_rows),
        Stream(ABSENCES, "What became of cards no longer found.", (ABSENCE_TABLE,), absence_rows),
    )
    items = "cards"
    asked = ASKED

    def hosts(self, settings: LiveSettings) -> tuple[str, ...]:
        """Return the one host that is called."""
        return trello.hosts(settings)

    def access(self, settings: LiveSettings) -> Access:
        """Return how Trello is reached; raises SettingsError without key or token."""
        return trello.access(settings)

    def connect(self, settings: LiveSettings, client: Client) -> Reader:
        """Return a reader of the source's boards."""
        return TrelloReader(settings, client)

    def read_exports(self, settings: ExportSettings) -> Iterator[Record | Rejected | Unreadable]:
        """Yield every record of the exported files, and every fault met on the way."""
        for path in settings.files:
            yield from records(path, settings.timezone)
