"""``throughline report``: the summary of the published run, and its report in the browser."""

from __future__ import annotations

import webbrowser
from pathlib import Path

from pipelines.commands.answer import answer
from pipelines.commands.failures import fail, say_lines
from pipelines.warehouse.exits import Exit


def show_report(home: Path, *, open_it: bool) -> None:
    """Print the answer and the path of the report, and open it if wanted."""
    say_lines(answer(home))
    page = home.resolve() / "data" / "published" / "current" / "report" / "index.html"
    if open_it and not webbrowser.open(page.as_uri()):
        raise fail(f"No browser could be started here. Open {page} yourself.", Exit.REFUSED)
