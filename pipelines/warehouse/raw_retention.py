"""How long replaced copies stay in the landing, where the settings give a limit.

Why it is so: the landing is kept for good unless somebody says otherwise, as what a past night was
computed from can be read nowhere else. With ``retention: {raw_days: N}`` a copy of a record that a
newer one has replaced goes at the latest N days after it was read; the newest copy of each record
stays, as long as the record is in the tracker's memory of us, and so does every word on absences.
So it is with the payloads of rejected records: what a newer copy or a newer rejection has replaced
goes, what still waits to be mended stays, and the reason and the place of both do.
A pass over the whole landing is made every eighth of the time, and an eighth of the time early. On
the other nights only what has landed since is held against the copies past the limit.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from connectors.durable import write_durably
from connectors.landing import Landing
from connectors.replaced import drop_replaced
from connectors.rewriting import Rewritten
from pipelines.warehouse.inputs import forget_nights
from pipelines.warehouse.night import Night
from pipelines.warehouse.places import Places

TURNS = 8
_DONE = "trimmed"
log = structlog.get_logger()


def trim(night: Night, now: datetime | None = None) -> None:
    """Remove what is past the limit from every landing of a home, configured still or not.

    Args:
        night: The run, under the lock.
        now: Naive UTC; None for the time that it is.
    """
    days = night.home.settings.retention.raw_days
    if days is None:
        return
    now = now or datetime.now(UTC).replace(tzinfo=None)
    is_rewritten = False
    for folder in sorted(path for path in night.places.raw.glob("*") if path.is_dir()):
        done = trim_landing(Landing(night.places.raw, folder.name), days, now)
        if done.records:
            is_rewritten = True
            log.info(
                "replaced copies past the limit removed",
                source=folder.name,
                records=done.records,
                pages=done.pages,
            )
    if is_rewritten:
        forget_nights(night.places)
    sweep_typed(night.places)


def trim_landing(landing: Landing, days: int, now: datetime) -> Rewritten:
    """Remove replaced copies of one landing in time, so that none is ever older than the limit.

    Args:
        landing: Under the run's lock.
        days: The limit.
        now: Naive UTC.
    """
    told, turn = landing.folder / _DONE, timedelta(days=days) / TURNS
    last = _last_turn(told)
    # Nights are a day apart: the next turn comes before the rest of the time is over
    if last and now - datetime.fromisoformat(last["at"]) < turn - timedelta(days=1):
        return drop_replaced(landing, now - timedelta(days=days), known=frozenset(last["pages"]))
    done = drop_replaced(landing, now - timedelta(days=days) + turn)
    pages = sorted({page.sha256 for page in Landing(landing.folder.parent, landing.source).pages()})
    write_durably(told, json.dumps({"at": now.isoformat(), "pages": pages}).encode())
    return done


def _last_turn(told: Path) -> dict[str, Any] | None:
    """When the last pass over all was, and the pages that it left; None if that is not known."""
    try:
        read = json.loads(told.read_bytes())
    except (OSError, ValueError):
        return None
    return read if isinstance(read, dict) else None


def sweep_typed(places: Places) -> int:
    """Remove the typed rows of pages that are no longer in any landing; how many files."""
    sources = (path.name for path in places.raw.glob("*") if path.is_dir())
    kept = {page.sha256 for source in sources for page in Landing(places.raw, source).pages()}
    gone = [path for path in places.typed.glob("*/*/*") if path.name.split("-")[0] not in kept]
    for path in gone:
        path.unlink()
    return len(gone)
