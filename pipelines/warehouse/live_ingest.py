"""A live source -> its landing, whatever comes of it: a source that fails keeps what it had."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog

from connectors.durable import write_durably
from connectors.erased import erasure_of
from connectors.errors import (
    Damaged,
    DeferredError,
    DiskFullError,
    Refused,
    TemporaryError,
    ThroughlineError,
)
from connectors.extraction import extract
from connectors.extraction_report import LANDED, Extraction
from connectors.http import Client
from connectors.landing import Landing
from connectors.live import LiveConnector, Reader, Scope
from connectors.registry import all_connectors
from connectors.standing import standing_rejections
from connectors.unforeseen import is_of_the_machine, told
from connectors.within import Within
from pipelines.home.home import Source
from pipelines.home.live_settings import live_settings, minutes_left
from pipelines.home.people_rows import spared_in
from pipelines.warehouse.ingest import LandingReport, State, count_landed
from pipelines.warehouse.night import Night
from pipelines.warehouse.outlook import ASKED_AT_MOST, outlook, pace
from pipelines.warehouse.readings import recall, took_before
from pipelines.warehouse.scope_readings import (
    ScopeReading,
    data_as_of,
    readings_of_a_run,
    readings_of_the_landing,
)
from pipelines.warehouse.watch import Watch

NAMED_AT_MOST = 3
_DEAD = 401
_FORECAST_SECONDS = 60
_FORECAST_PART = 10
log = structlog.get_logger()


def read_live(night: Night, source: Source) -> LandingReport:
    """Read what changed in a live source; a failure of it, or a mistake in it, is told, not raised.

    Raises:
        DiskFullError: If there is no space left: no other source could be read either.
        ResponseError: If the landing itself cannot be understood.
    """
    remembered = recall(night.places, source.name)
    before = remembered.scopes if remembered else []
    is_temporary = False
    try:
        extraction = _extracted(night, source, {each.scope: each.name for each in before})
    except DiskFullError:
        raise
    except ThroughlineError as fault:
        extraction = Extraction(source.name, source.tracker, "failed", _told(source, fault))
        # A spent budget and quiet hours last longer than some minutes.
        is_temporary = isinstance(fault, TemporaryError) and not isinstance(fault, DeferredError)
    except Exception as fault:
        if is_of_the_machine(fault):
            raise
        reason = str(told(fault, source.name))
        extraction = Extraction(source.name, source.tracker, "failed", reason)
    _keep(night, extraction)
    report = _report(night, source, extraction, before)
    report.is_temporary = is_temporary
    # Where nobody was signed in, what was told of the token before still holds.
    report.token_ends = extraction.token_ends
    if remembered is not None and not extraction.server_time:
        report.token_ends = remembered.token_ends
    return report


def unread_live(night: Night, source: Source) -> LandingReport:
    """What is known of a live source that no run has asked: what lies in its landing."""
    extraction = Extraction(source.name, source.tracker, "failed", "it has not been asked yet")
    return _report(night, source, extraction, [])


def _extracted(night: Night, source: Source, names: dict[str, str]) -> Extraction:
    connector = live_connector(source.tracker)
    settings = live_settings(night.home, source)
    minutes = minutes_left(source, night.home.zone, datetime.now(UTC))
    if minutes <= 0:
        raise DeferredError(f"it is within the quiet hours ({source.options['quiet_hours']})")
    watch = Watch(source.name, names)
    is_first, began = not names, time.monotonic()

    def foretell(reader: Reader, scopes: Sequence[Scope], client: Client) -> None:
        watch.know({scope.id: scope.name for scope in scopes})
        if is_first:
            dialect, at_once = (
                connector.access(settings).dialect,
                source.options["requests_at_once"],
            )
            speed = pace(dialect, client, time.monotonic() - began, at_once)
            _tell_outlook(source, reader, scopes, speed)

    with watch.telling():
        return extract(
            connector,
            settings,
            night.places.raw,
            max_minutes=minutes,
            max_requests=source.options.get("max_requests"),
            confirm_removals=night.confirmed == source.name,
            workers=source.options["requests_at_once"],
            listener=watch.hear,
            clock=night.side_by_side.clock(),
            sparing=spared_in(night.home),
            within=Within(
                night.side_by_side.limiters, foretell, took_before(night.places, source.name)
            ),
        )


def live_connector(tracker: str) -> LiveConnector:
    """Return the connector of a tracker that can be asked over the network."""
    found = all_connectors()[tracker]
    if not isinstance(found, LiveConnector):
        raise TypeError(f"{tracker} cannot be asked over the network")
    return found


def _tell_outlook(source: Source, reader: Reader, scopes: Sequence[Scope], speed: float) -> None:
    """Log what a first load will cost; what asking that costs is a small part of the budget."""
    requests = source.options.get("max_requests")
    most = ASKED_AT_MOST if requests is None else min(ASKED_AT_MOST, requests // _FORECAST_PART)
    until = time.monotonic() + _FORECAST_SECONDS
    found = outlook(reader, scopes, {}, speed, until, most)
    log.info(f"first load of {source.name}: {found}", source=source.name, scopes=found.scopes)


def _told(source: Source, fault: ThroughlineError) -> str:
    if isinstance(fault, Refused) and fault.status == _DEAD:
        return f"its token is no longer taken, so nothing was asked of it. {fault}"
    return str(fault)


def _keep(night: Night, extraction: Extraction) -> None:
    path = night.places.extraction(night.run_id, extraction.source)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_durably(path, erasure_of(night.places.data).json(extraction.json()))


def _report(
    night: Night, source: Source, extraction: Extraction, before: list[ScopeReading]
) -> LandingReport:
    landing = Landing(night.places.raw, source.name)
    report = LandingReport(source.name, source.tracker)
    report.read, report.landed = Counter(extraction.read), Counter(extraction.landed)
    try:
        report.rejected = standing_rejections(landing, live_connector(source.tracker).items)
    except Damaged as fault:
        log.warning(str(fault), source=source.name)
    report.warnings = list(extraction.warnings)
    report.disk_bytes = extraction.disk_bytes
    if extraction.scopes:
        report.scopes = readings_of_a_run(extraction, landing, before)
    else:
        report.scopes = readings_of_the_landing(landing, before, extraction.reason)
    count_landed(report, landing)
    report.state = _state(extraction, report)
    report.detail = _detail(extraction, report)
    report.data_as_of = data_as_of(report.scopes)
    return report


def _state(extraction: Extraction, report: LandingReport) -> State:
    if not report.in_landing:
        return "failed"
    if extraction.state == "fresh":
        return "fresh"
    is_read = any(each.state in LANDED and each.state != "absent" for each in extraction.scopes)
    return "partial" if is_read else "stale"


def _detail(extraction: Extraction, report: LandingReport) -> str:
    """Say what is behind, since when and why, the first few by name."""
    if report.state == "fresh":
        return ""
    if not extraction.scopes:
        return extraction.reason
    behind = [each for each in report.scopes if each.state == "held" or each.state not in LANDED]
    if not behind:
        return extraction.reason or "it has no usable record"
    told = "; ".join(_behind(each, report.source) for each in behind[:NAMED_AT_MOST])
    more = f"; and {len(behind) - NAMED_AT_MOST} more" if len(behind) > NAMED_AT_MOST else ""
    cause = f"{extraction.reason} " if extraction.state in ("failed", "deferred") else ""
    if extraction.state == "failed" and f"({_DEAD}" in extraction.reason:
        cause = f"its token is no longer taken; the next run goes on from there. {cause}"
    return f"{cause}{len(behind)} of {len(report.scopes)} scopes are behind: {told}{more}"


def _behind(scope: ScopeReading, source: str) -> str:
    at = scope.last_good_read_at
    since = f"last good read {at:%Y-%m-%d %H:%M} UTC" if at else "never read"
    name = scope.name or source
    return f"{name} ({scope.state}, {since}): {scope.reason or 'no reason given'}"
