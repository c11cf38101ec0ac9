"""What of a live source's records is of no use as of now."""

from __future__ import annotations

from connectors.contract import Rejected
from connectors.index import Index
from connectors.journal import ScopeEntry
from connectors.landing import Landing


def standing_rejections(landing: Landing, items: str) -> list[Rejected]:
    """Return what was rejected when it was read last, in the order in which it was first rejected.

    Left out is what has landed since under the same key, and what a later reading of the same
    record replaced. A rejection that names no record stands as long as its scope was not read anew.

    Args:
        landing: The landing of a live source.
        items: ``LiveConnector.items``.
    """
    found: dict[tuple[str, str], tuple[Rejected, str]] = {}
    nameless: dict[str, list[Rejected]] = {}
    for entry in landing.entries:
        if not isinstance(entry, ScopeEntry):
            continue
        faults = landing.faults(entry)
        nameless[entry.scope] = [fault for fault in faults if not fault.record_id]
        for fault in faults:
            if fault.record_id:
                found[fault.stream, fault.record_id] = (fault, entry.started_at)
    if not found and not any(nameless.values()):
        return []
    index = Index(landing, items)
    try:
        named = [
            fault
            for (stream, key), (fault, at) in found.items()
            if index.landed_at(stream, key) < at
        ]
    finally:
        index.close()
    return [*named, *(fault for faults in nameless.values() for fault in faults)]
