"""Runs a reader night after night: as much of the kernel as telling the reader's rules takes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from connectors.clock import Clock
from connectors.contract import LandedRecord, Record
from connectors.http import Client
from connectors.jira import CONNECTOR
from connectors.jira.reader import JiraReader
from connectors.live import LiveSettings, Scope, Slice, Step
from connectors.secrets import Secret
from tests.simulators import jira_cloud, jira_data_center
from tests.simulators.jira_cloud import JiraCloud, settled
from tests.simulators.jira_data_center import JiraDataCenter
from tests.simulators.world import World

JSON = dict[str, Any]


class StillClock(Clock):
    """A clock that moves by what is slept, so that no test waits."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0
        self.slept: list[float] = []

    def now(self) -> float:
        """Seconds slept so far."""
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self.seconds += seconds
        self.slept.append(seconds)


def cloud(seed: int = 7, **world: int) -> JiraCloud:
    """A simulated site of Cloud."""
    return JiraCloud(World(seed, **world))


def data_center(seed: int = 7, **world: int) -> JiraDataCenter:
    """A simulated Data Center."""
    return JiraDataCenter(World(seed, **world))


def settings(site: JiraCloud | JiraDataCenter, **options: object) -> LiveSettings:
    """Settings that a simulated site takes: a user and a token, or a token of one's own."""
    if isinstance(site, JiraCloud):
        secrets = {"user": jira_cloud.USER, "token": jira_cloud.SECRETS["token"]}
    else:
        secrets = {"token": jira_data_center.SECRETS["token"]}
    options = {"platform": site.address, **options}
    hidden = {role: Secret(value) for role, value in secrets.items()}
    return LiveSettings("eng", "UTC", site.address, options, hidden)


def client(told: LiveSettings, clock: Clock | None = None) -> Client:
    """A client as the kernel makes it."""
    access = CONNECTOR.access(told)
    return Client(told.name, access, CONNECTOR.hosts(told), clock=clock or StillClock())


@dataclass
class Nights:
    """What has landed of a site: marks by scope, and copies by stream and key, oldest first."""

    site: JiraCloud | JiraDataCenter
    options: JSON = field(default_factory=dict)
    marks: dict[str, JSON] = field(default_factory=dict)
    copies: dict[str, dict[str, list[Record]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    notes: list[str] = field(default_factory=list)
    slices: list[Slice] = field(default_factory=list)
    outcomes: dict[str, str] = field(default_factory=dict)

    def run(self) -> None:
        """Read everything that is to be read now."""
        asking = client(settings(self.site, **self.options))
        reader = JiraReader(settings(self.site, **self.options), asking)
        reader.identify()
        for scope in reader.scopes():
            if scope.is_readable:
                self._read(reader, scope)
        asking.close()

    def newest(self, stream: str) -> dict[str, JSON]:
        """The newest copy of each record."""
        return {
            # of several of one version the last that was read
            key: json.loads(max(found[::-1], key=lambda each: each.version or datetime.min).payload)
            for key, found in self.copies[stream].items()
        }

    def rows(self, stream: str) -> dict[str, list[tuple[str, tuple]]]:
        """The typed rows of the newest copy of each record."""
        [told] = [each for each in CONNECTOR.streams if each.name == stream]
        return {
            key: list(told.rows(_landed(found[-1]))) for key, found in self.copies[stream].items()
        }

    def known(self, scope: str) -> set[str]:
        """The issues whose newest copy is of a project."""
        return {
            key
            for key, payload in self.newest("issues").items()
            if payload["fields"]["project"]["id"] == scope
        }

    def _read(self, reader: JiraReader, scope: Scope) -> None:
        mark = self.marks.get(scope.id)
        plan = reader.plan(scope, mark)
        for slice in plan.slices:
            self._walk(reader, slice)
        self.slices += plan.slices
        self.marks[scope.id] = plan.mark
        if mark and plan.slices:
            self._look_for_the_missing(reader, scope)

    def _walk(self, reader: JiraReader, slice: Slice) -> None:
        expected = reader.expected(slice)
        ids = set()
        for step in steps(reader, slice):
            self.notes += step.notes
            for record in step.records:
                assert isinstance(record, Record)
                ids.add(record.key)
                self._land(record)
        if expected is not None and len(ids) < expected:
            for half in reader.halves(slice):
                self._walk(reader, half)

    def _land(self, record: Record) -> None:
        found = self.copies[record.stream][record.key]
        if not found or found[-1].payload != record.payload:
            found.append(record)

    def _look_for_the_missing(self, reader: JiraReader, scope: Scope) -> None:
        here = {each for page in reader.census(scope) or () for each in page}
        missing = sorted(self.known(scope.id) - here - set(self.outcomes))
        if scope.id and missing:
            found = reader.look_up(scope, missing)
            self.outcomes |= {key: how for key, how in found.items() if how != "present"}
        for key in here & set(self.outcomes):
            del self.outcomes[key]


def steps(reader: JiraReader, slice: Slice, token: str | None = None) -> Iterator[Step]:
    """Walk over a slice from a token on."""
    seen = set()
    while True:
        step = reader.step(slice, token)
        yield step
        token = step.token
        if token is None:
            return
        assert token not in seen, "the same token twice"
        seen.add(token)


def fields_asked(nights: Nights) -> list[str]:
    """The fields that the newest walk over issues asked for."""
    return next(each.request["fields"] for each in nights.slices[::-1] if each.stream == "issues")


def comparable(found: dict[str, JSON]) -> dict[str, JSON]:
    """Issues without what changes in them untold."""
    return {key: settled(payload) for key, payload in found.items()}


def _landed(record: Record) -> LandedRecord:
    pulled_at = datetime.now(UTC).replace(tzinfo=None)
    return LandedRecord(
        "eng", record.stream, record.key, "", record.payload, record.version, pulled_at
    )
