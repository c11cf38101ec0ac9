"""What a connector is told of a source that is asked over the network."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connectors.errors import SettingsError
from connectors.live import LiveSettings
from connectors.secrets import Secret
from pipelines.home.home import Home, Source
from pipelines.home.source_entries import BUDGET, ROLES


def live_settings(
    home: Home, source: Source, environment: Mapping[str, str] | None = None
) -> LiveSettings:
    """Return the settings of a live source, with the secrets that the environment holds.

    Raises:
        SettingsError: If a variable that the source names is not set.
    """
    told = source.options
    address = told.get("api") or ("" if source.tracker != "jira" else source.url)
    return LiveSettings(
        name=source.name,
        timezone=source.timezone,
        address=address or "",
        options=_options(home, source),
        secrets=_secrets(source, os.environ if environment is None else environment),
        kept=home.folder / "data" / "tokens",
    )


def _options(home: Home, source: Source) -> dict[str, Any]:
    taken = {"url", "api", *ROLES, *BUDGET}
    options = {key: value for key, value in source.options.items() if key not in taken}
    options |= {"link_fields": home.settings.linking.fields, **source.fields}
    if "ca_bundle" in options:
        options["ca_bundle"] = str(home.folder / Path(options["ca_bundle"]).expanduser())
    return {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in options.items()
    }


def _secrets(source: Source, environment: Mapping[str, str]) -> dict[str, Secret]:
    named = {key: source.options[key] for key in ROLES if key in source.options}
    values = {key: environment.get(variable, "").strip() for key, variable in named.items()}
    missing = [named[key] for key, value in values.items() if not value]
    if missing:
        raise SettingsError(
            f"The source `{source.name}` needs {' and '.join(missing)} in the environment, where "
            "the program runs. Set what is missing, then run `throughline check`."
        )
    return {ROLES[key]: Secret(value) for key, value in values.items()}


def minutes_left(source: Source, zone: str, now: datetime) -> float:
    """Return how long a run that starts now may ask a source: its minutes, up to its quiet hours.

    Args:
        source: A live source.
        zone: The organisation's time zone, in which quiet hours are told.
        now: With a time zone.

    Returns:
        0 within the quiet hours.
    """
    most = float(source.options["max_minutes"])
    quiet = source.options.get("quiet_hours")
    if not quiet:
        return most
    here = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    start, end = (_clock(here, text) for text in quiet.split("-"))
    is_quiet = start <= here < end if start < end else not end <= here < start
    if is_quiet:
        return 0.0
    until = start if start > here else start + timedelta(days=1)
    return min(most, (until - here).total_seconds() / 60)


def _clock(day: datetime, text: str) -> datetime:
    hour, minute = text.split(":")
    return day.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
