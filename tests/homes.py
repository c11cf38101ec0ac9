"""Homes after a run, each run once for the whole suite, whoever asks first.

What stands in them is read only: who wants to go on from there takes a copy.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection
from filelock import FileLock

from tests import forked

ROOT = Path(__file__).parents[1]
SECONDS_FOR_A_RUN = 600


def throughline(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run(
        forked.command("throughline", [*map(str, arguments)]),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="session")
def case_home(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The homes of worked organisations after `throughline demo --case`."""
    return lambda case: _run_once(tmp_path_factory, case, "--case", case)


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the whole demo after its first night."""
    return _run_once(tmp_path_factory, "demo")


def copy_published(home: Path, connection: DuckDBPyConnection) -> None:
    """Make the published tables of a home anew in a database, without the keys."""
    file = home / "data" / "published" / "current" / "throughline.duckdb"
    connection.execute(f"attach '{file}' as published (read_only)")
    names = connection.execute(
        "select table_name from duckdb_tables() where database_name = 'published' order by 1"
    ).fetchall()
    for (name,) in names:
        connection.execute(f"create table {name} as from published.main.{name}")
    connection.execute("detach published")


def _run_once(factory: pytest.TempPathFactory, name: str, *choices: str) -> Path:
    """The home of that name in the folder that all workers share."""
    base = factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "homes"
    shared.mkdir(exist_ok=True)
    home, done = shared / name, shared / f"{name}.done"
    with FileLock(shared / f"{name}.lock", timeout=SECONDS_FOR_A_RUN):
        if not done.exists():
            ended = throughline("demo", *choices, home)
            assert ended.returncode == 0, ended.stderr[-4000:]
            done.touch()
    return home
