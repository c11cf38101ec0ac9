"""The dbt process: ``python -m pipelines.defs.dbt_child <dbt arguments>``.

It differs from the ``dbt`` command in five ways. It ends as soon as the process that started it is
gone, so that a killed run leaves nobody writing. It takes the project as prepared beforehand
(THROUGHLINE_PREPARED names the file), so that no night pays for parsing it. It builds the
message of an event only if somebody reads it: dbt builds all, also those that it then drops. Of a
prepared project it writes down what became of each node, and nothing else. And it needs no script
whose first line holds the path of the environment, which would break when that is moved.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dbt.artifacts.schemas.run import RunExecutionResult
    from dbt.contracts.graph.manifest import Manifest
    from dbt_common.events.base_types import BaseEvent, EventLevel, EventMsg
    from dbt_common.events.event_manager import EventManager

SECONDS_BETWEEN_LOOKS = 0.5
DETAILS = ("debug", "test")
RESULTS = "run_results.json"
"""In the target folder: ``{"results": [{unique_id, status, message, failures}]}``."""


def end_with_the_parent() -> None:
    """Watch the parent process from a thread and end at once, without clean-up, when it is gone."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(SECONDS_BETWEEN_LOOKS)
        os._exit(1)

    threading.Thread(target=watch, name="end with the parent", daemon=True).start()


def leave_out_details() -> None:
    """Let dbt build no message of an event that nobody reads, which takes a tenth of its time.

    Its events build their message when they are made; here, when somebody looks into it. Called
    once in a process.
    """
    from dbt_common.events.base_types import BaseEvent
    from dbt_common.events.event_manager import EventManager

    build, look_up, fire = BaseEvent.__init__, BaseEvent.__getattr__, EventManager.fire_event

    def keep(self: BaseEvent, *args: Any, **kwargs: Any) -> None:
        self.__dict__["unbuilt"] = args, kwargs

    def built(self: BaseEvent, key: str) -> Any:
        if "unbuilt" in self.__dict__:
            args, kwargs = self.__dict__.pop("unbuilt")
            build(self, *args, **kwargs)
            return getattr(self, key)
        return look_up(self, key)

    def fire_if_read(
        self: EventManager, e: BaseEvent, level: EventLevel | None = None, *args: Any, **kwargs: Any
    ) -> None:
        if (level or e.level_tag()).value not in DETAILS:
            fire(self, e, level, *args, **kwargs)

    BaseEvent.__init__, BaseEvent.__getattr__ = keep, built
    EventManager.fire_event = fire_if_read


def tell(event: EventMsg) -> None:
    """Write an event that is more than a detail as a line of JSON on standard output."""
    from dbt_common.events.functions import msg_to_json

    if event.info.level not in DETAILS:
        sys.stdout.write(f"{msg_to_json(event)}\n")
        sys.stdout.flush()


def unpacked(prepared: str) -> Manifest:
    """The project as it was packed beforehand."""
    from dbt.contracts.graph.manifest import Manifest

    return Manifest.from_msgpack(Path(prepared).read_bytes())


def write_results(folder: Path, ended: RunExecutionResult) -> None:
    """Write down what became of each node."""
    found = [
        {
            "unique_id": each.node.unique_id,
            "status": str(each.status),
            "message": each.message,
            "failures": each.failures,
        }
        for each in ended.results
    ]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RESULTS).write_text(json.dumps({"results": found}), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Run one dbt command; 0 if it succeeded, 1 if a model or test failed, 2 if dbt itself did."""
    end_with_the_parent()
    gc.disable()  # what is read from here on lives as long as the process
    from dbt.artifacts.schemas.run import RunExecutionResult
    from dbt.cli.main import dbtRunner

    prepared = os.environ.get("THROUGHLINE_PREPARED")
    manifest = unpacked(prepared) if prepared else None
    gc.freeze()
    gc.enable()
    if prepared:
        os.environ["DBT_WRITE_JSON"] = "false"  # its copy of the manifest takes a second
    callbacks = []
    if os.environ.get("DBT_LOG_FORMAT") == "json":
        os.environ["DBT_LOG_LEVEL"] = "none"
        callbacks = [tell]
        leave_out_details()
    result = dbtRunner(manifest=manifest, callbacks=callbacks).invoke(arguments)
    if result.exception is not None:
        sys.stderr.write(f"{result.exception}\n")
        return 2
    if prepared and isinstance(result.result, RunExecutionResult):
        write_results(Path(os.environ["DBT_TARGET_PATH"]), result.result)
    return 0 if result.success else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
