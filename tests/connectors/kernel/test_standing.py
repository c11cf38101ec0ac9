"""What is of no use stands until it is read again and is of use."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.contract import Rejected
from connectors.landing import Landing
from connectors.live import Slice, Step
from connectors.standing import standing_rejections
from tests.connectors.kernel.shelf import Shelf, ShelfReader, landed, run


def test_a_rejected_record_stands_until_it_lands(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = ShelfReader.step

    def strict(self: ShelfReader, slice: Slice, token: str | None) -> Step:
        step = real(self, slice, token)
        records = [
            Rejected("things", each.key, "text", "is bad", "page", each.payload)
            if b'"bad"' in each.payload
            else each
            for each in step.records
        ]
        return Step(records, step.token, step.rows)

    monkeypatch.setattr(ShelfReader, "step", strict)
    shelf.put("t00003", "b1", "bad")
    shelf.put("t00004", "b1", "bad")
    first = run(shelf, tmp_path)
    shelf.advance(3600)
    shelf.put("t00003", "b1", "good")
    run(shelf, tmp_path)
    left = standing_rejections(Landing(tmp_path, "eng"), "things")

    assert (first.state, first.rejected, first.landed) == ("fresh", {"things": 2}, {"things": 38})
    assert first.scopes[0].slices[0].rejected == 2
    assert [(each.record_id, each.reason) for each in left] == [("t00004", "is bad")]
    assert b"bad" in left[0].payload
    assert landed(tmp_path)["t00003"]["text"] == "good"
