"""Replaced copies leave the landing in time, over more than a year of nights."""

from __future__ import annotations

import json
import random
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from connectors.contract import ExportSettings, Record, Rejected
from connectors.journal import ScopeEntry
from connectors.landing import Landing
from connectors.shaping import shaped
from pipelines.home.home import load_home
from pipelines.warehouse.ingest import land
from pipelines.warehouse.night import Night
from pipelines.warehouse.places import Places
from pipelines.warehouse.raw_retention import sweep_typed, trim
from pipelines.warehouse.record import RunRecord
from pipelines.warehouse.typing import type_source
from tests.figures import Figure
from tests.pipelines.conftest import SETTINGS, toy_home  # noqa: F401 - a fixture
from tests.pipelines.quality.exports import issue, written

START = datetime(2026, 1, 1, 2)
SOURCES = SETTINGS + "  - {name: eng, type: jira, export: 'issues/*.json'}\n"
MENDED_AFTER = 5
"""Days until a rejected record of source `old` can be used; one of seven never can."""
WAITING = 7


@pytest.mark.requirement("P06", "400 days, two sources, a rejected record a day: 0 past 90 days")
def test_nothing_that_was_replaced_is_ever_older_than_the_limit(
    toy_home,  # noqa: F811 - the fixture
    figure: Figure,
) -> None:
    days, limit = figure.of(48, 400), figure.of(32, 90)
    home = load_home(
        toy_home({}, SOURCES + f"retention: {{raw_days: {limit}}}\n"), date(2026, 6, 30)
    )
    places, dice = Places(home.folder), random.Random(1)
    newest, late, payloads = dict[str, int](), 0, 0
    for day in range(days):
        now = START + timedelta(days=day)
        changed = dice.sample(range(40), 3)
        export(home.folder, day, changed, now)
        live(places, day, now)
        newest |= dict.fromkeys((str(10000 + each) for each in changed), day)

        trim(Night(home, places, RunRecord("r", "2026-06-30", "", 0)), now)

        oldest = day - limit
        late += sum(newest[key] != told < oldest for key, told in copies(places))
        kept = set_aside(places)
        late += sum(told < oldest for key, told in kept if key != "waits")
        payloads = max(payloads, len(kept))
        if day % 100 == 99 or day == days - 1:
            type_source(Landing(places.raw, "eng"), "jira", places.typed)
            sweep_typed(places)

    found = copies(places)
    assert late == 0
    assert {key: max(day for each, day in found if each == key) for key in newest} == newest
    assert len(found) < days * 3 and payloads < days * 2, "something was removed at all"
    waiting = [told for key, told in set_aside(places) if key == "waits"]
    assert waiting == list(range(0, days, WAITING)), "nothing that waits to be mended goes"
    shas = {page.sha256 for page in Landing(places.raw, "eng").pages()}
    typed = {path.name.split("-")[0] for path in places.typed.glob("*/*/*")}
    assert typed <= shas
    files = sum(path.suffix == ".zst" for path in (places.raw / "eng").rglob("*"))
    assert files == len(shas)
    figure.reached(f"{days} days: {late} past {limit} days, {len(found)} of {days * 3} copies left")


def export(home: Path, day: int, changed: list[int], now: datetime) -> None:
    """Overwrite the export of source `eng`: three changed issues and a line that is none."""
    issues = [{**issue(number), "day": day} for number in changed]
    text = "".join(json.dumps(each) + "\n" for each in issues) + f"no issue {day}\n"
    file = written(home / "issues", "issues.json", text.encode(), f"{now:%Y-%m-%d}")
    land(ExportSettings("eng", (file,)), "jira", Places(home).raw, home)


def live(places: Places, day: int, now: datetime) -> None:
    """A reading of source `old`: a card that is of no use, and one that was mended."""
    landing = Landing(places.raw, "old")
    name = f"waits {day}" if day % WAITING == 0 else f"card {day}"
    faults = [Rejected("cards", name, "due", f"expected a time, found {day}", "p:1", b"%d" % day)]
    mended = day - MENDED_AFTER
    if mended >= 0 and mended % WAITING:
        payload = json.dumps({"id": mended, "day": day}).encode()
        landing.add(Record("cards", f"card {mended}", payload, now), now, "old")
    aside = landing.keep_rejected(faults)
    told = (now.isoformat(), {}, {}, {"cards": 1}, aside)
    landing.commit([ScopeEntry("b1", "Board", "complete", {}, *told)])


def copies(places: Places) -> list[tuple[str, int]]:
    """Key and day of every copy in the landing of source `eng`."""
    landing = Landing(places.raw, "eng")
    return [
        (record.key, json.loads(record.payload)["day"])
        for page in landing.pages()
        for record in landing.records(page)
    ]


def set_aside(places: Places) -> list[tuple[str, int]]:
    """What payloads are in quarantine, on the disk: whose they are, and of which day."""
    lines = [
        line
        for path in places.raw.glob("*/quarantine/*")
        for line in path.read_bytes().splitlines()
    ]
    faults = [shaped(line, Rejected) for line in lines]
    return sorted(
        (each.record_id.split(" ")[0], int(each.payload.strip(b"no issue ")))
        for each in faults
        if each.payload
    )
