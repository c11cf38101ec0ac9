"""How long replaced copies stay in the landing, where the settings give a limit.

Why it is so: the landing is kept for good unless somebody says otherwise, as what a past night was
computed from can be read nowhere else. With ``retention: {raw_days: N}`` a copy of a record that a
newer one has replaced goes at the latest N days after it was read; the newest copy of each record
stays, as long as the record is in the tracker's memory of us, and so does every word on absences.
Rewriting pages costs a pass over the landing, so it is done every eighth of the time, an eighth of
the time early.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import structlog

from connectors.durable import write_durably
from connectors.landing import Landing
from connectors.rewriting import Rewritten, drop_replaced
from pipelines.warehouse.inputs import forget_nights
from pipelines.warehouse.night import Night
from pipelines.warehouse.places import Places

TURNS = 8
_DONE = "trimmed"
log = structlog.get_logger()


def trim(night: Night) -> None:
    """Remove what is past the limit from every landing of a home, configured still or not."""
    days = night.home.settings.retention.raw_days
    if days is None:
        return
    now = datetime.now(UTC).replace(tzinfo=None)
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
    if told.exists() and now - datetime.fromisoformat(told.read_text()) < turn - timedelta(days=1):
        return Rewritten()
    # Nights are a day apart: the next turn comes before the rest of the time is over
    done = drop_replaced(landing, now - timedelta(days=days) + turn)
    write_durably(told, now.isoformat().encode())
    return done


def sweep_typed(places: Places) -> int:
    """Remove the typed rows of pages that are no longer in any landing; how many files."""
    sources = (path.name for path in places.raw.glob("*") if path.is_dir())
    kept = {page.sha256 for source in sources for page in Landing(places.raw, source).pages()}
    gone = [path for path in places.typed.glob("*/*/*") if path.name.split("-")[0] not in kept]
    for path in gone:
        path.unlink()
    return len(gone)
