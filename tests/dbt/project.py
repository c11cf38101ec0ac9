"""The dbt project as its manifest describes it, read once per test process."""

from __future__ import annotations

import functools
import json
from typing import Any

from pipelines.defs import dbt_project

Node = dict[str, Any]

LAYERS = ("staging", "intermediate", "marts")


@functools.cache
def manifest() -> dict[str, Any]:
    """The manifest of the project as it stands."""
    return json.loads((dbt_project.prepared() / "manifest.json").read_text())


def models(layer: str | None = None) -> list[Node]:
    """All models, or those of one layer, by name."""
    found = [node for node in manifest()["nodes"].values() if node["resource_type"] == "model"]
    found = [node for node in found if layer is None or node["fqn"][1] == layer]
    return sorted(found, key=lambda node: node["name"])


def tests_of(model: Node) -> list[Node]:
    """The generic data tests on a model."""
    return [
        node
        for node in manifest()["nodes"].values()
        if node["resource_type"] == "test" and node.get("attached_node") == model["unique_id"]
    ]


def names_of_tests(model: Node) -> set[str]:
    """The names of the generic data tests on a model."""
    return {test["test_metadata"]["name"] for test in tests_of(model)}


def tested_key(model: Node) -> list[str]:
    """The columns that a test holds to be unique together; empty if there is none."""
    for test in tests_of(model):
        metadata = test["test_metadata"]
        if metadata["name"] == "unique_key":
            return list(metadata["kwargs"]["columns"])
        if metadata["name"] == "unique":
            return [metadata["kwargs"]["column_name"]]
    return []


def unit_tested() -> set[str]:
    """The names of the models that have a unit test."""
    return {test["model"] for test in manifest()["unit_tests"].values()}


def unit_of(column: dict[str, Any]) -> str:
    """The unit of a published column."""
    return str({**column["meta"], **column["config"].get("meta", {})}.get("unit", ""))
