"""The kinds of value that the user's files hold, each saying what it expects."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)
from pydantic_core import PydanticCustomError

E_MAIL = re.compile(r"[^@\s]+@[^@\s]+")
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
FIRST_DAY = date(1990, 1, 1)
LAST_DAY = date(2199, 12, 31)
NO_ZONES = {"Factory", "localtime", "posixrules"}


class Part(BaseModel):
    """A mapping in one of the files; a key it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _empty_is_absent(cls, data: Any) -> Any:
        """A key without a value means what its absence means."""
        if not isinstance(data, dict) or None not in data.values():
            return data
        optional = {
            field.alias or name
            for name, field in cls.model_fields.items()
            if not field.is_required()
        }
        return {
            key: value for key, value in data.items() if value is not None or key not in optional
        }


def refused(expected: str, among: Any = ()) -> PydanticCustomError:
    """The error of a value: what it should be, and the valid values to find the nearest in."""
    return PydanticCustomError("refused", "{expected}", {"expected": expected, "among": among})


def parse_day(value: object) -> date:
    """A day from text such as ``2026-01-31``; never a moment and never a number of seconds.

    Raises:
        PydanticCustomError: If it is anything else, or outside 1990 to 2199.
    """
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not ISO_DAY.fullmatch(value):
        raise refused("a day written like 2026-01-31")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise refused("a day that is in the calendar, such as 2026-01-31") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise refused(f"a day from {FIRST_DAY} to {LAST_DAY}")
    return day


@cache
def time_zones() -> frozenset[str]:
    """The names of all time zones that this machine knows."""
    from zoneinfo import available_timezones

    return frozenset(available_timezones() - NO_ZONES)


def _zone(value: str) -> str:
    if value not in time_zones():
        raise refused("a time zone of the IANA database, such as Europe/Berlin", time_zones())
    return value


def _words(value: str) -> str:
    if not value.strip():
        raise refused("some text")
    return value.strip()


def _team_id(value: str) -> str:
    if value.startswith("("):
        raise refused("an id without a bracket in front: (unassigned) is ours")
    return value


def _variable(value: str) -> str:
    is_token = len(value) >= 24 and "_" not in value and any(map(str.isdigit, value))
    if is_token or not re.fullmatch(r"[A-Z_][A-Z0-9_]{0,99}", value):
        raise refused(
            "the name of an environment variable in capital letters, such as TRELLO_TOKEN;"
            " the secret itself never stands in this file"
        )
    return value


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Text = Annotated[str, AfterValidator(_words)]
Day = Annotated[date, BeforeValidator(parse_day)]
Zone = Annotated[str, AfterValidator(_zone)]
TeamId = Annotated[Text, AfterValidator(_team_id)]
Variable = Annotated[str, AfterValidator(_variable)]
Variables = Annotated[
    tuple[Variable, ...],
    BeforeValidator(_listed, json_schema_input_type=Variable | list[Variable]),
]
"""One name of an environment variable, or a list of them."""
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Texts = Annotated[
    tuple[Text, ...],
    BeforeValidator(_listed, json_schema_input_type=Text | list[Text]),
]
"""One text, or a list of them."""


def canonical_person(text: str) -> str:
    """The person's id: an e-mail in lower case, anything else as it is written."""
    return text.lower() if E_MAIL.fullmatch(text) else text
