"""Runs over a simulated Trello, one landing for all of them, and what has landed."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from connectors.clock import Clock
from connectors.contract import LandedRecord, Record
from connectors.extraction import extract
from connectors.extraction_report import Extraction, ScopeReport
from connectors.http import Client
from connectors.landing import Landing
from connectors.limits import Budget
from connectors.live import LiveSettings, Reader, Scope, Slice
from connectors.secrets import Secret
from connectors.sign_in import client_for
from connectors.trello import CONNECTOR
from tests.simulators.trello import Trello

STREAMS = {stream.name: stream for stream in CONNECTOR.streams}


class SimulatedClock(Clock):
    """The simulator's clock; waiting moves it."""

    def __init__(self, trello: Trello) -> None:
        """Show the simulator's time."""
        super().__init__()
        self._trello = trello

    def now(self) -> float:
        """Seconds since 1970."""
        return self._trello.now.timestamp()

    def sleep(self, seconds: float) -> None:
        """Move the simulator's time, by a millisecond at least: less would round to nothing."""
        self._trello.advance(max(seconds, 0.001))


def settings(trello: Trello, **options: Any) -> LiveSettings:
    """The settings of a source that is the simulator; ``token`` stands for another than its own."""
    secrets = {name: Secret(value) for name, value in trello.secrets.items()}
    return LiveSettings("mkt", "UTC", f"{trello.address}/1", options, secrets)


class Nights:
    """A source that is read night after night."""

    report: Extraction

    def __init__(self, trello: Trello, raw: Path, **options: Any) -> None:
        """Land in a folder; nothing has been read yet."""
        self.trello = trello
        self.settings = settings(trello, **options)
        self.raw = raw
        self._client: Client | None = None

    @property
    def reader(self) -> Reader:
        """A reader of the source without anything around it."""
        clock = SimulatedClock(self.trello)
        self._client = self._client or client_for(
            CONNECTOR, self.settings, Budget(clock, None), clock=clock
        )
        return CONNECTOR.connect(self.settings, self._client)

    def close(self) -> None:
        """Close the connections of the reader."""
        if self._client:
            self._client.close()

    def run(self, **more: Any) -> Extraction:
        """Read everything that is to be read now; waits take no time."""
        named = {"clock": SimulatedClock(self.trello), "dice": random.Random(1), **more}
        self.report = extract(CONNECTOR, self.settings, self.raw, **named)
        return self.report

    @property
    def read(self) -> list[str]:
        """The boards that the last run read whole or in part, and landed."""
        return [each.id for each in self.report.scopes if each.slices and not self.fault(each)]

    @property
    def failed(self) -> list[str]:
        """The boards that the last run could not read."""
        return [each.id for each in self.report.scopes if self.fault(each)]

    def fault(self, scope: ScopeReport) -> bool:
        """Whether a board was left as it was for a fault."""
        return scope.state in ("partial", "incomplete", "access_lost", "deferred")

    def of(self, board_id: str) -> ScopeReport:
        """What the last run says of a board."""
        return next(each for each in self.report.scopes if each.id == board_id)

    @property
    def written(self) -> int:
        """How many records the last run landed."""
        return sum(self.report.landed.values())

    @property
    def notes(self) -> list[str]:
        """What the walks of the last run remarked."""
        return [n for each in self.report.scopes for walk in each.slices for n in walk.notes]

    def held(self, stream: str) -> dict[str, LandedRecord]:
        """The newest copy of each record, as the models choose it."""
        landing = Landing(self.raw, "mkt")
        found = [each for page in landing.pages(stream) for each in landing.records(page)]
        found.sort(key=lambda each: (each.version or datetime.min, each.pulled_at))
        return {each.key: each for each in found}

    def newest(self, stream: str) -> dict[str, Any]:
        """The newest copies of a stream as JSON."""
        return {key: json.loads(each.payload) for key, each in self.held(stream).items()}

    def outcomes(self) -> dict[str, str]:
        """What became of what is not found any more; what is back is left out."""
        found = {key: each["outcome"] for key, each in self.newest("absences").items()}
        return {key: outcome for key, outcome in found.items() if outcome != "present"}

    def rows(self, *streams: str) -> set[tuple[Any, ...]]:
        """The typed rows of streams' newest copies."""
        return typed(record for stream in streams for record in self.held(stream).values())


def typed(records: Iterable[Record | LandedRecord]) -> set[tuple[Any, ...]]:
    """Typed rows, each with its table and record."""
    return {
        (table, record.key, *row)
        for record in records
        for table, row in STREAMS[record.stream].rows(
            LandedRecord("mkt", record.stream, record.key, "", record.payload, None, datetime.min)
        )
    }


def walked(reader: Reader, slice: Slice, token: str | None = None) -> list[str]:
    """The keys that a walk finds from a token on."""
    found: list[str] = []
    while True:
        step = reader.step(slice, token)
        found += [each.key for each in step.records if isinstance(each, Record)]
        token = step.token
        if token is None:
            return found


def first_board(reader: Reader) -> Scope:
    """The first board of the roster."""
    return next(each for each in reader.scopes() if each.id)
