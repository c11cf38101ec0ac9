"""The Dagster instance of a home, wherever the home lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.commands.job import dagster_instance


@pytest.mark.parametrize("name", ["home", "a [1] 'home' {x} $y * #\"ü\""])
def test_the_instance_reports_nothing_wherever_the_home_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "")
    with dagster_instance(tmp_path / name) as instance:
        assert not instance.telemetry_enabled
        assert type(instance.event_log_storage).__name__ == "KeptOpenEventLog"
