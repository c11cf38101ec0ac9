"""Runs a reader against the simulated Asana as the machinery does, and keeps what landed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from connectors.asana import CONNECTOR
from connectors.clock import Clock
from connectors.contract import Record
from connectors.http import Client
from connectors.live import ABSENCES, LiveSettings, Plan, Reader, Scope, Slice
from connectors.secrets import Secret
from tests.simulators.asana import SECRETS, Asana
from tests.simulators.asana_objects import Task, gid_of
from tests.simulators.world import Happening


class SimulatedClock(Clock):
    """Waiting moves the simulator's clock and takes no time."""

    def __init__(self, simulator: Asana) -> None:
        super().__init__()
        self._simulator = simulator

    def now(self) -> float:
        """The simulator's seconds."""
        return self._simulator.now.timestamp()

    def sleep(self, seconds: float) -> None:
        """Let time pass in the simulator, whose clock knows nothing below a microsecond."""
        with self._simulator._guard:
            self._simulator.advance(max(seconds, 0.001))


@dataclass
class Night:
    """What one run did. ``changed`` counts records by slice that were not known so."""

    requests: list[str] = field(default_factory=list)
    slices: list[tuple[str, str]] = field(default_factory=list)
    changed: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    absent: dict[str, str] = field(default_factory=dict)


class Landed:
    """What has landed over all runs: the newest copy of each record, and the marks."""

    def __init__(self, simulator: Asana, **options: object) -> None:
        self.simulator = simulator
        self.options = options
        self.marks: dict[str, dict[str, Any]] = {}
        self.newest: dict[tuple[str, str], Record] = {}
        self.copies: list[Record] = []
        self.scope_of: dict[str, str] = {}

    def run(self) -> Night:
        """One whole run."""
        night, before = Night(), len(self.simulator.requests)
        with connected(self.simulator, **self.options) as reader:
            reader.identify()
            for scope in reader.scopes():
                had = self.marks.get(scope.id)
                plan = reader.plan(scope, had)
                for slice in plan.slices:
                    self._walk(reader, slice, night)
                if had is not None:
                    self._settle(reader, scope, night)
                self.marks[scope.id] = json.loads(json.dumps(plan.mark))
        asked = self.simulator.requests[before:]
        night.requests = [f"{each.method} {each.path}" for each in asked]
        return night

    def tasks(self) -> dict[str, Any]:
        """The newest copies of all tasks."""
        return self.of("tasks")

    def of(self, stream: str) -> dict[str, Any]:
        """The newest copies of a stream."""
        return {
            key: json.loads(each.payload)
            for (name, key), each in self.newest.items()
            if name == stream
        }

    def differences(self) -> list[str]:
        """Where the newest copies are not what a perfect reader would have."""
        return [
            f"{stream} {key}: {self.of(stream).get(key)} is not {wanted}"
            for stream, records in self.simulator.truth().items()
            for key, wanted in records.items()
            if self._payload(stream, key) != wanted
        ]

    def _payload(self, stream: str, key: str) -> Any:
        record = self.newest.get((stream, key))
        return json.loads(record.payload) if record else None

    def _walk(self, reader: Reader, slice: Slice, night: Night) -> None:
        night.slices.append((slice.scope, slice.name))
        for step in steps(reader, slice):
            night.notes += step.notes
            for record in step.records:
                assert isinstance(record, Record), record
                changed = self._take(record)
                night.changed[slice.name] = night.changed.get(slice.name, 0) + changed
                if record.stream == "tasks":
                    self.scope_of[record.key] = slice.scope

    def _take(self, record: Record) -> bool:
        """Keep a record if it is new; an older version is kept, but is not the newest."""
        key = (record.stream, record.key)
        known = self.newest.get(key)
        if known is not None and known.payload == record.payload:
            return False
        self.copies.append(record)
        floor = datetime.min
        if known is None or (record.version or floor) >= (known.version or floor):
            self.newest[key] = record
        return True

    def _settle(self, reader: Reader, scope: Scope, night: Night) -> None:
        """Look up what a census does not hold."""
        pages = reader.census(scope)
        if pages is None:
            return
        seen = {gid for page in pages for gid in page}
        known = {gid for gid, where in self.scope_of.items() if where == scope.id}
        night.absent |= reader.look_up(scope, sorted(known - seen))


@contextmanager
def connected(simulator: Asana, **options: object) -> Iterator[Reader]:
    """A reader that asks a simulator which is being served."""
    token = Secret(str(options.pop("token", SECRETS["token"])))
    with simulator.serving():
        address = f"{simulator.address}/api/1.0"
        settings = LiveSettings("ops", "UTC", address, options, {"token": token})
        access, hosts = CONNECTOR.access(settings), CONNECTOR.hosts(settings)
        client = Client("ops", access, hosts, clock=SimulatedClock(simulator))
        yield CONNECTOR.connect(settings, client)


def steps(reader: Reader, slice: Slice) -> Iterator[Any]:
    """The steps of a slice as it comes back from disk."""
    slice = msgspec.json.decode(msgspec.json.encode(slice), type=Slice)
    token = None
    while True:
        step = reader.step(slice, token)
        yield step
        token = step.token
        if token is None:
            return


def planned(reader: Reader, project: str, mark: dict[str, Any] | None = None) -> Plan:
    """The plan of one project."""
    scope = next(scope for scope in reader.scopes() if scope.id == project)
    return reader.plan(scope, mark)


def happen(simulator: Asana, what: str, item: str, **details: Any) -> None:
    """Let something happen now."""
    actor = simulator.world.people[0]
    simulator.play([Happening(simulator.now, what, item, actor, details)])


def item_of(simulator: Asana, task: Task) -> str:
    """The world's id of a task."""
    return next(each for each in simulator.world.items if gid_of("task", each) == task.gid)


def a_parent(simulator: Asana) -> Task:
    """A top-level task with sub-tasks."""
    state = simulator.state
    return next(task for task in state.tasks_seen() if task.projects and state.subtasks(task.gid))


def absences(landed: Landed) -> dict[str, str]:
    """The newest landed outcome of each task."""
    return {key: told["outcome"] for key, told in landed.of(ABSENCES).items()}
