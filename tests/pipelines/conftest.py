"""A dbt project of three models, for tests of what stands around the real one."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

MODELS = {
    "dim_source": """\
select source, tracker, state from {{ source('run', 'sources') }}
""",
    "dim_team": """\
select team_id, name from {{ source('home', 'teams') }}
""",
    "rpt_traced_share": """\
select
    'all' as period_type, '(all)' as team_id, 3.0 as traced_days, 4.0 as allocated_days,
    4.0 as observed_days, 5.0 as capacity_days, 0.75 as traced_share, 0.5 as strict_share,
    0.8 as observed_share, null::varchar as reason, 3.0 as outcome_days, 0.0 as enabling_days,
    0.0 as purpose_days, 0.0 as unanchored_days, 0.0 as retired_days, 0.0 as unknown_id_days,
    1.0 as untraced_days
""",
}
SCHEMA = """\
sources:
  - {name: home, schema: home, tables: [{name: teams}]}
  - {name: run, schema: run, tables: [{name: sources}]}
models:
  - name: dim_source
    description: One row per source.
    columns:
      - name: source
        data_tests: [unique, {accepted_values: {arguments: {values: [old, ops]}}}]
  - name: dim_team
    description: One row per team.
"""
SETTINGS = """\
organisation: {name: Example, timezone: Europe/Berlin}
effort: {since: 2026-01-01}
sources:
  - {name: old, type: trello, export: 'exports/*.json'}
"""
LIST = {"id": "5f1c0000000000000000000a", "name": "Doing", "closed": False}


@pytest.fixture
def toy_project(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project of three models in place of the real one, and a report of one line.

    What is prepared of it is kept for the next test: it is the same as long as its files are.
    """
    import pipelines.report
    from pipelines.defs import dbt_project

    folder = tmp_path_factory.mktemp("toy") / "dbt_project"
    (folder / "models" / "marts").mkdir(parents=True)
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(dbt_project.PROJECT / name, folder / name)
    for name, text in MODELS.items():
        (folder / "models" / "marts" / f"{name}.sql").write_text(text)
    (folder / "models" / "schema.yml").write_text(SCHEMA)
    settings = (folder / "dbt_project.yml").read_text()
    (folder / "dbt_project.yml").write_text(settings.replace("enforced: true", "enforced: false"))

    def render(_database: Path, target: Path, _manifest: dict[str, Any]) -> None:
        (target / "report").mkdir()
        (target / "report" / "index.html").write_text("a report")

    monkeypatch.setattr(dbt_project, "PROJECT", folder)
    kept = tmp_path_factory.getbasetemp() / "prepared"
    monkeypatch.setattr(dbt_project, "prepared_in", lambda: kept)
    monkeypatch.setattr(pipelines.report, "render", render)
    # Runs set these for the processes that they start.
    for name in ("DAGSTER_HOME", "THROUGHLINE_HOME", *dbt_project.child_environment(folder, None)):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    return folder


def board(number: int = 1) -> str:
    """The export of a Trello board with one card."""
    card_id = f"5f1d{number:020x}"
    card = {"id": card_id, "name": f"Card {number}", "idList": LIST["id"], "closed": False}
    facts = {"id": f"5f1e{number:020x}", "name": "Board", "lists": [LIST], "cards": [card]}
    return json.dumps({**facts, "actions": [], "members": [], "labels": []})


def small_home(
    folder: Path, exports: dict[str, str] | None = None, settings: str = SETTINGS
) -> Path:
    """Write a small valid home whose one source is a folder of Trello boards."""
    (folder / "exports").mkdir(parents=True, exist_ok=True)
    (folder / "strategy").mkdir(exist_ok=True)
    (folder / "throughline.yml").write_text(settings)
    (folder / "teams.yml").write_text("teams: [{id: platform, members: [{person: ana}]}]\n")
    (folder / "strategy" / "a.yml").write_text(
        "nodes: [{id: P-1, kind: purpose, title: Serve, owner: ana}]\n"
    )
    for name, text in ({"board.json": board()} if exports is None else exports).items():
        (folder / "exports" / name).write_text(text)
    return folder


@pytest.fixture
def toy_home(tmp_path: Path) -> Callable[..., Path]:
    """Writes a small valid home; see ``small_home``."""
    return lambda *told, **named: small_home(tmp_path / "a home", *told, **named)
