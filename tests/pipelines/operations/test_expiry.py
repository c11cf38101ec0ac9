"""A token that ends within 14 days is told of: in the status, in the report, and by one alert."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.home.home import load_home
from pipelines.operations.expiry import tell_expiry
from pipelines.report.facts import Facts
from pipelines.report.trust import trust
from pipelines.warehouse.expiry import expiries
from pipelines.warehouse.places import Places
from tests.figures import Figure
from tests.pipelines.conftest import SETTINGS
from tests.pipelines.operations.listener import listening
from tests.pipelines.report.published import whole_rows

ENDS = "2026-03-20T12:00:00"
MKT = {"source": "mkt", "tracker": "trello", "state": "fresh", "detail": "", "data_as_of": None}


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def publish(home: Path, ends: str) -> None:
    """What a run leaves for those who look at the home between runs."""
    folder = Places(home).published / "1"
    folder.mkdir(parents=True, exist_ok=True)
    manifest = {
        "run_id": "1",
        "as_of": "2026-03-07",
        "published_at": "2026-03-07T02:10:00+00:00",
        "sources": [{**MKT, "token_ends": ends}, {**MKT, "source": "old"}],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    Places(home).current.unlink(missing_ok=True)
    Places(home).current.symlink_to("1")
    Places(home).logs.mkdir(parents=True, exist_ok=True)


@pytest.mark.requirement("R38", "told from 14 days before a token ends, and after it")
@pytest.mark.parametrize(
    ("now", "told"),
    [(at(6, 11), None), (at(6), "ends on"), (at(19), "ends on"), (at(20, 13), "ended on")],
)
def test_a_token_is_told_of_from_fourteen_days_before(
    now: datetime, told: str | None, figure: Figure
) -> None:
    found = expiries([{**MKT, "token_ends": ENDS}, {**MKT, "token_ends": ""}, MKT], now)

    assert len(found) == (told is not None)
    if told:
        assert str(found[0]).startswith(f"The token of mkt (trello) {told} 2026-03-20")
    figure.reached(f"{now:%d %H}: {told or 'silent'}")


def test_an_alert_tells_of_a_token_once_and_of_the_next_one_again(
    toy_home: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = load_home(toy_home(settings=SETTINGS + "alerts: [ALERT_HOOK]\n"))
    with listening() as listener:
        monkeypatch.setenv("ALERT_HOOK", listener.address)
        tell_expiry(home, at(7))
        publish(home.folder, ENDS)
        for day in (1, 5, 7, 8, 20):
            tell_expiry(home, at(day))
        publish(home.folder, "2026-03-30T12:00:00")
        for day in (21, 22):
            tell_expiry(home, at(day))

    bodies = [each["message"] for each in listener.messages]
    assert len(bodies) == 2
    assert "mkt (trello) ends on 2026-03-20" in bodies[0]
    assert "mkt (trello) ends on 2026-03-30" in bodies[1]
    assert {each["title"] for each in listener.messages} == {"Throughline Example: a token ends"}


def test_the_status_warns_of_a_token_that_ends(
    call: Callable, toy_home: Callable[..., Path]
) -> None:
    home = toy_home()
    publish(home, ENDS)
    record = {"run_id": "20260307T020000000Z-as-of-2026-03-07", "state": "published"}
    facts = {"stages": [], "exit_code": 0, "sentence": "", "ended_at": "2026-03-07T02:10:00+00:00"}
    path = Places(home).record(record["run_id"])
    path.write_text(json.dumps({**record, **facts}))

    called = call("status", "--home", home)

    assert "warning: The token of mkt (trello) ended on 2026-03-20" in called.err
    assert "old" not in called.err.split("No good run")[0]


def test_the_source_table_of_the_report_says_when_a_token_ends() -> None:
    rows = {"rpt_sources": [{"source": name, "tracker": "trello"} for name in ("mkt", "old")]}
    facts = Facts(sources=whole_rows(rows, "rpt_sources"))
    manifest = {
        "published_at": at(10).isoformat(),
        "sources": [{**MKT, "token_ends": ENDS}, {**MKT, "source": "old"}],
    }

    found = trust(facts, manifest)

    assert [(each.source, each.token) for each in found.sources] == [
        ("mkt", "2026-03-20"),
        ("old", ""),
    ]
