"""Readers are switched back to an earlier run at once, whole, and the next run goes on."""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from connectors.errors import SettingsError
from pipelines.warehouse.going_back import kept_runs, roll_back, rolled_back
from pipelines.warehouse.missed import missed_nights, missed_sentence
from pipelines.warehouse.places import Places
from tests.figures import Figure
from tests.pipelines.conftest import SETTINGS
from tests.pipelines.publish.test_publish import poll, publish_number


@pytest.mark.requirement("C06", "rollback in at most 5 s, readers see whole runs only")
def test_readers_see_whole_runs_only_while_they_are_switched_back(
    tmp_path: Path, figure: Figure
) -> None:
    places, switches = Places(tmp_path), figure.of(40, 1000)
    for number in range(4):
        publish_number(places, number)
    context = multiprocessing.get_context("spawn")
    stop, reads, results = context.Event(), context.Value("i", 0), context.Queue()
    reader = context.Process(target=poll, args=(str(tmp_path), stop, reads, results))
    reader.start()
    while reads.value < 5:
        time.sleep(0.01)
    slowest = 0.0
    for number in range(switches):
        began = time.monotonic()
        roll_back(places, f"run-{number % 4:05d}")
        slowest = max(slowest, time.monotonic() - began)
    stop.set()
    whole, torn, errors = results.get(timeout=30)
    reader.join()

    assert (torn, errors) == (0, [])
    assert slowest <= 5
    figure.reached(f"{switches} switches, at most {slowest:.2f} s; {whole} reads, 0 torn")


def test_without_a_run_named_it_is_the_one_before(tmp_path: Path) -> None:
    places = Places(tmp_path)
    for number in range(3):
        publish_number(places, number)

    assert roll_back(places).name == "run-00001"
    assert rolled_back(places) == {
        "from": "run-00002",
        "to": "run-00001",
        "at": (rolled_back(places) or {})["at"],
    }
    assert roll_back(places).name == "run-00000"
    with pytest.raises(SettingsError, match="no published run before"):
        roll_back(places)
    with pytest.raises(SettingsError, match=r"no published run nonsense.*run-00002"):
        roll_back(places, "nonsense")
    publish_number(places, 3)
    assert rolled_back(places) is None


def test_the_command_lists_what_is_kept_and_says_what_it_did(
    call: Callable, tmp_path: Path
) -> None:
    places = Places(tmp_path)
    for number in range(2):
        publish_number(places, number)
    for folder in kept_runs(places):
        path = places.published / folder["run_id"] / "manifest.json"
        path.chmod(0o600)
        path.write_text(json.dumps({**folder, "published_at": "2026-01-01T02:00:00+00:00"}))
    (tmp_path / "exports").mkdir()
    (tmp_path / "throughline.yml").write_text(SETTINGS)

    listed = call("rollback", "--list", "--home", tmp_path)
    assert listed.out.startswith("* run-00001  as of 2026-01-01")
    called = call("rollback", "--home", tmp_path)

    assert called.code == 0, called.err
    assert "Readers see run-00000 now" in called.out
    assert call("rollback", "--list", "--home", tmp_path).out.splitlines()[1][0] == "*"


@pytest.mark.requirement("R25", "the run after 1, 3 or 10 missed nights names them")
@pytest.mark.parametrize("nights", [0, 1, 3, 10])
def test_a_run_knows_the_nights_that_were_missed_before_it(
    tmp_path: Path, nights: int, figure: Figure
) -> None:
    places = Places(tmp_path)
    publish_number(places, 1)  # as of 2026-01-01

    missed = missed_nights(places, date(2026, 1, 2 + nights))

    assert missed == [f"2026-01-{day:02}" for day in range(2, 2 + nights)]
    if missed:
        assert missed[0] in missed_sentence(missed) and missed[-1] in missed_sentence(missed)
    assert missed_nights(places, date(2025, 12, 1)) == []
    figure.reached(f"{nights} nights named")


def test_nights_that_readers_were_switched_back_from_were_not_missed(tmp_path: Path) -> None:
    places = Places(tmp_path)
    publish_number(places, 1)
    (places.published / "20260110T020000000Z-as-of-2026-01-10").mkdir()

    assert missed_nights(places, date(2026, 1, 11)) == []
