"""Real Trello exports: every record is landed, in quarantine, or in a file named as unreadable."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.contract import ExportSettings
from pipelines.warehouse.ingest import read_source

REAL = Path(__file__).parents[4] / "shared" / "data" / "real" / "trello"

pytestmark = pytest.mark.skipif(not REAL.exists(), reason="the real exports are not here")

COUNTS = {
    "fda-food-recalls": {"cards": 69, "lists": 19, "actions": 392, "labels": 12, "members": 5},
    "gocd-testdrive": {"cards": 122, "lists": 18, "actions": 1000, "checklists": 14},
    "hermes": {"cards": 55, "lists": 11, "actions": 391},
    "it490-2018-10-29": {"cards": 22, "lists": 6, "actions": 181},
    "it490-2018-12-11": {"cards": 55, "lists": 6, "actions": 415},
    "tapmovies": {"cards": 62, "lists": 7, "actions": 378},
    "wekan-project100": {"cards": 3, "lists": 3, "actions": 33, "custom_fields": 5},
    "devlake/": {"cards": 72, "lists": 37, "labels": 37, "checklists": 30, "members": 5},
}


@pytest.mark.parametrize("name", COUNTS)
def test_every_record_is_accounted_for(name: str, tmp_path: Path) -> None:
    files = tuple(sorted(REAL.glob(f"{name}*.gz")))

    found = read_source(
        ExportSettings("mkt", files), "trello", tmp_path / "raw", tmp_path / "typed", processes=1
    )

    assert COUNTS[name].items() <= dict(found.report.read).items()
    assert not found.report.rejected and not found.report.unreadable
    assert not found.typed.rejected
    # members of the REST interface are one person five times
    repeated = 4 if name == "devlake/" else 0
    assert sum(found.report.read.values()) == sum(found.typed.records.values()) + repeated
