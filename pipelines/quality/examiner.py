"""The night's side of the process that judges: start it early, hand it counts, ask for verdicts."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from subprocess import PIPE

import msgspec

from pipelines.quality.rules import Count, Expectation, by_suite

KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "HOME", "TMPDIR", "SYSTEMROOT")
SECONDS_AT_MOST = 600


def command() -> list[str]:
    """The command line of the process."""
    return [sys.executable, "-m", "pipelines.quality.judging_worker"]


class Examiner:
    """A judging process under way. It gets no secret of the environment and calls nobody."""

    def __init__(self, folder: Path) -> None:
        """Start it.

        Args:
            folder: Where it works and leaves what it has to say of itself; it must exist.
        """
        self._told = folder / "judging.log"
        with self._told.open("wb") as told:
            self._process = subprocess.Popen(
                command(), stdin=PIPE, stdout=PIPE, stderr=told, cwd=folder, env=_environment()
            )
        self._answers: list[bytes] = []
        self._listening = threading.Thread(target=self._listen, name="verdicts", daemon=True)
        self._listening.start()

    def examine(self, counts: Iterable[Count]) -> list[Expectation]:
        """Judge all suites; the process ends with that.

        Raises:
            RuntimeError: If the process did not judge all of them.
        """
        suites = by_suite(counts)
        assert self._process.stdin is not None
        try:
            with self._process.stdin as asked:
                for suite in suites.items():
                    asked.write(msgspec.json.encode(suite) + b"\n")
            code = self._process.wait(SECONDS_AT_MOST)
            self._listening.join(SECONDS_AT_MOST)
        except (OSError, subprocess.TimeoutExpired) as fault:
            raise RuntimeError(f"The quality checks were not made: {fault}. {self._last}") from None
        finally:
            self.close()
        if code or len(self._answers) != len(suites):
            raise RuntimeError(
                f"The quality checks were not made: their process ended with {code} after "
                f"{len(self._answers)} of {len(suites)} suites. {self._last}"
            )
        verdicts = (msgspec.json.decode(each, type=list[Expectation]) for each in self._answers)
        return [expectation for verdict in verdicts for expectation in verdict]

    def close(self) -> None:
        """End the process, if it still runs."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._listening.join(SECONDS_AT_MOST)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None and not pipe.closed:
                try:
                    pipe.close()
                except BrokenPipeError:
                    pass  # what was not sent is of no use any more

    def _listen(self) -> None:
        assert self._process.stdout is not None
        self._answers += self._process.stdout

    @property
    def _last(self) -> str:
        """The last words of the process."""
        told = self._told.read_text(errors="replace").strip() if self._told.exists() else ""
        return told.rsplit("\n", 1)[-1][:300]


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    others = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    paths = dict.fromkeys([*filter(None, others), *(path or str(Path.cwd()) for path in sys.path)])
    return {
        **kept,
        "DO_NOT_TRACK": "1",
        "GX_ANALYTICS_ENABLED": "false",
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONUTF8": "1",
    }
