"""throughline.yml: settings and sources, with the defaults."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from pipelines.home.source_entries import SourceEntry
from pipelines.home.values import Day, Part, Text, Texts, Variable, Variables, Zone, refused

DEFAULT_PATTERN = r"(?:P|G|O|KR|R|INI|D)-(?:[A-Z]+\.)?\d+(?:\.\d+)*"
DEFAULT_KEY_ENV = "THROUGHLINE_PSEUDONYM_KEY"
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CONTAINER_KINDS = ("list", "section", "sprint", "board", "project", "portfolio")

INSTALL_POSTGRES = "python -m pip install 'throughline[postgres]'"

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def minutes(time: str) -> int:
    """``'09:30'`` as minutes since midnight."""
    hour, minute = time.split(":")
    return int(hour) * 60 + int(minute)


def _hours(value: str) -> str:
    clock = r"(?:[01]\d|2[0-3]):[0-5]\d"
    if not re.fullmatch(rf"{clock}-(?:{clock}|24:00)", value):
        raise refused("working hours written like '09:00-17:00'")
    start, end = value.split("-")
    if minutes(start) >= minutes(end):
        raise refused("working hours that end after they start, on the same day")
    return value


def _schema(value: str) -> str:
    if not re.fullmatch(r"(?!pg_)[a-z_][a-z0-9_]{0,62}", value) or value == "information_schema":
        raise refused("lower-case letters, digits and _ (up to 63), without pg_ in front")
    return value


def _week(value: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
    if not value or len(set(value)) < len(value):
        raise refused("at least one day of the week, each of them once")
    return value


def _group(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]{0,31}", value):
        raise refused("the name of a group of this machine, such as bi-readers")
    return value


GroupName = Annotated[str, AfterValidator(_group)]


class Organisation(Part):
    """Whose work it is."""

    name: Text = Field(description="The organisation's name, as the report prints it.")
    timezone: Zone = Field("UTC", description="Its time zone: days and nights are counted there.")


class Calendar(Part):
    """When people work."""

    working_days: Annotated[tuple[Weekday, ...], AfterValidator(_week)] = WEEK[:5]
    hours: Annotated[str, AfterValidator(_hours)] = Field(
        "09:00-17:00", description="Working hours; work in progress is weighed within them."
    )
    hours_per_day: float = Field(
        8, gt=0, le=24, allow_inf_nan=False, description="Logged hours that make one person-day."
    )
    holidays: Texts = Field(
        (), description="A country (DE), a region (DE-BY), or a list of those and of dates."
    )
    fiscal_year_start: int = Field(1, ge=1, le=12, description="Month the fiscal year starts in.")


class Identifiers(Part):
    """What an identifier of a strategy node looks like."""

    pattern: Text = Field(DEFAULT_PATTERN, description="Regular expression (RE2: no look-around).")


class Effort(Part):
    """From when on, and how, effort is counted."""

    since: Day | None = Field(
        None, description="First day counted; default: the start of the fiscal year of yesterday."
    )
    split: Literal["by_time", "equal"] = Field(
        "by_time", description="How a day is split over the items that are active on it."
    )
    idle_days: int = Field(14, ge=1, le=3650, description="Days until an untouched item is idle.")


class Linking(Part):
    """Where identifiers stand, beside labels, titles and descriptions."""

    fields: Texts = Field((), description="Custom fields that hold identifiers, by name.")
    issue_links: Texts = Field((), description="Phrases of issue links that pass a link on.")
    containers: dict[Text, Text] = Field(
        {}, description="source:kind:name of a list, board or project, and the node it serves."
    )


class Privacy(Part):
    """What is published about people."""

    people: Literal["hidden", "pseudonym", "named"] = Field(
        "hidden", description="No person keys, keyed hashes, or names."
    )
    minimum_group: int = Field(
        5, ge=1, description="Smaller teams are folded into '(small teams)'; 1 folds nothing."
    )
    key_env: Variable = Field(
        DEFAULT_KEY_ENV, description="Environment variable with the secret key of pseudonyms."
    )


class Postgres(Part):
    """A PostgreSQL database that has the published tables as well."""

    dsn_env: Variable = Field(
        description="Environment variable with the connection string: the secret never stands here."
    )
    schema_name: Annotated[str, AfterValidator(_schema)] = Field(
        "throughline", alias="schema", description="A schema of its own; it is made if need be."
    )


class Quality(Part):
    """What has to be good enough for a night to be published."""

    bad_records_share: float = Field(
        0.05,
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="Part of a source's records (0 to 1) that may be of no use; above, nothing is "
        "published.",
    )


class Publish(Part):
    """Where the tables are published beside the folder."""

    postgres: Postgres | None = Field(None, description="A PostgreSQL database; default: none.")
    readers: GroupName | None = Field(
        None, description="A group of this machine that may read what is published; else nobody."
    )


class Retention(Part):
    """How long what has landed is kept."""

    raw_days: int | None = Field(
        None,
        ge=8,
        le=36500,
        description="Days until a replaced copy of a record goes from data/raw; default: never.",
    )


class Nights(Part):
    """How long a run may take, and what becomes of one that fails or never begins."""

    max_minutes: float = Field(
        120, gt=0, le=1440, allow_inf_nan=False, description="When a run is ended, done or not."
    )
    sources_at_once: int = Field(
        4, ge=1, le=16, description="How many sources are read side by side."
    )
    retries: int = Field(
        1,
        ge=0,
        le=10,
        description="How often a source that is out of reach for now is asked again.",
    )
    retry_minutes: float = Field(
        5, ge=0, le=240, allow_inf_nan=False, description="How long to wait before that."
    )
    silent_hours: float = Field(
        26, gt=0, le=8760, allow_inf_nan=False, description="So long without a good run is silence."
    )


class SettingsFile(Part):
    """Throughline: settings and sources."""

    organisation: Organisation
    calendar: Calendar = Calendar.model_validate({})
    identifiers: Identifiers = Identifiers.model_validate({})
    effort: Effort = Effort.model_validate({})
    linking: Linking = Linking.model_validate({})
    privacy: Privacy = Privacy.model_validate({})
    quality: Quality = Quality.model_validate({})
    publish: Publish = Publish.model_validate({})
    retention: Retention = Retention.model_validate({})
    run: Nights = Nights.model_validate({})
    alerts: Variables = Field(
        (), description="Environment variables with the addresses that alerts go to."
    )
    sources: list[SourceEntry] = Field(min_length=1, description="Where work items come from.")
