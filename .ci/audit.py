"""Look up known holes of all that the lock files name; what could not be looked up is said.

    python .ci/audit.py LOCK [LOCK ...]

Ends with 0 if no known hole was found, with 1 if one was, and with 3 if nothing could be asked: a
network that reaches only a package index has no source of advisories, and "not audited" is not a
pass.
"""

from __future__ import annotations

import json
import subprocess
import sys

SERVICES = ("pypi", "osv")
SECONDS = 300


def asked(lock: str, service: str) -> list[dict] | None:
    """The packages of a lock file with their known holes; None if nobody answered."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", lock, "--disable-pip"]
    command += ["--require-hashes", "--vulnerability-service", service, "--format", "json"]
    command += ["--progress-spinner", "off", "--timeout", "10"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
        found = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return None
    # An index that keeps no advisories answers too, and knows nothing of any package.
    return None if all("skip_reason" in each for each in found) else found


def verdict(lock: str, packages: list[dict] | None) -> tuple[int, list[str]]:
    """The exit code for one lock file, and what to say of it."""
    if packages is None:
        return 3, [f"{lock}: NOT AUDITED: no source of advisories could be reached from here."]
    skipped = [each for each in packages if "skip_reason" in each]
    holes = [
        f"{lock}: {each['name']} {each['version']}: {hole['id']}, mended in "
        f"{', '.join(hole['fix_versions']) or 'no version yet'}"
        for each in packages
        for hole in each.get("vulns", ())
    ]
    left = [f"{lock}: NOT AUDITED: {each['name']}: {each['skip_reason']}" for each in skipped]
    told = f"{lock}: {len(packages) - len(skipped)} packages audited, {len(holes)} known holes."
    return 1 if holes else 3 if skipped else 0, [*holes, *left, told]


def main(locks: list[str]) -> int:
    """Audit each lock file; the worst that was found."""
    codes = []
    for lock in locks:
        answers = (asked(lock, service) for service in SERVICES)
        code, lines = verdict(lock, next((each for each in answers if each is not None), None))
        print("\n".join(lines))
        codes.append(code)
    return 1 if 1 in codes else max(codes, default=0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
