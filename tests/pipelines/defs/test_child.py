"""The dbt process ends with the process that started it, and spells out what is read."""

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
EVENTS = """
from dbt_common.events.base_types import EventLevel
from dbt_common.events.event_manager_client import add_callback_to_manager, cleanup_event_logger
from dbt_common.events.functions import fire_event
from dbt_common.events.types import Note, SystemCouldNotWrite
from pipelines.defs.dbt_child import leave_out_details, tell

cleanup_event_logger()
leave_out_details()
add_callback_to_manager(tell)
detail = SystemCouldNotWrite(path="a", reason="b", exc="c")
fire_event(detail)
print("pb_msg" in vars(detail))
warning = SystemCouldNotWrite(path="a", reason="told as a warning", exc="c")
fire_event(warning, level=EventLevel.WARN)
fire_event(Note(msg="told as it is"))
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


def test_a_detail_is_not_spelt_out_and_all_else_is_told() -> None:
    done = subprocess.run(
        [sys.executable, "-c", EVENTS], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    is_built, warning, note = done.stdout.splitlines()

    assert is_built == "False"
    assert '"level": "warn"' in warning and "told as a warning" in warning
    assert '"level": "info"' in note and "told as it is" in note
