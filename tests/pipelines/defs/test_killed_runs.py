"""Runs that are killed while Dagster's page is open: it soon shows none of them as under way."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import psutil
import pytest

from pipelines.warehouse.places import Places
from pipelines.warehouse.record import read_records
from tests.figures import IS_DRILL, Figure
from tests.homes import ROOT, throughline
from tests.pipelines.defs.web_page import shown, web_page

SECONDS = 60
"""After a kill, until the page shows the run as failed."""
STAGE = "models"
AS_OF = "2026-06-30"
LAUNCH = """
mutation ($job: JobOrPipelineSelector!) {
  launchRun(executionParams: {selector: $job}) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
  }
}
"""
NIGHTLY = {
    "jobName": "nightly",
    "repositoryName": "__repository__",
    "repositoryLocationName": "throughline",
}


@contextmanager
def by_the_command(home: Path) -> Iterator[int]:
    """A run of the real command, once it builds models; its process leads a group of its own."""
    with subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", "run", "--home", str(home), "--as-of", AS_OF],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as started:
        assert started.stderr is not None
        assert any(f"started stage={STAGE}" in line for line in started.stderr)
        yield started.pid


@contextmanager
def by_the_page(home: Path, address: str) -> Iterator[int]:
    """A run that is launched on the page, once it builds models."""
    asked = {"query": LAUNCH, "variables": {"job": NIGHTLY}}
    request = Request(
        f"{address}/graphql", json.dumps(asked).encode(), {"Content-Type": "application/json"}
    )
    with urlopen(request) as answer:
        told = json.load(answer)["data"]["launchRun"]
    assert told["__typename"] == "LaunchRunSuccess", told
    until = time.monotonic() + 10 * SECONDS
    while True:
        [record] = read_records(Places(home), 1)
        stages = [each["stage"] for each in record["stages"]]
        if record["dagster_run"] == told["run"]["runId"] and stages[-1:] == [STAGE]:
            break
        assert time.monotonic() < until, record
        time.sleep(0.2)
    yield record["process"]


def kill(process: int) -> None:
    """End a run and all that it has started, as a restart of the machine does."""
    family = [psutil.Process(process), *psutil.Process(process).children(recursive=True)]
    if os.getpgid(process) == process:
        os.killpg(process, signal.SIGKILL)
    for each in family:
        if each.is_running():
            each.kill()
    psutil.wait_procs(family, timeout=SECONDS)


def counted(runs: str) -> tuple[int, int, int]:
    """How many runs a page of runs calls in progress, failed and successful."""
    found = re.search(r"In progress \((\d+)\)", runs)
    return int(found[1]) if found else -1, runs.count("Failure"), runs.count("Success")


if IS_DRILL:

    @pytest.mark.timeout(3600)
    @pytest.mark.needs_program("chromium")
    @pytest.mark.requirement("R23", "kill -9 while the page is open: none in progress within 60 s")
    def test_the_page_soon_calls_a_killed_run_a_failure(
        toy_home: Callable[..., Path],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        figure: Figure,
    ) -> None:
        monkeypatch.setenv("DAGSTER_HOME", "")
        home, profile, took = toy_home(), tmp_path / "profile", list[float]()
        profile.mkdir()
        with web_page(home) as (_, address):
            runs = f"{address}/runs"
            for failures, begun in enumerate((by_the_command(home), by_the_page(home, address))):
                with begun as process:
                    assert counted(shown(runs, profile)) == (1, failures, 0)
                    kill(process)
                    killed = time.monotonic()
                    while counted(page := shown(runs, profile)) != (0, failures + 1, 0):
                        assert time.monotonic() - killed < SECONDS, page
                    took.append(time.monotonic() - killed)
            assert throughline("run", "--home", home, "--as-of", AS_OF).returncode == 0
            assert counted(shown(runs, profile)) == (0, 2, 1)

        assert max(took) < SECONDS
        states = [each["state"] for each in read_records(Places(home), 5)]
        assert states == ["published", "killed", "killed"]
        figure.reached(
            f"1 of the command, 1 of the page: failed after {took[0]:.0f} and {took[1]:.0f} s;"
            " the run after them published"
        )
