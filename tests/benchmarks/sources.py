"""``make bench-sources N=2000``: two simulated Jiras, read one after the other and side by side.

Each serves in a process of its own with all answers ready, after a wait of 50 ms. What is timed is
what a run does with its sources, in a new home each time, paced as ever. Nothing is asserted.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import structlog

from pipelines.home.home import load_home
from pipelines.warehouse import steps
from pipelines.warehouse.night import begun
from tests.benchmarks.extract import told
from tests.simulators.jira_cloud import SECRETS, USER

LATENCY = 0.05
ROUNDS = 3
SETTINGS = """\
organisation: {{name: Example}}
run: {{sources_at_once: {at_once}}}
sources:
"""
SOURCE = (
    "  - {{name: {name}, type: jira, url: '{address}', user_env: BENCH_USER,"
    " token_env: BENCH_TOKEN}}\n"
)


def main(items: int) -> None:
    """Measure, and print a line for each way."""
    os.environ |= {"BENCH_USER": USER, "BENCH_TOKEN": SECRETS["token"]}
    command = [sys.executable, "-m", "tests.benchmarks.vendor", str(items)]
    with ExitStack() as stack:
        sites = [
            stack.enter_context(
                subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            )
            for _ in range(2)
        ]
        addresses = [site.stdout.readline().strip() for site in sites if site.stdout]
        try:
            seconds(addresses, 2, 0.0)
            for number in range(ROUNDS):
                one, two = (seconds(addresses, at_once, LATENCY) for at_once in (1, 2))
                print(
                    f"round {number + 1}: one after the other {one:.1f} s, side by side {two:.1f} s"
                    f" ({one / two:.2f} times as fast)",
                    flush=True,
                )
        finally:
            for site in sites:
                assert site.stdin
                site.stdin.close()


def seconds(addresses: list[str], at_once: int, latency: float) -> float:
    """Read both sources into a new home; how long that takes."""
    for address in addresses:
        told(address, f"start/{latency}")
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as folder:
        home = write_home(Path(folder), addresses, at_once)
        with begun(load_home(home)) as night:
            began = time.monotonic()
            steps.begin_fetching(night, night.home.sources)
            states = [steps.fetch(night, source).state for source in night.home.sources]
            spent = time.monotonic() - began
    assert states == ["fresh", "fresh"], states
    return spent


def write_home(folder: Path, addresses: list[str], at_once: int) -> Path:
    """Write a home whose sources are these sites."""
    sources = "".join(
        SOURCE.format(name=f"site-{number}", address=address)
        for number, address in enumerate(addresses)
    )
    (folder / "throughline.yml").write_text(SETTINGS.format(at_once=at_once) + sources)
    (folder / "teams.yml").write_text("teams: [{id: platform, members: [{person: ana}]}]\n")
    (folder / "strategy").mkdir()
    (folder / "strategy" / "a.yml").write_text(
        "nodes: [{id: P-1, kind: purpose, title: Serve, owner: ana}]\n"
    )
    return folder


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    main(int(sys.argv[1]))
