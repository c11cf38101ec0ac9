"""What the settings name and the tracker does not: told with the nearest that there is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from rapidfuzz import fuzz, process

from connectors.live import Scope


def nearest(wanted: str, among: Collection[str]) -> str | None:
    """The one of ``among`` that reads most like ``wanted``, in any case; None if none does."""
    fold: Callable[[Any], Any] = str.casefold
    best = process.extractOne(
        wanted, sorted(among), scorer=fuzz.ratio, processor=fold, score_cutoff=50
    )
    return best[0] if best else None


def unseen(name: str, kind: str, reason: str, among: Mapping[str, str]) -> Scope:
    """Return a project or board that the settings name and that cannot be seen.

    Args:
        name: As it stands in the settings.
        kind: ``project`` or ``board``.
        reason: A sentence.
        among: By what somebody might write, what has to be written for what can be seen.
    """
    best = nearest(name, among.keys())
    hint = f" The nearest that can be seen is {among[best]}." if best else ""
    return Scope(f"name:{name}", name, kind, None, False, reason + hint)
