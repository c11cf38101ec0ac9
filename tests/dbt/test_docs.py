"""`throughline docs`: one page that opens from disk, offline, on all that is published."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dbt import project

pytestmark = pytest.mark.timeout(600)


def docs(home: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipelines.cli", "docs", "--home", str(home)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def page(demo_home: Path) -> Path:
    """The page of the demo."""
    done = docs(demo_home)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())


def test_the_page_knows_every_published_table_and_column(page: Path, published: Path):
    tables = json.loads((published / "manifest.json").read_text())["tables"]
    catalog = json.loads((page.parent / "catalog.json").read_text())["nodes"].values()
    shown = {node["metadata"]["name"]: node for node in catalog}

    assert set(shown) == set(tables)
    for model in project.models("marts"):
        if model["name"] in tables:
            assert list(shown[model["name"]]["columns"]) == list(model["columns"])
            for column in shown[model["name"]]["columns"].values():
                unit = project.unit_of(model["columns"][column["name"]])
                assert column["comment"].endswith(f"[{unit}]")


def test_the_page_needs_no_other_file_and_calls_nobody(page: Path):
    text = page.read_text(encoding="utf-8")

    assert "rpt_traced_share" in text
    assert '"send_anonymous_usage_stats": false' in text
    # what a page loads by itself: scripts, styles, pictures, frames
    assert re.findall(r"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=\"https?:", text) == []


def test_before_the_first_night_the_reader_is_told_what_to_do(tmp_path: Path):
    done = docs(tmp_path)

    assert done.returncode == 2
    assert "throughline run" in done.stderr
