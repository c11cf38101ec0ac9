"""The home as a whole: read, validated, and ready to be turned into tables."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connectors.errors import SettingsError
from pipelines.home.entry_rules import check_entries
from pipelines.home.exports import catalogues_beside, matching_files
from pipelines.home.files import Files, read_files
from pipelines.home.names import Names
from pipelines.home.problems import Document, HomeError, Place, Problem, Problems, shown
from pipelines.home.settings_file import INSTALL_POSTGRES, SettingsFile
from pipelines.home.settings_rules import check_settings
from pipelines.home.source_entries import OPTIONS, needed
from pipelines.home.strategy_rules import check_strategy
from pipelines.home.team_rules import check_teams
from pipelines.home.values import FIRST_DAY, LAST_DAY
from pipelines.warehouse.private import group_id


@dataclass(frozen=True)
class Source:
    """A configured source: exported files, or a tracker that is asked itself.

    ``options`` holds the settings that matter to a live source (``url``, ``token_env``, …), those
    that are set; what ends in ``_env`` is the name of an environment variable, never a secret.
    """

    name: str
    tracker: str
    url: str | None
    timezone: str
    exports: tuple[str, ...]
    files: tuple[Path, ...]
    options: dict[str, Any]
    status_map: dict[str, str]
    dropped: tuple[str, ...]
    fields: dict[str, str]

    @property
    def is_export(self) -> bool:
        """True if the source is a set of exported files."""
        return bool(self.exports)


@dataclass(frozen=True)
class Home:
    """A valid home. ``since`` and ``as_of`` bound the days that count: since <= day < as_of."""

    folder: Path
    settings: SettingsFile
    as_of: date
    since: date
    sources: tuple[Source, ...]
    files: Files
    names: Names
    warnings: tuple[Problem, ...]

    @property
    def organisation(self) -> str:
        """The organisation's name."""
        return self.settings.organisation.name

    @property
    def zone(self) -> str:
        """The organisation's time zone."""
        return self.settings.organisation.timezone

    @property
    def pattern(self) -> str:
        """The pattern of identifiers (RE2)."""
        return self.settings.identifiers.pattern


def load_home(folder: Path, as_of: date | None = None, *, offline: bool = False) -> Home:
    """Read and validate the whole home.

    Args:
        folder: The user's folder.
        as_of: The first day that no longer counts; None for today in the organisation's zone.
        offline: No source is asked: exported files may be gone, as they have landed.

    Raises:
        HomeError: A ``SettingsError`` that holds every problem found.
    """
    problems = Problems()
    files, names = _checked(folder, problems, offline=offline)
    if problems.errors:
        raise HomeError(problems)
    settings = _settings(files)
    day = as_of or datetime.now(ZoneInfo(settings.organisation.timezone)).date()
    since = settings.effort.since or default_since(day, settings.calendar.fiscal_year_start)
    _check_range(files, since, day, problems)
    if problems.errors:
        raise HomeError(problems)
    sources = tuple(_source(folder, each.value) for each in files.settings["sources"])
    warnings = tuple(problems.warnings)
    return Home(folder, settings, day, since, sources, files, names, warnings)


def check_home(folder: Path, only: str | None = None) -> list[Problem]:
    """Everything that can be said about the home without fetching anything, errors and warnings.

    Missing environment variables are among the errors; of one source alone if ``only`` names it.
    """
    problems = Problems()
    files, _ = _checked(folder, problems)
    _check_environment(files, problems, only)
    _warn_of_future(files, problems)
    _warn_of_alerts(files, problems)
    return list(problems)


def default_since(as_of: date, fiscal_year_start: int) -> date:
    """The first day of the fiscal year in which the day before ``as_of`` lies."""
    yesterday = as_of - timedelta(days=1)
    is_before_start = yesterday.month < fiscal_year_start
    return date(yesterday.year - is_before_start, fiscal_year_start, 1)


def _checked(folder: Path, problems: Problems, *, offline: bool = False) -> tuple[Files, Names]:
    files = read_files(folder, problems)
    names = Names(files)
    pattern = check_settings(None if offline else folder, files, names, problems)
    check_teams(files, names, problems)
    check_strategy(files, names, pattern, problems)
    check_entries(files, names, problems)
    return files, names


