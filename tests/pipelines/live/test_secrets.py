"""The secrets of live sources are in nothing that a run writes or prints."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
import zstandard

import pipelines.warehouse.live_ingest
import pipelines.warehouse.source_fetch
from pipelines.home.home import load_home
from pipelines.warehouse import steps
from pipelines.warehouse.night import begun
from pipelines.warehouse.places import Places
from tests.drills.trackers import StillClock
from tests.pipelines.live.conftest import AS_OF, JIRA, JIRA_SECRETS, TRELLO, TRELLO_SECRETS, USER
from tests.simulators.server import FOR_EVER, Fault

CANARIES = (JIRA_SECRETS["token"], *TRELLO_SECRETS.values())


def forms() -> Iterator[bytes]:
    """The secrets as they are, and as headers and addresses carry them."""
    for canary in CANARIES:
        for text in (canary, quote(canary, safe=""), f"{USER}:{canary}"):
            yield text.encode()
            yield base64.b64encode(text.encode())


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file, unpacked where it is packed."""
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            if path.suffix == ".zst":
                content = zstandard.ZstdDecompressor().decompressobj().decompress(content)
            yield path.relative_to(folder).as_posix(), content


def leaks(folder: Path, *printed: str) -> list[str]:
    """Where a secret stands."""
    texts = [*contents(folder), *(("printed", text.encode()) for text in printed)]
    return [name for name, content in texts if any(form in content for form in forms())]


@pytest.mark.requirement("S01", "whole runs, Dagster's storage too: 0 hits")
def test_a_night_that_goes_well_and_one_that_does_not_write_no_secret(
    run, live_home, jira, trello, monkeypatch
) -> None:
    monkeypatch.setattr("pipelines.warehouse.side_by_side.Clock", StillClock)
    home = live_home(JIRA % jira.address, TRELLO % trello.address)
    good = run(home)
    jira.night(1)
    trello.night(1)
    echo = {"status": 400, "body": {"errorMessages": [f"bad {JIRA_SECRETS['token']}"]}}
    jira.faults.append(Fault("status", "search", 0, FOR_EVER, echo))
    trello.faults.append(Fault("status", "cards", 0, FOR_EVER, {**echo, "status": 401}))

    bad = run(home)

    assert (good.code, bad.code) == (0, 3), bad.err
    names = {name.split("/")[1] for name, _ in contents(home) if name.startswith("data/")}
    assert {"dagster", "logs", "raw", "published", "warehouse"} <= names
    assert leaks(home, good.out, good.err, bad.out, bad.err) == []
    assert trello.secrets_in_addresses == []


def test_a_traceback_in_the_log_holds_no_secret(live_home, jira, monkeypatch) -> None:
    given: list[object] = []

    def broken(_connector: object, settings: object, *_: object, **_named: object) -> None:
        given.append(settings)
        raise RuntimeError(f"unforeseen: {settings!r}")

    def broken_too(*_: object) -> None:
        raise RuntimeError(f"unforeseen: {given[0]!r}")

    home = live_home(JIRA % jira.address)
    monkeypatch.setattr(pipelines.warehouse.live_ingest, "extract", broken)
    monkeypatch.setattr(pipelines.warehouse.source_fetch, "remember", broken_too)
    read = load_home(home, date.fromisoformat(AS_OF))

    with (
        pytest.raises(RuntimeError),
        begun(read) as night,
        night.stage("fetch ops"),
    ):
        steps.fetch(night, read.sources[0])

    [log] = Places(home).logs.glob("*.log")
    assert "unforeseen: LiveSettings" in log.read_text()
    assert leaks(home) == []


def test_what_finds_secrets_finds_them(tmp_path) -> None:
    (tmp_path / "a.zst").write_bytes(zstandard.compress(b"x " + CANARIES[0].encode()))
    pair = base64.b64encode(f"{USER}:{CANARIES[0]}".encode()).decode()

    assert leaks(tmp_path, f"Basic {pair}") == ["a.zst", "printed"]
