"""The code location loads whatever the state of the home, and shows what a reader needs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import dagster as dg
import pytest

from pipelines.defs import dbt_project
from pipelines.defs.location import definitions_of
from pipelines.defs.resources import Dbt
from tests.pipelines.conftest import SETTINGS

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.Definitions]:
    """The definitions of a home with a source of each tracker."""
    home = tmp_path_factory.mktemp("home")
    more = "".join(
        f"  - {{name: s-{tracker}, type: {tracker}, export: '{tracker}/*.json'}}\n"
        for tracker in ("asana", "jira")
    )
    (home / "throughline.yml").write_text(SETTINGS + more)
    (home / "teams.yml").write_text("teams: [{id: platform, members: [{person: ana}]}]\n")
    yield definitions_of(str(home))


def specs(location: dg.Definitions) -> dict[str, dg.AssetSpec]:
    return {spec.key.to_user_string(): spec for spec in location.resolve_all_asset_specs()}


def test_without_a_home_one_asset_says_what_to_do() -> None:
    [spec] = specs(definitions_of(None)).values()

    assert spec.key.to_user_string() == "no_home"
    assert "Set THROUGHLINE_HOME" in (spec.description or "")


def test_with_a_broken_home_one_asset_says_what_to_fix(toy_home: Callable[..., Path]) -> None:
    home = toy_home(settings=SETTINGS.replace("Europe/Berlin", "Europe/Berlim"))

    [spec] = specs(definitions_of(str(home))).values()
    assert spec.key.to_user_string() == "unusable_home"
    assert "Europe/Berlin" in (spec.description or "")
    assert not (home / "data").exists()


def test_there_is_an_asset_per_source_and_stream(location: dg.Definitions) -> None:
    found = specs(location)

    assert {"home", "raw/old/cards", "raw/s-jira/issues", "typed/asana", "database"} <= set(found)
    assert found["raw/s-jira/issues"].group_name == "raw_s_jira"


def test_every_asset_has_group_owner_kind_and_description(location: dg.Definitions) -> None:
    lacking = [
        name
        for name, spec in specs(location).items()
        if not (spec.group_name and spec.owners and spec.kinds and spec.description)
    ]

    assert lacking == []


def test_groups_stand_in_a_row_without_circles(location: dg.Definitions) -> None:
    found = specs(location)
    before: dict[str, set[str]] = {}
    for spec in found.values():
        deps = {found[dep.asset_key.to_user_string()].group_name for dep in spec.deps}
        before.setdefault(spec.group_name or "", set()).update(
            {each for each in deps if each} - {spec.group_name}
        )

    order = list(TopologicalSorter(before).static_order())

    raw = [f"raw_{source}" for source in ("old", "s_asana", "s_jira")]
    assert order[0] == "home" and set(order[1:4]) == set(raw)
    marts = ["marts_core", "marts_reports"]
    assert order[4:-2] == ["typed", "staging", "intermediate", *marts]
    assert set(order[-2:]) == {"remembered", "published"}


def test_publishing_comes_after_every_mart(location: dg.Definitions) -> None:
    found = specs(location)
    marts = {name for name, spec in found.items() if (spec.group_name or "").startswith("marts")}

    before = {dep.asset_key.to_user_string() for dep in found["published"].deps}
    assert marts == before
    assert {"dim_team", "fct_allocation_week", "rpt_effort"} <= marts


def test_models_begin_after_the_database_of_the_run(location: dg.Definitions) -> None:
    graph = location.resolve_asset_graph()
    roots = {key.to_user_string() for key in graph.root_materializable_asset_keys}

    assert roots == {"home"}


def test_data_tests_are_checks_and_unit_tests_are_not(location: dg.Definitions) -> None:
    keys = location.resolve_asset_graph().asset_check_keys
    names = {key.name for key in keys}

    assert any(name.startswith("unique_key") for name in names)
    assert len(names) > 20


def test_one_job_runs_every_night_at_two_in_the_organisations_zone(
    location: dg.Definitions,
) -> None:
    [schedule] = location.schedules or []
    assert isinstance(schedule, dg.ScheduleDefinition)

    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 2 * * *", "Europe/Berlin")
    job = location.resolve_job_def("nightly")
    assert schedule.job_name == job.name
    assert job.executor_def.name == "in_process"


def test_the_workspace_loads_in_a_process_without_a_home(tmp_path: Path) -> None:
    program = (
        "from dagster._core.workspace.load import location_origins_from_yaml_paths as load\n"
        "[origin] = load(['workspace.yaml'])\n"
        "print(origin.location_name)\n"
        "import pipelines.definitions as d\n"
        "print([s.key.to_user_string() for s in d.defs.resolve_all_asset_specs()])"
    )
    environment = {key: value for key, value in os.environ.items() if key != "THROUGHLINE_HOME"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )

    assert done.stdout.split("\n")[:2] == ["throughline", "['no_home']"], done.stderr


def test_dbt_is_called_without_asking_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_arguments: object, **_named: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(subprocess, "check_output", refused)
    monkeypatch.setattr("dagster_dbt.core.resource.check_output", refused)

    dbt = Dbt.of_project()
    assert dbt._cli_version.major == 1
    assert dbt._initialize_dbt_core_adapter([]) is None


def test_all_dbt_calls_share_target_and_variables() -> None:
    called = dbt_project.arguments("build", "--x", variables={"b": "é", "a": 1})

    assert called == ["build", "--target", "duckdb", "--x", "--vars", '{"a": 1, "b": "é"}']


def test_a_changed_model_makes_another_manifest(toy_project: Path) -> None:
    before = dbt_project.prepared()
    assert dbt_project.prepared() == before
    model = toy_project / "models" / "marts" / "dim_team.sql"
    model.write_text(model.read_text() + "where true\n")

    after = dbt_project.prepared()
    assert after != before
    assert (after / "manifest.json").exists()


def test_nothing_is_written_into_the_project(toy_project: Path) -> None:
    before = sorted(toy_project.rglob("*"))
    dbt_project.prepared()

    assert sorted(toy_project.rglob("*")) == before


def test_a_project_that_dbt_cannot_read_says_why(toy_project: Path, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(dbt_project, "prepared_in", lambda: tmp_path / "prepared")
    (toy_project / "models" / "marts" / "dim_team.sql").write_text("select {{ ref('nothing') }}")

    with pytest.raises(RuntimeError, match="nothing"):
        dbt_project.prepared()
    assert list((tmp_path / "prepared").iterdir()) == []
