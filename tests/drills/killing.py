"""Runs that die by SIGKILL at any moment, as forks of one process that has imported everything.

``python -m tests.drills.killing`` reads an order from each line and answers with a line: what the
run ended with, and how many moments it had come to.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from connectors.http import Client
from connectors.live import LiveConnector, LiveSettings, Slice, Step
from tests.drills.trackers import TRACKERS

ROOT = Path(__file__).resolve().parents[2]
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
ON_FILES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate"}
ON_THE_LINE = "http.client.send"


@dataclass(frozen=True)
class Order:
    """A run of a tracker at an address into a landing, that dies at a moment, or some time after.

    A moment is an operation on a file of the landing, or a request. ``told`` is a file that takes
    down every page that is asked for, ``workers`` how many requests are in flight.
    """

    tracker: str
    address: str
    raw: str
    told: str
    moment: int = 0
    late: float = 0.0
    workers: int = 4


class Telling:
    """A connector that takes down each page before it is asked for."""

    def __init__(self, connector: LiveConnector, told: Path) -> None:
        self._connector, self._told = connector, told

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connector, name)

    def connect(self, settings: LiveSettings, client: Client) -> Any:
        """A reader that does so."""
        return _TellingReader(self._connector.connect(settings, client), self._told)


class _TellingReader:
    def __init__(self, reader: Any, told: Path) -> None:
        self._reader, self._told = reader, told

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)

    def step(self, slice: Slice, token: str | None) -> Step:
        with self._told.open("a") as file:
            file.write(json.dumps([slice.scope, slice.name, token]) + "\n")
        return self._reader.step(slice, token)


def asked_twice(told: Path) -> Counter[tuple[str, str]]:
    """How many pages of each walk were asked for again, by scope and slice."""
    lines = Counter(told.read_text().splitlines() if told.exists() else ())
    found: Counter[tuple[str, str]] = Counter()
    for line, times in lines.items():
        scope, name, _ = json.loads(line)
        found[scope, name] += times - 1
    return +found


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit code, and the moments it came to if it was not killed."""

    code: int
    moments: int


class Killer:
    """The process of which runs are forked."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, order: Order) -> Ended:
        """Carry an order out."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(asdict(order)) + "\n")
        self._process.stdin.flush()
        return Ended(*json.loads(self._process.stdout.readline()))


@contextmanager
def killer() -> Iterator[Killer]:
    """Start the process; it ends with the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.drills.killing"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield Killer(process)
        assert process.stdin
        process.stdin.close()


class _Moments:
    """Counts the moments of this process, and kills it at one of them."""

    def __init__(self, order: Order) -> None:
        self.count = 0
        self._order, self._guard = order, threading.Lock()
        self._sync = os.fsync
        sys.addaudithook(self._hear)
        os.fsync = self._fsync

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == ON_THE_LINE or self._is_ours(event, arguments):
            self._passed()

    def _is_ours(self, event: str, arguments: tuple[Any, ...]) -> bool:
        is_write = event == "open" and bool((arguments[2] or 0) & WRITING)
        return (is_write or event in ON_FILES) and str(arguments[0]).startswith(self._order.raw)

    def _fsync(self, handle: Any) -> None:
        self._passed()
        self._sync(handle)

    def _passed(self) -> None:
        with self._guard:
            self.count += 1
            if self.count == self._order.moment:
                if self._order.late:
                    threading.Thread(target=self._die, daemon=True).start()
                else:
                    os.kill(os.getpid(), signal.SIGKILL)

    def _die(self) -> None:
        time.sleep(self._order.late)
        os.kill(os.getpid(), signal.SIGKILL)


def _run(order: Order) -> int:
    moments = _Moments(order)
    tracker = TRACKERS[order.tracker]
    connector = Telling(tracker.connector, Path(order.told))
    tracker.extract(order.address, Path(order.raw), connector=connector, workers=order.workers)
    return moments.count


def _forked(order: Order) -> Ended:
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        code = 1
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # answers stand there
        try:
            os.write(writing, str(_run(order)).encode())
            code = 0
        except Exception:  # noqa: BLE001 - whatever it is, the test shows it
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        moments = int(pipe.read() or 0)
    return Ended(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), moments)


if __name__ == "__main__":
    for line in sys.stdin:
        ended = _forked(Order(**json.loads(line)))
        print(json.dumps([ended.code, ended.moments]), flush=True)  # noqa: T201
