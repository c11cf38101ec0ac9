"""What is no longer there: found by comparison, believed only on evidence, and never in masses.

A work item that a complete census does not hold is asked for by itself. What the tracker then says
of it lands in the stream ``absences``. Where too much of a scope would go, nothing of it does until
a person confirms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from connectors.contract import Record
from connectors.index import SCOPE_PREFIX, Index
from connectors.live import ABSENCES, Outcome, Reader, Scope
from connectors.pages import text_of

REMOVALS = frozenset({"deleted", "trashed", "access_lost", "unobserved"})
"""Outcomes that take a work item out of sight; an archived one stays in it."""
LEAST_REMOVALS = 5
MOST_REMOVALS = 100
MOST_SHARE = 0.01
LOOK_UPS = 1_000
_AT_ONCE = 100


@dataclass
class Judgement:
    """What became of the work items that a census does not hold, or holds again.

    ``held`` says why nothing is removed, and how to confirm; empty if there is no reason.
    """

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    still_there: list[str] = field(default_factory=list)
    held: str = ""


def judge(
    reader: Reader,
    index: Index,
    scope: Scope,
    census: Iterator[str],
    told: frozenset[str],
    source: str,
    is_confirmed: bool,
) -> Judgement:
    """Judge what a complete census of a scope says about the items known in it.

    Args:
        reader: Asked about each item that is missing.
        index: What is known.
        scope: Whose census it is.
        census: The ids of all work items in the scope now.
        told: Items of which the walks themselves tell that they are gone: that is evidence.
        source: The source's name, for the sentence.
        is_confirmed: A person has confirmed that much may go.
    """
    known = index.members(scope.id)
    missing, returned = index.compare(scope.id, census)
    missing = [key for key in missing if key not in told]
    found = Judgement(dict.fromkeys(returned, "present"))
    before = {key: index.outcome(key) for key in missing}
    new = [key for key in missing if before[key] in (None, "present")]
    old = [key for key in missing if key not in set(new)][:_AT_ONCE]
    if len(new) > LOOK_UPS and not is_confirmed:
        new = [key for key in new if not index.is_elsewhere(scope.id, key)]
        if len(new) > LOOK_UPS:
            found.held = _held(source, scope, len(new), known)
            return found
    now = _looked_up(reader, scope, [*new, *old])
    going = [key for key in new if now.get(key) in REMOVALS]
    if is_too_much(len(going), known) and not is_confirmed:
        found.held = _held(source, scope, len(going), known)
        return found
    found.still_there = [key for key in new if now.get(key) == "present"]
    found.outcomes |= {
        key: outcome
        for key, outcome in now.items()
        if outcome != (before.get(key) or "present") and key in before
    }
    return found


def settle(
    index: Index, scope_id: str, still_there: Sequence[str], source: str, is_confirmed: bool
) -> str:
    """Note that items are in a scope no longer, though they are still there; after all scopes.

    Returns:
        Why the census is not believed: too many of them are in no other scope either, and nobody
        has confirmed that they went to where nothing is read.
    """
    known = index.members(scope_id)
    here = [key for key in still_there if not index.is_elsewhere(scope_id, key)]
    is_doubtful = is_too_much(len(here), known) and not is_confirmed
    for key in set(still_there) - set(here) if is_doubtful else still_there:
        index.leave(scope_id, key)
    if not is_doubtful:
        return ""
    return (
        f"the census lacks {len(here)} of {known} work items that are still there; they stay as "
        "they were, and it is taken anew by the next run. If they went to where nothing is read, "
        f"run `throughline run --confirm-removals {source}`."
    )


def is_too_much(going: int, known: int) -> bool:
    """True if so many of the known work items of a scope do not go by themselves in a night."""
    if going <= LEAST_REMOVALS:
        return False
    return going > MOST_REMOVALS or going > known * MOST_SHARE


def absence(key: str, outcome: Outcome, at: datetime, evidence: str) -> Record:
    """Return the record that tells what became of a work item or of ``scope:<id>``."""
    told = {"id": key, "outcome": outcome, "at": f"{text_of(at)}Z", "evidence": evidence}
    return Record(ABSENCES, key, msgspec.json.encode(told), at, place="census")


def scope_key(scope_id: str) -> str:
    """Return the key under which a whole scope is told of."""
    return f"{SCOPE_PREFIX}{scope_id}"


def held_scope(source: str, name: str, reason: str, known: int) -> str:
    """Say that a whole scope is out of sight and what to do."""
    return (
        f"{name} is out of sight ({reason}); its {known} work items stay as they were. If that is "
        f"right, run `throughline run --confirm-removals {source}`."
    )


def _held(source: str, scope: Scope, going: int, known: int) -> str:
    return (
        f"{going} of {known} work items of {scope.name} would go; nothing was removed. If that is "
        f"right, run `throughline run --confirm-removals {source}`."
    )


def _looked_up(reader: Reader, scope: Scope, keys: list[str]) -> Mapping[str, Outcome]:
    found: dict[str, Outcome] = {}
    for start in range(0, len(keys), _AT_ONCE):
        found |= reader.look_up(scope, keys[start : start + _AT_ONCE])
    return found
