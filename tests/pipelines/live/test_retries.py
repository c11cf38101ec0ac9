"""What is out of reach for now is asked again; what a person must mend is not."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pipelines.home.home import load_home
from pipelines.warehouse import steps
from pipelines.warehouse.night import begun
from pipelines.warehouse.places import Places
from tests.drills.trackers import StillClock
from tests.pipelines.live.conftest import AS_OF, TRELLO
from tests.simulators.server import FOR_EVER, Fault


def log_of_a_fetch(home: Path) -> str:
    """What the log says of fetching the one source of a home that may be asked three times."""
    settings = home / "throughline.yml"
    patient = "run: {retries: 2, retry_minutes: 0}"
    settings.write_text(settings.read_text().replace("run: {retries: 0}", patient))
    read = load_home(home, date.fromisoformat(AS_OF))
    with begun(read) as night:
        steps.fetch(night, read.sources[0])
    return Places(home).log(night.run_id).read_text()


def test_a_source_out_of_reach_is_asked_again(
    live_home: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    monkeypatch.setenv("OLD_KEY", "k" * 32)
    monkeypatch.setenv("OLD_TOKEN", "t" * 64)
    monkeypatch.setattr("pipelines.warehouse.side_by_side.Clock", StillClock)

    told = log_of_a_fetch(live_home(TRELLO % f"http://127.0.0.1:{port}"))

    assert told.count("again_in_minutes=0") == 2


def test_a_refused_token_is_tried_once(live_home: Callable[..., Path], trello) -> None:
    trello.faults.append(Fault("status", times=FOR_EVER, details={"status": 401}))

    told = log_of_a_fetch(live_home(TRELLO % trello.address))

    assert "again_in_minutes" not in told
    assert "its token is no longer taken" in told
