"""How a night with live sources ends that cannot fetch, or should not."""

from __future__ import annotations

import pytest

from pipelines.warehouse.places import Places
from tests.pipelines.live.conftest import JIRA


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
