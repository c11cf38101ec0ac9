"""Ask a live source, within seconds, whether a run could read it and what that would take."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from connectors.clock import Clock
from connectors.errors import DeferredError, TemporaryError, ThroughlineError
from connectors.journal import Entry, ScopeEntry
from connectors.limits import Budget
from connectors.live import Identity, LiveSettings, Reader, Scope
from connectors.sign_in import client_for
from connectors.transport import Timeouts
from pipelines.home.home import Home, Source
from pipelines.home.live_settings import live_settings
from pipelines.warehouse.live_ingest import live_connector
from pipelines.warehouse.outlook import Outlook, outlook, pace
from pipelines.warehouse.places import Places

SECONDS = 7.0
"""For one source; all are asked at once. With the start of the program that is under ten."""
_OF_A_REQUEST = Timeouts(connect=4, read=6, total=6)
_TRIES = 2
"""What is wrong is told; a run would go on trying."""
_ASKING = 0.6
"""The share of the seconds after which nothing more is asked about the cost."""
CHOICES = ("projects", "boards")
"""Settings that name what is read of a source; without them, all of it is."""
_NO_TIME = "it did not answer in {seconds:.0f} seconds."
_REACH = (
    "See whether {where} can be reached from here, and whether a proxy (`proxy`) or a certificate "
    "(`ca_bundle`) is needed."
)
_LEFT_ALONE = "it was asked too often and wants to be left alone for a while. Check again later."


@dataclass
class Finding:
    """What was found out about a source; ``errors`` say what to fix."""

    source: str
    tracker: str
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)


def probe_all(home: Home, seconds: float = SECONDS) -> list[Finding]:
    """Ask all live sources of a home at once; each has so many seconds, and nothing is written."""
    sources = [source for source in home.sources if not source.is_export]
    findings = [Finding(source.name, source.tracker) for source in sources]
    asking = []
    for source, finding in zip(sources, findings, strict=True):
        probe = _Probe(home, source, finding, time.monotonic() + seconds)
        # A thread that waits for a silent tracker must not keep the program from ending.
        thread = threading.Thread(target=probe.run, name=f"probe {source.name}", daemon=True)
        thread.start()
        asking.append((thread, probe))
    for thread, probe in asking:
        thread.join(max(0.0, probe.until - time.monotonic()))
    return [probe.told(seconds) for _, probe in asking]


class _Probe:
    """One source that is asked."""

    def __init__(self, home: Home, source: Source, finding: Finding, until: float) -> None:
        self.until = until
        self._home, self._source, self._finding = home, source, finding
        self._guard = threading.Lock()
        self._is_over = False

    def run(self) -> None:
        """Find out what there is to say."""
        began = time.monotonic()
        try:
            settings = live_settings(self._home, self._source)
            self._ask(settings, began)
        except DeferredError:
            is_late = time.monotonic() > self.until - 1
            spent = time.monotonic() - began
            self._tell("errors", self._silence(spent) if is_late else _LEFT_ALONE)
        except TemporaryError as fault:
            self._tell("errors", f"{fault} {self._reach()}")
        except ThroughlineError as fault:
            self._tell("errors", str(fault))
        self._is_over = True

    def told(self, seconds: float) -> Finding:
        """Return what was found out so far; that the source is silent, if it is."""
        with self._guard:
            found = replace(
                self._finding,
                errors=list(self._finding.errors),
                warnings=list(self._finding.warnings),
                facts=list(self._finding.facts),
            )
        if not self._is_over and not found.facts:
            found.errors.append(self._silence(seconds))
        return found

    def _silence(self, seconds: float) -> str:
        return f"{_NO_TIME.format(seconds=seconds)} {self._reach()}"

    def _reach(self) -> str:
        where = self._source.options.get("api") or self._source.url or "the tracker"
        return _REACH.format(where=where)

    def _tell(self, kind: str, text: str) -> None:
        with self._guard:
            getattr(self._finding, kind).append(text)

    def _ask(self, settings: LiveSettings, began: float) -> None:
        connector = live_connector(self._source.tracker)
        at_once = self._source.options["requests_at_once"]
        minutes = (self.until - time.monotonic()) / 60
        budget = Budget(Clock(), max_minutes=minutes)
        client = client_for(
            connector, settings, budget, timeouts=_OF_A_REQUEST, at_once=at_once, tries=_TRIES
        )
        try:
            reader = connector.connect(settings, client)
            identity = reader.identify()
            self._tell_identity(identity)
            scopes = reader.scopes()
            self._tell_scopes(scopes, settings)
            spent = time.monotonic() - began
            speed = pace(connector.access(settings).dialect, client, spent, at_once)
            self._tell_outlook(reader, scopes, speed, began + (self.until - began) * _ASKING)
        finally:
            client.close()

    def _tell_identity(self, identity: Identity) -> None:
        zone = f", whose time zone is {identity.timezone}" if identity.timezone else ""
        detail = f" ({identity.detail})" if identity.detail else ""
        self._tell("facts", f"signed in as {identity.account}{zone}{detail}")
        for warning in identity.warnings:
            self._tell("warnings", warning)

    def _tell_scopes(self, scopes: Sequence[Scope], settings: LiveSettings) -> None:
        known = [scope for scope in scopes if scope.id]
        unseen = [scope for scope in known if not scope.is_readable]
        kinds = sorted({f"{scope.kind}s" for scope in known}) or ["projects or boards"]
        readable = len(known) - len(unseen)
        self._tell("facts", f"{readable} of {len(known)} {' and '.join(kinds)} can be read")
        if not readable:
            self._tell("errors", f"none of its {kinds[0]} can be read: give the account access")
        # What the settings name is wanted; what is merely archived or hidden is not missed.
        severity = "errors" if any(settings.options.get(key) for key in CHOICES) else "warnings"
        for scope in unseen:
            self._tell(severity, f"{scope.name}: {scope.reason}")

    def _tell_outlook(
        self, reader: Reader, scopes: Sequence[Scope], speed: float, until: float
    ) -> None:
        marks = _marks(Places(self._home.folder).raw, self._source.name)
        found: Outlook = outlook(reader, scopes, marks, speed, until)
        which = "the next run" if marks else "the first load"
        self._tell("facts", f"{which}: {found}")


def _marks(raw: Path, source: str) -> dict[str, Mapping[str, Any]]:
    """Return the marks of a source's scopes without touching its landing."""
    path = raw / source / "journal.jsonl"
    lines = path.read_bytes().splitlines() if path.exists() else []
    marks: dict[str, Mapping[str, Any]] = {}
    for line in lines:
        try:
            entry = msgspec.json.decode(line, type=Entry)
        except msgspec.DecodeError:
            # A run that is under way may be writing this line.
            continue
        if isinstance(entry, ScopeEntry):
            marks[entry.scope] = entry.mark
    return marks
