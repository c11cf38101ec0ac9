"""The dbt process: ``python -m pipelines.defs.dbt_child <dbt arguments>``.

It differs from the ``dbt`` command in three ways. It ends as soon as the process that started it is
gone, so that a killed run leaves nobody writing. It takes the project as prepared beforehand
(THROUGHLINE_PREPARED names the folder), so that no night pays for parsing it. And it needs no
script whose first line holds the path of the environment, which would break when that is moved.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

SECONDS_BETWEEN_LOOKS = 0.5


def end_with_the_parent() -> None:
    """Watch the parent process from a thread and end at once, without clean-up, when it is gone."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(SECONDS_BETWEEN_LOOKS)
        os._exit(1)

    threading.Thread(target=watch, name="end with the parent", daemon=True).start()


def main(arguments: list[str]) -> int:
    """Run one dbt command; 0 if it succeeded, 1 if a model or test failed, 2 if dbt itself did."""
    end_with_the_parent()
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest

    prepared = os.environ.get("THROUGHLINE_PREPARED")
    manifest = None
    if prepared:
        packed = (Path(prepared) / "partial_parse.msgpack").read_bytes()
        manifest = Manifest.from_msgpack(packed)
    result = dbtRunner(manifest=manifest).invoke(arguments)
    if result.exception is not None:
        sys.stderr.write(f"{result.exception}\n")
        return 2
    return 0 if result.success else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
