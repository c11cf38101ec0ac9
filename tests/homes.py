"""Homes after a run, each run once for the whole suite, whoever asks first.

What stands in them is read only: who wants to go on from there takes a copy.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

ROOT = Path(__file__).parents[1]
SECONDS_FOR_A_RUN = 600


def throughline(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def of_the_suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The temporary folder that all workers of the suite share."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The home of a worked organisation after `throughline demo --case`; do not write into it."""

    def home(case: str) -> Path:
        folder = of_the_suite(tmp_path_factory) / "cases" / case
        folder.parent.mkdir(exist_ok=True)
        with FileLock(f"{folder}.lock", timeout=SECONDS_FOR_A_RUN):
            if not folder.with_suffix(".done").exists():
                ended = throughline("demo", "--case", case, folder)
                assert ended.returncode == 0, ended.stderr[-4000:]
                folder.with_suffix(".done").touch()
        return folder

    return home
