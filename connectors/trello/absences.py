"""What became of cards that a walk over their board no longer shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import msgspec

from connectors.contract import Column, LandedRecord, Rows, Table
from connectors.decoding import decoded, instant
from connectors.errors import Missing, Refused, ResponseError
from connectors.live import Outcome
from connectors.trello.client import MOST, Trello

TABLE = Table(
    "absences",
    "One row per copy of an outcome: what became of a card, or of a board (`scope:` and its id).",
    (
        Column("outcome", "text", "What became of it.", among=get_args(Outcome)),
        Column("happened_at", "instant", "When it happened, or was found out."),
        Column("evidence", "text", "What says so."),
    ),
)


class _Absence(msgspec.Struct):
    outcome: str
    at: str | None = None
    evidence: str | None = None


class _Action(msgspec.Struct):
    id: str
    data: dict[str, Any] = {}


_absence = msgspec.json.Decoder(_Absence)


def absence_rows(record: LandedRecord) -> Rows:
    """Yield the row of an outcome."""
    found = decoded(_absence, record.payload)
    yield TABLE.name, (found.outcome, instant(found.at, "UTC", "at"), found.evidence)


def outcomes(trello: Trello, board_id: str, ids: Sequence[str]) -> dict[str, Outcome]:
    """Say what became of cards, by asking for each and then for what their board tells of them.

    A card that answers is present, wherever it is now. One that may not be read is on a board that
    hides it. Of one that is not found, the newest action of its board decides: a card that moved
    away is looked for on that board, and is out of sight with it; any other was deleted.
    """
    found: dict[str, Outcome] = {}
    missing = set()
    answers = trello.batch([f"/cards/{each}?fields=idBoard" for each in ids])
    for card_id, (status, _) in zip(ids, answers, strict=True):
        if status == 404:
            missing.add(card_id)
        else:
            found[card_id] = _outcome(card_id, status)
    return found | _of_missing(trello, board_id, missing)


def _outcome(card_id: str, status: int) -> Outcome:
    if status == 200:
        return "present"
    if status in (401, 403):
        return "access_lost"
    raise ResponseError(f"Trello answered {status} for the card {card_id}. Report it.")


def _of_missing(trello: Trello, board_id: str, missing: set[str]) -> dict[str, Outcome]:
    """Follow cards that are not found from board to board."""
    found: dict[str, Outcome] = {}
    met: set[str] = set()
    wanted = {board_id: missing} if missing else {}
    while wanted:
        here, ids = wanted.popitem()
        met.add(here)
        try:
            moved = _moved(trello, here, ids)
        except (Missing, Refused) as fault:
            if here == board_id or (isinstance(fault, Refused) and fault.status == 401):
                raise
            found |= dict.fromkeys(ids, "access_lost")
            continue
        for card_id in ids:
            target = moved.get(card_id)
            if target is None or target in met:
                found[card_id] = "deleted" if target is None else "access_lost"
            else:
                wanted.setdefault(target, set()).add(card_id)
    return found


def _moved(trello: Trello, board_id: str, wanted: set[str]) -> dict[str, str | None]:
    """Return to which board each card left, by the newest action about it; None if deleted.

    Walks back in time as far as need be; a card that no action speaks of is left out.
    """
    found: dict[str, str | None] = {}
    query: dict[str, Any] = {"filter": "deleteCard,moveCardFromBoard", "limit": MOST}
    query |= {"fields": "data", "member": "false", "memberCreator": "false"}
    while wanted - found.keys():
        page = trello.get(f"/boards/{board_id}/actions", query).json(list[_Action])
        for action in sorted(page, key=lambda each: each.id, reverse=True):
            card_id = _id_of(action.data.get("card"))
            if card_id in wanted:
                found.setdefault(card_id, _id_of(action.data.get("boardTarget")))
        bound = min((action.id for action in page), default="")
        if not bound or bound == query.get("before"):
            break
        query["before"] = bound
    return found


def _id_of(named: object) -> str | None:
    found = named.get("id") if isinstance(named, dict) else None
    return found if isinstance(found, str) else None
