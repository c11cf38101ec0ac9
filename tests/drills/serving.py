"""A simulated tracker in a process of its own, so that whoever reads it has this one for itself.

    python -m tests.drills.serving trello 1000

prints the address of a Trello of about so many cards, and ends with its input.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.drills.trackers import TRACKERS
from tests.homes import ROOT
from tests.simulators.world import World


@contextmanager
def served(tracker: str, items: int) -> Iterator[str]:
    """The address of a tracker of so many items."""
    command = [sys.executable, "-m", "tests.drills.serving", tracker, str(items)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin and process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()


def main(tracker: str, items: int) -> None:
    """Serve until the input ends."""
    simulator = TRACKERS[tracker].make(World(7, items, people=20, containers=10))
    with simulator.serving():
        print(simulator.address, flush=True)  # noqa: T201 - for whoever reads it
        sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
