"""The secrets of live sources are in nothing that a run writes or prints."""

from __future__ import annotations

import base64
import gzip
import zipfile
from datetime import date
from pathlib import Path

import duckdb
import pytest
import zstandard

import pipelines.warehouse.live_ingest
import pipelines.warehouse.source_fetch
from pipelines.home.home import load_home
from pipelines.warehouse import steps
from pipelines.warehouse.night import begun
from pipelines.warehouse.places import Places
from tests.drills.secrets import contents, leaks
from tests.drills.trackers import StillClock
from tests.figures import IS_DRILL
from tests.pipelines.live.conftest import AS_OF, JIRA, JIRA_SECRETS, TRELLO, TRELLO_SECRETS, USER
from tests.pipelines.live.test_guarded_fetch import everything_logged, in_no_time, spoilt  # noqa: F401
from tests.simulators.server import FOR_EVER, Fault

CANARIES = (JIRA_SECRETS["token"], *TRELLO_SECRETS.values())


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
    assert leaks(home, CANARIES, good.out, good.err, bad.out, bad.err) == []
    assert trello.secrets_in_addresses == []


if IS_DRILL:

    @pytest.mark.needs_program("openssl")
    @pytest.mark.requirement("S01", "whole runs without name, certificate or answer: 0 hits")
    @pytest.mark.parametrize("how", ["DNS", "TLS", "timeout"])
    def test_a_night_without_a_tracker_writes_no_secret(
        run,
        live_home,
        jira,
        trello,
        in_no_time,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        how: str,
    ) -> None:
        with (
            spoilt(how, jira, CANARIES, tmp_path, monkeypatch) as address,
            everything_logged(tmp_path / "a home" / "data" / "libraries.log"),
        ):
            home = live_home(JIRA % address, TRELLO % trello.address)
            ended = run(home)

        assert ended.code == 3, ended.err
        names = {name.split("/")[1] for name, _ in contents(home) if name.startswith("data/")}
        assert {"dagster", "logs", "published", "warehouse"} <= names
        assert leaks(home, CANARIES, ended.out, ended.err) == []


@pytest.mark.requirement("S01", "tracebacks: 0 hits")
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
    assert leaks(home, CANARIES) == []


def test_what_finds_secrets_finds_them_however_they_are_packed(tmp_path) -> None:
    [canary, *_] = CANARIES
    text = f"x {canary}".encode()
    (tmp_path / "a.zst").write_bytes(zstandard.compress(text))
    (tmp_path / "b.gz").write_bytes(gzip.compress(gzip.compress(text)))
    with zipfile.ZipFile(tmp_path / "c.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("sheet.xml", text)
    rows = f"select {{'of': '{canary[:9]}' || '{canary[9:]}'}} as a from range(9000)"
    duckdb.execute(f"copy ({rows}) to '{tmp_path}/d.parquet' (compression zstd)")
    with duckdb.connect(str(tmp_path / "e.duckdb")) as database:
        database.execute(f"create schema s; create table s.t as {rows}")
    pair = base64.b64encode(f"{USER}:{canary}".encode()).decode()

    found = leaks(tmp_path, CANARIES, f"Basic {pair}")

    assert sorted(found) == ["a.zst", "b.gz", "c.xlsx", "d.parquet", "e.duckdb", "said"]
