"""Commands and dbt calls forked from one process that has imported everything.

Why it is so: of the CPU time of a small night a third goes into starting Python with Dagster, and
once more with dbt. Each worker of the suite therefore keeps one process that has read all modules
and the prepared project, and forks it for each call. What is called is the same, with its own
environment, folder and files. Tests of starting itself start afresh. A test that kills a run as a
whole calls it with ``KILLABLE``: then the run and all that it calls are a group of processes.

    python -m tests.forked SOCKET      serves until its standard input ends
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import random
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CLIENT = ROOT / "tests" / "forked_client.py"
MODULES = (
    *("dagster", "dagster_dbt", "duckdb", "pandas", "pyarrow.parquet", "jinja2", "xlsxwriter"),
    *("dbt.cli.main", "dbt.task.build", "dbt.adapters.duckdb", "dbt.contracts.graph.manifest"),
    *("great_expectations", "pipelines.quality.judging_worker", "pipelines.quality.judging"),
    *("pipelines.defs.location", "pipelines.defs.dbt_child", "pipelines.cli"),
    *("pipelines.commands.run", "pipelines.commands.demo", "pipelines.report"),
)
GROUP = "FORKED_GROUP"
KILLABLE = {GROUP: "0"}
"""In the environment of a call: it leads a group of processes that its own calls join."""
MANIFESTS_KEPT = 3
MACROS = ("dbt", "dbt_duckdb", "throughline")
"""The packages whose macros a call takes minutes of the suite to read, again and again."""
Main = Callable[[], int]


def command(what: str, arguments: Sequence[str], address: str | None = None) -> list[str]:
    """The command line that has ``throughline``, ``dbt`` or ``judge`` called by the server."""
    return [sys.executable, "-I", "-S", str(CLIENT), address or served(), what, *arguments]


def dbt_command(wanted: Sequence[str]) -> list[str]:
    """In place of ``pipelines.defs.dbt_project.child_command``."""
    return command("dbt", wanted)


def judge_command() -> list[str]:
    """In place of ``pipelines.quality.examiner.command``."""
    return command("judge", ())


@cache
def served() -> str:
    """The address of the socket of this process's server, which starts when it is first needed."""
    server = ExitStack()
    atexit.register(server.close)
    return server.enter_context(serving())


