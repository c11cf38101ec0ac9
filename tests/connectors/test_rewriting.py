"""Landings that are written anew: what is replaced goes in time, what is newest stays."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from connectors.contract import Record
from connectors.landing import Landing
from connectors.replaced import drop_replaced

START = datetime(2026, 1, 1, 2)


def _land(raw: Path, day: int, *keys: str) -> None:
    at = START + timedelta(days=day)
    landing = Landing(raw, "eng")
    for key in keys:
        payload = json.dumps({"id": key, "day": day}).encode()
        landing.add(Record("issues", key, payload, at), at, "a")
    landing.commit()


def _copies(raw: Path) -> list[tuple[str, int]]:
    landing = Landing(raw, "eng")
    return sorted(
        (record.key, json.loads(record.payload)["day"])
        for page in landing.pages()
        for record in landing.records(page)
    )


def test_the_newest_copy_stays_however_old_it_is(tmp_path: Path) -> None:
    _land(tmp_path, 0, "1", "2")
    _land(tmp_path, 5, "1")
    _land(tmp_path, 9, "1")

    done = drop_replaced(Landing(tmp_path, "eng"), START + timedelta(days=7))

    assert _copies(tmp_path) == [("1", 9), ("2", 0)]
    assert (done.pages, done.records) == (2, 2)


def test_a_trial_removes_nothing(tmp_path: Path) -> None:
    _land(tmp_path, 0, "1")
    _land(tmp_path, 9, "1")

    done = drop_replaced(Landing(tmp_path, "eng"), START + timedelta(days=7), is_dry=True)

    assert done.records == 1
    assert _copies(tmp_path) == [("1", 0), ("1", 9)]


def test_what_was_removed_does_not_land_again_as_new_once_it_is_there(tmp_path: Path) -> None:
    _land(tmp_path, 0, "1")
    _land(tmp_path, 9, "1")
    drop_replaced(Landing(tmp_path, "eng"), START + timedelta(days=7))

    _land(tmp_path, 9, "1")

    assert _copies(tmp_path) == [("1", 9)]


def test_what_landed_since_a_pass_is_held_against_old_copies_alone(tmp_path: Path) -> None:
    for day, keys in ((0, "12"), (1, "2"), (8, "3")):
        _land(tmp_path, day, *keys)
    known = frozenset(page.sha256 for page in Landing(tmp_path, "eng").pages())
    before = START + timedelta(days=7)
    assert drop_replaced(Landing(tmp_path, "eng"), before, known=known).records == 0
    _land(tmp_path, 9, "1", "3")

    done = drop_replaced(Landing(tmp_path, "eng"), before, known=known)

    assert done.records == 2, "the first copies of 1 and, as it lies beside them, of 2"
    assert _copies(tmp_path) == [("1", 9), ("2", 1), ("3", 8), ("3", 9)]
