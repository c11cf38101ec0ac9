"""What a failed dbt call means: a quality gate that held, or a model that could not be built."""

from __future__ import annotations

import json
from pathlib import Path

from pipelines.warehouse.record import GateError

NAMED_AT_MOST = 5


def failed_gates(results: Path, failure: Exception) -> Exception:
    """The error that says what failed.

    Args:
        results: What dbt wrote of its latest call.
        failure: How the call ended.

    Returns:
        ``GateError`` where data tests failed and nothing else did; else an error with dbt's words.
    """
    try:
        found = json.loads(results.read_bytes())["results"]
    except (OSError, ValueError, KeyError):
        return RuntimeError(f"dbt ended before it built anything: {failure}")
    broken = [each for each in found if each["status"] == "error"]
    if broken:
        told = "; ".join(f"{_name(each)}: {each['message']}" for each in broken[:NAMED_AT_MOST])
        return RuntimeError(f"dbt could not build {len(broken)} of its nodes: {told}")
    failed = [each for each in found if each["status"] == "fail"]
    if not failed:
        return RuntimeError(f"dbt failed: {failure}")
    told = ", ".join(f"{_name(each)} ({each['failures']} rows)" for each in failed[:NAMED_AT_MOST])
    more = f" and {len(failed) - NAMED_AT_MOST} more" if len(failed) > NAMED_AT_MOST else ""
    return GateError(f"A quality gate held, so nothing was published: {told}{more}.")


def _name(result: dict) -> str:
    parts = result["unique_id"].split(".")
    return parts[2] if len(parts) > 2 else result["unique_id"]