def _settings(files: Files) -> SettingsFile:
    """The sections put together again; each of them is valid."""
    found = files.settings
    values = {name: found[name].value for name in found if name != "sources"}
    return SettingsFile.model_construct(
        **values, sources=[source.value for source in found["sources"]]
    )


def _check_range(files: Files, since: date, as_of: date, problems: Problems) -> None:
    place = files.settings["effort"].place.at("since")
    if since >= as_of:
        expected = f"a day before {as_of}, the day up to which effort is counted"
        problems.error(place, shown(since), expected)
    if not FIRST_DAY < as_of <= LAST_DAY:
        expected = f"a day after {FIRST_DAY} and up to {LAST_DAY}"
        problems.error(Place(Document("--as-of")), shown(as_of), expected)


def _warn_of_future(files: Files, problems: Problems) -> None:
    """A later day than today is no error here: ``--as-of`` may name a day that is later still."""
    effort, organisation = files.settings.get("effort"), files.settings.get("organisation")
    if not effort or not organisation or not effort.value.since:
        return
    today = datetime.now(ZoneInfo(organisation.value.timezone)).date()
    if effort.value.since >= today:
        found = f"{shown(effort.value.since)}, which is not over yet"
        problems.warning(effort.place.at("since"), found, "a day before today: nothing counts yet")


def _check_environment(files: Files, problems: Problems, only: str | None) -> None:
    for source in files.settings.get("sources", []):
        if only not in (None, source.value.name):
            continue
        wanted = (*needed(source.value), "user_env")
        for key in wanted if source.value.export is None else ():
            variable = getattr(source.value, key, None)
            if key.endswith("_env") and variable:
                _check_variable(variable, source.place.at(key), problems)
    privacy = files.settings.get("privacy")
    if privacy and privacy.value.people == "pseudonym":
        _check_variable(privacy.value.key_env, privacy.place.at("key_env"), problems)
    publish = files.settings.get("publish")
    if publish and publish.value.readers:
        _check_readers(publish.value.readers, publish.place.at("readers"), problems)
    if publish and publish.value.postgres:
        place = publish.place.at("postgres")
        _check_variable(publish.value.postgres.dsn_env, place.at("dsn_env"), problems)
        if find_spec("psycopg") is None:
            problems.error(place, "no package psycopg", f"it installed: {INSTALL_POSTGRES}")


def _check_readers(group: str, place: Place, problems: Problems) -> None:
    try:
        known = group_id(group)
    except SettingsError:
        found = f"{shown(group)}, which is no group of this machine"
        return problems.error(place, found, f"a group: make it with `groupadd {group}`")
    if os.geteuid() != 0 and known not in (os.getegid(), *os.getgroups()):
        found = f"{shown(group)}, a group that this account is not in"
        problems.error(place, found, "a group of the account: `usermod -aG`, then sign in anew")


def _warn_of_alerts(files: Files, problems: Problems) -> None:
    """A missing variable here is no error: a night goes on without anybody being told of it."""
    alerts = files.settings.get("alerts")
    if not alerts:
        return
    for number, variable in enumerate(alerts.value):
        if not os.environ.get(variable):
            found = f"no value in the environment variable {variable}: no alert goes there"
            expected = "an address such as jsons://host/path in it, where the program runs"
            problems.warning(alerts.place.at(number), found, expected)


def _check_variable(variable: str, place: Place, problems: Problems) -> None:
    if not os.environ.get(variable):
        found = f"no value in the environment variable {variable}"
        problems.error(place, found, f"the secret in {variable}: set it where the program runs")


def _source(folder: Path, entry: Any) -> Source:
    exports = entry.export or ()
    matched = (path for export in exports for path in matching_files(folder, export))
    files = list(dict.fromkeys(matched))
    files += catalogues_beside(files, entry.type)
    options = {key: getattr(entry, key, None) for key in OPTIONS}
    return Source(
        name=entry.name,
        tracker=entry.type,
        url=entry.url,
        timezone=entry.timezone,
        exports=exports,
        files=tuple(files),
        options={key: value for key, value in options.items() if value},
        status_map=dict(entry.status_map),
        dropped=entry.dropped,
        fields=entry.fields.model_dump(exclude_none=True),
    )
