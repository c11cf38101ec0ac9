"""Dagster's web page has no sign-in: as it is started here, it listens on this machine only.

In a drill a browser looks at it: at runs that were good, refused, not whole, and killed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from dagster_webserver.cli import dagster_webserver

from tests.figures import IS_DRILL, Figure
from tests.homes import ROOT
from tests.pipelines.cli.conftest import Called, call  # noqa: F401 - a fixture for the tests here
from tests.pipelines.conftest import SETTINGS, board
from tests.pipelines.defs.web_page import listening, shown, web_page
from tests.pipelines.operations.test_lost_runs import begun, kill

LOOPBACK = {"127.0.0.1", "::1"}
AS_OF = "2026-06-30"


@pytest.mark.timeout(1800)
@pytest.mark.requirement("S19", "dagster dev, as documented, listens on loopback only")
def test_the_web_page_listens_on_this_machine_only(
    toy_home: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, figure: Figure
) -> None:
    [host] = [each for each in dagster_webserver.params if each.name == "host"]
    assert host.default in LOOPBACK
    assert "dagster dev -w workspace.yaml   " in (ROOT / "README.md").read_text()
    if not IS_DRILL:
        figure.reached("by its default; `make drills` starts it")
        return
    monkeypatch.setenv("DAGSTER_HOME", "")
    with web_page(toy_home()) as (process, _):
        assert set(listening(process)) <= LOOPBACK
    figure.reached("started: every socket that listens is on loopback")


if IS_DRILL:

    @pytest.fixture
    def seen_home(
        call: Callable[..., Called],
        toy_home: Callable[..., Path],
        toy_project: Path,
    ) -> Path:
        """A home after a good night, one that was not whole, a refused one, and a killed one."""
        home = toy_home()
        assert call("run", "--home", home, "--as-of", AS_OF).code == 0
        (home / "exports" / "b.json").write_text(board(2)[:-40])
        assert call("run", "--home", home, "--as-of", AS_OF).code == 3
        settings = home / "throughline.yml"
        settings.write_text(SETTINGS.replace("name: old", "name: new"))
        assert call("run", "--home", home, "--as-of", AS_OF).code == 1
        settings.write_text(SETTINGS)
        kill(begun(home)[0])
        return home

    @pytest.mark.timeout(3600)
    @pytest.mark.needs_program("chromium")
    @pytest.mark.requirement("R23", "the page shows no run as under way whose process is gone")
    def test_the_page_shows_how_nights_ended_and_how_they_are_made(
        seen_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Figure
    ) -> None:
        monkeypatch.setenv("DAGSTER_HOME", "")
        profile = tmp_path / "profile"
        profile.mkdir()
        with web_page(seen_home) as (_, address):
            until = time.monotonic() + 300
            while True:
                runs = shown(f"{address}/runs", profile)
                if "In progress (0)" in runs and runs.count("Failure") == 2:
                    break
                assert time.monotonic() < until, runs
            groups = shown(f"{address}/asset-groups", profile)
            job = shown(f"{address}/locations/throughline/jobs/nightly/runs", profile)

        assert runs.count("Success") == 2
        assert runs.count(f"as_of: {AS_OF}") == 3
        assert [f"exit_code: {code}" in runs for code in (0, 1, 3)] == [True] * 3
        assert (job.count("Success"), job.count("Failure")) == (2, 1)
        named = ("home", "raw_old", "typed", "staging", "intermediate", "marts_core", "published")
        assert [name for name in named if name not in groups] == []
        assert "intermediate_" not in groups
        figure.reached("0 of 4 runs shown as under way; how each ended stands beside it")
