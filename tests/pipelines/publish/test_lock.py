"""One run at a time, by a lock that dies with its holder.

The drill starts the command twice at once, again and again: ten times as a user does, of which the
time is taken, and the other times in processes that need not import everything first.
"""

from __future__ import annotations

import multiprocessing
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pipelines.warehouse.exits import Exit
from pipelines.warehouse.lock import LockHeldError, held
from pipelines.warehouse.places import Places
from tests import forked
from tests.figures import Figure
from tests.homes import ROOT, throughline

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


def start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=ROOT, stdout=quiet, stderr=quiet)


def first_to_end(processes: Sequence[subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
    """Wait until one of the processes has ended, and give that one."""
    ends = {os.pidfd_open(each.pid): each for each in processes}
    [ended, *_], _, _ = select.select([*ends], [], [], 120)
    for end in ends:
        os.close(end)
    ends[ended].wait()
    return ends[ended]


@pytest.mark.timeout(3600)
@pytest.mark.requirement("R22", "two starts at once, then kill the holder, 100 times: one runs")
def test_of_two_starts_one_runs_and_the_lock_is_free_again_once_it_is_killed(
    toy_home: Callable[..., Path], figure: Figure
) -> None:
    home, took = toy_home(), list[float]()
    number, timed = figure.of(2, 100), figure.of(0, 10)
    run = ["run", "--home", str(home), "--as-of", "2026-06-30"]
    by_the_user = [sys.executable, "-m", "pipelines.cli", *run]
    for done in range(number):
        began = time.monotonic()
        command = by_the_user if done < timed else forked.command("throughline", run)
        starters = [start(command) for _ in range(2)]
        loser = first_to_end(starters)
        took += [time.monotonic() - began] if done < timed else []
        [holder] = [each for each in starters if each is not loser]

        assert (loser.returncode, holder.poll()) == (Exit.LOCKED, None)
        holder.kill()
        assert holder.wait() == -signal.SIGKILL
    shutil.rmtree(home / "exports")
    shutil.rmtree(Places(home).raw, ignore_errors=True)

    assert throughline(*run).returncode == Exit.NOTHING_FETCHED
    assert max(took, default=0.0) < 5
    figure.reached(
        f"{number} of {number}: one runs, one ends with 75; the lock is free again {number} of"
        f" {number}; the other ends within {max(took, default=0.0):.1f} s ({timed} starts timed)"
    )


def test_of_two_that_want_the_lock_at_once_exactly_one_gets_it(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    for _ in range(2):
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


def test_the_lock_is_free_again_once_its_holder_is_killed(tmp_path: Path) -> None:
    for _ in range(3):
        process = holder(tmp_path)
        with pytest.raises(LockHeldError, match="under way"), held(Places(tmp_path)):
            pass
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()

        with held(Places(tmp_path)):
            pass


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
