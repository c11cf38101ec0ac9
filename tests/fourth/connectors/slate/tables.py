"""The typed tables of Slate, and the rows of its records."""

from __future__ import annotations

import msgspec

from connectors.contract import Column, LandedRecord, Rows, Table
from connectors.decoding import decoded, instant

NOTES = Table(
    "notes",
    "One row per copy of a note.",
    (
        Column("project_id", "text", "Book."),
        Column("title", "text", "Title."),
        Column("state", "text", "Name of its state."),
        Column("assignee_id", "text", "Who has it."),
        Column("creator_id", "text", "Who wrote it."),
        Column("created_at", "instant", "When it was written."),
        Column("updated_at", "instant", "When it changed last."),
    ),
    accounts=("assignee_id", "creator_id"),
)
MOVES = Table(
    "moves",
    "One row per copy of a note and move of it to another state.",
    (
        Column("old_value", "text", "State before."),
        Column("new_value", "text", "State after."),
        Column("creator_id", "text", "Who moved it."),
        Column("acted_at", "instant", "When."),
    ),
    accounts=("creator_id",),
)
ACCOUNTS = Table(
    "accounts",
    "One row per copy of a person.",
    (
        Column("account_id", "text", "Account."),
        Column("display_name", "text", "Name."),
        Column("email", "text", "E-mail address."),
        Column("time_zone", "text", "Time zone."),
    ),
    accounts=("account_id",),
)
ABSENCES = Table(
    "absences",
    "One row per copy of an outcome: what became of a note, or of a book.",
    (
        Column("outcome", "text", "deleted, unobserved or present."),
        Column("happened_at", "instant", "When it was found out."),
    ),
)


class _Move(msgspec.Struct, rename={"before": "from", "after": "to"}):
    at: str
    by: str | None
    before: str
    after: str


class _Note(msgspec.Struct):
    book: str
    title: str
    state: str
    owner: str | None
    author: str | None
    created: str
    changed: str
    moves: list[_Move] = []


class _Person(msgspec.Struct):
    id: str
    name: str
    email: str
    zone: str


class _Absence(msgspec.Struct):
    outcome: str
    at: str


_note, _person, _absence = map(msgspec.json.Decoder, (_Note, _Person, _Absence))


def note_rows(record: LandedRecord) -> Rows:
    """Yield the rows of a note: itself and its moves."""
    note = decoded(_note, record.payload)
    created = instant(note.created, record.timezone, "created")
    changed = instant(note.changed, record.timezone, "changed")
    yield (
        NOTES.name,
        (note.book, note.title, note.state, note.owner, note.author, created, changed),
    )
    for number, move in enumerate(note.moves):
        at = instant(move.at, record.timezone, f"moves[{number}].at")
        yield MOVES.name, (move.before, move.after, move.by, at)


def person_rows(record: LandedRecord) -> Rows:
    """Yield the row of a person."""
    person = decoded(_person, record.payload)
    yield ACCOUNTS.name, (person.id, person.name, person.email, person.zone)


def absence_rows(record: LandedRecord) -> Rows:
    """Yield the row of an outcome."""
    found = decoded(_absence, record.payload)
    yield ABSENCES.name, (found.outcome, instant(found.at, "UTC", "at"))
