"""A process whose files cannot grow beyond a size: DuckDB's writes fail like any other's."""

from __future__ import annotations

import resource
import signal
from pathlib import Path

from pipelines.warehouse.places import Places
from pipelines.warehouse.publish import publish
from tests.pipelines.publish.test_publish import MARTS, render, working_database


def publish_within(home: str, number: int, most: int) -> None:
    """Publish a run while no file may have more than so many bytes."""
    places = Places(Path(home))
    run_id, database = working_database(places, number)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    publish(places, run_id, database, MARTS, {"as_of": "2026-01-01"}, render)
