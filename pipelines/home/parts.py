"""From data to models, part by part: one broken node hides no fault of another."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from connectors.registry import trackers
from pipelines.home.problems import Place, Problems, shown

T = TypeVar("T")
SECRETIVE = re.compile(
    r"token|secret|passw|api_?key|^key$|credential|auth|^headers?$|^dsn$|_env$|^alerts$",
    re.IGNORECASE,
)
UNKNOWN_TOLD = 100
"""Of unknown keys in one document; the nearest valid one is looked for each."""
EXPECTED = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "float_parsing": "a number with a decimal point",
    "float_type": "a number with a decimal point",
    "finite_number": "a number with a decimal point",
    "string_type": "text",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}
"""What pydantic's kinds of error mean for a person; those left out speak for themselves."""


@dataclass(frozen=True)
class Placed(Generic[T]):
    """A valid part of a file and where it stands."""

    value: T
    place: Place


def sections(
    model: type[BaseModel], place: Place, problems: Problems
) -> dict[str, Placed[Any] | list[Placed[Any]]]:
    """Validate a document section by section, and lists item by item.

    Returns:
        For each field of ``model`` that is valid its value; for a list of parts the valid items.
        A field that is missing has its default.
    """
    data = place.document.data
    if not isinstance(data, dict):
        problems.error(place, shown(data), f"a mapping with {_listing(model.model_fields)}")
        return {}
    unknown = sorted(data.keys() - model.model_fields.keys())
    for key in unknown[:UNKNOWN_TOLD]:
        _unknown_key(place.at(key), model.model_fields.keys(), problems)
    if len(unknown) > UNKNOWN_TOLD:
        more = f"{len(unknown) - UNKNOWN_TOLD:,} more unknown keys"
        problems.error(place, more, f"one of {_listing(model.model_fields)}")
    found: dict[str, Placed[Any] | list[Placed[Any]]] = {}
    for name, field in model.model_fields.items():
        here = place.at(name)
        value = data.get(name)
        if value is None and not field.is_required():
            default = field.get_default(call_default_factory=True)
            found[name] = [] if isinstance(default, list) else Placed(default, here)
        elif name not in data:
            problems.error(place, f"no '{name}'", f"the key '{name}'")
        elif get_origin(field.annotation) is list:
            found[name] = _items(get_args(field.annotation)[0], value, here, problems)
        elif (whole := part(field.annotation, value, here, problems)) is not None:
            found[name] = whole
    return found


def _items(kind: Any, value: Any, place: Place, problems: Problems) -> list[Placed[Any]]:
    if not isinstance(value, list) or (not value and place.path == ("sources",)):
        problems.error(place, shown(value) if value else "nothing", "a list with its parts")
        return []
    parts = (part(kind, item, place.at(number), problems) for number, item in enumerate(value))
    return [each for each in parts if each is not None]


def part(kind: Any, value: Any, place: Place, problems: Problems) -> Placed[Any] | None:
    """Validate one value; what is wrong with it goes to ``problems``."""
    try:
        return Placed(_adapter(kind).validate_python(value), place)
    except ValidationError as faults:
        for fault in faults.errors(include_url=False):
            _explain(kind, fault, place, problems)
        return None


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _explain(kind: Any, fault: Any, place: Place, problems: Problems) -> None:
    """Turn one fault of pydantic into a problem with the user's own key path."""
    here = _real_place(place, fault["loc"])
    if fault["type"] == "extra_forbidden":
        return _unknown_key(here, _keys_at(kind, fault["loc"][:-1]), problems)
    if fault["type"] == "missing":
        name = str(fault["loc"][-1])
        return problems.error(here, f"no '{name}'", f"the key '{name}'")
    if fault["type"] == "union_tag_not_found":
        return problems.error(here, "no 'type'", f"the key 'type': {_listing(trackers())}")
    if fault["type"] == "union_tag_invalid":
        here = here.at("type")
    expected, among = _expectation(fault)
    if here.path and str(here.path[-1]).endswith("_env") and fault["type"] == "string_type":
        expected = "the name of an environment variable, such as TRELLO_TOKEN"
    value = fault["ctx"]["tag"] if fault["type"] == "union_tag_invalid" else fault["input"]
    secret = any(SECRETIVE.search(str(step)) for step in here.path)
    found = "something else (not shown)" if secret and value is not None else shown(value)
    wanted = value if isinstance(value, str) and not secret else ""
    problems.error(here, found, expected, among, wanted)


def _real_place(place: Place, location: tuple[str | int, ...]) -> Place:
    """Leave out of pydantic's path what the user did not write, such as the arm of a union."""
    for step in location:
        if place.document.has(place.at(step).path):
            place = place.at(step)
    return place


def _expectation(fault: Any) -> tuple[str, Collection[str]]:
    context = fault.get("ctx") or {}
    match fault["type"]:
        case "refused":
            return context["expected"], context["among"]
        case "literal_error":
            return f"one of {context['expected']}", re.findall(r"'([^']*)'", context["expected"])
        case "union_tag_invalid":
            names = re.findall(r"'([^']*)'", context["expected_tags"])
            return f"one of {', '.join(names)}", names
    if fault["type"] in EXPECTED:
        return EXPECTED[fault["type"]], ()
    if fault["type"] in ("too_short", "too_long"):
        return f"{context.get('min_length', context.get('max_length'))} of them", ()
    message = str(fault["msg"])
    return message.replace("Input should be ", "a number "), ()


def _unknown_key(place: Place, known: Collection[str], problems: Problems) -> None:
    key = str(place.path[-1])
    if SECRETIVE.search(key) and not key.endswith("_env"):
        name = f"{key}_env" if f"{key}_env" in known else "token_env"
        expected = f"`{name}: NAME_OF_A_VARIABLE`: secrets stand in environment variables only"
        return problems.error(place, f"the key '{key}'", expected)
    problems.error(place, f"the unknown key '{key}'", f"one of {_listing(known)}", known, key)


def _listing(names: Collection[str]) -> str:
    return ", ".join(names)


def _keys_at(kind: Any, location: tuple[str | int, ...]) -> list[str]:
    """The keys of the model that stands at ``location`` inside ``kind``."""
    models = _models(kind)
    for step in location:
        if isinstance(step, int):
            continue
        tagged = [each for each in models if step in _tags(each)]
        fields = [
            field
            for each in models
            for name, field in each.model_fields.items()
            if step in (field.alias, name)
        ]
        models = tagged or [each for field in fields for each in _models(field.annotation)]
    keys = (field.alias or name for each in models for name, field in each.model_fields.items())
    return list(dict.fromkeys(keys))


def _tags(model: type[BaseModel]) -> tuple[Any, ...]:
    field = model.model_fields.get("type")
    return get_args(field.annotation) if field else ()


def _models(kind: Any) -> list[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [kind]
    return [model for inner in get_args(kind) for model in _models(inner)]
