"""The exit codes: how a run or a command ended."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """How a run ended, as the exit code of the command."""

    PUBLISHED = 0
    REFUSED = 1
    SETTINGS = 2
    DEGRADED = 3
    NOTHING_FETCHED = 4
    LOCKED = 75
