"""``throughline report``: the summary of the published run, and its report in the browser."""

from __future__ import annotations

from pathlib import Path

from pipelines.commands.answer import answer
from pipelines.commands.browser import open_page
from pipelines.commands.failures import say_lines


def show_report(home: Path, *, open_it: bool) -> None:
    """Print the answer and the path of the report, and open it if wanted."""
    say_lines(answer(home))
    page = home.resolve() / "data" / "published" / "current" / "report" / "index.html"
    if open_it:
        open_page(page)
