"""``throughline docs``: a page on every table and column, and on what each is made of."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from pipelines.commands.browser import open_page
from pipelines.commands.failures import fail, say
from pipelines.commands.published import current
from pipelines.warehouse.exits import Exit
from pipelines.warehouse.places import Places
from pipelines.warehouse.private import privately

# what dbt calls the page that holds all it needs, so that it opens from disk and offline
PAGE = "static_index.html"


def write_docs(home: Path, *, open_it: bool) -> None:
    """Write the page for the published run, print its path, and open it if wanted.

    Raises:
        NothingPublishedError: If no run of the home has published.
    """
    folder, _ = current(home)
    docs = Places(home.resolve()).docs
    say("Reading the models; this takes about a minute", error=True)
    with privately():
        docs.mkdir(parents=True, exist_ok=True)
        _generate(folder / "throughline.duckdb", docs)
    page = docs / PAGE
    say(page)
    if open_it:
        open_page(page)


def _generate(database: Path, docs: Path) -> None:
    """Let dbt describe the published file; it is opened read-only and stays as it is."""
    from pipelines.defs import dbt_project

    places = ["--target-path", str(docs), "--log-path", str(docs)]
    wanted = ["docs", *dbt_project.arguments("generate", "--static", *places)]
    environment = {
        **os.environ,
        **dbt_project.child_environment(database, None),
        "THROUGHLINE_ACCESS": "read_only",
        "THROUGHLINE_SCRATCH": str(docs / "scratch"),
    }
    done = subprocess.run(
        dbt_project.child_command(wanted),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise fail(
            f"dbt could not describe {database}:",
            Exit.REFUSED,
            *(done.stdout + done.stderr).splitlines(),
        )
