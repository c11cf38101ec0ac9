"""The plugin of dbt-duckdb by which profiles.yml locks the engine before the first model."""

from __future__ import annotations

import os

from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection

from pipelines.warehouse.engine_lock import lock


class Plugin(BasePlugin):
    """Found by dbt-duckdb under this name."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Lock the database that dbt has just opened.

        THROUGHLINE_THREADS says how many threads it may use; as many as there are cores if unset.
        """
        threads = os.environ.get("THROUGHLINE_THREADS")
        lock(conn, int(threads) if threads else None)
