"""A whole night with live sources: how a run ends, and what it publishes."""

from __future__ import annotations

import pytest

from pipelines.warehouse.places import Places
from pipelines.warehouse.readings import recall
from tests.pipelines.live.conftest import JIRA, TRELLO, landed, states
from tests.simulators.server import FOR_EVER, Fault


@pytest.mark.requirement("R16", "a source that fails keeps its rows, is marked, others publish")
def test_a_failing_source_keeps_its_rows_and_the_run_ends_with_3(
    run, live_home, jira, trello
) -> None:
    home = live_home(JIRA % jira.address, TRELLO % trello.address)
    called = run(home)
    assert called.code == 0, called.err
    assert states(home) == {"ops": "fresh", "old": "fresh"}
    assert "first load of ops: about " in called.err
    before = landed(home, "ops")
    good = recall(Places(home), "ops")
    jira.night(1)
    trello.night(1)
    jira.faults.append(Fault("status", times=FOR_EVER, details={"status": 401}))

    called = run(home)

    assert called.code == 3, called.err
    assert states(home) == {"ops": "stale", "old": "fresh"}
    assert "ops is stale: its token is no longer taken" in called.err
    assert landed(home, "ops") == before
    now = recall(Places(home), "ops")
    assert good and now
    assert now.data_as_of == good.data_as_of


def test_where_nothing_was_ever_fetched_the_run_ends_with_4(
    run, live_home, jira, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPS_TOKEN", "wrong")
    home = live_home(JIRA % jira.address)

    called = run(home)

    assert called.code == 4, called.err
    assert "its token is no longer taken" in called.err
    assert "throughline check" in called.err
    assert not Places(home).current.exists()
    assert not list((Places(home).raw / "ops").glob("*/*.zst"))


def test_a_missing_variable_is_named_and_nothing_is_written(
    call, live_home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = live_home(JIRA % "https://example.atlassian.net")
    monkeypatch.setenv("OPS_USER", "somebody")
    monkeypatch.delenv("OPS_TOKEN", raising=False)

    called = call("run", "--home", home)

    assert called.code == 2
    assert "OPS_TOKEN" in called.err
    assert not Places(home).data.exists()


def test_only_live_sources_hold_anything_back(call, toy_home) -> None:
    called = call("run", "--home", toy_home(), "--confirm-removals", "old")

    assert called.code == 2
    assert "read from files" in called.err
