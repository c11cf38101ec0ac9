"""Show a page in the user's browser."""

from __future__ import annotations

import webbrowser
from pathlib import Path

from pipelines.commands.failures import fail
from pipelines.warehouse.exits import Exit


def open_page(page: Path) -> None:
    """Open a page that is there.

    Raises:
        typer.Exit: With 1 if no browser could be started.
    """
    if not webbrowser.open(page.as_uri()):
        raise fail(f"No browser could be started here. Open {page} yourself.", Exit.REFUSED)
