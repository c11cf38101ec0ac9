"""A run that kills itself, for test_kill.py: address, landing, and how many writes it may make."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from tests.connectors.kernel.shelf import run


def main(address: str, raw: str, writes: int) -> None:
    """Run, and die at the given write as by ``kill -9``."""
    real, left = os.fsync, [writes]

    def dying(handle: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        real(handle)

    os.fsync = cast(Any, dying)
    run(cast(Any, SimpleNamespace(address=address)), Path(raw), workers=4, slices=2)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
