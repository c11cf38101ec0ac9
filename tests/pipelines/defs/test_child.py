"""The dbt process ends with the process that started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

PARENT = """
import subprocess, sys
child = (
    "import time; from pipelines.defs.dbt_child import end_with_the_parent as end;"
    "end(); time.sleep(60)"
)
process = subprocess.Popen([sys.executable, "-c", child])
print(process.pid, flush=True)
process.wait()
"""


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_killed_run_leaves_no_dbt_behind() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    time.sleep(1)
    assert is_alive(child)
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    until = time.monotonic() + 20
    while is_alive(child) and time.monotonic() < until:
        time.sleep(0.1)

    assert not is_alive(child)
