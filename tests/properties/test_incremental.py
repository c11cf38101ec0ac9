"""A run after new exports publishes what a full rebuild publishes, row for row."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.oracle.world import Kind
from tests.oracle.worlds import write_world_home
from tests.properties.comparison import run

KIND = Kind(since=date(2026, 3, 4), as_of=date(2026, 4, 22), idle_days=7)
# when each stream was landed is told there, and differs by nature
ABOUT_THE_RUN = {"rpt_sources", "dim_source"}


# several whole runs stand behind the first test
pytestmark = pytest.mark.timeout(1200)


def everything(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all published tables, in an order of their own."""
    file = home / "data" / "published" / "current" / "throughline.duckdb"
    with duckdb.connect(str(file), read_only=True) as connection:
        names = [
            name
            for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()
        ]
        return {
            name: sorted(connection.execute(f"select * from {name}").fetchall(), key=str)
            for name in names
            if name not in ABOUT_THE_RUN
        }


def test_a_run_after_new_exports_equals_a_full_rebuild(tmp_path: Path) -> None:
    home = tmp_path / "home"
    aside = tmp_path / "aside"
    write_world_home(home, range(601, 616), KIND)
    late = [
        file
        for file in sorted((home / "exports").rglob("*"))
        if file.name == "lines.jsonl.gz" or file.stem in {"board-1", "board-4", "board-7"}
    ]
    for file in late:
        kept = aside / file.relative_to(home)
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(file, kept)
    assert run(home, KIND.as_of).returncode == 0
    for file in late:
        shutil.move(aside / file.relative_to(home), file)

    assert run(home, KIND.as_of).returncode == 0
    after = everything(home)
    assert run(home, KIND.as_of, "--full").returncode == 0

    assert {"fct_allocation_week", "fct_link", "rpt_effort"} <= set(after)
    for name, rows in everything(home).items():
        assert after[name] == rows, name
