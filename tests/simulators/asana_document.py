"""Asana's own description of its interface, to judge the simulator's answers by."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from openapi_schema_validator import OAS30Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4

from tests.simulators.server import Answer, Request

DOCUMENT = Path(__file__).parents[3] / "shared" / "specs" / "asana-v1.yaml"
IN_FULL = {
    "/tasks": "TaskResponse",
    "/tasks/{}/subtasks": "TaskResponse",
    "/projects/{}/tasks": "TaskResponse",
    "/workspaces/{}/tasks/search": "TaskResponse",
    "/tasks/{}/stories": "StoryResponse",
    "/projects": "ProjectResponse",
    "/projects/{}/sections": "SectionResponse",
    "/users": "UserResponse",
    "/workspaces/{}/tags": "TagResponse",
    "/goals": "GoalResponse",
    "/time_tracking_entries": "TimeTrackingEntryBase",
    "/tasks/{}/time_tracking_entries": "TimeTrackingEntryBase",
}
"""What the objects of a list are if their fields are named; the document gives the compact form."""
DEVIATIONS = {
    # The document lets them be null in a part of an ``allOf`` whose other part does not; real
    # exports hold null for a task without assignee, without parent, and not completed.
    r"(assignee|completed_by|parent|owner): None",
}
"""What Asana is known to answer otherwise than its document says, and why we follow Asana."""


@cache
def document() -> dict[str, Any]:
    """The document, read once."""
    return yaml.load(DOCUMENT.read_bytes(), yaml.CSafeLoader)


def violations(request: Request, answer: Answer) -> list[str]:
    """How an answer differs from the document, known deviations left out."""
    path = re.sub(r"\d{10,}|(?<=/users/)me", "{}", request.path.removeprefix("/api/1.0"))
    held = {re.sub(r"{\w+}", "{}", each): each for each in document()["paths"]}
    if path not in held:
        return [f"{path} is not in the document"]
    responses = document()["paths"][held[path]][request.method.lower()]["responses"]
    told = responses.get(answer.status)
    if told is None:
        return [] if answer.status in (402, 429) else [f"{path}: {answer.status} is not documented"]
    schema = _resolved(told)["content"]["application/json"]["schema"]
    found = _errors(schema, answer.body)
    if answer.status == 200 and path in IN_FULL and isinstance(answer.body["data"], list):
        full = {"$ref": f"#/components/schemas/{IN_FULL[path]}"}
        found += [each for one in answer.body["data"] for each in _errors(full, one)]
    return [f"{path} {each}" for each in found if not any(re.search(d, each) for d in DEVIATIONS)]


def _resolved(told: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in told:
        found: Any = document()
        for part in told["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        told = found
    return told


@cache
def _registry() -> Registry[Any]:
    return Registry().with_resource("asana:", DRAFT4.create_resource(document()))


def _errors(schema: dict[str, Any], value: Any) -> list[str]:
    validator = OAS30Validator(_anchored(schema), registry=_registry())
    errors = validator.iter_errors(value)
    return [f"{'.'.join(map(str, error.path))}: {error.message[:200]}" for error in errors]


def _anchored(schema: Any) -> Any:
    """A schema whose references are those of the document."""
    if isinstance(schema, dict):
        return {
            name: f"asana:{each}" if name == "$ref" else _anchored(each)
            for name, each in schema.items()
        }
    return [_anchored(each) for each in schema] if isinstance(schema, list) else schema
