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

from pipelines.demo import AS_OF, write_demo_home
from tests import forked
from tests.figures import IS_DRILL

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


@pytest.fixture(scope="session")
def readable_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What readers of all kinds are shown: in a drill the whole demo, with named people."""
    if IS_DRILL:
        return _named_once(tmp_path_factory)
    return _run_once(tmp_path_factory, "busy", "--case", "busy")


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
    return _once(factory, name, lambda home: throughline("demo", *choices, home))


def _named_once(factory: pytest.TempPathFactory) -> Path:
    """The demo, in which teams are folded, with its people named."""

    def named(home: Path) -> subprocess.CompletedProcess[str]:
        write_demo_home(home)
        settings = home / "throughline.yml"
        text = settings.read_text(encoding="utf-8")
        assert "people: hidden" in text
        settings.write_text(text.replace("people: hidden", "people: named"), encoding="utf-8")
        return throughline("run", "--home", home, "--as-of", AS_OF)

    return _once(factory, "named", named)


def _once(
    factory: pytest.TempPathFactory,
    name: str,
    run: Callable[[Path], subprocess.CompletedProcess[str]],
) -> Path:
    base = factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "homes"
    shared.mkdir(exist_ok=True)
    home, done = shared / name, shared / f"{name}.done"
    with FileLock(shared / f"{name}.lock", timeout=SECONDS_FOR_A_RUN):
        if not done.exists():
            ended = run(home)
            assert ended.returncode == 0, ended.stderr[-4000:]
            done.touch()
    return home
