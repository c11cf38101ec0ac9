"""Programs of the system that some tests need, and what becomes of a test where one is missing.

On a user's machine it is left out, and the suite says so at its end. Where the environment variable
CI is set it fails, so that no check passes because it was never made.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Program:
    """A program that Debian has in a package; ``names`` are looked for in PATH, then in folders."""

    title: str
    package: str
    names: tuple[str, ...]
    folders: str = ""

    def path(self) -> Path | None:
        """Where it is; None where it is not installed. Of several versions the newest."""
        folders = sorted(Path("/").glob(self.folders), key=_version) if self.folders else []
        places = [*map(str, reversed(folders)), os.environ.get("PATH", "")]
        found = (shutil.which(name, path=os.pathsep.join(places)) for name in self.names)
        return next((Path(path) for path in found if path), None)


def _version(folder: Path) -> int:
    return next((int(part) for part in reversed(folder.parts) if part.isdigit()), 0)


PROGRAMS = {
    "chromium": Program("Chromium", "chromium", ("chromium", "chromium-browser")),
    "openssl": Program("OpenSSL", "openssl", ("openssl",)),
    "strace": Program("strace", "strace", ("strace",)),
    "systemd-analyze": Program("systemd", "systemd", ("systemd-analyze",)),
    "postgres": Program("PostgreSQL", "postgresql", ("postgres",), "usr/lib/postgresql/*/bin"),
}


def see_to_programs(item: pytest.Item) -> None:
    """Leave out, or fail, a test marked ``needs_program`` whose program is missing."""
    for mark in item.iter_markers("needs_program"):
        program = PROGRAMS[mark.args[0]]
        if program.path() is None:
            told = f"needs {program.title} (Debian: apt-get install {program.package})"
            if os.environ.get("CI"):
                pytest.fail(f"{told}; nothing is left out where CI is set", pytrace=False)
            pytest.skip(told)


def tell_what_was_left_out(reporter: pytest.TerminalReporter) -> None:
    """Say at the end of the suite what it did not see to, and why."""
    reasons = Counter(
        str(report.longrepr[2]).removeprefix("Skipped: ")
        for report in reporter.getreports("skipped")
        if isinstance(report.longrepr, tuple)
    )
    if reasons:
        reporter.section("left out", sep="-")
    for reason, count in sorted(reasons.items()):
        reporter.line(f"{count} test{'' if count == 1 else 's'}: {reason}")
