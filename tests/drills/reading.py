"""Read a tracker in a process of its own, and say what of its memory that took.

    python -m tests.drills.reading TRACKER FOLDER USUAL HOSTILE

reads an address into a landing below the folder as a run would, so that all that any reading needs
is there, and then another address into another landing.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.drills.trackers import TRACKERS
from tests.peak import peak


def main(name: str, folder: str, usual: str, hostile: str) -> None:
    """Print how the reading of the second address ended and how much memory it took, as JSON."""
    tracker = TRACKERS[name]
    tracker.extract(usual, Path(folder) / "usual")
    before = peak()
    report = tracker.extract(hostile, Path(folder) / "hostile")
    told = {"state": report.state, "reason": report.reason, "mebibytes": peak() - before}
    print(json.dumps(told))  # noqa: T201 - for whoever runs it


if __name__ == "__main__":
    main(*sys.argv[1:])
