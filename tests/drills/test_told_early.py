"""What is wrong with a source is told by `throughline check` within ten seconds, its start too."""

from __future__ import annotations

import os
import re
import resource
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.warehouse import probe
from tests.drills.trackers import TRACKERS, Tracker
from tests.figures import IS_DRILL, Figure
from tests.homes import ROOT
from tests.pipelines.live.conftest import live_home  # noqa: F401 - a fixture
from tests.simulators.server import FOR_EVER, Fault
from tests.simulators.world import World

PAGE = re.compile(r'"summary"|/tasks null|/stories |/cards/all |/actions |worklog/updated')
"""What only a run asks for."""
CHOICES = {"jira": "projects", "trello": "boards", "asana": "projects"}
SAID = {
    "name": "can be reached",
    "host": "the connection was refused",
    "silence": "can be reached",
    "token": "401",
    "choice": "abcdefgh",
    "permission": "403",
}
CELLS = [(what, name) for what in SAID for name in TRACKERS]
MOST_SECONDS = 10.0
PROGRAM = """
import sys
from connectors.jira import client
client.PLATFORM = sys.argv.pop(1)
from pipelines.cli import main
main()
"""
"""The command, with a simulator where Jira's scoped tokens would be taken."""


@dataclass(frozen=True)
class Checked:
    """How `throughline check` ended, what it said, and what that took."""

    code: int
    err: str
    seconds: float
    cpu: float


def check(home: Path, tracker: Tracker, token: str, address: str) -> Checked:
    """Check a home by the command, in a process of its own."""
    environment = tracker.environment()
    if token:
        environment[f"{tracker.name}_token".upper()] = token
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, address, "check", "--home", str(home)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - began
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = spent.ru_utime + spent.ru_stime - before.ru_utime - before.ru_stime
    return Checked(done.returncode, done.stderr, seconds, cpu)


@pytest.mark.requirement("R17", "name, host, token, project, permission: told in 10 s, no page")
@pytest.mark.parametrize(("what", "name"), CELLS if IS_DRILL else [("name", "trello")])
def test_what_is_wrong_is_told_in_ten_seconds_with_the_start_of_the_program(
    live_home,  # noqa: F811 - the fixture
    what: str,
    name: str,
    figure: Figure,
) -> None:
    tracker = TRACKERS[name]
    site = tracker.make(World(7, items=16, people=3, containers=2))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    with site.serving():
        addresses = {"name": "https://no-such-host.invalid", "host": nobody}
        if what == "silence":
            site.faults = [Fault("hang", times=FOR_EVER, details={"seconds": 30})]
        elif what == "permission":
            details = {"status": 403}
            pattern = "project|search|board|organization|batch"
            site.faults = [Fault("status", pattern, 0, FOR_EVER, details)]
        entry = tracker.entry(addresses.get(what, site.address))
        if what == "choice":
            entry = entry.replace("{", f'{{"{CHOICES[tracker.kind]}": ["abcdefgh"], ', 1)
        home = live_home(entry)
        found = check(home, tracker, "0" * 32 if what == "token" else "", site.address)

    asked = [f"{each.method} {each.path} {each.body}" for each in site.requests]
    assert found.code == 2, found.err
    assert f"error: {tracker.source} ({tracker.kind}): " in found.err
    assert SAID[what] in found.err, found.err
    assert not [each for each in asked if PAGE.search(each.replace("None", "null"))]
    assert not (home / "data").exists()
    # On a machine that is busy otherwise: what it computes, and the most that it waits.
    assert min(found.seconds, found.cpu + probe.SECONDS) <= MOST_SECONDS
    figure.reached(f"{name}, {what}: {found.seconds:.1f} s, of CPU {found.cpu:.1f} s")
