"""People, teams and settings as rows."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from connectors.erased import SHORTEST_KEY
from connectors.errors import SettingsError
from connectors.sparing import Sparing
from pipelines.home.calendar_rows import instant
from pipelines.home.holiday_calendars import calendar_id
from pipelines.home.home import Home

Rows = Iterator[tuple[Any, ...]]


def spared_in(home: Home) -> Sparing:
    """What is left out before records land: names too, unless people are published by name."""
    return Sparing(keeps_names=home.settings.privacy.people == "named")


def settings(home: Home) -> Rows:
    """The one row of settings."""
    chosen = home.settings
    yield (
        home.organisation,
        home.zone,
        home.as_of,
        instant(home.as_of, 0, ZoneInfo(home.zone)),
        home.since,
        chosen.effort.split,
        chosen.effort.idle_days,
        chosen.calendar.hours_per_day,
        home.pattern,
        chosen.privacy.people,
        chosen.privacy.minimum_group,
        chosen.calendar.fiscal_year_start,
        calendar_id(chosen.calendar.holidays),
    )


def calendars(home: Home) -> dict[str, tuple[str, ...]]:
    """The holidays of every calendar in use, by the calendar's id."""
    used = [home.settings.calendar.holidays]
    used += [each.value.holidays for each in (*home.files.teams, *home.files.people)]
    return {calendar_id(names): names for names in used if names is not None}


def people(home: Home) -> Rows:
    """A row for each declared person: those listed and those who are members of a team."""
    declared = {
        home.names.person(each.value.person): each.value
        for each in home.files.people
        if each.value.person
    }
    for person_id in sorted(set(home.names.persons.values())):
        person = declared.get(person_id)
        if person is None:
            yield person_id, None, None, None
        else:
            own = None if person.holidays is None else calendar_id(person.holidays)
            yield person_id, person.name, person.timezone, own


def person_accounts(home: Home) -> Rows:
    """A row for each account that is listed, with its person or as a bot."""
    for each in home.files.people:
        person = each.value
        owner = home.names.person(person.person) if person.person else None
        for account in person.accounts or (person.account,):
            if account:
                source, _, native_id = account.partition(":")
                yield f"{home.names.sources[source.lower()]}:{native_id}", owner, person.bot


def teams(home: Home) -> Rows:
    """A row for each team."""
    for each in home.files.teams:
        team = each.value
        yield team.id, team.name or team.id, team.function, team.direction


def memberships(home: Home) -> Rows:
    """A row for each membership with the calendar of the person, else of the team, else of all."""
    own = {person: calendar for person, _, _, calendar in people(home)}
    everybody = calendar_id(home.settings.calendar.holidays)
    for each in home.files.teams:
        holidays = each.value.holidays
        shared = everybody if holidays is None else calendar_id(holidays)
        for member in each.value.members:
            person = home.names.person(member.person)
            calendar = own[person] or shared
            yield person, each.value.id, member.capacity, member.from_, member.to, calendar


def absences(home: Home) -> Rows:
    """A row for each absence."""
    for each in home.files.absences:
        absence = each.value
        yield home.names.person(absence.person), absence.from_, absence.to, absence.share


def person_keys(home: Home, candidates: Iterable[str]) -> Rows:
    """A row for each person with the key under which they are published.

    Args:
        home: Its privacy settings decide what a key is; with ``hidden`` there is none.
        candidates: Ids of persons beside the declared ones.

    Raises:
        SettingsError: If pseudonyms are wanted and there is no secret to make them with.
    """
    privacy = home.settings.privacy
    persons = sorted({*candidates, *home.names.persons.values()})
    if privacy.people == "named":
        yield from ((person, person) for person in persons)
    elif privacy.people == "pseudonym":
        length = len(os.environ.get(privacy.key_env, ""))
        if length < SHORTEST_KEY:
            raise SettingsError(
                f"privacy.people is pseudonym, and the environment variable {privacy.key_env} holds"
                f" {length} characters. Set it to at least {SHORTEST_KEY} random ones (for example"
                " `openssl rand -hex 32`): a key that can be guessed hides nobody. Keep it"
                " outside of the data folder: the same key gives the same pseudonyms."
            )
        for person in persons:
            yield person, pseudonym(home, person)


def pseudonym(home: Home, person: str) -> str:
    """The keyed hash (HMAC-SHA-256) of a person; empty where there are none, or no secret."""
    privacy = home.settings.privacy
    secret = os.environ.get(privacy.key_env, "").encode()
    if privacy.people != "pseudonym" or not secret:
        return ""
    return hmac.new(secret, person.encode(), hashlib.sha256).hexdigest()
