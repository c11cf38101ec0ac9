"""What starts a run every night, as text for cron, systemd and Kubernetes, filled in for a home."""

from __future__ import annotations

import getpass
import json
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

from connectors.errors import SettingsError
from pipelines.home.home import Home

FILES = {"cron": "cron.txt", "systemd": "systemd.txt", "kubernetes": "kubernetes.yaml"}
ENVIRONMENT = Path("/etc/throughline.env")
SECONDS_MORE = 300
"""Beyond the time that a run may take by its own settings."""


def recipe(kind: str, home: Home) -> str:
    """The recipe for a home.

    Args:
        kind: ``cron``, ``systemd`` or ``kubernetes``.
        home: Its folder, its time zone, and the time that a run may take.

    Raises:
        SettingsError: If there is no such recipe.
    """
    if kind not in FILES:
        raise SettingsError(f"There is no recipe `{kind}`; there are {', '.join(FILES)}.")
    quoted = {"cron": _for_cron, "systemd": _for_systemd, "kubernetes": json.dumps}[kind]
    seconds = round(home.settings.run.max_minutes * 60) + SECONDS_MORE
    text = (Path(__file__).parent / FILES[kind]).read_text(encoding="utf-8")
    return text.format(
        home=quoted(str(home.folder)),
        log=quoted(str(home.folder / "nights.log")),
        cache=quoted(f"XDG_CACHE_HOME={home.folder / 'data' / 'cache'}"),
        program=_program(quoted),
        environment=ENVIRONMENT,
        user=getpass.getuser(),
        zone=home.zone,
        seconds=seconds,
    )


def _program(quoted: Callable[[str], str]) -> str:
    """The command by its full path: none of them looks where a shell would."""
    installed = Path(sys.executable).with_name("throughline")
    if installed.exists():
        return quoted(str(installed))
    return f"{quoted(sys.executable)} -m pipelines.cli"


def _for_cron(text: str) -> str:
    """Quoted for the shell; cron takes a bare percent sign for the end of the command."""
    return shlex.quote(text).replace("%", r"\%")


def _for_systemd(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'
