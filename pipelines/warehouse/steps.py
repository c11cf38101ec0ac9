"""The steps of a run, each a plain function: fetch, type, build, publish."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import Any

import structlog

from connectors.contract import ExportSettings
from connectors.landing import Landing
from connectors.registry import all_connectors
from pipelines.home.home import Source
from pipelines.home.tables import home_tables
from pipelines.warehouse.engine import build_database
from pipelines.warehouse.facts import manifest_facts
from pipelines.warehouse.ingest import LandingReport, SourceReading, land
from pipelines.warehouse.ingest_tables import account_zones, person_candidates, run_tables
from pipelines.warehouse.live_ingest import read_live, unread_live
from pipelines.warehouse.marts import marts
from pipelines.warehouse.memory import remembered_before, remembered_models, settle, write_down
from pipelines.warehouse.night import Night
from pipelines.warehouse.publish import Render, publish
from pipelines.warehouse.readings import recall, remember
from pipelines.warehouse.record import Exit, NothingFetchedError
from pipelines.warehouse.typing import TypedSource, type_source

log = structlog.get_logger()


def forget(night: Night) -> None:
    """Forget every typed table; what is landed stays."""
    shutil.rmtree(night.places.typed, ignore_errors=True)


def fetch(night: Night, source: Source) -> LandingReport:
    """Land what a source has to give, and remember what that came to.

    A source that this run was told to leave alone gives what was remembered of it.
    """
    places = night.places
    if night.only in (None, source.name):
        report = _read(night, source)
        remember(places, report)
    else:
        report = recall(places, source.name) or _unread(night, source)
    if report.state != "fresh":
        log.warning(report.detail, source=source.name, state=report.state)
    for file in report.unreadable:
        log.warning("unreadable", source=source.name, file=file.file, reason=file.reason)
    for warning in report.warnings:
        log.warning(warning, source=source.name)
    return report


def _read(night: Night, source: Source) -> LandingReport:
    if not source.is_export:
        return read_live(night, source)
    raw, home = night.places.raw, night.home.folder
    return land(_settings(source), source.tracker, raw, home, full=night.full)


def _settings(source: Source) -> ExportSettings:
    return ExportSettings(source.name, source.files, source.timezone, source.options)


def _unread(night: Night, source: Source) -> LandingReport:
    """What is known of a source that no run has fetched: what lies in its landing."""
    if not source.is_export:
        return unread_live(night, source)
    settings = ExportSettings(source.name, (), source.timezone)
    return land(settings, source.tracker, night.places.raw, night.home.folder)


def type_tracker(night: Night, tracker: str) -> list[TypedSource]:
    """Type every landed page of a tracker's sources that is not typed yet."""
    places = night.places
    return [
        type_source(Landing(places.raw, source.name), tracker, places.typed, source.timezone)
        for source in night.home.sources
        if source.tracker == tracker
    ]


def readings(night: Night) -> list[SourceReading]:
    """Every source as this run knows it, by name."""
    typed = {
        each.source: each
        for tracker in {source.tracker for source in night.home.sources}
        for each in type_tracker(night, tracker)
    }
    sources = sorted(night.home.sources, key=lambda source: source.name)
    return [
        SourceReading(
            recall(night.places, source.name) or _unread(night, source), typed[source.name]
        )
        for source in sources
    ]


def build(night: Night) -> list[SourceReading]:
    """Make the database that dbt works in: landed tables, the home, what was read and remembered.

    Raises:
        NothingFetchedError: If no source has given anything, now or earlier.
    """
    found = readings(night)
    if all(reading.report.state == "failed" for reading in found):
        reasons = "; ".join(f"{each.report.source}: {each.report.detail}" for each in found)
        raise NothingFetchedError(
            f"Nothing could be fetched from any source ({reasons}). Run `throughline check`, which "
            "says what to fix, or put exported files where throughline.yml looks for them."
        )
    typed = [reading.typed for reading in found]
    build_database(
        database(night),
        typed,
        home_tables(night.home, account_zones(typed), person_candidates(typed)),
        {**run_tables(found), **remembered_before(night.places, night.home.as_of)},
        all_connectors().values(),
    )
    night.record.sources = [_source_facts(reading.report) for reading in found]
    return found


def database(night: Night):
    """The working database of the run."""
    return night.places.run(night.run_id) / "work.duckdb"


def _source_facts(report: LandingReport) -> dict[str, Any]:
    return {
        "source": report.source,
        "tracker": report.tracker,
        "state": report.state,
        "data_as_of": report.data_as_of.isoformat() if report.data_as_of else None,
        "detail": report.detail,
        "warnings": report.warnings,
    }


def put_out(night: Night, manifest: Mapping[str, Any], render: Render) -> dict[str, Any]:
    """Publish the run, remember it, and close its record: whole, or in spite of a source that
    fell short.
    """
    home, record = night.home, night.record
    changes = write_down(
        night.places,
        night.run_id,
        home.as_of,
        database(night),
        remembered_models(manifest),
    )
    published = publish(
        night.places,
        night.run_id,
        database(night),
        marts(manifest, home.settings.privacy.people),
        manifest_facts(night),
        render,
    )
    settle(night.places)
    log.info("remembered", as_of=home.as_of, **changes)
    record.published = night.run_id
    short = [each for each in record.sources if each["state"] != "fresh"]
    if short:
        told = "; ".join(f"{each['source']} is {each['state']}: {each['detail']}" for each in short)
        record.end(night.places, "published", Exit.DEGRADED, f"Published, but {told}.")
    else:
        record.end(night.places, "published", Exit.PUBLISHED, "Published.")
    return published
