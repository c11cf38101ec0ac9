"""Tests whose program is missing are left out aloud, and fail where CI is set."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NEEDY = "tests/browser/test_report_in_a_browser.py::test_it_prints_on_a4"


@pytest.fixture
def without_chromium(tmp_path: Path):
    """Run a test that needs Chromium where PATH leads nowhere."""

    def run(**more: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PATH": str(tmp_path), **more}
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", NEEDY]
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )

    return run


def test_a_missing_program_is_told_at_the_end(without_chromium) -> None:
    done = without_chromium(CI="")

    assert done.returncode == 0, done.stdout + done.stderr
    assert " left out " in done.stdout
    assert "1 test: needs Chromium (Debian: apt-get install chromium)" in done.stdout


def test_a_missing_program_is_a_failure_where_ci_is_set(without_chromium) -> None:
    done = without_chromium(CI="1")

    assert done.returncode == 1, done.stdout + done.stderr
    assert "needs Chromium (Debian: apt-get install chromium)" in done.stdout
    assert "nothing is left out where CI is set" in done.stdout
