"""The demo, run once and published, for the tests that ask what analysts ask."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

HOME_NAME = "published-demo"


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the demo after one night; the workers of a suite share it."""
    base = tmp_path_factory.getbasetemp()
    home = (base.parent if base.name.startswith("popen-") else base) / HOME_NAME
    with FileLock(home.with_suffix(".lock")):
        if not (home / "data" / "published" / "current").exists():
            command = [sys.executable, "-m", "pipelines.cli", "demo", str(home)]
            ended = subprocess.run(command, capture_output=True, text=True, check=False)
            assert ended.returncode == 0, ended.stderr[-4000:]
    return home


@pytest.fixture(scope="session")
def published(demo_home: Path) -> Path:
    """The folder of the published run."""
    return demo_home / "data" / "published" / "current"
