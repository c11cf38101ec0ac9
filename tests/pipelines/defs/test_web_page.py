"""Dagster's web page has no sign-in: as it is started here, it listens on this machine only."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from dagster_webserver.cli import dagster_webserver

from pipelines.commands.job import dagster_instance
from pipelines.warehouse.places import Places
from tests.figures import IS_DRILL, Figure
from tests.homes import ROOT

LOOPBACK = {"127.0.0.1", "::1"}
SECONDS = 120


def listening(process: psutil.Process) -> dict[str, int]:
    """The addresses, with a port each, on which a process and its children wait for callers."""
    family = [process, *process.children(recursive=True)]
    found = (each for member in family for each in member.net_connections("inet"))
    return {each.laddr.ip: each.laddr.port for each in found if each.status == "LISTEN"}


@pytest.mark.timeout(240)
@pytest.mark.requirement("S19", "dagster dev, as documented, listens on loopback only")
def test_the_web_page_listens_on_this_machine_only(
    toy_home: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, figure: Figure
) -> None:
    [host] = [each for each in dagster_webserver.params if each.name == "host"]
    assert host.default in LOOPBACK
    assert "dagster dev -w workspace.yaml   " in (ROOT / "README.md").read_text()
    if not IS_DRILL:
        figure.reached("by its default; `make drills` starts it")
        return
    monkeypatch.setenv("DAGSTER_HOME", "")
    home = toy_home()
    dagster_instance(Places(home).dagster).dispose()
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    folders = {"THROUGHLINE_HOME": str(home), "DAGSTER_HOME": str(Places(home).dagster)}
    process = subprocess.Popen(
        [sys.executable, "-m", "dagster", "dev", "-w", "workspace.yaml", "-p", str(port)],
        cwd=ROOT,
        env={**os.environ, **folders},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + SECONDS
        while port not in listening(psutil.Process(process.pid)).values():
            assert process.poll() is None and time.monotonic() < until
            time.sleep(1)
        assert set(listening(psutil.Process(process.pid))) <= LOOPBACK
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    figure.reached("started: every socket that listens is on loopback")
