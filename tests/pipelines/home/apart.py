"""What it takes to refuse a file, told by a process of its own for each.

    python -m tests.pipelines.home.apart [[HOME, FILE], ...]      a list in JSON

reads each home, or imports the file into it if there is one, and prints what came of it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from connectors.errors import ThroughlineError
from pipelines.home.home import check_home
from pipelines.home.imports.importing import import_strategy
from tests.peak import peak

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Taken:
    """Why a file is refused, nothing if it is not; CPU seconds, and the peak of the memory."""

    refused: str
    seconds: float
    mebibytes: float


def taken(pairs: Sequence[tuple[Path, Path | None]]) -> list[Taken]:
    """What each home, or each import of a file into one, takes until it is refused."""
    texts = [(str(home), str(file or "")) for home, file in pairs]
    command = [sys.executable, "-m", __name__, json.dumps(texts)]
    told = subprocess.check_output(command, cwd=ROOT, text=True)
    return [Taken(**json.loads(line)) for line in told.splitlines()]


def _of_its_own(home: str, file: str) -> str:
    """The line of one pair, from a fork that has had no other before it."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        begun = time.process_time()
        refused = "\n".join(_refusal(Path(home), file))
        found = Taken(refused, time.process_time() - begun, peak())
        os.write(writing, json.dumps(asdict(found)).encode()[:60_000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        line = told.read()
    os.waitpid(child, 0)
    return line


def _refusal(home: Path, file: str) -> Iterator[str]:
    if not file:
        yield from (str(each) for each in check_home(home) if each.severity == "error")
        return
    try:
        import_strategy(home, Path(file))
    except ThroughlineError as refused:
        yield str(refused)


if __name__ == "__main__":
    for pair in json.loads(sys.argv[1]):
        print(_of_its_own(*pair), flush=True)  # noqa: T201 - for whoever runs it
