"""Whether a source gave as much, and as fresh, as on the nights before; kept from night to night.

    memory/volumes/<source>.json      by date of the run: records read, and how old the newest was

A night is held against nights of the same weekday, as trackers rest at week-ends. The spread is
that of all nights around their weekday's middle, so that a restless source is given more room.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from statistics import median

import msgspec

from connectors.durable import write_durably
from connectors.live import LiveConnector
from connectors.registry import all_connectors
from pipelines.quality.border import suite_name
from pipelines.quality.rules import WHOLE, Count
from pipelines.warehouse.ingest import LandingReport
from pipelines.warehouse.places import Places

NIGHTS_KEPT = 70
NIGHTS_AT_LEAST = 14
SAME_WEEKDAYS = 8
SPREADS = 3.0
LEAST_SPREAD = 0.06
"""No source is as steady as its last weeks by chance were."""
LARGEST_REST = 0.7
"""What is above this part of the usual is never told."""
RECORDS_AT_LEAST = 30
"""Of fewer records a night, chance alone takes half."""
DAYS_LATE = 2


class Volume(msgspec.Struct, frozen=True):
    """What one night read of a source; ``days_behind`` is null where the source tells no time."""

    records: int
    days_behind: int | None = None


History = Mapping[date, Volume]


def is_dropped(history: History, night: date, records: int) -> bool:
    """Whether a night read suspiciously little.

    Args:
        history: The nights before, without this one.
        night: The date that the run stands for.
        records: What it read.
    """
    usual = usual_volume(history, night)
    if usual is None or usual < RECORDS_AT_LEAST or records > LARGEST_REST * usual:
        return False
    return _distance(usual, records) > SPREADS * _spread(history, night)


def usual_volume(history: History, night: date) -> float | None:
    """The middle of the last nights of the same weekday; None where too few nights are known."""
    if len(history) < NIGHTS_AT_LEAST:
        return None
    same = [history[day].records for day in sorted(history) if day.weekday() == night.weekday()]
    return median(same[-SAME_WEEKDAYS:]) if len(same) > 1 else None


def is_late(history: History, days_behind: int | None) -> bool:
    """Whether the newest that a source has is older than on any of the nights before."""
    known = [each.days_behind for each in history.values() if each.days_behind is not None]
    if days_behind is None or len(known) < NIGHTS_AT_LEAST:
        return False
    return days_behind >= max(DAYS_LATE, max(known) + DAYS_LATE)


def _distance(usual: float, records: float) -> float:
    """How far below the usual, in the scale in which half and double are as far."""
    return math.log((usual + 1) / (records + 1))


def _spread(history: History, night: date) -> float:
    """How far nights usually lie from their weekday's middle (a standard deviation)."""
    middles = {
        weekday: median(each.records for day, each in history.items() if day.weekday() == weekday)
        for weekday in {day.weekday() for day in history}
    }
    distances = [
        abs(_distance(middles[day.weekday()], each.records))
        for day, each in history.items()
        if middles[day.weekday()] >= RECORDS_AT_LEAST
    ]
    usual = middles.get(night.weekday(), 0)
    by_chance = 1 / math.sqrt(max(usual, 1))
    return max(1.4826 * median(distances or [0.0]), by_chance, LEAST_SPREAD)


def volume_counts(places: Places, report: LandingReport, night: date) -> list[Count]:
    """Hold what was read of a source against the nights before this one.

    Args:
        places: Of the home.
        report: What the reading of the source came to.
        night: The date that the run stands for.
    """
    history = {
        day: each for day, each in read_history(places, report.source).items() if day < night
    }
    tonight = _tonight(report, night)
    # What a source gave as a whole is told of its work items.
    name = suite_name(report.source, item_stream(report.tracker))
    dropped = is_dropped(history, night, tonight.records)
    late = is_late(history, tonight.days_behind)
    usual = usual_volume(history, night) or 0
    counts = [
        Count(name, WHOLE, "dropped", float(dropped), "warning"),
        Count(name, WHOLE, "late", float(late), "warning"),
    ]
    if dropped:
        detail = f"{tonight.records} records were read where {usual:.0f} are usual"
        counts[0] = msgspec.structs.replace(counts[0], detail=detail)
    if late:
        detail = f"the newest is {tonight.days_behind} days old"
        counts[1] = msgspec.structs.replace(counts[1], detail=detail)
    return counts


def item_stream(tracker: str) -> str:
    """The stream of a tracker's work items."""
    connector = all_connectors()[tracker]
    return connector.items if isinstance(connector, LiveConnector) else connector.streams[0].name


def remember_volume(places: Places, report: LandingReport, night: date) -> None:
    """Keep what a night read of a source, for the nights to come."""
    known = read_history(places, report.source)
    known[night] = _tonight(report, night)
    kept = {day.isoformat(): known[day] for day in sorted(known)[-NIGHTS_KEPT:]}
    path = places.volumes / f"{report.source}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_durably(path, msgspec.json.encode(kept))


def read_history(places: Places, source: str) -> dict[date, Volume]:
    """What is known of the nights of a source; nothing where it cannot be read.

    It only serves to warn, so that a damaged file costs warnings, not the night.
    """
    try:
        text = (places.volumes / f"{source}.json").read_bytes()
        return msgspec.json.decode(text, type=dict[date, Volume])
    except (OSError, msgspec.MsgspecError):
        return {}


def _tonight(report: LandingReport, night: date) -> Volume:
    as_of = report.data_as_of
    behind = max(0, (night - as_of.date()).days) if as_of is not None else None
    return Volume(sum(report.read.values()), behind)
