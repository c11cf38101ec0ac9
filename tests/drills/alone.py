"""A night in a network that has a simulated Jira and nobody else.

    unshare -n python -m tests.drills.alone FOLDER [THROUGHLINE ...]

writes a home below the folder, runs it by the command, from the folder if another than that of the
checkout is named, and prints how that ended and the port of the simulator. Nothing around it
switches off what programs tell their makers: that they are silent is our own doing.
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

SWITCHES = {"DO_NOT_TRACK", "GX_ANALYTICS_ENABLED", "DBT_SEND_ANONYMOUS_USAGE_STATS"}
SET_FLAGS, UP = 0x8914, 0x1
JIRA = "  - {name: ops, type: jira, url: '%s', user_env: OPS_USER, token_env: OPS_TOKEN}\n"


def raise_loopback() -> None:
    """Let this machine reach itself, which a new network cannot."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sh14x", b"lo", UP))


def main(folder: Path, command: list[str]) -> None:
    """Run the night by a command, by that of the checkout if it is empty."""
    raise_loopback()
    home = folder / "home"
    (home / "strategy").mkdir(parents=True)
    (home / "teams.yml").write_text("teams: [{id: platform, members: [{person: ana}]}]\n")
    (home / "strategy" / "a.yml").write_text(
        "nodes: [{id: P-1, kind: purpose, title: Serve, owner: ana}]\n"
    )
    kept = {key: value for key, value in os.environ.items() if key not in SWITCHES}
    simulator = JiraCloud(World(7, items=30, people=4, containers=3))
    with simulator.serving():
        settings = SETTINGS[: SETTINGS.index("  - ")] + JIRA % simulator.address
        (home / "throughline.yml").write_text(settings)
        done = subprocess.run(
            [*(command or OWN), "run", "--home", str(home), "--as-of", AS_OF],
            cwd=folder if command else None,
            env={**kept, "OPS_USER": USER, "OPS_TOKEN": SECRETS["token"]},
            capture_output=True,
            text=True,
            check=False,
        )
    port = int(simulator.address.rpartition(":")[2])
    told = {"code": done.returncode, "said": done.stderr[-2000:], "port": port}
    print(json.dumps(told))  # noqa: T201 - for whoever runs it


AS_OF = "2026-06-30"
OWN = [sys.executable, "-m", "pipelines.cli"]

if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
