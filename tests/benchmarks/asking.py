"""What `extract.py` times, each in a process of its own that prints its figures as JSON.

python -m tests.benchmarks.asking kernel ADDRESS [paced]   the connector, as a first load
python -m tests.benchmarks.asking download ADDRESS         the same requests, and nothing else
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import requests
import structlog
from requests.adapters import HTTPAdapter

from connectors.extraction import extract
from connectors.http import AT_ONCE
from connectors.jira import JiraConnector
from connectors.jira.client import access
from connectors.limits import Dialect
from connectors.live import Access, LiveSettings
from connectors.secrets import Secret
from tests.simulators.jira_cloud import SECRETS, USER


class Unpaced(JiraConnector):
    """Jira, without the pace that keeps below its limits."""

    def access(self, settings: LiveSettings) -> Access:
        return replace(super().access(settings), dialect=Dialect())


def settings(address: str) -> LiveSettings:
    """A source that the simulated Jira knows."""
    secrets = {"user": Secret(USER), "token": Secret(SECRETS["token"])}
    return LiveSettings("eng", "UTC", address, {"platform": address}, secrets)


def kernel(address: str, is_paced: bool) -> dict[str, float]:
    """Read all of a site into a new landing; the work items that have landed, and the bytes."""
    connector = JiraConnector() if is_paced else Unpaced()
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as raw:
        report = extract(connector, settings(address), Path(raw))
    assert report.state == "fresh", report.reason
    return {"items": report.landed["issues"], "bytes": report.asked.bytes}


def download(address: str) -> dict[str, float]:
    """Ask for all that was asked, as many at once as the kernel, and count the bytes."""
    asked = requests.get(f"{address}/bench/asked", timeout=60).json()
    session = requests.Session()
    session.mount("http://", HTTPAdapter(pool_maxsize=AT_ONCE))
    signed = access(settings(address)).headers["Authorization"].reveal()
    session.headers["Authorization"] = signed

    def one(call: tuple[str, str, str]) -> int:
        method, target, body = call
        return len(session.request(method, address + target, data=body or None, timeout=60).content)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return {"bytes": sum(pool.map(one, asked))}


def timed(work: Callable[[], dict[str, float]]) -> dict[str, float]:
    """Seconds, seconds of CPU, and highest memory in MiB of this process."""
    spent, begun = time.process_time(), time.monotonic()
    told = work()
    seconds, cpu = time.monotonic() - begun, time.process_time() - spent
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**told, "seconds": seconds, "cpu": cpu, "memory": memory}


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    what, where, *more = sys.argv[1:]
    works = {"kernel": lambda: kernel(where, "paced" in more), "download": lambda: download(where)}
    print(json.dumps(timed(works[what])))
