"""The report: published tables in; one HTML page, a summary and a workbook out.

No relational logic lives here: sums and shares come from dbt, this room chooses words and marks.
"""

from pathlib import Path
from typing import Any

__all__ = ["render"]


def render(database: Path, folder: Path, manifest: dict[str, Any]) -> None:
    """Write ``report/index.html``, ``report/summary.md`` and ``tables.xlsx`` into a folder.

    Args:
        database: The published DuckDB file; it is opened read-only.
        folder: The folder of the run; ``report/`` is made in it where it is missing.
        manifest: Facts on the run. ``run_id`` is shown; ``organisation``, ``people`` (the privacy
            setting), ``minimum_group``, ``versions`` (name -> version) and ``warnings`` (texts)
            are shown where they are given.

    The same database and manifest always give the same bytes.
    """
    from pipelines.report.digest import summary
    from pipelines.report.facts import read
    from pipelines.report.page import page
    from pipelines.report.workbook import write_workbook

    facts = read(database)
    (folder / "report").mkdir(parents=True, exist_ok=True)
    _write(folder / "report" / "index.html", page(facts, manifest))
    _write(folder / "report" / "summary.md", summary(facts, manifest))
    write_workbook(database, folder / "tables.xlsx", facts, manifest)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
