"""``make bench-extract N=50000``: a first load of Jira beside a bare download of the same bytes.

A simulated Jira serves in a process of its own, with all answers ready: the first load, which is
not timed, makes them. Then the connector and the downloader take turns, each in a fresh process,
with the same requests and the same number of them in flight, at 0 and at 50 ms of latency. What is
compared is unpaced; how long the pace makes a load that keeps to half of Jira's published limits is
told in the end. Nothing is asserted.
"""

from __future__ import annotations

import json
import subprocess
import sys
from statistics import median
from urllib.request import urlopen

from connectors.http import AT_ONCE

LATENCIES = (0.0, 0.05)
ROUNDS = 3
AIM, MOST_MEMORY = 0.8, 300
Figures = dict[str, float]


def main(items: int) -> None:
    """Measure, and print a line for each load and each download."""
    command = [sys.executable, "-m", "tests.benchmarks.vendor", str(items)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as jira:
        assert jira.stdin and jira.stdout
        address = jira.stdout.readline().strip()
        try:
            compare(address)
        finally:
            jira.stdin.close()


def compare(address: str) -> None:
    """Time loads and downloads in turn."""
    first = timed(address, 0.0, "kernel")
    size = first["bytes"] / 1e6
    print(f"{first['items']:,.0f} issues with their history, {size:,.0f} MB, {AT_ONCE} in flight")
    memory = first["memory"]
    for latency in LATENCIES:
        rounds = [one_round(address, latency) for _ in range(ROUNDS)]
        memory = max(memory, *(kernel["memory"] for kernel, _ in rounds))
        ratios = [bare["seconds"] / kernel["seconds"] for kernel, bare in rounds]
        aim = f"   (aim: {AIM})" if latency else ""
        print(f"ratio     at {latency * 1000:.0f} ms: {median(ratios):.2f}{aim}\n")
    paced = timed(address, LATENCIES[-1], "kernel", "paced")
    show("paced", LATENCIES[-1], first["items"], paced)
    memory = max(memory, paced["memory"])
    print(f"memory    {memory:.0f} MiB at most (aim: under {MOST_MEMORY})")


def one_round(address: str, latency: float) -> tuple[Figures, Figures]:
    """A load, and a download of what it asked for."""
    kernel = timed(address, latency, "kernel")
    bare = timed(address, latency, "download")
    show("load", latency, kernel["items"], kernel)
    show("download", latency, kernel["items"], bare)
    return kernel, bare


def timed(address: str, latency: float, what: str, *more: str) -> Figures:
    """Do one or the other in a process of its own; its figures, and the server's."""
    if what == "kernel":
        told(address, f"start/{latency}")
    command = [sys.executable, "-m", "tests.benchmarks.asking", what, address, *more]
    found = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return {**json.loads(found.stdout), **(told(address, "flight") or {})}


def told(address: str, what: str) -> Figures:
    """What the server says of itself."""
    with urlopen(f"{address}/bench/{what}", timeout=60) as answer:
        return json.loads(answer.read())


def show(what: str, latency: float, items: float, found: Figures) -> None:
    """Print a line."""
    print(
        f"{what:<10}{latency * 1000:3.0f} ms {found['seconds']:8.1f} s "
        f"{items / found['seconds']:8.0f} items/s {found['cpu']:7.1f} s CPU "
        f"{found['memory']:5.0f} MiB {found['requests']:7.0f} requests "
        f"{found['mean']:4.1f} in flight",
        flush=True,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
