"""Dagster's event log, kept open.

Why it is so: Dagster opens its SQLite files anew for each event and waits for the disk each time.
A night has over a thousand events, which took longer than all models together. The log is
bookkeeping: it survives a killed process as before, and only what it held of the last moments
before a power cut may be lost; published data is synced to the disk on its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy
import sqlalchemy.event
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData

SECONDS_TO_WAIT_FOR_A_READER = 30
FILES_KEPT_OPEN = 8
BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite puts beside a file, by the end of its name."""


class KeptOpenEventLog(SqliteEventLogStorage):
    """The default event log with one engine per file, in place of one per event."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._engines: dict[str, sqlalchemy.Engine] = {}
        super().__init__(*arguments, **named)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> KeptOpenEventLog:
        """Make the log that dagster.yaml names."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sqlalchemy.Connection]:
        with self._db_lock:
            engine = self._engines.get(shard)
            if engine is None:
                # A web page that is open for months would else keep a file open for each night.
                for other in [*self._engines][: 1 - FILES_KEPT_OPEN]:
                    self._close(other)
                engine = self._engines[shard] = _engine(self.conn_string_for_shard(shard))
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def delete_events(self, run_id: str) -> None:
        """Remove all that is kept of a run, and the file that held it."""
        with self.index_connection() as connection:
            self.delete_events_for_run(connection, run_id)
        self.free_concurrency_slots_for_run(run_id)
        with self._db_lock:
            self._close(run_id)
            self._initialized_dbs.discard(run_id)
            file = Path(self.path_for_shard(run_id))
            for path in (file, *(file.with_name(file.name + more) for more in BESIDE)):
                path.unlink(missing_ok=True)

    def _close(self, shard: str) -> None:
        engine = self._engines.pop(shard, None)
        if engine is not None:
            engine.dispose()

    def dispose(self) -> None:
        """Close all files."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()


def _engine(address: str) -> sqlalchemy.Engine:
    engine = sqlalchemy.create_engine(
        address,
        connect_args={"timeout": SECONDS_TO_WAIT_FOR_A_READER, "check_same_thread": False},
    )

    @sqlalchemy.event.listens_for(engine, "connect")
    def do_not_wait_for_the_disk(connection: Any, _record: Any) -> None:
        connection.execute("pragma synchronous = off")

    return engine
