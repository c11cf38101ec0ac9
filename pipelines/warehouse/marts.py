"""The published tables as the dbt manifest describes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PEOPLE_TABLES = frozenset({"fct_allocation_day"})


@dataclass(frozen=True)
class MartColumn:
    """One published column."""

    name: str
    type: str
    description: str
    unit: str
    is_required: bool = False

    @property
    def comment(self) -> str:
        """What a reader of the database sees beside the column."""
        return f"{self.description} [{self.unit}]" if self.unit else self.description


@dataclass(frozen=True)
class Mart:
    """One published table: what a row is, its columns, and the columns that tell rows apart."""

    name: str
    description: str
    columns: tuple[MartColumn, ...]
    key: tuple[str, ...]


def marts(manifest: Mapping[str, Any], people: str) -> list[Mart]:
    """The tables to publish, by name: all models of the marts, without rows of people if hidden.

    Args:
        manifest: The manifest that dbt made of the project.
        people: The privacy setting: hidden, pseudonym or named.
    """
    models = (node for node in manifest["nodes"].values() if node["resource_type"] == "model")
    found = [_mart(node) for node in models if "marts" in node["fqn"]]
    hidden = PEOPLE_TABLES if people == "hidden" else frozenset()
    return sorted((mart for mart in found if mart.name not in hidden), key=lambda mart: mart.name)


def _mart(node: Mapping[str, Any]) -> Mart:
    columns = tuple(_column(column) for column in node["columns"].values())
    return Mart(node["name"], _one_line(node["description"]), columns, _key(node))


def _column(column: Mapping[str, Any]) -> MartColumn:
    meta = {**column.get("meta", {}), **column.get("config", {}).get("meta", {})}
    return MartColumn(
        column["name"],
        column.get("data_type") or "",
        _one_line(column["description"]),
        str(meta.get("unit") or ""),
        any(each["type"] == "not_null" for each in column.get("constraints") or ()),
    )


def _key(node: Mapping[str, Any]) -> tuple[str, ...]:
    """The primary key: declared by a constraint, else named in the model's meta."""
    for constraint in node.get("constraints") or []:
        if constraint["type"] == "primary_key" and constraint.get("columns"):
            return tuple(constraint["columns"])
    keyed = [
        column["name"]
        for column in node["columns"].values()
        for constraint in column.get("constraints") or []
        if constraint["type"] == "primary_key"
    ]
    named = node["config"].get("meta", {}).get("primary_key") or keyed
    return (named,) if isinstance(named, str) else tuple(named)


def _one_line(text: str) -> str:
    return " ".join((text or "").split())
