"""A run ends within its time, whatever hangs, and leaves no child."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from pipelines.warehouse.exits import Exit
from pipelines.warehouse.lock import held
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import read_records
from tests.figures import IS_DRILL, Figure
from tests.homes import ROOT
from tests.pipelines.conftest import SETTINGS

MINUTES = 0.02
PATIENCE = "" if IS_DRILL else "budget.SECONDS_TO_END = budget.SECONDS_BELOW_PYTHON = 3"
PROGRAM = """
import ctypes, signal, subprocess, sys, time
from pathlib import Path
from pipelines.home.home import load_home
from pipelines.operations import budget
from pipelines.operations.watched import watched
CHILD = (
    "import time; from pipelines.defs.dbt_child import end_with_the_parent as end;"
    "end(); time.sleep(600)"
)
{patience}
with watched(load_home(Path(sys.argv[1]))) as night, night.stage("models"):
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    print(child.pid, flush=True)
    {hang}
"""
HANGS = {
    "a sleep": "time.sleep(600)",
    "a child": "child.wait()",
    "a source that is read": (
        "night.side_by_side.begin({'old': lambda: time.sleep(600)}); "
        "night.side_by_side.result('old')"
    ),
    "a loop of Python": "while True: pass",
    "whoever takes no signal": (
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2]); time.sleep(600)"
    ),
    "a library that keeps the interpreter": "ctypes.PyDLL(None).pause()",
    "whoever swallows it": """
    while True:
        try:
            time.sleep(600)
        except BaseException:
            continue""",
}

IN_THE_SUITE = (
    "a child",
    "a source that is read",
    "a library that keeps the interpreter",
    "whoever swallows it",
)


@pytest.mark.timeout(180)
@pytest.mark.requirement("R20", "the budget of a run is kept within 60 s, whatever hangs")
@pytest.mark.parametrize("what", HANGS if IS_DRILL else IN_THE_SUITE)
def test_a_run_that_hangs_is_ended_and_says_so(
    toy_home: Callable[..., Path], figure: Figure, what: str
) -> None:
    home = toy_home(settings=SETTINGS + f"run: {{max_minutes: {MINUTES}}}\n")
    program = PROGRAM.format(patience=PATIENCE, hang=HANGS[what])

    process = subprocess.Popen(
        [sys.executable, "-c", program, str(home)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    child = int(process.stdout.readline())
    began = time.monotonic()
    _, told = process.communicate(timeout=120)
    late = time.monotonic() - began - MINUTES * 60

    assert process.returncode == 1, told
    assert late < 60
    time.sleep(2)  # a child of ours looks for its parent twice a second
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == "zombie"
    with held(Places(home)):
        pass
    [record] = read_records(Places(home), 5)
    if what != "a library that keeps the interpreter":
        assert (record["state"], record["cause"]) == ("failed", "budget")
        assert "took longer than its 0.02 minutes" in record["sentence"]
        assert "`models`" in record["sentence"]
    figure.reached(f"{what}: ended {late:.0f} s late")


def test_a_run_in_time_is_left_alone(toy_home: Callable[..., Path]) -> None:
    from pipelines.home.home import load_home
    from pipelines.operations.watched import watched

    home = load_home(toy_home())
    with watched(home) as night:
        night.record.end(night.places, "published", Exit.PUBLISHED, "Published.")

    [record] = read_records(Places(home.folder), 1)
    assert record["exit_code"] == 0
