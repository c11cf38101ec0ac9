"""A publisher that is killed leaves the run that was there, and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.pipelines.postgres.conftest import SCHEMA, VARIABLE, Database, Tables, write_published

pytestmark = pytest.mark.needs_program("postgres")

ROOT = Path(__file__).parents[3]
LEFT = (
    "select relname from pg_class where relname like 'staged%' or relname like 'differing%'"
    " union all select datname from pg_stat_activity where application_name = 'throughline'"
)
POINTS = [
    *(("publishing", "stage", 1), ("publishing", "stage", 3)),
    *(("publishing", "shaped", 2), ("publishing", "exchange", 1), ("publishing", "exchange", 3)),
    *(("publishing", "describe", 3), ("ledger", "write_down", 1)),
]


def tables(number: int) -> Tables:
    query = f"select {number} as run, i + {number} as id from range(500) numbers(i)"
    named = {name: (query, ["id"]) for name in ("dim_source", "fct_a", "fct_b")}
    return named | ({"fct_new": (query, ["id"])} if number else {"fct_old": (query, ["id"])})


def shown(database: Database) -> dict[str, list]:
    names = database.rows(
        f"select relname from pg_class where relnamespace = '{SCHEMA}'::regnamespace"
        " and relkind = 'r' order by 1"
    )
    return {name: database.rows(f"select * from {SCHEMA}.{name} order by 1") for (name,) in names}


def wait_until_nothing_is_left(database: Database) -> None:
    until = time.monotonic() + 20
    while (left := database.rows(LEFT)) and time.monotonic() < until:
        time.sleep(0.05)
    assert left == []


@pytest.mark.parametrize(("module", "function", "calls"), POINTS)
def test_wherever_it_is_killed_the_last_run_stands_and_the_next_heals(
    database, tmp_path, module, function, calls
) -> None:
    database.publish(tables(0))
    before = shown(database)
    folder = write_published(tmp_path / "killed", "run-killed", tables(1))

    killed = subprocess.run(
        [sys.executable, "-m", "tests.pipelines.postgres.killed_publisher",
         str(folder), module, function, str(calls)],
        cwd=ROOT, env={**os.environ, VARIABLE: database.dsn}, capture_output=True, check=False,
    )  # fmt: skip

    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    wait_until_nothing_is_left(database)
    assert shown(database) == before
    database.publish(tables(2))
    after = shown(database)
    assert set(after) == {"dim_source", "fct_a", "fct_b", "fct_new", "run", "run_tables"}
    assert {
        row[0] for name in ("dim_source", "fct_a", "fct_b", "fct_new") for row in after[name]
    } == {2}
