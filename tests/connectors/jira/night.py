"""Runs over a simulated Jira, and what has landed of it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from connectors.clock import Clock
from connectors.contract import LandedRecord
from connectors.extraction import extract
from connectors.extraction_report import Extraction
from connectors.http import Client
from connectors.jira import CONNECTOR
from connectors.jira.reader import JiraReader
from connectors.landing import Landing
from connectors.live import LiveSettings, Slice, Step
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


def settings(
    site: JiraCloud | JiraDataCenter, secrets: dict[str, str] | None = None, **options: object
) -> LiveSettings:
    """Settings that a simulated site takes: a user and a token, or a token of one's own."""
    if secrets is not None:
        pass
    elif isinstance(site, JiraCloud):
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
    """Runs over a site, one landing for all of them."""

    site: JiraCloud | JiraDataCenter
    raw: Path
    options: JSON = field(default_factory=dict)
    secrets: dict[str, str] | None = None
    reports: list[Extraction] = field(default_factory=list)

    def run(self, **more: Any) -> Extraction:
        """Read everything that is to be read now; waits take no time."""
        told = settings(self.site, self.secrets, **self.options)
        named = {"clock": StillClock(), "dice": random.Random(1), **more}
        self.reports.append(extract(CONNECTOR, told, self.raw, **named))
        return self.reports[-1]

    def records(self, stream: str) -> dict[str, LandedRecord]:
        """The newest copy of each record, as the models choose it."""
        landing = Landing(self.raw, "eng")
        found = [each for page in landing.pages(stream) for each in landing.records(page)]
        found.sort(key=lambda each: (each.version or datetime.min, each.pulled_at))
        return {each.key: each for each in found}

    def newest(self, stream: str) -> dict[str, JSON]:
        """The newest copy of each record."""
        return {key: json.loads(each.payload) for key, each in self.records(stream).items()}

    def rows(self, stream: str) -> dict[str, list[tuple[str, tuple]]]:
        """The typed rows of the newest copy of each record."""
        [told] = [each for each in CONNECTOR.streams if each.name == stream]
        return {key: list(told.rows(each)) for key, each in self.records(stream).items()}

    def outcomes(self) -> dict[str, str]:
        """What the landing says of what could not be found, last."""
        found = {key: each["outcome"] for key, each in self.newest("absences").items()}
        return {key: how for key, how in found.items() if how != "present"}

    def notes(self) -> list[str]:
        """All notes of the last run."""
        scopes = self.reports[-1].scopes
        return [note for scope in scopes for slice in scope.slices for note in slice.notes]

    def states(self) -> dict[str, str]:
        """How each scope fared in the last run."""
        return {scope.id: scope.state for scope in self.reports[-1].scopes}

    def fields(self) -> list[str]:
        """The fields that were asked for last."""
        marks = [each.mark for each in Landing(self.raw, "eng").scopes().values()]
        return max(marks, key=lambda mark: int(mark["asked"]))["fields"].split(",")


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


def comparable(found: dict[str, JSON]) -> dict[str, JSON]:
    """Issues without what changes in them untold."""
    return {key: settled(payload) for key, payload in found.items()}


@contextmanager
def reading(
    kind=cloud, scope_id: str = "10001", **world: int
) -> Iterator[tuple[Any, JiraReader, Slice]]:
    """A site, a reader of it, and the walk over one of its projects."""
    with kind(**world).serving() as site:
        reader = JiraReader(settings(site), client(settings(site)))
        scope = next(each for each in reader.scopes() if each.id == scope_id)
        [slice] = reader.plan(scope, None).slices
        yield site, reader, slice
