"""Publishes a folder and kills itself on the way: FOLDER MODULE FUNCTION CALLS.

The function of the module is called so many times as it is; after that the process kills itself.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from pathlib import Path
from typing import Any

from pipelines.warehouse.postgres import publishing
from pipelines.warehouse.postgres.address import address_of

folder, module_name, function_name, calls = sys.argv[1:]
module = importlib.import_module(f"pipelines.warehouse.postgres.{module_name}")
real = getattr(module, function_name)
left = int(calls)


def killing(*arguments: Any) -> Any:
    """The function, then the end."""
    global left
    result = real(*arguments)
    left -= 1
    if left <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return result


setattr(module, function_name, killing)
publishing.publish_folder(address_of("THROUGHLINE_POSTGRES", "throughline"), Path(folder))
