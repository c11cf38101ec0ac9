"""A night's run in small: the reader driven as the machinery drives it, on one thread."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from connectors.clock import Clock
from connectors.contract import LandedRecord, Record
from connectors.errors import Refused, ThroughlineError
from connectors.http import Client
from connectors.live import ABSENCES, LiveSettings, Reader, Scope
from connectors.secrets import Secret
from connectors.trello import CONNECTOR
from tests.simulators.trello import Trello

STREAMS = {stream.name: stream for stream in CONNECTOR.streams}


def settings(trello: Trello, **options: Any) -> LiveSettings:
    """The settings of a source that is the simulator."""
    secrets = {name: Secret(value) for name, value in trello.secrets.items()}
    return LiveSettings("mkt", "UTC", f"{trello.address}/1", options, secrets)


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


class Nights:
    """Runs night after night and holds the newest copy of every record."""

    def __init__(self, trello: Trello, client: Client, **options: Any) -> None:
        """Read the simulator through a client; nothing is held yet."""
        self.trello = trello
        self.reader: Reader = CONNECTOR.connect(settings(trello, **options), client)
        self.held: dict[str, dict[str, Record]] = defaultdict(dict)
        self.marks: dict[str, dict[str, Any]] = {}
        self.failed: dict[str, ThroughlineError] = {}
        self.read: list[str] = []
        self.written = 0
        self.notes: list[str] = []
        self.roster: list[Scope] = []

    def run(self) -> None:
        """One night: every board that has news, each for itself."""
        self.failed, self.read, self.written, self.notes = {}, [], 0, []
        self.roster = list(self.reader.scopes())
        for scope in self.roster:
            if scope.is_readable:
                try:
                    self._board(scope)
                except ThroughlineError as fault:
                    if isinstance(fault, Refused) and fault.status == 401:
                        raise
                    self.failed[scope.id] = fault

    def newest(self, stream: str) -> dict[str, Any]:
        """The newest copies of a stream as JSON."""
        return {key: msgspec.json.decode(r.payload) for key, r in self.held[stream].items()}

    def rows(self, *streams: str) -> set[tuple[Any, ...]]:
        """The typed rows of streams' newest copies."""
        return typed(record for stream in streams for record in self.held[stream].values())

    def _board(self, scope: Scope) -> None:
        mark = self.marks.get(scope.id)
        plan = self.reader.plan(scope, mark)
        found: list[Record] = []
        for slice in plan.slices:
            token, met = None, set()
            while True:
                step = self.reader.step(slice, token)
                assert step.rows >= len([r for r in step.records if r.stream != ABSENCES])
                found += [each for each in step.records if isinstance(each, Record)]
                self.notes += step.notes
                token = step.token
                if token is None:
                    break
                assert token not in met
                met.add(token)
        told = {each.key for each in found if each.stream == ABSENCES}
        gone = self._gone(scope, told) if plan.slices and mark is not None else []
        self.read += [scope.id] * bool(plan.slices)
        self.marks[scope.id] = dict(plan.mark)
        for record in [*found, *gone]:
            self._hold(record)

    def _gone(self, scope: Scope, told: set[str]) -> list[Record]:
        present = {each for page in self.reader.census(scope) or () for each in page}
        known = {key for key, each in self.held["cards"].items() if each.scope == scope.id}
        known -= {
            key for key, each in self.newest(ABSENCES).items() if each["outcome"] != "present"
        }
        missing = sorted(known - present - told)
        found = self.reader.look_up(scope, missing) if missing else {}
        return [_absence(each, outcome) for each, outcome in found.items() if outcome != "present"]

    def _hold(self, record: Record) -> None:
        held = self.held[record.stream].get(record.key)
        if held is None or (record.version or datetime.min) >= (held.version or datetime.min):
            self.written += held is None or held.payload != record.payload
            self.held[record.stream][record.key] = record


def typed(records: Iterable[Record]) -> set[tuple[Any, ...]]:
    """Typed rows, each with its table and record."""
    return {
        (table, record.key, *row)
        for record in records
        for table, row in STREAMS[record.stream].rows(
            LandedRecord("mkt", record.stream, record.key, "", record.payload, None, datetime.min)
        )
    }


def _absence(card_id: str, outcome: str) -> Record:
    return Record(ABSENCES, card_id, msgspec.json.encode({"id": card_id, "outcome": outcome}))
