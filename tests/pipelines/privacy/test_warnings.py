"""Warnings are published with the run: where people are hidden, they name nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.home.home import load_home
from pipelines.warehouse.facts import warnings
from pipelines.warehouse.night import Night
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import RunRecord

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


@pytest.mark.parametrize(("people", "is_told"), [("hidden", False), ("named", True)])
def test_a_warning_on_teams_names_people_only_where_they_are_named(
    tmp_path: Path, people: str, is_told: bool
) -> None:
    (tmp_path / "strategy").mkdir()
    (tmp_path / "throughline.yml").write_text(SETTINGS.format(people=people))
    (tmp_path / "teams.yml").write_text(TEAMS)
    (tmp_path / "strategy" / "a.yml").write_text("nodes: [{id: P-1, kind: purpose, title: S}]\n")
    record = RunRecord("r", "2026-02-01", "", 1)

    told = " ".join(warnings(Night(load_home(tmp_path), Places(tmp_path), record)))

    assert "in team 'platform'" in told
    assert ("example.org" in told.lower()) is is_told
