"""Ask PostgreSQL, within seconds, whether a run could publish to it; nothing is written."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from connectors.errors import ThroughlineError
from pipelines.warehouse.postgres import ledger
from pipelines.warehouse.postgres.address import Address, address_of
from pipelines.warehouse.postgres.server import connected
from pipelines.warehouse.postgres.standing import has_schema, standing_in
from pipelines.warehouse.probe import SECONDS, Finding

if TYPE_CHECKING:
    from psycopg import Connection

_SERVER = """
    select
        current_user, current_database(), current_setting('server_version'),
        current_setting('server_encoding'), pg_is_in_recovery(),
        has_database_privilege(current_database(), 'temp'),
        has_database_privilege(current_database(), 'create')
"""
_RIGHTS = "select has_schema_privilege(%s, 'usage') and has_schema_privilege(%s, 'create')"


class PostgresProbe:
    """One server that is asked, in a thread that does not keep the program from ending."""

    def __init__(self, variable: str, schema: str, seconds: float = SECONDS) -> None:
        """Begin to ask."""
        self._finding = Finding("PostgreSQL", f"schema {schema}")
        self._variable, self._schema, self._seconds = variable, schema, seconds
        self._until = time.monotonic() + seconds
        self._thread = threading.Thread(target=self._run, name="probe PostgreSQL", daemon=True)
        self._thread.start()

    def told(self) -> Finding:
        """What was found out within the seconds; that the server is silent, if it is."""
        self._thread.join(max(0.0, self._until - time.monotonic()))
        if self._thread.is_alive():
            silence = (
                f"it did not answer in {self._seconds:.0f} seconds. See that host and port in "
                f"{self._variable} are right and can be reached from here."
            )
            return Finding(self._finding.source, self._finding.tracker, errors=[silence])
        return self._finding

    def _run(self) -> None:
        try:
            address = address_of(self._variable, self._schema)
            with connected(address, seconds=max(2, round(self._seconds) - 1)) as connection:
                self._ask(connection, address)
        except ThroughlineError as fault:
            self._finding.errors.append(str(fault))

    def _ask(self, connection: Connection[Any], address: Address) -> None:
        (user, database, version, encoding, is_standby, may_temp, may_create) = connection.execute(
            _SERVER
        ).fetchall()[0]
        errors, facts = self._finding.errors, self._finding.facts
        facts.append(f"signed in as {user} to the database {database} of PostgreSQL {version}")
        if is_standby:
            errors.append("it is a standby, which cannot be written to: name the primary server.")
        if encoding != "UTF8":
            errors.append(f"the database has the encoding {encoding}, expected UTF8.")
        if not may_temp:
            errors.append(f"no right to temporary tables: `grant temp on database … to {user}`.")
        if not has_schema(connection, address.schema):
            if not may_create:
                errors.append(
                    f"no schema {address.schema}, and no right to make one. Let an administrator "
                    f"say `create schema {address.schema} authorization {user}`."
                )
            facts.append("nothing is published there yet")
            return
        if connection.execute(_RIGHTS, [address.schema] * 2).fetchone() != (True,):
            errors.append(
                f"no right to make tables in the schema {address.schema}: `grant usage, create on "
                f"schema {address.schema} to {user}`."
            )
            return
        standing = standing_in(connection, address.schema)
        written = ledger.tables_written(connection, address.schema, standing)
        ledger.check_ownership(address.schema, (), written, standing)
        run = ledger.run_written(connection, address.schema, standing)
        facts.append(f"run {run} stands there" if run else "nothing is published there yet")
