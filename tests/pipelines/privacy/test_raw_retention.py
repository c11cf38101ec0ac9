"""Replaced copies leave the landing in time, over more than a year of nights."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from connectors.contract import Record
from connectors.landing import Landing
from pipelines.warehouse.places import Places
from pipelines.warehouse.raw_retention import sweep_typed, trim_landing
from pipelines.warehouse.typing import type_source
from tests.figures import Figure

START = datetime(2026, 1, 1, 2)


@pytest.mark.requirement("P06", "400 simulated days: 0 replaced copies past 90 days")
def test_no_replaced_copy_is_ever_older_than_the_limit(tmp_path: Path, figure: Figure) -> None:
    dice, newest = random.Random(1), dict[str, int]()
    places, late = Places(tmp_path), 0
    days, limit = figure.of(60, 400), figure.of(32, 90)
    for day in range(days):
        now = START + timedelta(days=day)
        landing = Landing(places.raw, "eng")
        for key in map(str, dice.sample(range(40), 3)):
            payload = json.dumps({"id": key, "day": day}).encode()
            landing.add(Record("issues", key, payload, now), now, "tracker")
            newest[key] = day
        landing.commit()

        trim_landing(Landing(places.raw, "eng"), limit, now)

        late += sum(
            newest[key] != told and now - (START + timedelta(days=told)) > timedelta(days=limit)
            for key, told in _copies(places)
        )
        if day % 100 == 99 or day == days - 1:
            type_source(Landing(places.raw, "eng"), "jira", places.typed)
            sweep_typed(places)

    found = _copies(places)
    assert late == 0
    assert {key: max(day for each, day in found if each == key) for key in newest} == newest
    assert len(found) < days * 3, "something was removed at all"
    shas = {page.sha256 for page in Landing(places.raw, "eng").pages()}
    typed = {path.name.split("-")[0] for path in places.typed.glob("*/*/*")}
    assert typed <= shas
    files = sum(path.suffix == ".zst" for path in places.raw.rglob("*"))
    assert files == len(shas)
    figure.reached(f"{days} days: {late} past {limit} days, {len(found)} of {days * 3} copies left")


def _copies(places: Places) -> list[tuple[str, int]]:
    landing = Landing(places.raw, "eng")
    return [
        (record.key, json.loads(record.payload)["day"])
        for page in landing.pages()
        for record in landing.records(page)
    ]
