"""Rejected records of a live source are read again from the payload that was kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

from msgspec import structs

from connectors.contract import Rejected
from connectors.landing import Landing
from pipelines.home.home import load_home
from pipelines.warehouse.places import Places
from pipelines.warehouse.replay import replay, set_aside
from tests.pipelines.live.conftest import AS_OF, TRELLO, fetch

GOOD = {"id": "5f1d0000000000000000abcd", "name": "Kept", "idShort": 7, "desc": ""}


def test_what_can_be_used_now_lands_in_its_scope_once(
    trello, live_home: Callable[..., Path]
) -> None:
    home = live_home(TRELLO % trello.address)
    fetch(home)
    landing = Landing(Places(home).raw, "old")
    entry = next(each for each in reversed(list(landing.scopes().values())) if each.scope)
    card = {**GOOD, "idBoard": entry.scope, "idList": "5f1c0000000000000000000a"}
    older = [
        Rejected("cards", card["id"], "x", "not known then", "p:1", json.dumps(card).encode()),
        Rejected("cards", "", "id", "no id then", "p:2", b'{"idBoard": "b", "idList": "l"}'),
    ]
    quarantine = landing.keep_rejected(older)
    landing.commit(
        [structs.replace(entry, landed={}, rejected={"cards": 2}, quarantine=quarantine)]
    )
    before = fetch(home)["old"]
    read = load_home(home, date.fromisoformat(AS_OF))
    [source] = read.sources

    first, second = replay(read, source), replay(read, source)

    assert len(before.rejected) == 2
    assert (first.before, first.landed, first.left) == (2, 1, 1)
    assert (second.before, second.landed, second.left) == (1, 0, 1)
    [left] = set_aside(read, source)
    assert (left.stream, left.reason, left.place) == ("cards", "expected an id", "p:2")
    again = Landing(Places(home).raw, "old")
    records = [
        record
        for page in again.pages("cards")
        for record in again.records(page)
        if record.key == GOOD["id"]
    ]
    assert len(records) == 1
    assert again.scopes()[entry.scope].mark == entry.mark
    after = fetch(home)["old"]
    assert after.state == "fresh"
    assert after.in_landing["cards"] == before.in_landing["cards"] + 1
