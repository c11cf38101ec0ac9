"""``make bench N=100000``: what a night costs per stage, beside the floor measured in the same run.

The floor is DuckDB reading every landed page of the world once. Printed are seconds, the highest
memory of all processes of the run, and ratios; nothing is asserted.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import psutil

from tests.benchmarks.world import AS_OF, write_changed_items, write_world

CHANGED_SHARE = 0.01
SHAPE = """struct(
    id varchar, "key" varchar,
    fields struct(
        summary varchar, description varchar, created varchar, updated varchar, labels varchar[],
        status struct(id varchar, "name" varchar, statusCategory struct("key" varchar)),
        assignee struct(accountId varchar, emailAddress varchar, timeZone varchar),
        customfield_10016 double
    ),
    changelog struct(total integer, histories struct(
        id varchar, created varchar, author struct(accountId varchar),
        items struct(field varchar, "from" varchar, fromString varchar,
                     "to" varchar, toString varchar)[]
    )[])
)"""
TRANSFORMATION = {"models", "checks", "publish"}


@dataclass
class Watch:
    """The highest resident memory of a process and its children, in bytes, per stage of its run."""

    process: psutil.Process
    stage: str = "start and end"
    by_stage: dict[str, int] = field(default_factory=dict)

    def look(self, finished: threading.Event) -> None:
        """Sample until the process has ended."""
        while not finished.wait(0.2):
            self.by_stage[self.stage] = max(self.by_stage.get(self.stage, 0), self._memory())

    def _memory(self) -> int:
        total = 0
        for each in [self.process, *_children(self.process)]:
            try:
                total += each.memory_info().rss
            except psutil.Error:
                continue  # it ended between being listed and being asked
        return total


def main(items: int) -> None:
    """Measure a first night, a night with 1 % changed items, and the floor."""
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as folder:
        home = Path(folder)
        begun = time.monotonic()
        size = write_world(home, items)
        print(f"world     {items:,} items, {size / 1e9:.2f} GB, {time.monotonic() - begun:.0f} s")
        first = night(home, "first night")
        floor = read_landing_once(home)
        print(f"floor     DuckDB reads the landed pages once: {floor:.1f} s")
        spent = sum(first.get(stage, 0.0) for stage in TRANSFORMATION)
        print(f"ratio     transformation (staging to published) / floor: {spent / floor:.1f}")
        write_changed_items(home, items, CHANGED_SHARE)
        second = night(home, f"second night, {CHANGED_SHARE:.0%} changed")
        print(f"ratio     second night / first night: {second['all'] / first['all']:.0%}")
        print(f"cost      first night, per 1,000 items: {first['all'] / items * 1000:.3f} s")


def night(home: Path, name: str) -> dict[str, float]:
    """Run the job on a home; print and return the seconds of each stage and of all."""
    command = [sys.executable, "-m", "pipelines.cli", "run", "--home", str(home)]
    command += ["--as-of", AS_OF.date().isoformat()]
    begun = time.monotonic()
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, encoding="utf-8"
    )
    watch = Watch(psutil.Process(process.pid))
    finished = threading.Event()
    watcher = threading.Thread(target=watch.look, args=(finished,))
    watcher.start()
    lines = []
    for line in process.stderr or ():
        lines.append(line)
        begun_stage = re.search(r'started stage=(?:"([^"]+)"|(\S+))', line)
        if begun_stage:
            watch.stage = begun_stage[1] or begun_stage[2]
    process.wait()
    finished.set()
    watcher.join()
    if process.returncode:
        sys.exit("".join(lines)[-4000:])
    seconds = {"all": time.monotonic() - begun}
    for stage in _newest_record(home / "data" / "logs")["stages"]:
        seconds[stage["stage"]] = stage["seconds"]
    print(f"\n{name}: {seconds['all']:.1f} s, {max(watch.by_stage.values()) / 1e6:.0f} MB at most")
    for stage, taken in seconds.items():
        print(f"  {stage:<24}{taken:9.1f} s {watch.by_stage.get(stage, 0) / 1e6:9.0f} MB")
    return seconds


def read_landing_once(home: Path) -> float:
    """Seconds that DuckDB takes to read every landed record once, with its fields and history."""
    pages = [str(path) for path in (home / "data" / "raw").rglob("*.zst")]
    begun = time.monotonic()
    with duckdb.connect() as connection:
        connection.execute("set threads = 2")
        connection.execute(
            "create table landed as select key, payload.* from read_json("
            " ?, format = 'newline_delimited', compression = 'zstd',"
            " maximum_object_size = 67108864,"
            f" columns = {{'key': 'varchar', 'payload': '{SHAPE}'}})",
            [pages],
        )
    return time.monotonic() - begun


def _newest_record(records: Path) -> dict:
    return json.loads(sorted(records.glob("*.json"))[-1].read_bytes())


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


if __name__ == "__main__":
    main(int(sys.argv[1]))
