"""Read one source, whatever its kind, and remember what that came to."""

from __future__ import annotations

import structlog

from connectors.contract import ExportSettings
from connectors.damage import damage
from connectors.errors import Damaged
from connectors.landing import Landing
from connectors.space import check_space
from pipelines.home.home import Source
from pipelines.home.people_rows import spared_in
from pipelines.warehouse.ingest import LandingReport, count_landed, land
from pipelines.warehouse.live_ingest import read_live, unread_live
from pipelines.warehouse.night import Night
from pipelines.warehouse.readings import recall, remember, took_before

READ = ("fresh", "partial")
log = structlog.get_logger()


def fetched(night: Night, source: Source) -> LandingReport:
    """Land what a source has to give, and remember what that came to.

    A source that this run was told to leave alone gives what was remembered of it.
    """
    places = night.places
    if night.only not in (None, source.name):
        return recall(places, source.name) or unread(night, source)
    from pipelines.quality.volume import remember_volume

    report = _read_patiently(night, source)
    _look_for_damage(night, report)
    remember(places, report)
    if report.state in READ:
        remember_volume(places, report, night.home.as_of)
    return report


def unread(night: Night, source: Source) -> LandingReport:
    """What is known of a source that no run has fetched: what lies in its landing."""
    if not source.is_export:
        return unread_live(night, source)
    settings = ExportSettings(source.name, (), source.timezone)
    return land(settings, source.tracker, night.places.raw, night.home.folder)


def export_settings(source: Source) -> ExportSettings:
    """What a connector needs to know to read a source's exported files."""
    return ExportSettings(source.name, source.files, source.timezone, source.options)


def _read_patiently(night: Night, source: Source) -> LandingReport:
    """Read a source, and once more, some minutes later, if it is only out of reach for now."""
    wanted = night.home.settings.run
    for left in range(wanted.retries, -1, -1):
        report = _read(night, source)
        if not report.is_temporary or not left:
            break
        log.warning(report.detail, source=source.name, again_in_minutes=wanted.retry_minutes)
        if night.side_by_side.over.wait(wanted.retry_minutes * 60):
            break
    return report


def _read(night: Night, source: Source) -> LandingReport:
    if not source.is_export:
        return read_live(night, source)
    raw = night.places.raw
    raw.mkdir(parents=True, exist_ok=True)
    check_space(raw, source.name, took_before(night.places, source.name), least=0)
    try:
        return land(
            export_settings(source),
            source.tracker,
            raw,
            night.home.folder,
            full=night.full,
            sparing=spared_in(night.home),
            over=night.side_by_side.over,
        )
    except Damaged as fault:
        return _as_landed(night, source, str(fault))


def _as_landed(night: Night, source: Source, reason: str) -> LandingReport:
    """What lies in the landing of a source whose exports could not be read on."""
    report = LandingReport(source.name, source.tracker, "stale", reason)
    count_landed(report, Landing(night.places.raw, source.name))
    report.data_as_of = max((last for _, last in report.pulled.values()), default=None)
    return report


def _look_for_damage(night: Night, report: LandingReport) -> None:
    """Let a source be short of fresh whose landing is no longer what was written.

    What was typed of a damaged page before, from sound bytes, stays in use.
    """
    found = damage(Landing(night.places.raw, report.source))
    if found and report.state == "fresh":
        report.state, report.detail = "partial", found
