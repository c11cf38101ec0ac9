"""The steps of a run, each a plain function: fetch, type, build, publish."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog

from connectors.erased import erasure_of
from connectors.errors import ThroughlineError
from connectors.landing import Landing
from connectors.registry import all_connectors
from pipelines.home.home import Source
from pipelines.home.tables import home_tables
from pipelines.warehouse.engine import build_database
from pipelines.warehouse.erase_home import without_forgotten
from pipelines.warehouse.exits import Exit
from pipelines.warehouse.facts import manifest_facts
from pipelines.warehouse.ingest import LandingReport, SourceReading
from pipelines.warehouse.ingest_tables import account_zones, person_candidates, run_tables
from pipelines.warehouse.inputs import keep_inputs
from pipelines.warehouse.marts import marts
from pipelines.warehouse.memory import remembered_before, remembered_models, settle, write_down
from pipelines.warehouse.night import Night
from pipelines.warehouse.postgres.following import follow
from pipelines.warehouse.publish import Render, publish
from pipelines.warehouse.published_contract import references
from pipelines.warehouse.raw_retention import trim
from pipelines.warehouse.readings import recall
from pipelines.warehouse.record import NothingFetchedError
from pipelines.warehouse.source_fetch import READ, fetched, unread
from pipelines.warehouse.space import check_space
from pipelines.warehouse.typing import TypedSource, type_source

if TYPE_CHECKING:
    from pipelines.quality.bad_records import BadRecords
    from pipelines.quality.rules import Count

log = structlog.get_logger()


def forget(night: Night) -> None:
    """Forget every typed table; what is landed stays."""
    shutil.rmtree(night.places.typed, ignore_errors=True)


def begin_fetching(night: Night, sources: Iterable[Source]) -> None:
    """Begin to read all these sources, side by side; ``fetch`` then waits for one of them."""
    night.side_by_side.begin({each.name: partial(fetched, night, each) for each in sources})


def fetch(night: Night, source: Source) -> LandingReport:
    """Land what a source has to give, and tell what that came to; see ``fetched``."""
    if source.name in night.side_by_side:
        report, report.seconds = night.side_by_side.result(source.name)
    else:
        report = fetched(night, source)
    if report.state != "fresh":
        log.warning(report.detail, source=source.name, state=report.state)
    for file in report.unreadable:
        log.warning("unreadable", source=source.name, file=file.file, reason=file.reason)
    for warning in report.warnings:
        log.warning(warning, source=source.name)
    return report


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
            recall(night.places, source.name) or unread(night, source), typed[source.name]
        )
        for source in sources
    ]


def build(night: Night) -> list[SourceReading]:
    """Make the database that dbt works in: landed tables, the home, what was read and remembered.

    Raises:
        NothingFetchedError: If no source has given anything, now or earlier.
        GateError: If too many records of a source are of no use.
        DiskFullError: If there is not enough space for the run.
    """
    from pipelines.quality.bad_records import bad_records, gate
    from pipelines.quality.border import border_counts
    from pipelines.quality.findings import counts_table

    check_space(night.places)
    found = readings(night)
    if all(reading.report.state == "failed" for reading in found):
        reasons = "; ".join(f"{each.report.source}: {each.report.detail}" for each in found)
        raise NothingFetchedError(
            f"Nothing could be fetched from any source ({reasons}). Run `throughline check`, which "
            "says what to fix, or put exported files where throughline.yml looks for them."
        )
    bad = [bad_records(reading) for reading in found]
    gate(bad, night.home.settings.quality.bad_records_share)
    counted = [*border_counts(found), *_volumes(night, found)]
    typed = [reading.typed for reading in found]
    build_database(
        database(night),
        typed,
        without_forgotten(
            home_tables(night.home, account_zones(typed), person_candidates(typed)),
            erasure_of(night.places.data),
        ),
        {
            **run_tables(found),
            "expectations": counts_table(counted),
            **remembered_before(night.places, night.home.as_of),
        },
        all_connectors().values(),
    )
    night.record.bytes_landed = sum(reading.report.disk_bytes for reading in found)
    night.record.sources = [
        {**_source_facts(reading.report), **_bad_facts(each)}
        for reading, each in zip(found, bad, strict=True)
    ]
    return found


def _volumes(night: Night, found: list[SourceReading]) -> list[Count]:
    """How much was read of each source, against the nights before."""
    from pipelines.quality.volume import volume_counts

    return [
        count
        for reading in found
        if reading.report.state in READ
        for count in volume_counts(night.places, reading.report, night.home.as_of)
    ]


def tell_broken(sentences: Iterable[str]) -> None:
    """Log what breaks an expectation, so that a person looks at it within a week."""
    for sentence in sentences:
        log.warning(sentence, stage="checks")


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
        "token_ends": report.token_ends,
    }


def _bad_facts(bad: BadRecords) -> dict[str, Any]:
    return {"bad_records": len(bad.bad), "set_aside": bad.sentence if bad.bad else ""}


def put_out(night: Night, manifest: Mapping[str, Any], render: Render) -> dict[str, Any]:
    """Publish the run's folder and remember the run; its manifest."""
    home = night.home
    changes = write_down(
        night.places,
        night.run_id,
        home.as_of,
        database(night),
        remembered_models(manifest),
    )
    working = night.bytes_taken()
    published = publish(
        night.places,
        night.run_id,
        database(night),
        marts(manifest, home.settings.privacy.people),
        manifest_facts(night),
        render,
        references(manifest),
        home.settings.publish.readers,
    )
    fresh = sum(file["bytes"] for file in published["files"].values())
    night.record.bytes_built = max(night.record.bytes_built, working + fresh)
    night.record.published = night.run_id
    settle(night.places)
    trim(night)
    keep_inputs(home, night.places, night.run_id)
    log.info("remembered", as_of=home.as_of, **changes)
    return published


def put_into_postgres(night: Night) -> str:
    """Publish the run's folder to PostgreSQL too, where the settings want that.

    Readers of the folder have the run by now, and it stays: what goes wrong here leaves PostgreSQL
    with the last run that it was given, and the next run makes up for it.

    Returns:
        What went wrong, as part of the sentence that the run ends with; nothing if all is well.
    """
    if night.home.settings.publish.postgres is None:
        return ""
    with night.stage("postgres") as counts:
        try:
            done = follow(night.home, night.places.published / night.run_id)
        except ThroughlineError as fault:
            log.error(str(fault), stage="postgres")
            return f"PostgreSQL still has an earlier run or none: {fault}"
        assert done is not None, "the run has just been published"
        counts |= {"tables": done.tables, "written": done.written, "removed": done.removed}
        for name in done.gone:
            log.info("no longer published, and dropped", stage="postgres", table=name)
        return ""


def conclude(night: Night, beside: str = "") -> None:
    """Close the record of a published run: whole, or in spite of something that fell short.

    Args:
        night: The run, published.
        beside: What went wrong beside its folder and its sources; nothing if empty.
    """
    record = night.record
    short = [each for each in record.sources if each["state"] != "fresh"]
    told = [f"{each['source']} is {each['state']}: {each['detail']}" for each in short]
    told += [each["set_aside"] for each in record.sources if each["set_aside"]]
    if beside:
        told.append(beside.rstrip("."))
    if told:
        sentence = f"Published, but {'; '.join(told)}."
        record.end(night.places, "published", Exit.DEGRADED, sentence, "degraded")
    else:
        record.end(night.places, "published", Exit.PUBLISHED, "Published.")
