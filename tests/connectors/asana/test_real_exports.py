"""Real Asana exports: every record is landed, in quarantine, or in a file named as unreadable."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.contract import ExportSettings
from pipelines.warehouse.ingest import read_source

REAL = Path(__file__).parents[4] / "shared" / "data" / "real" / "asana"

pytestmark = pytest.mark.skipif(not REAL.exists(), reason="the real exports are not here")

COUNTS = {
    "igneel64": {"tasks": 48, "projects": 6},
    "faros": {"tasks": 3, "projects": 1, "users": 1, "tags": 2},
    "spreeloop-tasks-with-": {"tasks": 3},
    "spreeloop-tasks-without-": {"tasks": 1},
    "devlake": {"tasks": 1},
}


@pytest.mark.parametrize("name", COUNTS)
def test_every_record_is_accounted_for(name: str, tmp_path: Path) -> None:
    files = tuple(sorted(REAL.glob(f"{name}*.gz")))

    found = read_source(
        ExportSettings("ops", files), "asana", tmp_path / "raw", tmp_path / "typed", processes=1
    )

    assert dict(found.report.read) == COUNTS[name]
    assert not found.report.rejected and not found.report.unreadable
    assert found.typed.records == COUNTS[name] and not found.typed.rejected
