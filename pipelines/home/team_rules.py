"""What must hold in teams.yml beyond the type of each value."""

from __future__ import annotations

from datetime import date

from pipelines.home.files import Files
from pipelines.home.holiday_calendars import check_holidays
from pipelines.home.names import Names
from pipelines.home.parts import Placed
from pipelines.home.problems import Place, Problems, shown
from pipelines.home.teams_file import Member, Person, Team
from pipelines.home.values import FIRST_DAY, LAST_DAY


def check_teams(files: Files, names: Names, problems: Problems) -> None:
    """Check teams, members, people and accounts."""
    seen: dict[str, Place] = {}
    for team in files.teams:
        check_unique("team", team.value.id, team.place.at("id"), seen, problems)
        check_holidays(team.value.holidays or (), team.place.at("holidays"), problems)
        _check_members(team, names, problems)
    _check_people(files.people, names, problems)
    _check_accounts(files.people, names, problems)


def check_unique(
    thing: str, text: str, place: Place, seen: dict[str, Place], problems: Problems
) -> None:
    """Report an id that was declared before, in any case."""
    first = seen.setdefault(text.lower(), place)
    if first is not place:
        found = f"the {thing} {shown(text)} a second time (first: {first})"
        problems.error(place, found, f"each {thing} once, in any case")


def check_order(
    first: date | None, last: date | None, place: Place, keys: tuple[str, str], problems: Problems
) -> None:
    """Report a period that ends before it begins."""
    if first and last and last < first:
        expected = f"a day not before '{keys[0]}' ({first})"
        problems.error(place.at(keys[1]), shown(last), expected)


def _check_members(team: Placed[Team], names: Names, problems: Problems) -> None:
    seen: dict[str, list[Member]] = {}
    for number, member in enumerate(team.value.members):
        place = team.place.at("members", number)
        check_order(member.from_, member.to, place, ("from", "to"), problems)
        earlier = seen.setdefault(names.person(member.person), [])
        if any(_overlap(member, other) for other in earlier):
            found = f"{shown(member.person)} twice in team '{team.value.id}' at the same time"
            problems.warning(place, found, "one membership at a time: the capacities are added up")
        earlier.append(member)


def _overlap(one: Member, other: Member) -> bool:
    first = max(one.from_ or FIRST_DAY, other.from_ or FIRST_DAY)
    return first <= min(one.to or LAST_DAY, other.to or LAST_DAY)


def _check_people(people: list[Placed[Person]], names: Names, problems: Problems) -> None:
    seen: dict[str, Place] = {}
    for each in people:
        person, place = each.value, each.place
        check_holidays(person.holidays or (), place.at("holidays"), problems)
        if person.person and person.account:
            expected = "'person' with 'accounts', or 'account' with 'bot: true'"
            problems.error(place.at("account"), "both 'person' and 'account'", expected)
        elif person.person:
            check_unique("person", person.person, place.at("person"), seen, problems)
            if person.bot and not person.accounts:
                problems.error(place.at("bot"), "a bot without accounts", "its 'accounts'")
        elif not person.account:
            problems.error(place, "neither 'person' nor 'account'", "one of them")
        elif not person.bot:
            expected = "'bot: true' beside 'account', or 'person' with 'accounts'"
            problems.error(place, "an account that is nobody's", expected)


def _check_accounts(people: list[Placed[Person]], names: Names, problems: Problems) -> None:
    owners: dict[str, tuple[str, Place]] = {}
    for each in people:
        person = each.value
        owner = names.person(person.person) if person.person else "a bot"
        for key, number, account in _accounts(person):
            place = each.place.at(key)
            if number is not None and place.document.has(place.at(number).path):
                place = place.at(number)
            source, colon, native_id = account.partition(":")
            if not colon or not native_id.strip():
                problems.error(
                    place, shown(account), "an account like 'eng:712020:1b2c' (source:id)"
                )
                continue
            names.check("source", source, place, problems)
            known = f"{source.lower()}:{native_id}"
            first, where = owners.setdefault(known, (owner, place))
            if where is not place:
                found = f"the account {shown(account)} of {owner}, which {where} gives to {first}"
                problems.error(place, found, "each account under one person, once")


def _accounts(person: Person) -> list[tuple[str, int | None, str]]:
    if person.account:
        return [("account", None, person.account)]
    return [("accounts", number, account) for number, account in enumerate(person.accounts)]
