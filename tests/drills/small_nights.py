"""Whole nights in a fraction of a second: everything a run does, with tables of a few statements.

What fetches, types, builds, remembers and publishes is the real thing; only dbt is left out, which
has drills of its own. ``python -m tests.drills.small_nights HOME DAY POINT`` kills itself at one of
its file operations.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from pipelines.home.home import load_home
from pipelines.warehouse import steps
from pipelines.warehouse.facts import manifest_facts
from pipelines.warehouse.inputs import keep_inputs
from pipelines.warehouse.marts import Mart, MartColumn
from pipelines.warehouse.memory import settle, write_down
from pipelines.warehouse.night import begun
from pipelines.warehouse.places import Places
from pipelines.warehouse.publish import publish
from pipelines.warehouse.raw_retention import trim

COLUMN = MartColumn("id", "varchar", "A key", "")
TABLES = {
    "dim_source": "select source as id, tracker, state from run.sources",
    "dim_team": "select team_id as id, name from home.teams",
    "dim_card": (
        "select source || ':' || record_id as id, max_by(title, pulled_at) as name"
        " from landed.trello_cards group by all"
    ),
}
AS_OF = date(2026, 6, 30)
Rows = dict[str, list[tuple[Any, ...]]]


def render(_database: Path, folder: Path, manifest: dict[str, Any]) -> None:
    """A report of one line."""
    (folder / "report").mkdir()
    (folder / "report" / "index.html").write_text(manifest["run_id"])


def night(home: Path, as_of: date = AS_OF) -> str:
    """Run one night; the id of its run."""
    with begun(load_home(home, as_of)) as under_way:
        for source in under_way.home.sources:
            with under_way.stage(f"fetch {source.name}"):
                steps.fetch(under_way, source)
        with under_way.stage("database"):
            steps.build(under_way)
        database = steps.database(under_way)
        with under_way.stage("models"), duckdb.connect(str(database)) as connection:
            for name, select in TABLES.items():
                connection.execute(f"create table main.{name} as {select}")
        with under_way.stage("publish"):
            write_down(under_way.places, under_way.run_id, as_of, database, {})
            marts = [Mart(name, "Some rows.", (COLUMN,), ("id",)) for name in sorted(TABLES)]
            facts = manifest_facts(under_way)
            publish(under_way.places, under_way.run_id, database, marts, facts, render)
            under_way.record.published = under_way.run_id
            settle(under_way.places)
            trim(under_way)
            keep_inputs(under_way.home, under_way.places, under_way.run_id)
        steps.conclude(under_way)
        return under_way.run_id


def rows(home: Path) -> Rows:
    """All rows that are published, in the order in which they stand."""
    file = Places(home).current.resolve() / "throughline.duckdb"
    with duckdb.connect(str(file), read_only=True) as connection:
        return {name: connection.execute(f"from {name}").fetchall() for name in sorted(TABLES)}


class Hook:
    """Sees every file operation below a folder just before it happens. An audit hook stays for
    good, so there is one for all, and it does something only while it is armed."""

    def __init__(self) -> None:
        self.below = ""
        self.seen = 0
        self.act: Callable[[int, str], None] | None = None
        self._is_there = False

    @contextmanager
    def armed(self, below: Path, act: Callable[[int, str], None]) -> Iterator[Hook]:
        """Call ``act`` with number and name of each operation below a folder."""
        if not self._is_there:
            sys.addaudithook(self._hear)
            self._is_there = True
        self.below, self.seen, self.act = str(below), 0, act
        real = os.fsync
        os.fsync = lambda handle: self._told("os.fsync") or real(handle)
        try:
            yield self
        finally:
            self.act, os.fsync = None, real

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.act is None or event not in OPERATIONS:
            return
        path = arguments[0]
        if event in BY_FOLDER and arguments[-1] != -1:
            path = Path(f"/proc/self/fd/{arguments[-1]}").readlink() / os.fsdecode(path)
        if isinstance(path, str | Path) and str(path).startswith(self.below):
            writes = event != "open" or (len(arguments) > 2 and arguments[2] & WRITING)
            if writes:
                self._told(event)

    def _told(self, event: str) -> None:
        if self.act is not None:
            self.seen += 1
            self.act(self.seen, event)


WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
ALLOCATING = frozenset({"open", "os.mkdir", "os.symlink", "os.fsync", "os.truncate"})
"""Operations that need room on the disk."""
OPERATIONS = ALLOCATING | {"os.rename", "os.remove", "os.rmdir", "os.chmod", "os.utime"}
BY_FOLDER = frozenset({"os.remove", "os.rmdir"})
"""Operations that a tree is removed by, each told by the folder it is in."""
HOOK = Hook()


def main(home: str, day: str, point: int) -> None:
    """Run a night that dies, as by ``kill -9``, before one of its file operations."""

    def die(number: int, _event: str) -> None:
        if number == point:
            os.kill(os.getpid(), signal.SIGKILL)

    with HOOK.armed(Path(home) / "data", die):
        night(Path(home), date.fromisoformat(day))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