@contextmanager
def serving(*before: str, **environment: str) -> Iterator[str]:
    """A server in an environment that differs in this; the address of its socket.

    Args:
        before: What stands before its command, such as ``unshare -n``.
        environment: What differs.
    """
    # The path of a socket may have a hundred characters.
    with tempfile.TemporaryDirectory(prefix="forked-") as folder:
        address = f"{folder}/s"
        with subprocess.Popen(
            [*before, sys.executable, "-W", "ignore", "-m", "tests.forked", address],
            cwd=ROOT,
            env={
                **{key: value for key, value in os.environ.items() if not key.startswith("DBT_")},
                "GX_ANALYTICS_ENABLED": "false",
                **environment,
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as server:
            assert server.stdout is not None
            assert server.stdout.readline(), "the server did not start"
            yield address


class Server:
    """Forks a process for each request, and tells each client how its process ended."""

    def __init__(self, address: str) -> None:
        self._listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listening.bind(address)
        self._listening.listen()
        self._address = address
        self._manifests: dict[str, Any] = {}
        self._waiting = selectors.DefaultSelector()
        for file in (self._listening, sys.stdin):
            self._waiting.register(file, selectors.EVENT_READ)

    def serve(self) -> Main | None:
        """In a forked process: what to do there. In the server: None, at its end."""
        while True:
            for key, _ in self._waiting.select():
                if key.fileobj is sys.stdin:
                    return None
                if key.fileobj is self._listening:
                    forked = self._fork(self._listening.accept()[0])
                    if forked is not None:
                        return forked
                else:
                    self._see_to(key.data)

    def _fork(self, client: socket.socket) -> Main | None:
        length, files, _, _ = socket.recv_fds(client, 8, 3)
        size, request = int.from_bytes(length, "big"), b""
        while len(request) < size:
            request += client.recv(size - len(request))
        told = json.loads(request)
        manifest = self._manifest(told)
        process = os.fork()
        if process == 0:
            self._leave(files, told)
            return lambda: _call(told["command"], self._address, manifest)
        for file in files:
            os.close(file)
        handle = os.pidfd_open(process)
        ends = (process, handle, client)
        self._waiting.register(handle, selectors.EVENT_READ, ends)
        self._waiting.register(client, selectors.EVENT_READ, ends)
        return None

    def _manifest(self, told: dict[str, Any]) -> Any:
        """The project that a dbt call has prepared for it, read once for all calls."""
        path = told["environment"].get("THROUGHLINE_PREPARED")
        if told["command"][0] != "dbt" or not path:
            return None
        if path not in self._manifests:
            while len(self._manifests) >= MANIFESTS_KEPT:
                self._manifests.pop(next(iter(self._manifests)))
            self._manifests[path] = _read(path, told["environment"])
            gc.freeze()
        return self._manifests[path]

    def _leave(self, files: list[int], told: dict[str, Any]) -> None:
        """Become a process of its own."""
        self._waiting.close()
        self._listening.close()
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        os.environ.clear()
        os.environ.update(told["environment"])
        os.chdir(told["folder"])
        os.umask(told["umask"])
        if group := os.environ.get(GROUP):
            os.setpgid(0, int(group))
            os.environ[GROUP] = str(os.getpgrp())
        time.tzset()
        random.seed()

    def _see_to(self, ends: tuple[int, int, socket.socket]) -> None:
        """A process has ended, or its client has: then the process ends too."""
        process, handle, client = ends
        self._waiting.unregister(handle)
        self._waiting.unregister(client)
        if os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            os.kill(process, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        try:
            client.sendall(code.to_bytes(4, "big", signed=True))
        except OSError:
            pass  # the client is gone, and nobody wants to know
        os.close(handle)
        client.close()


def _read(prepared: str, environment: dict[str, str]) -> Any:
    """The packed project, after a call that lets dbt make what it makes once a process."""
    from dbt.cli.main import dbtRunner
    from dbt_common.clients.jinja import template_cache

    from pipelines.defs import dbt_child, dbt_project

    own = dict(os.environ)
    manifest = dbt_child.unpacked(prepared)
    nothing = dbt_project.arguments("ls", "--select", "tag:nothing", "--quiet")
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(environment, DBT_TARGET_PATH=folder, DBT_LOG_PATH=folder)
        os.environ.update(DBT_WRITE_JSON="false", DBT_LOG_LEVEL="none")
        assert dbtRunner(manifest=manifest).invoke(nothing).success
    for macro in manifest.macros.values():
        if macro.package_name in MACROS:
            template_cache.get_node_template(macro)
    os.environ.clear()
    os.environ.update(own)
    return manifest


def _call(called: list[str], address: str, manifest: Any) -> int:
    """What the commands do in a process of their own."""
    from pipelines.defs import dbt_child, dbt_project
    from pipelines.quality import examiner, judging_worker

    what, *arguments = called
    if what == "judge":
        judging_worker.main()
        return 0
    if what == "dbt":
        sys.argv = ["dbt", *arguments]
        if manifest is not None:
            dbt_child.unpacked = lambda _: manifest
        return dbt_child.main(arguments)
    dbt_project.child_command = lambda wanted: command("dbt", wanted, address)
    examiner.command = lambda: command("judge", (), address)
    sys.argv = ["throughline", *arguments]
    from pipelines.cli import main

    return main() or 0


if __name__ == "__main__":
    for module in MODULES:
        importlib.import_module(module)
    gc.freeze()
    waiting = Server(sys.argv[1])
    print("ready", flush=True)  # noqa: T201
    todo = waiting.serve()
    sys.exit(todo() if todo else 0)
