"""JSON Schemas of the user's files, for editors that complete and check while one types, and of the
record of each run and the report that it leaves of each live source, for programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
from pydantic import BaseModel

from connectors.extraction_report import Extraction
from pipelines.home.settings_file import SettingsFile
from pipelines.home.strategy_file import StrategyFile
from pipelines.home.teams_file import TeamsFile
from pipelines.warehouse.record import RunRecord

SCHEMAS: dict[str, type] = {
    "throughline.schema.json": SettingsFile,
    "teams.schema.json": TeamsFile,
    "strategy.schema.json": StrategyFile,
    "extraction.schema.json": Extraction,
    "run.schema.json": RunRecord,
}


def json_schema(model: type) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of one kind of file."""
    if issubclass(model, BaseModel):
        schema = model.model_json_schema(by_alias=True)
    else:
        schema = msgspec.json.schema(model)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def write_schemas(folder: Path) -> list[Path]:
    """Write the schemas into ``folder``, over those of an older version; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, model in SCHEMAS.items():
        text = json.dumps(json_schema(model), indent=2, sort_keys=True, ensure_ascii=False)
        (folder / name).write_text(text + "\n", encoding="utf-8")
    return [folder / name for name in SCHEMAS]
