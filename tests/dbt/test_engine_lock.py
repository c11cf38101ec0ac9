"""What a model may reach, and what becomes of the user's words on their way through dbt."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import duckdb
import pytest

from pipelines.defs import dbt_project
from pipelines.warehouse.engine_lock import note_readable

PROJECT = (
    "name: small\nprofile: throughline\nmodel-paths: [models]\nmodels: {+materialized: table}\n"
    "vars: {identifier_pattern: x}\n"
)


def do(statement: str) -> str:
    """A model that runs a statement of its own before it gives a row."""
    call = f'{{{{% do run_query("{statement}") %}}}}'
    return f"{{{{% if execute %}}}}{call}{{{{% endif %}}}} select 1 as x"


REACHING = {
    "a_file": "select * from read_text('{outside}')",
    "a_parquet_file": "select * from read_parquet('{beside}')",
    "a_folder": "select * from glob('/etc/*')",
    "an_address": "select * from read_csv('https://127.0.0.1:9/x.csv')",
    "an_extension": do("install httpfs"),
    "a_loaded_extension": do("load httpfs"),
    "a_setting": do("set memory_limit = '64GB'"),
    "the_lock": do("set lock_configuration = false"),
    "another_database": do("attach '{other}' as other"),
    "a_copy": do("copy (select 1) to '{other}'"),
}
"""Models that try to get out."""
PATTERNS = (
    "{{{{ 7 * 7 }}}}-\\d+",
    "{{% if true %}}KR-\\d{{% endif %}}",
    "{{{{ env_var('HOME') }}}}",
    "{{# gone #}}KR-\\d+",
    "KR-\\d+{{{{ ref('x') }}}}",
    "{{{{ adapter.execute('drop table x') }}}}",
)


def dbt(project: Path, database: Path, pattern: str) -> dict[str, tuple[str, str]]:
    """Run a project; how each model went, and dbt's words."""
    environment = {
        **os.environ,
        **dbt_project.child_environment(database, None),
        "DBT_PROJECT_DIR": str(project),
    }
    wanted = dbt_project.arguments("run", variables={"identifier_pattern": pattern})
    done = subprocess.run(
        dbt_project.child_command([*wanted, "--target-path", str(project / "target")]),
        env=environment,
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    results = json.loads((project / "target" / "run_results.json").read_text())["results"]
    return {each["unique_id"].split(".")[-1]: (each["status"], each["message"]) for each in results}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "project" / "models").mkdir(parents=True)
    (tmp_path / "project" / "dbt_project.yml").write_text(PROJECT)
    return tmp_path / "project"


@pytest.mark.requirement("S12", "a local file, an extension, a setting: 3 of 3 refused")
@pytest.mark.requirement("S11", "Jinja in the settings reaches SQL literally, 100 %")
def test_a_model_reaches_its_own_input_alone_and_no_setting_is_a_template(
    project: Path, tmp_path: Path, figure
) -> None:
    files = {name: tmp_path / f"{name}.parquet" for name in ("beside", "mine")}
    for file in files.values():
        duckdb.sql("select 42 as answer").write_parquet(str(file))
    outside, other = tmp_path / "outside.txt", tmp_path / "other.duckdb"
    outside.write_text("a secret of this machine")
    named = {"outside": outside, "beside": files["beside"], "other": other}
    for name, text in REACHING.items():
        (project / "models" / f"{name}.sql").write_text(text.format(**named))
    (project / "models" / "input.sql").write_text(f"from read_parquet('{files['mine']}')")
    words = " union all ".join(
        f"select {number} as number, '{{{{ var('identifier_pattern').split('~')[{number}]"
        " | replace(\"'\", \"''\") }}' as pattern"
        for number in range(len(PATTERNS))
    )
    (project / "models" / "words.sql").write_text(words)
    database = tmp_path / "work.duckdb"
    with duckdb.connect(str(database)) as connection:
        note_readable(connection, [files["mine"]])
    patterns = [each.format() for each in PATTERNS]

    went = dbt(project, database, "~".join(patterns))

    assert (went["input"][0], went["words"][0]) == ("success", "success"), went
    refused = {name: told for name, told in went.items() if name in REACHING}
    assert {name: status for name, (status, _) in refused.items()} == dict.fromkeys(
        REACHING, "error"
    )
    for name, (_, told) in refused.items():
        assert "disabled" in told or "locked" in told, (name, told)
    assert not other.exists()
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute("select pattern from words order by number").fetchall()
        assert connection.execute("from input").fetchall() == [(42,)]
    assert [pattern for (pattern,) in found] == patterns
    figure.reached(f"{len(refused)} of {len(REACHING)} refused; {len(found)} patterns literally")
