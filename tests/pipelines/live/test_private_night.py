"""A whole night of the real models with a live source keeps what it writes to itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.figures import IS_DRILL, Figure
from tests.homes import throughline
from tests.pipelines.live.conftest import AS_OF, JIRA
from tests.pipelines.publish.test_private import open_to_others, umask
from tests.simulators.jira_cloud import JiraCloud

if IS_DRILL:

    @pytest.mark.timeout(1800)
    @pytest.mark.requirement("S04", "umask 000, a live source, the real models: data 0600/0700")
    def test_a_live_night_under_an_open_umask_writes_for_its_own_account(
        live_home: Callable[..., Path], jira: JiraCloud, figure: Figure
    ) -> None:
        home = live_home(JIRA % jira.address)
        with umask(0o000):
            ran = throughline("run", "--home", home, "--as-of", AS_OF)
        assert ran.returncode == 0, ran.stderr[-3000:]

        files = [*(home / "data").rglob("*")]
        assert len(files) > 100
        assert open_to_others(home / "data") == []
        figure.reached(f"{len(files)} files and folders of a night under umask 000, nothing open")
