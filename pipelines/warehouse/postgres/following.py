"""PostgreSQL follows the folder: after each publication, a rollback, and a person forgotten."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.home.home import Home

if TYPE_CHECKING:
    from pipelines.warehouse.postgres.publishing import Published


def follow(home: Home, folder: Path) -> Published | None:
    """Publish a folder to PostgreSQL where the settings name one; None if they do not.

    Args:
        home: Whose settings are asked.
        folder: A published run; where there is none, there is nothing to do.

    Raises:
        ThroughlineError: If that cannot be done; the schema keeps the run that it has.
    """
    wanted = home.settings.publish.postgres
    if wanted is None or not folder.exists():
        return None
    from pipelines.warehouse.postgres.address import address_of
    from pipelines.warehouse.postgres.publishing import publish_folder

    return publish_folder(address_of(wanted.dsn_env, wanted.schema_name), folder.resolve())
