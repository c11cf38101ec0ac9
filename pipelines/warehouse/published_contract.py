"""The contract with whoever reads the tables: names, types, keys, units and grain, with a version.

It is written as an Open Data Contract Standard document (3.1.0) into each published folder, and
stands as it was last released in ``dbt_project/contract.yaml``. The version is semantic: the first
number is raised by what breaks a reader, the second by what is new.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipelines.warehouse.marts import Mart, MartColumn

VERSION = "1.1.0"
"""Of the tables as the project publishes them now; a test holds it against what has changed."""
NAME = "contract.yaml"
_LOGICAL = {
    "varchar": "string",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
    "integer": "integer",
    "bigint": "integer",
    "hugeint": "integer",
    "double": "number",
}
_REFERENCE = re.compile(r"ref\('(\w+)'\)")
References = Mapping[str, Mapping[str, str]]
"""By table and column: the column it refers to, as ``table.column``."""


def references(manifest: Mapping[str, Any]) -> References:
    """Which columns refer to which, as the tests of dbt hold it."""
    found: dict[str, dict[str, str]] = {}
    for node in manifest["nodes"].values():
        told = node.get("test_metadata") or {}
        if told.get("name") != "known_members":
            continue
        table = str(node["attached_node"]).rsplit(".", 1)[-1]
        for column, member in told["kwargs"]["members"].items():
            dimension = _REFERENCE.search(member["in"])
            if dimension:
                found.setdefault(table, {})[column] = f"{dimension[1]}.{member['column']}"
    return found


def contract_of(
    tables: Sequence[Mart], refers: References, version: str = VERSION
) -> dict[str, Any]:
    """The contract of published tables, as a document of the standard.

    Args:
        tables: What is published.
        refers: Columns that refer to others; those to tables that are not published are left out.
        version: Of the contract.
    """
    names = {table.name for table in tables}
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": "throughline",
        "name": "Throughline",
        "version": version,
        "status": "active",
        "schema": [_table(table, names, refers.get(table.name, {})) for table in tables],
    }


def write_contract(folder: Path, contract: Mapping[str, Any]) -> None:
    """Write a contract into a folder."""
    (folder / NAME).write_text(text_of(contract), encoding="utf-8")


def text_of(contract: Mapping[str, Any]) -> str:
    """A contract as the same text, whenever it is the same contract."""
    import yaml

    return yaml.safe_dump(dict(contract), sort_keys=False, allow_unicode=True, width=100)


def _table(table: Mart, names: set[str], refers: Mapping[str, str]) -> dict[str, Any]:
    kept = {column: to for column, to in refers.items() if to.partition(".")[0] in names}
    told: dict[str, Any] = {
        "name": table.name,
        "physicalType": "table",
        "description": table.description,
        "dataGranularityDescription": grain(table),
        "properties": [_column(table, column) for column in table.columns],
    }
    if kept:
        told["relationships"] = [
            {"type": "foreignKey", "from": f"{table.name}.{column}", "to": kept[column]}
            for column in sorted(kept)
        ]
    return told


def grain(table: Mart) -> str:
    """What one row of a table is: the first sentence of its description."""
    return table.description.split(". ", 1)[0].rstrip(".")


def _column(table: Mart, column: MartColumn) -> dict[str, Any]:
    kind = column.type.lower()
    told: dict[str, Any] = {
        "name": column.name,
        "logicalType": _LOGICAL.get(kind, kind),
        "physicalType": kind,
        "description": column.description,
        "required": column.is_required or column.name in table.key,
        "customProperties": [{"property": "unit", "value": column.unit}],
    }
    if column.name in table.key:
        told |= {"primaryKey": True, "primaryKeyPosition": table.key.index(column.name) + 1}
    return told
