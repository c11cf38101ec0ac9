"""What a failed dbt call means."""

from __future__ import annotations

import json
from pathlib import Path

from pipelines.defs.gates import failed_gates
from pipelines.warehouse.record import GateError


def results(tmp_path: Path, *found: tuple[str, str]) -> Path:
    path = tmp_path / "run_results.json"
    rows = [
        {
            "unique_id": f"test.throughline.{name}.5f1c",
            "status": status,
            "failures": 3,
            "message": "x",
        }
        for name, status in found
    ]
    path.write_text(json.dumps({"results": rows}))
    return path


def test_failed_tests_are_a_gate_that_held(tmp_path: Path) -> None:
    path = results(tmp_path, ("sums_to_one", "fail"), ("unique_key", "pass"))

    error = failed_gates(path, RuntimeError("dbt"))
    assert isinstance(error, GateError)
    assert "sums_to_one (3 rows)" in str(error)


def test_a_model_that_cannot_be_built_is_no_gate(tmp_path: Path) -> None:
    path = results(tmp_path, ("sums_to_one", "fail"), ("int_effort", "error"))

    error = failed_gates(path, RuntimeError("dbt"))
    assert not isinstance(error, GateError)
    assert "int_effort: x" in str(error)


def test_a_dbt_that_wrote_nothing_is_told_in_its_own_words(tmp_path: Path) -> None:
    error = failed_gates(tmp_path / "nothing.json", RuntimeError("out of memory"))

    assert "before it built anything: out of memory" in str(error)
