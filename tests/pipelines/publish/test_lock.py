"""One run at a time, by a lock that dies with its holder."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.warehouse.lock import LockHeldError, held
from pipelines.warehouse.places import Places
from tests.figures import Figure

HOLD = """
import sys, time
from pathlib import Path
from pipelines.warehouse.lock import held
from pipelines.warehouse.places import Places
with held(Places(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(600)
"""


def holder(home: Path) -> subprocess.Popen:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def try_to_hold(home: str, start: float, results) -> None:
    time.sleep(max(0, start - time.time()))
    try:
        with held(Places(Path(home))):
            results.put(("held", time.time()))
            time.sleep(3)
    except LockHeldError:
        results.put(("refused", time.time()))


@pytest.mark.timeout(1800)
@pytest.mark.requirement("R22", "of two starts at once exactly one runs, 100 times; < 5 s")
def test_of_two_starters_exactly_one_runs(tmp_path: Path, figure: Figure) -> None:
    context, number = multiprocessing.get_context("spawn"), figure.of(2, 100)
    results = context.Queue()
    for _ in range(number):
        start = time.time() + 2
        arguments = (str(tmp_path), start, results)
        starters = [context.Process(target=try_to_hold, args=arguments) for _ in range(2)]
        for starter in starters:
            starter.start()
        for starter in starters:
            starter.join()

        found = dict(results.get(timeout=5) for _ in starters)
        assert sorted(found) == ["held", "refused"]
        assert found["refused"] - start < 5
    figure.reached(f"{number} of {number}")


@pytest.mark.timeout(1800)
@pytest.mark.requirement("R22", "the lock is free again after its holder is killed, 100 times")
def test_the_lock_is_free_again_once_its_holder_is_killed(tmp_path: Path, figure: Figure) -> None:
    number = figure.of(3, 100)
    for _ in range(number):
        process = holder(tmp_path)
        with pytest.raises(LockHeldError, match="under way"), held(Places(tmp_path)):
            pass
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()

        with held(Places(tmp_path)):
            pass
    figure.reached(f"{number} of {number}")


def test_a_process_that_holds_the_lock_may_hold_it_once_more(tmp_path: Path) -> None:
    places = Places(tmp_path)
    with held(places):
        with held(Places(tmp_path)):
            pass
        context = multiprocessing.get_context("spawn")
        results = context.Queue()
        other = context.Process(target=try_to_hold, args=(str(tmp_path), 0.0, results))
        other.start()
        other.join()

        assert results.get(timeout=5)[0] == "refused"
