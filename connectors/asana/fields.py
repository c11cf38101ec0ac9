"""Custom fields of Asana's tasks: values of every type as text, and Asana's own estimate."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from connectors.asana.tables import Named
from connectors.contract import Column, Table

TASK_FIELDS = Table(
    "task_fields",
    "One row per copy of a task and value of a custom field.",
    (
        Column("field_id", "text", "Custom field."),
        Column("field_name", "text", "Its name."),
        Column("text", "text", "Value as text."),
        Column("number_value", "number", "Value of a number field."),
    ),
)
_ESTIMATE = ("estimated_time", "estimated time")


class _Date(msgspec.Struct):
    date: str | None = None
    date_time: str | None = None


class CustomField(msgspec.Struct):
    """A custom field with its value; which member holds that depends on the type."""

    gid: str | None = None
    name: str | None = None
    asana_created_field: str | None = None
    enum_value: Named | None = None
    multi_enum_values: list[Named] | None = None
    people_value: list[Named] | None = None
    reference_value: list[Named] | None = None
    date_value: _Date | None = None
    text_value: str | None = None
    number_value: float | None = None
    display_value: str | None = None


def texts(field: CustomField) -> list[str]:
    """Return the values of a custom field of any type as text, one per value."""
    several = field.multi_enum_values or field.people_value or field.reference_value
    if several:
        return [each.name or each.gid or "" for each in several]
    date = field.date_value or _Date()
    one = (field.enum_value or Named()).name or field.text_value or date.date_time or date.date
    if one is None and field.number_value is not None:
        one = field.display_value or f"{field.number_value:g}"
    one = one or field.display_value
    return [one] if one else []


def estimated_minutes(own: float | None, fields: Sequence[CustomField]) -> float | None:
    """Return the estimate: the task's own member, else Asana's own custom field, in minutes."""
    if own is not None:
        return own
    for field in fields:
        names = (field.asana_created_field, (field.name or "").strip().lower())
        if field.number_value is not None and any(name in _ESTIMATE for name in names):
            return field.number_value
    return None
