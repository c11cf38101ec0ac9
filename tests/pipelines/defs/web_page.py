"""Dagster's web page of a home, started as the README says."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import psutil

from pipelines.commands.job import dagster_instance
from pipelines.warehouse.places import Places
from tests.browser.chromium import run as browse
from tests.homes import ROOT

SECONDS = 900
"""To read the models anew takes minutes on a busy machine."""

LOAD = "--virtual-time-budget=20000"


def listening(process: psutil.Process) -> dict[str, int]:
    """The addresses, with a port each, on which a process and its children wait for callers."""
    family = [process, *process.children(recursive=True)]
    found = (each for member in family for each in member.net_connections("inet"))
    return {each.laddr.ip: each.laddr.port for each in found if each.status == "LISTEN"}


@contextmanager
def web_page(home: Path) -> Iterator[tuple[psutil.Process, str]]:
    """Start it and wait until it answers; the process, and the address of the page."""
    dagster_instance(Places(home).dagster).dispose()
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    folders = {"THROUGHLINE_HOME": str(home), "DAGSTER_HOME": str(Places(home).dagster)}
    started = subprocess.Popen(
        [sys.executable, "-m", "dagster", "dev", "-w", "workspace.yaml", "-p", str(port)],
        cwd=ROOT,
        env={**os.environ, **folders},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    process = psutil.Process(started.pid)
    try:
        until = time.monotonic() + SECONDS
        while port not in listening(process).values():
            assert started.poll() is None and time.monotonic() < until
            time.sleep(1)
        yield process, f"http://127.0.0.1:{port}"
    finally:
        started.send_signal(signal.SIGTERM)
        started.wait(60)


def shown(address: str, profile: Path) -> str:
    """The words of a page, as a browser shows it."""
    page = browse([LOAD, "--dump-dom", address], profile)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<style.*?</style>|<[^>]+>", " ", page)))
