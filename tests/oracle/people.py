"""Whose account is whose, in which zone and team a person lives, and the capacity of a day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cache
from typing import Any

import holidays

from tests.oracle.activity import Life
from tests.oracle.home import covers
from tests.oracle.model import Home, Landed, Membership
from tests.oracle.times import local_day, monday

WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
UNASSIGNED = "(unassigned)"


class People:
    """Persons, their accounts, teams and capacity."""

    def __init__(self, home: Home, landed: Landed) -> None:
        self.home = home
        self.landed = landed
        self.accounts: dict[str, set[str]] = defaultdict(set)
        self.person_of: dict[str, str] = {}
        self.weeks_at_work: dict[str, set[date]] = defaultdict(set)
        self.memberships: dict[str, list[Membership]] = defaultdict(list)
        for membership in home.memberships:
            self.memberships[membership.person].append(membership)
        by_email = {
            account.email.lower(): home.listed_accounts[account.id]
            for account in landed.accounts.values()
            if account.email and account.id in home.listed_accounts
        }
        for account in landed.accounts.values():
            if account.is_bot:
                continue
            email = account.email.lower() if account.email else None
            own = email or account.id
            if email in by_email and email not in self.memberships and email not in home.people:
                own = by_email[email]
            self.person_of[account.id] = home.listed_accounts.get(account.id, own)
            self.accounts[self.person_of[account.id]].add(account.id)
        self.zones = {person: self._zone(person) for person in self.everybody()}

    def everybody(self) -> set[str]:
        """All persons declared in a team or seen in a source."""
        return set(self.memberships) | set(self.accounts)

    def _zone(self, person: str) -> str:
        listed = self.home.people.get(person, {}).get("timezone")
        if listed:
            return listed
        for source in self.home.settings["sources"]:
            for account in sorted(self.accounts[person]):
                known = self.landed.accounts[account]
                if known.source == source["name"] and known.zone:
                    return known.zone
        return self.home.zone

    def note_activity(self, lives: dict[str, Life]) -> None:
        """Remember in which ISO weeks each person was active but for comments."""
        for life in lives.values():
            for event in life.activities:
                person = self.person_of.get(event.by or "")
                if person and not event.is_comment:
                    self.weeks_at_work[person].add(monday(local_day(event.at, self.zones[person])))

    def is_working(self, day: date, calendar: Any) -> bool:
        """Whether a day is one of the organisation's working days and no holiday."""
        names = self.home.settings["calendar"]["working_days"]
        return WEEKDAYS[day.weekday()] in names and not is_holiday(day, _frozen(calendar))

    def calendar(self, person: str, team: str | None) -> Any:
        """The person's holidays, else the team's, else the organisation's."""
        own = self.home.people.get(person, {}).get("holidays")
        of_team = self.home.teams.get(team or "", {}).get("holidays")
        return own or of_team or self.home.settings["calendar"].get("holidays") or []

    def capacity(self, person: str, day: date) -> float:
        """Person-days that a person has on a date."""
        away = sum(
            absence["share"]
            for absence in self.home.absences
            if absence["person"] == person and covers(absence["first"], absence["last"], day)
        )
        present = 1 - min(1.0, away)
        if not self.memberships[person]:
            at_work = monday(day) in self.weeks_at_work[person]
            return present if at_work and self.is_working(day, self.calendar(person, None)) else 0.0
        return present * sum(
            member.capacity
            for member in self.valid(person, day)
            if self.is_working(day, self.calendar(person, member.team))
        )

    def valid(self, person: str, day: date) -> list[Membership]:
        """The memberships of a person on a date."""
        return [m for m in self.memberships[person] if covers(m.first, m.last, day)]

    def teams(self, person: str | None, day: date) -> dict[str, float]:
        """The teams that a person's rows of a date belong to, with shares."""
        members = self.valid(person, day) if person else []
        if not members:
            return {UNASSIGNED: 1.0}
        total = sum(member.capacity for member in members)
        shares: dict[str, float] = defaultdict(float)
        for member in members:
            shares[member.team] += member.capacity / total if total else 1 / len(members)
        return dict(shares)


def _frozen(calendar: Any) -> tuple[Any, ...]:
    return tuple(calendar) if isinstance(calendar, list) else (calendar,)


@cache
def is_holiday(day: date, calendar: tuple[Any, ...]) -> bool:
    """Whether a list of countries, regions and dates makes a day a holiday."""
    return any(
        day == entry if isinstance(entry, date) else day in _country(str(entry), day.year)
        for entry in calendar
    )


@cache
def _country(name: str, year: int) -> Any:
    country, _, region = name.partition("-")
    return holidays.country_holidays(country, subdiv=region or None, years=year, observed=True)
