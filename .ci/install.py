"""Install lock files into the environment that runs this: fast where uv can, by pip where not.

Both verify every hash. uv does not read pip's configuration, so the index, the folders of wheels
and the certificates that the user has set for pip are handed over by environment; no address is
written anywhere.

    python .ci/install.py LOCK [LOCK ...]
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

INSTALLER_LOCK = Path(__file__).with_name("installer.lock")
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]
UV = [sys.executable, "-m", "uv"]
PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
    "trusted-host": "UV_INSECURE_HOST",
    "proxy": "HTTPS_PROXY",
}


def pip_settings() -> dict[str, str]:
    """The user's pip settings by option, the environment over ``install`` over ``global``."""
    listed = subprocess.run([*PIP, "config", "list"], capture_output=True, text=True, check=False)
    ranks = {"global": 0, "install": 1, ":env:": 2}
    found: dict[str, tuple[int, str]] = {}
    for line in listed.stdout.splitlines():
        name, _, value = line.partition("=")
        section, _, option = name.partition(".")
        rank = ranks.get(section, -1)
        if value and rank >= found.get(option, (-1, ""))[0]:
            found[option] = (rank, str(ast.literal_eval(value)))
    return {option: value for option, (rank, value) in found.items() if rank >= 0}


def uv_environment() -> dict[str, str]:
    """The environment for uv: pip's settings where the user has not set uv's own."""
    environment = dict(os.environ)
    for option, value in pip_settings().items():
        variable = PIP_TO_UV.get(option)
        if variable and not environment.get(variable):
            separator = "," if variable == "UV_FIND_LINKS" else " "
            environment[variable] = separator.join(value.split())
    return environment


def pip_install(*arguments: str) -> None:
    """Install with pip; a failure ends the program with pip's own words on the screen."""
    if subprocess.run([*PIP, "install", "--quiet", *arguments], check=False).returncode:
        sys.exit("The packages could not be installed: see pip's message above.")


def uv_install(*arguments: str) -> bool:
    """Install with uv; False where uv does not run here or cannot read the user's index."""
    # Hashes decide what is installed, so every index may answer for every package.
    command = [*UV, "pip", "install", "--quiet", "--python", sys.executable]
    command += ["--index-strategy", "unsafe-best-match", *arguments]
    try:
        return subprocess.run(command, env=uv_environment(), check=False).returncode == 0
    except OSError:
        return False


def main(locks: list[str]) -> None:
    """Install the installer, the locks, and this project in place."""
    pip_install("--no-deps", "--require-hashes", "-r", str(INSTALLER_LOCK))
    wanted = [part for lock in locks for part in ("-r", lock)]
    if not uv_install("--compile-bytecode", "--require-hashes", "--no-deps", *wanted):
        print("uv could not install; trying pip, which takes some minutes.", flush=True)
        pip_install("--no-deps", "--require-hashes", *wanted)
    pip_install("--no-deps", "--no-build-isolation", "--no-index", "--editable", ".")


if __name__ == "__main__":
    main(sys.argv[1:])
