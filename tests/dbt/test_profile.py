"""The engine as every night opens it."""

import os
import subprocess

from pipelines.defs import dbt_project

PROJECT = (
    "name: small\nprofile: throughline\nmodel-paths: [models]\nmodels: {+materialized: table}\n"
)
LARGE = (
    "select range as number, md5(cast(range as text)) as digest from range(4000000) order by digest"
)
NEXT = "select count(*) as numbers from {{ ref('large') }}"


def test_a_night_goes_on_after_a_table_that_did_not_fit_into_memory(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "dbt_project.yml").write_text(PROJECT)
    (tmp_path / "models" / "large.sql").write_text(LARGE)
    (tmp_path / "models" / "next.sql").write_text(NEXT)
    environment = {
        **os.environ,
        **dbt_project.child_environment(tmp_path / "work.duckdb", None),
        "DBT_PROJECT_DIR": str(tmp_path),
        "THROUGHLINE_MEMORY": "150MB",
    }

    done = subprocess.run(
        dbt_project.child_command(dbt_project.arguments("run")),
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "PASS=2" in done.stdout
