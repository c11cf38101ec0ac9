"""The most memory that this process has had: what the kernel counts for its present memory alone.

Why it is so: what ``getrusage`` tells begins with what the process had from which it was started.
"""

from __future__ import annotations

import re
from pathlib import Path

_PEAK = re.compile(r"VmHWM:\s+(\d+) kB")


def peak() -> float:
    """The peak of the memory, in MiB."""
    [kibibytes] = _PEAK.findall(Path("/proc/self/status").read_text())
    return int(kibibytes) / 1024
