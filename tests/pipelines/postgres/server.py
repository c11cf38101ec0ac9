"""A PostgreSQL server of its own, for one process of the suite: real, and gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from tests.programs import PROGRAMS

PASSWORD = "c4n4ry-of-Postgres-9f3c"
SECONDS_TO_START = 60


class Server:
    """A cluster that listens on a socket in its folder and on a free port of the loopback.

    Why it is so: the server refuses to run as root, and another user may not enter the folders
    that pytest makes, so that it has a folder of its own.
    """

    def __init__(self) -> None:
        """Make the cluster; ``start`` starts it."""
        found = PROGRAMS["postgres"].path()
        assert found is not None
        self._programs = found.parent
        self.folder = Path(tempfile.mkdtemp(prefix="throughline-pg-"))
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        secret = self.folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        self._call("initdb", "-D", self._data, "--no-sync", "--encoding=UTF8", "--locale=C",
                   "--username=postgres", f"--pwfile={secret}", "--auth=scram-sha-256")  # fmt: skip

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _as_nobody_special(self, program: str, *arguments: str) -> list[str]:
        drop = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        command = [str(self._programs / program), *arguments]
        return [*drop, *command] if os.geteuid() == 0 else command

    def _call(self, program: str, *arguments: str) -> str:
        command = self._as_nobody_special(program, *arguments)
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def dump(self, database: str) -> str:
        """All that stands in a database, whatever its kind: rows, comments, definitions."""
        return self._call("pg_dump", self.dsn(database=database))

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Let nobody reach it for a while."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
            "fsync": "off",
        }
        given = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._as_nobody_special("postgres", "-D", self._data, *given),
                stdout=log, stderr=log, cwd="/",
            )  # fmt: skip
        until = time.monotonic() + SECONDS_TO_START
        while True:
            try:
                psycopg.connect(self.dsn()).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > until or self._process.poll() is not None:
                    raise
                time.sleep(0.05)

    def stop(self) -> None:
        """Stop it at once; whoever is connected is cut off."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(timeout=60)
            self._process = None

    def remove(self) -> None:
        """Stop it and remove all of it."""
        self.stop()
        shutil.rmtree(self.folder)

    def dsn(self, user: str = "postgres", database: str = "postgres", **more: str) -> str:
        """A connection string over the socket, with the password."""
        told = {"host": str(self.folder), "port": str(self.port), "dbname": database,
                "user": user, "password": PASSWORD, **more}  # fmt: skip
        return psycopg.conninfo.make_conninfo("", **told)

    def rows(
        self, query: str, values: Sequence[Any] = (), dsn: str | None = None
    ) -> list[tuple[Any, ...]]:
        """Do something as the superuser, or whom the string names; the rows, if it has any."""
        with psycopg.connect(dsn or self.dsn(), autocommit=True) as connection:
            done = connection.execute(query, values or None)  # pyright: ignore
            return done.fetchall() if done.description else []

    def database(self, name: str) -> str:
        """A new empty database with a role of its name that owns it; the role's string."""
        with suppress(psycopg.errors.DuplicateObject):
            self.rows(f"create role {name} login password '{PASSWORD}'")
        self.rows(f"drop database if exists {name} with (force)")
        self.rows(f"create database {name} owner {name}")
        return self.dsn(user=name, database=name)
