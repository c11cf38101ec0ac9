"""Which stored fields tell of a person, or hold what people wrote: the declaration.

Every text column of every typed table stands in one of the lists, so that a new one has to be
thought about. The page of `throughline privacy` is made of this and of what each connector says it
asks, and tests hold it against what is stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from connectors.contract import Connector, Table

Class = Literal["person", "free text", "other"]

_WHO = "Whose effort it is: an account is matched to a person of teams.yml."
_BY_MAIL = "Accounts of several trackers with one e-mail are one person; teams.yml may know it."
_NAME = "Shown where people are published by name; empty otherwise, as names do not land then."
_LINK = "Searched for identifiers of the strategy; shown as the title of a work item."
_FIELD = "Custom fields may hold identifiers, points and estimates."
_CHANGE = "What a change of history was from and to: spans of status and assignment."
_PLACE = "Names of places where work lies: mapped to nodes, and shown in the report."

PERSON: Mapping[str, str] = {
    "account_id": _WHO,
    "assignee_id": _WHO,
    "creator_id": _WHO,
    "member_id": _WHO,
    "user_id": _WHO,
    "user_key": _WHO,
    "user_name": _WHO,
    "creator_user_name": _WHO,
    "email": _BY_MAIL,
    "display_name": _NAME,
    "full_name": _NAME,
    "creator_name": _NAME,
    "member_name": _NAME,
    "time_zone": "Days are counted where the person lives.",
    "account_type": "Accounts of programs are nobody's activity.",
}
"""Columns that tell of a person, by name, with what they are for."""

FREE_TEXT: Mapping[str, str] = {
    "title": _LINK,
    "description": "Searched for identifiers of the strategy (link tier 6); never published.",
    "text": _FIELD,
    "value": _FIELD,
    "label": _LINK,
    "label_name": _LINK,
    "tag_name": _LINK,
    "before_value": _CHANGE,
    "before_text": _CHANGE,
    "after_value": _CHANGE,
    "after_text": _CHANGE,
    "old_value": _CHANGE,
    "new_value": _CHANGE,
    "project_name": _PLACE,
    "section_name": _PLACE,
    "old_section_name": _PLACE,
    "new_section_name": _PLACE,
    "board_name": _PLACE,
    "list_name": _PLACE,
    "sprint_name": _PLACE,
    "portfolio_name": _PLACE,
    "goal_name": _PLACE,
    "field_name": _FIELD,
    "evidence": "How it was found out that an item is gone.",
}
"""Columns that hold what people wrote, in which anything may stand."""

OTHER = frozenset(
    {
        *("subtype", "url", "parent_id", "project_id", "section_id", "tag_id", "field_id"),
        *("goal_id", "related_id", "phrase", "entry_id", "subtask_id", "task_id", "story_id"),
        *("kind", "field", "old_section_id", "new_section_id", "supporting_id", "field_type"),
        *("supporting_type", "outcome", "issue_key", "site", "project_key", "issue_type"),
        *("status_id", "status_name", "status_category_key", "resolution_name", "parent_key"),
        *("history_key", "comment_id", "issue_id", "worklog_id", "link_id", "opposite_phrase"),
        *("other_id", "other_key", "sprint_id", "state", "custom_type", "short_link", "board_id"),
        *("list_id", "card_id", "label_id", "option_id", "action_type"),
    }
)
"""Columns of ids, kinds and states, which tell of no person by themselves."""


@dataclass(frozen=True)
class PersonalField:
    """A stored field that tells of a person, or holds what people wrote."""

    place: str
    kind: Class
    purpose: str


def class_of(column: str) -> Class | None:
    """Return what a typed text column holds; None for one that nobody has thought about."""
    if column in PERSON:
        return "person"
    if column in FREE_TEXT:
        return "free text"
    return "other" if column in OTHER else None


def fields_of(connector: Connector) -> Iterator[PersonalField]:
    """Yield the fields of a connector's typed tables that the page has to list."""
    tables: dict[str, Table] = {
        table.name: table for stream in connector.streams for table in stream.tables
    }
    for table in tables.values():
        if "record_id" in table.accounts:
            yield PersonalField(f"{connector.tracker}: {table.name}.record_id", "person", _WHO)
        for column in table.columns:
            purpose = PERSON.get(column.name) or FREE_TEXT.get(column.name)
            kind = class_of(column.name)
            if column.type == "text" and purpose and kind:
                place = f"{connector.tracker}: {table.name}.{column.name}"
                yield PersonalField(place, kind, purpose)
