"""A connection to the server, and its faults in words that say what to do."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from connectors.errors import AccessError, TemporaryError, ThroughlineError
from pipelines.warehouse.postgres.address import Address, driver

if TYPE_CHECKING:
    from psycopg import Connection, Error

T = TypeVar("T")
log = structlog.get_logger()

SECONDS_TO_CONNECT = 10
SECONDS_AT_MOST = 60 * 60
# Where a link goes dead without a word, the connection ends after about a minute.
_KEPT_ALIVE = {
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
    "application_name": "throughline",
}
_SESSION = """
    set local TimeZone = 'UTC';
    set local DateStyle = 'ISO, YMD';
    set local statement_timeout = '30min';
    set local idle_in_transaction_session_timeout = '30min';
    set local work_mem = '64MB';
    set local maintenance_work_mem = '256MB';
    set local client_min_messages = warning;
"""


class PostgresError(ThroughlineError):
    """The tables cannot be put into PostgreSQL as they are; the text says why."""


@dataclass(frozen=True)
class Patience:
    """How long to wait for the locks of others: so many attempts of so many seconds each."""

    attempts: int = 12
    seconds: float = 5
    pause: float = 5


@contextmanager
def connected(
    address: Address, seconds: int = SECONDS_TO_CONNECT, at_most: float = SECONDS_AT_MOST
) -> Iterator[Connection]:
    """A connection with one transaction, which is committed if the body ends well.

    Args:
        address: The server and who signs in.
        seconds: How long to try to connect.
        at_most: Seconds after which the connection is cut, whatever the server does or does not do.

    Raises:
        ThroughlineError: If the server cannot be reached, refuses, or fails; without secrets.
    """
    psycopg = driver()
    given = {"connect_timeout": str(seconds), **_KEPT_ALIVE, **address.parameters}
    try:
        # Prepared statements would tie the session to one server behind a pooler.
        with psycopg.connect(**given, prepare_threshold=None) as connection:  # pyright: ignore
            connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
            connection.read_only = False
            with _cut_after(at_most, connection):
                connection.execute(_SESSION)
                yield connection
    except psycopg.Error as fault:
        # Not chained: a traceback would show libpq's own words, which may hold what is secret.
        raise explained(fault, address) from None


@contextmanager
def _cut_after(seconds: float, connection: Connection) -> Iterator[None]:
    """Cut the connection if the body lasts longer: a server that hangs keeps no limit itself."""
    line = socket.socket(fileno=os.dup(connection.fileno()))
    timer = threading.Timer(seconds, line.shutdown, [socket.SHUT_RDWR])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        line.close()


def patiently(connection: Connection, patience: Patience, action: Callable[[], T]) -> T:
    """Do something that needs locks; where others hold them, undo it alone and try again.

    Nobody waits behind this session for longer than one attempt.
    """
    psycopg = driver()
    waited = psycopg.sql.Literal(f"{round(patience.seconds * 1000)}ms")
    connection.execute(psycopg.sql.SQL("set local lock_timeout = {}").format(waited))
    for attempt in range(1, patience.attempts + 1):
        try:
            with connection.transaction():
                return action()
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            if attempt == patience.attempts:
                raise
            log.info("waiting for a lock", stage="postgres", attempt=attempt)
            time.sleep(patience.pause)
    raise AssertionError("there is at least one attempt")


def explained(fault: Error, address: Address) -> ThroughlineError:
    """A fault of the driver or the server as a sentence for the one who can mend it."""
    if fault.sqlstate is None:
        return _unreached(fault, address)
    said = address.without_secrets(fault.diag.message_primary or fault)
    where = f"the schema {address.schema} of PostgreSQL"
    match fault.sqlstate:
        case "42501":
            return AccessError(
                f"PostgreSQL refused: {said}. Give the role of {address.variable} what it needs: "
                f"`create schema {address.schema} authorization ROLE`, and the right to make "
                "temporary tables in the database."
            )
        case "2BP01" | "0A000":
            told = address.without_secrets(fault.diag.message_detail or "")
            return PostgresError(
                f"A published column or table has changed, and something of yours in PostgreSQL "
                f"depends on it: {said}. {told} Nothing of yours is dropped: drop or change it, "
                "then run again."
            )
        case "55P03" | "40P01":
            return TemporaryError(
                f"Another session holds a lock on {where} and did not let go ({said}). End it, or "
                "wait for the next run."
            )
    return PostgresError(
        f"PostgreSQL failed at {where}: {said} ({fault.sqlstate}). Mend that; the next run tries "
        "again."
    )


def _unreached(fault: Any, address: Address) -> ThroughlineError:
    """No server, or one that lets nobody in: it has no error codes, but knows what it was asked."""
    said = address.without_secrets(fault).rstrip(".")
    name = address.variable
    if getattr(fault.pgconn, "needs_password", False):
        return AccessError(f"PostgreSQL asks for a password: {said}. Put it into {name}.")
    if getattr(fault.pgconn, "used_password", False):
        return AccessError(
            f"PostgreSQL let nobody in: {said}. Set user, password and database in {name} right."
        )
    return TemporaryError(
        f"PostgreSQL cannot be reached: {said}. See that the server runs, that it can be reached "
        f"from here, and that host, port and sslmode in {name} are right."
    )
