"""Warnings are published with the run, and where people are hidden they name nobody; where people
are shown or told apart, that is itself a warning."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from pipelines.home.home import load_home
from pipelines.report import render
from pipelines.warehouse.facts import warnings
from pipelines.warehouse.night import Night
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import RunRecord
from tests.figures import Figure
from tests.pipelines.cli.conftest import Called, call  # noqa: F401 - a fixture for the tests here
from tests.pipelines.report.published import small_world, write_database

SETTINGS = """\
organisation: {{name: Example, timezone: UTC}}
effort: {{since: 2026-01-05}}
privacy: {{people: {people}}}
sources:
  - {{name: eng, type: jira, url: 'https://site.example.net', export: 'exports/*.json'}}
"""
TEAMS = """\
teams: [{id: platform, members: [{person: Ana@example.org}, {person: ana@example.org}]}]
"""


SHOWN = {
    "hidden": (),
    "pseudonym": (
        "privacy.people is pseudonym: the published tables tell people apart",
        "People appear as keyed hashes in the tables; this page shows none.",
    ),
    "named": (
        "privacy.people is named: the published tables name people",
        "People are named in the tables; this page shows none.",
    ),
}
"""What the commands say, and what the first page of the report says."""


@pytest.fixture
def home(tmp_path: Path) -> Callable[[str], Path]:
    """A home in which people are published so."""

    def make(people: str) -> Path:
        (tmp_path / "strategy").mkdir()
        (tmp_path / "throughline.yml").write_text(SETTINGS.format(people=people))
        (tmp_path / "teams.yml").write_text(TEAMS)
        nodes = "nodes: [{id: P-1, kind: purpose, title: S}]\n"
        (tmp_path / "strategy" / "a.yml").write_text(nodes)
        return tmp_path

    return make


@pytest.mark.requirement("P04", "check and run say in one line that people are shown")
@pytest.mark.parametrize("people", SHOWN)
def test_commands_warn_where_people_are_shown(
    home: Callable[[str], Path],
    call: Callable[..., Called],  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
    people: str,
    figure: Figure,
) -> None:
    monkeypatch.setenv("THROUGHLINE_PSEUDONYM_KEY", "0123456789abcdef" * 2)
    folder = home(people)

    checked = call("check", "--home", folder).out
    # It is said before anything else, so that a run that may not begin tells as much.
    Places(folder).data.mkdir()
    with FileLock(Places(folder).lock):
        ran = call("run", "--home", folder, "--json")

    assert ran.code == 75
    for said in (checked, ran.err):
        lines = [line for line in said.splitlines() if "privacy.people" in line]
        assert len(lines) == len(SHOWN[people][:1])
        assert all(f"warning: throughline.yml: {SHOWN[people][0]}" in line for line in lines)
    assert "privacy.people" not in ran.out, "standard output is the record alone"
    figure.reached(f"{people}: {len(SHOWN[people][:1])} line")


@pytest.mark.requirement("P04", "the first page of the report says that people are shown")
@pytest.mark.parametrize("people", SHOWN)
def test_the_first_page_of_the_report_warns_where_people_are_shown(
    tmp_path: Path, people: str, figure: Figure
) -> None:
    manifest = {"run_id": "20260701T010203Z", "organisation": "Example", "people": people}

    render(write_database(tmp_path / "published.duckdb", small_world()), tmp_path, manifest)

    page = (tmp_path / "report" / "index.html").read_text("utf-8")
    first = page.split('<section id="answer">')[1].split("</section>")[0]
    told = SHOWN[people][1:]
    assert first.count('class="notice"') == len(told)
    assert all(sentence in first.split("<h1")[0] for sentence in told), "before the verdict"
    figure.reached(f"{people}: {len(told)} notice")


@pytest.mark.parametrize(("people", "is_told"), [("hidden", False), ("named", True)])
def test_a_warning_on_teams_names_people_only_where_they_are_named(
    home: Callable[[str], Path], people: str, is_told: bool
) -> None:
    folder, record = home(people), RunRecord("r", "2026-02-01", "", 1)

    told = " ".join(warnings(Night(load_home(folder), Places(folder), record)))

    assert "in team 'platform'" in told
    assert ("example.org" in told.lower()) is is_told
