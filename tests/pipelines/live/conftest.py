"""A home whose sources are simulators on this machine, and the command that runs it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.home.home import load_home
from pipelines.warehouse import steps
from pipelines.warehouse.ingest import LandingReport, SourceReading
from pipelines.warehouse.night import begun
from pipelines.warehouse.places import Places
from tests.pipelines.cli.conftest import call  # noqa: F401 - a fixture for the tests here
from tests.simulators.asana import SECRETS as ASANA_SECRETS
from tests.simulators.asana import Asana
from tests.simulators.asana_state import WORKSPACE
from tests.simulators.jira_cloud import SECRETS as JIRA_SECRETS
from tests.simulators.jira_cloud import USER, JiraCloud
from tests.simulators.trello import SECRETS as TRELLO_SECRETS
from tests.simulators.trello import Trello
from tests.simulators.world import World

AS_OF = "2026-06-30"
HEAD = """\
organisation: {name: Example, timezone: Europe/Berlin}
effort: {since: 2026-01-01}
run: {retries: 0}
sources:
"""
JIRA = "  - {name: ops, type: jira, url: '%s', user_env: OPS_USER, token_env: OPS_TOKEN}\n"
TRELLO = "  - {name: old, type: trello, api: '%s/1', key_env: OLD_KEY, token_env: OLD_TOKEN}\n"
ASANA = (
    "  - {name: ops, type: asana, api: '%s/api/1.0', token_env: OPS_TOKEN, "
    f"workspace: '{WORKSPACE}'}}\n"
)


@pytest.fixture
def jira(monkeypatch: pytest.MonkeyPatch) -> Iterator[JiraCloud]:
    """A small Jira that takes the token of source `ops`."""
    monkeypatch.setenv("OPS_USER", USER)
    monkeypatch.setenv("OPS_TOKEN", JIRA_SECRETS["token"])
    simulator = JiraCloud(World(7, items=30, people=4, containers=3))
    with simulator.serving():
        # Where a token is tried that the site itself refuses.
        monkeypatch.setattr("connectors.jira.client.PLATFORM", simulator.address)
        yield simulator


@pytest.fixture
def trello(monkeypatch: pytest.MonkeyPatch) -> Iterator[Trello]:
    """A small Trello that takes the token of source `old`."""
    monkeypatch.setenv("OLD_KEY", TRELLO_SECRETS["key"])
    monkeypatch.setenv("OLD_TOKEN", TRELLO_SECRETS["token"])
    simulator = Trello(World(11, items=20, people=4, containers=3))
    simulator.is_limited = False
    with simulator.serving():
        yield simulator


@pytest.fixture
def asana(monkeypatch: pytest.MonkeyPatch) -> Iterator[Asana]:
    """A small Asana that takes the token of source `ops`."""
    monkeypatch.setenv("OPS_TOKEN", ASANA_SECRETS["token"])
    simulator = Asana(World(13, items=20, people=4, containers=3))
    with simulator.serving():
        yield simulator


@pytest.fixture
def live_home(tmp_path: Path) -> Callable[..., Path]:
    """Write a small valid home with these sources."""

    def make(*sources: str) -> Path:
        folder = tmp_path / "a home"
        (folder / "strategy").mkdir(parents=True, exist_ok=True)
        (folder / "throughline.yml").write_text(HEAD + "".join(sources))
        (folder / "teams.yml").write_text("teams: [{id: platform, members: [{person: ana}]}]\n")
        (folder / "strategy" / "a.yml").write_text(
            "nodes: [{id: P-1, kind: purpose, title: Serve, owner: ana}]\n"
        )
        return folder

    return make


@pytest.fixture
def run(call: Callable, toy_project: Path) -> Callable:  # noqa: F811 - the fixture
    """Run a home with the project of three models."""
    return lambda home, *more: call("run", "--home", home, "--as-of", AS_OF, *more)


def states(home: Path) -> dict[str, str]:
    """The state of each source in what is published."""
    manifest = json.loads((Places(home).current / "manifest.json").read_text())
    return {source["source"]: source["state"] for source in manifest["sources"]}


def reports(home: Path, source: str) -> list[dict[str, Any]]:
    """The reports of all extractions of a source, oldest first."""
    found = sorted(Places(home).logs.glob(f"*-{source}.json"))
    return [json.loads(path.read_text()) for path in found]


def landed(home: Path, source: str) -> dict[str, bytes]:
    """Every page and journal of a source's landing."""
    folder = Places(home).raw / source
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "sqlite" not in path.name and path.name != "reading.json"
    }


def fetch(
    home: Path, only: str | None = None, confirmed: str | None = None
) -> dict[str, LandingReport]:
    """Do what a run does up to the models: fetch each source."""
    read = load_home(home, date.fromisoformat(AS_OF))
    with begun(read, only=only, confirmed=confirmed) as night:
        return {source.name: steps.fetch(night, source) for source in read.sources}


def readings_of(home: Path) -> list[SourceReading]:
    """Every source as a run knows it after fetching, typed tables included."""
    with begun(load_home(home, date.fromisoformat(AS_OF))) as night:
        return steps.readings(night)
