"""What became of cards that a walk over their board no longer shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from connectors.contract import Column, LandedRecord, Rows, Table
from connectors.decoding import decoded, instant
from connectors.errors import ResponseError
from connectors.live import Outcome
from connectors.trello.client import MOST, Trello

TABLE = Table(
    "absences",
    "One row per copy of an outcome: what became of a card, or of a board (`scope:` and its id).",
    (
        Column("outcome", "text", "deleted, access_lost, unobserved or present."),
        Column("happened_at", "instant", "When it happened, or was found out."),
        Column("evidence", "text", "What says so."),
    ),
)
_EVIDENCE: dict[str, Outcome] = {"deleteCard": "deleted", "moveCardFromBoard": "access_lost"}


class _Absence(msgspec.Struct):
    outcome: str
    at: str | None = None
    evidence: str | None = None


class _Action(msgspec.Struct):
    id: str
    type: str
    data: dict[str, Any] = {}


_absence = msgspec.json.Decoder(_Absence)


def absence_rows(record: LandedRecord) -> Rows:
    """Yield the row of an outcome."""
    found = decoded(_absence, record.payload)
    yield TABLE.name, (found.outcome, instant(found.at, "UTC", "at"), found.evidence)


def outcomes(trello: Trello, board_id: str, ids: Sequence[str]) -> dict[str, Outcome]:
    """Say what became of cards, by asking for each and then for what their board tells of them.

    A card that answers is present, wherever it is now. One that may not be read is on a board that
    hides it. Of one that is not found, the board's newest action decides: moved away means that
    it is out of sight, anything else that it was deleted.
    """
    found: dict[str, Outcome] = {}
    missing = []
    answers = trello.batch([f"/cards/{each}?fields=idBoard" for each in ids])
    for card_id, (status, _) in zip(ids, answers, strict=True):
        if status == 404:
            missing.append(card_id)
        else:
            found[card_id] = _outcome(card_id, status)
    told = _told(trello, board_id, set(missing)) if missing else {}
    for card_id in missing:
        found[card_id] = told.get(card_id, "deleted")
    return found


def _outcome(card_id: str, status: int) -> Outcome:
    if status == 200:
        return "present"
    if status in (401, 403):
        return "access_lost"
    raise ResponseError(f"Trello answered {status} for the card {card_id}. Report it.")


def _told(trello: Trello, board_id: str, wanted: set[str]) -> dict[str, Outcome]:
    """Return what the board's newest action about each card says, as far back as need be."""
    found: dict[str, Outcome] = {}
    query: dict[str, Any] = {"filter": ",".join(_EVIDENCE), "limit": MOST, "fields": "type,data"}
    query |= {"member": "false", "memberCreator": "false"}
    while wanted - found.keys():
        page = trello.get(f"/boards/{board_id}/actions", query).json(list[_Action])
        for action in sorted(page, key=lambda each: each.id, reverse=True):
            card = action.data.get("card")
            card_id = card.get("id") if isinstance(card, dict) else None
            if card_id in wanted and action.type in _EVIDENCE:
                found.setdefault(str(card_id), _EVIDENCE[action.type])
        bound = min((action.id for action in page), default="")
        if not bound or bound == query.get("before"):
            break
        query["before"] = bound
    return found
