"""A night in a network that has a simulated Jira and nobody else.

    unshare -n python -m tests.drills.alone FOLDER

writes a home below the folder, runs it by the command, and prints how that ended and the port of
the simulator.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
from pathlib import Path

from tests.pipelines.conftest import SETTINGS
from tests.simulators.jira_cloud import SECRETS, USER, JiraCloud
from tests.simulators.world import World

SET_FLAGS, UP = 0x8914, 0x1
JIRA = "  - {name: ops, type: jira, url: '%s', user_env: OPS_USER, token_env: OPS_TOKEN}\n"


def raise_loopback() -> None:
    """Let this machine reach itself, which a new network cannot."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sh14x", b"lo", UP))


def main(folder: Path) -> None:
    """Run the night."""
    raise_loopback()
    home = folder / "home"
    (home / "strategy").mkdir(parents=True)
    (home / "teams.yml").write_text("teams: [{id: platform, members: [{person: ana}]}]\n")
    (home / "strategy" / "a.yml").write_text(
        "nodes: [{id: P-1, kind: purpose, title: Serve, owner: ana}]\n"
    )
    simulator = JiraCloud(World(7, items=30, people=4, containers=3))
    with simulator.serving():
        settings = SETTINGS[: SETTINGS.index("  - ")] + JIRA % simulator.address
        (home / "throughline.yml").write_text(settings)
        done = subprocess.run(
            [sys.executable, "-m", "pipelines.cli", "run", "--home", str(home), "--as-of", AS_OF],
            env={**os.environ, "OPS_USER": USER, "OPS_TOKEN": SECRETS["token"]},
            capture_output=True,
            text=True,
            check=False,
        )
    port = int(simulator.address.rpartition(":")[2])
    told = {"code": done.returncode, "said": done.stderr[-2000:], "port": port}
    print(json.dumps(told))  # noqa: T201 - for whoever runs it


AS_OF = "2026-06-30"

if __name__ == "__main__":
    main(Path(sys.argv[1]))
