"""A home that reads every simulated tracker, night after night, and what its models come to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from connectors.contract import LandedRecord, Record
from connectors.landing import Landing
from connectors.pages import record_digest
from pipelines.home.home import load_home
from pipelines.warehouse import steps
from pipelines.warehouse.ingest import LandingReport
from pipelines.warehouse.marts import marts
from pipelines.warehouse.night import begun
from pipelines.warehouse.places import Places
from tests.dbt.building import MODELS_ALONE, build, failed
from tests.dbt.project import manifest
from tests.drills.trackers import TRACKERS, Tracker
from tests.simulators.server import Simulator
from tests.simulators.world import START, World

HEAD = f"""\
organisation: {{name: Drills, timezone: UTC}}
effort: {{since: {START.date()}, idle_days: 90}}
privacy: {{minimum_group: 1, people: named}}
run: {{retries: 0}}
sources:
"""
NODES = """\
nodes:
  - {id: G-1, kind: goal, title: New customers reach value, owner: ana}
  - id: O-1
    kind: objective
    title: The first run explains itself
    owner: ana
    contributes_to: [{to: G-1, because: Whoever understands it stays}]
"""
RESULT = """\
  - id: {id}
    kind: key_result
    title: Step {id} takes under a day
    owner: ben
    contributes_to: [{{to: O-1, because: Each step that waits loses people}}]
"""
Rows = dict[str, list[dict[str, Any]]]


@dataclass
class Stage:
    """Simulators that are being served, by the name of their tracker."""

    simulators: dict[str, Simulator]

    def night(self, number: int) -> None:
        """Let a day pass everywhere."""
        for each in self.simulators.values():
            each.night(number)

    def sources(self) -> str:
        """All sources as they stand in ``throughline.yml``."""
        return "".join(TRACKERS[name].entry(each.address) for name, each in self.simulators.items())


@contextmanager
def staged(seed: int, items: int = 60, containers: int = 6) -> Iterator[Stage]:
    """Serve a simulator of every tracker, each over a world of its own."""
    simulators = {
        name: tracker.make(World(seed + place, items, 5, containers))
        for place, (name, tracker) in enumerate(TRACKERS.items())
    }
    with ExitStack() as stack:
        for each in simulators.values():
            stack.enter_context(each.serving())
        yield Stage(simulators)


def write_home(folder: Path, stage: Stage) -> Path:
    """Write a home of all sources."""
    (folder / "strategy").mkdir(parents=True)
    (folder / "throughline.yml").write_text(HEAD + stage.sources())
    (folder / "teams.yml").write_text("teams: [{id: platform, members: [{person: ana}]}]\n")
    names = [f"KR-{number}.{part}" for number in range(1, 9) for part in (1, 2)]
    results = "".join(RESULT.format(id=name) for name in names)
    (folder / "strategy" / "a.yml").write_text(NODES + results)
    return folder


@dataclass
class Nights:
    """A home whose sources are read, with what was held back let go."""

    home: Path
    stage: Stage

    def fetch(self) -> dict[str, LandingReport]:
        """Read every source."""
        read = self._read()
        with begun(read) as night:
            return {
                source.name: steps.fetch(replace(night, confirmed=source.name), source)
                for source in read.sources
            }

    def build(self, keep: Path) -> Rows:
        """Build all models of what has landed in a folder of its own; what they publish."""
        database, went = build(self._read(), keep, *MODELS_ALONE, is_fetched=True)
        assert failed(went) == {}
        return published(database)

    def landing(self, tracker: Tracker) -> Landing:
        """The landing of one source."""
        return Landing(Places(self.home).raw, tracker.source)

    def _read(self):
        now = next(iter(self.stage.simulators.values())).now
        return load_home(self.home, now.date())


def published(database: Path) -> Rows:
    """The rows of every table that a run publishes."""
    with duckdb.connect(str(database), read_only=True) as connection:
        schemas = dict(
            connection.execute(
                "select table_name, table_schema from information_schema.tables"
            ).fetchall()
        )
        found: Rows = {}
        for mart in marts(manifest(), "named"):
            rows = connection.execute(f"from {schemas[mart.name]}.{mart.name}")
            names = [column[0] for column in rows.description or []]
            found[mart.name] = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
        return found


def copies(landing: Landing) -> list[LandedRecord]:
    """All copies of all records that have landed, oldest first."""
    return [each for page in landing.pages() for each in landing.records(page)]


def carry_over(known: Landing, into: Landing) -> list[tuple[str, str]]:
    """Give a landing what nobody can read any more and another knows from earlier nights.

    A full load cannot know what is gone; what is gone keeps its past effort all the same.

    Returns:
        Stream and key of each record that was carried over.
    """
    there = {(each.stream, each.key) for each in copies(into)}
    gone = [each for each in copies(known) if (each.stream, each.key) not in there]
    for each in gone:
        record = Record(each.stream, each.key, each.payload, each.version)
        into.put(record, record_digest(each.key, each.payload), each.pulled_at, "carried over")
    into.commit()
    return sorted({(each.stream, each.key) for each in gone})
