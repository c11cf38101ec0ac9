"""What the latest fetch of each source came to, remembered between the steps and between runs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import msgspec

from connectors.contract import Rejected, Unreadable
from connectors.durable import write_durably
from connectors.errors import SettingsError
from connectors.formats import check_number
from connectors.shaping import shaped
from pipelines.warehouse.ingest import LandingReport, State
from pipelines.warehouse.places import Places
from pipelines.warehouse.scope_readings import ScopeReading

READING = "reading.json"
FORMAT_VERSION = 1


class _Remembered(msgspec.Struct):
    """A report as it stands on disk."""

    source: str
    tracker: str
    state: State
    detail: str
    files: int
    files_skipped: int
    data_as_of: datetime | None
    read: dict[str, int]
    landed: dict[str, int]
    in_landing: dict[str, int]
    rejected: list[Rejected]
    unreadable: list[Unreadable]
    pulled: dict[str, tuple[datetime, datetime]]
    scopes: list[ScopeReading] = []
    warnings: list[str] = []
    disk_bytes: int = 0
    token_ends: str = ""


def reading_path(places: Places, source: str) -> Path:
    """Where it stands: beside the landing, for it cannot be made again from anything else."""
    return places.raw / source / READING


def remember(places: Places, report: LandingReport) -> None:
    """Keep what a fetch came to until the source is fetched again."""
    path = reading_path(places, report.source)
    path.parent.mkdir(parents=True, exist_ok=True)
    facts = {name: getattr(report, name) for name in _Remembered.__struct_fields__}
    # what stood there is in the quarantine, once, where `throughline forget` looks for it
    facts["format"] = FORMAT_VERSION
    facts["rejected"] = [replace(each, payload=b"") for each in report.rejected]
    write_durably(path, msgspec.json.encode(facts))


def recall(places: Places, source: str) -> LandingReport | None:
    """What the latest fetch of a source came to; None if there was none.

    Raises:
        SettingsError: If a later version of the program has written it, or it cannot be read.
    """
    path = reading_path(places, source)
    if not path.exists():
        return None
    text = path.read_bytes()
    try:
        check_number(path, text, FORMAT_VERSION)
        found = shaped(text, _Remembered)
    except msgspec.MsgspecError:
        raise SettingsError(
            f"{path} is damaged. Put it back from a copy, or remove it: what the last reading of "
            f"{source} came to is then no longer known, and the next one tells it anew."
        ) from None
    facts = {name: getattr(found, name) for name in found.__struct_fields__}
    for name in ("read", "landed", "in_landing"):
        facts[name] = Counter(facts[name])
    return LandingReport(**facts)


def took_before(places: Places, source: str) -> int:
    """How many bytes of disk the latest fetch of a source took; 0 if that is not known."""
    known = recall(places, source)
    return known.disk_bytes if known else 0
