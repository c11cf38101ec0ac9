"""What a landing tells of people: which texts of its records are accounts, e-mails and names."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.erasure import Kind, folded
from connectors.landing import Landing
from connectors.pages import decode_envelope

_ACCOUNTS = ("accountId", "gid", "id", "key", "name", "username")
_EMAILS = ("emailAddress", "email")
_NAMES = ("displayName", "fullName", "name")
_PICTURES = ("avatarUrl", "avatarHash")
_ROLES = frozenset(
    {
        *("assignee", "author", "owner", "user", "created_by", "completed_by", "people_value"),
        *("member", "memberCreator", "creator", "reporter", "updateAuthor"),
    }
)
"""Members of a record that hold a person, also where the object tells no more than a name."""


@dataclass(frozen=True)
class Told:
    """What one object of a record tells of one person."""

    accounts: frozenset[str]
    emails: frozenset[str]
    names: frozenset[str]


def people_in(landing: Landing) -> set[Told]:
    """Return what each object of a landing's records that stands for a person tells.

    Raises:
        ResponseError: If a page is not what was written.
    """
    found: set[Told] = set()
    for page in landing.pages():
        for line in landing.lines(page):
            payload = bytes(decode_envelope(line).payload)
            try:
                found.update(_people(json.loads(payload), ""))
            except (ValueError, RecursionError):
                # A record that is no JSON has no objects; its text is searched all the same.
                continue
    return found


def identifiers_of(seeds: Iterable[str], told: Iterable[Told]) -> dict[str, Kind]:
    """Return all that tells who a person is, beginning with what is known of them.

    Objects with an account or e-mail of the person are of the person, and what they tell of
    further accounts and e-mails leads on.

    Args:
        seeds: Accounts as the trackers know them, and e-mails.
        told: What the landings tell.
    """
    known = {folded(seed) for seed in seeds}
    found: dict[str, Kind] = dict.fromkeys(seeds, "account")
    waiting = list(told)
    while True:
        theirs = [each for each in waiting if known & _keys(each)]
        if not theirs:
            return found
        waiting = [each for each in waiting if not known & _keys(each)]
        for each in theirs:
            found |= dict.fromkeys((*each.accounts, *each.emails), "account")
            found |= {name: "name" for name in each.names if name not in found}
            known |= _keys(each)


def _keys(told: Told) -> set[str]:
    return {folded(text) for text in (*told.accounts, *told.emails)}


def _people(value: Any, role: str) -> Iterator[Told]:
    if isinstance(value, list):
        for each in value:
            yield from _people(each, role)
    elif isinstance(value, dict):
        if is_person(value, role):
            yield _told(value)
        for name, each in value.items():
            yield from _people(each, name)


def is_person(value: Mapping[str, Any], role: str) -> bool:
    """True if an object of a record stands for a person; ``role`` is the member that holds it."""
    if "accountId" in value or ("displayName" in value and ("key" in value or "name" in value)):
        return True
    if "username" in value or "fullName" in value or value.get("resource_type") == "user":
        return True
    return "gid" in value and (role in _ROLES or "email" in value)


def _told(value: dict[str, Any]) -> Told:
    has_own_name = any(value.get(name) for name in ("displayName", "fullName"))
    # What `name` holds is an account on Jira Data Center, and the name of a person elsewhere.
    accounts = [name for name in _ACCOUNTS if name != "name" or has_own_name]
    names = [name for name in _NAMES if name != "name" or not has_own_name]
    return Told(
        _texts(value, accounts), _texts(value, _EMAILS), _texts(value, (*names, *_PICTURES))
    )


def _texts(value: dict[str, Any], names: Iterable[str]) -> frozenset[str]:
    found = (value.get(name) for name in names)
    return frozenset(text for text in found if isinstance(text, str) and text.strip())
