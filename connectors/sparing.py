"""What is told of people and of talk, and nothing needs: left out before it lands.

Always left out: pictures of people and their addresses, and the bodies of comments and of work
logs (that somebody wrote one, and when, is activity; what it says is nobody's business here).
Where people are not named, their names go too. What stays of a person is what effort rests on: the
account, the e-mail that teams.yml may know it by, the time zone of its days, and whether it is a
program.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from connectors.contract import Record
from connectors.told import is_person

PICTURES = ("avatarUrls", "avatarUrl", "avatarHash", "avatarSource", "photo", "initials", "bio")
NAMES = ("displayName", "fullName")
TALK_DATA = "the data of an action in which somebody says something"
BODIES: Mapping[str, tuple[str, ...]] = {
    "comments": ("body", "renderedBody"),
    "worklogs": ("comment",),
    TALK_DATA: ("text", "textData"),
}
"""By the member of a record that holds a list of such things: what of each is left out."""
TALK = frozenset({"commentCard", "copyCommentCard", "updateComment"})
"""Actions of Trello whose text is what somebody said."""
_PEOPLE_FIELDS = frozenset({"assignee", "reporter", "creator", "Assignee", "Reporter"})
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


class Sparing:
    """Leaves out of records what nothing needs."""

    def __init__(self, *, keeps_names: bool) -> None:
        """Say whether names of people are needed: only where they are published."""
        self.keeps_names = keeps_names

    def record(self, found: Record) -> Record:
        """Return a record without it; the same one where there is nothing to leave out."""
        try:
            value = _decode(found.payload)
        except (msgspec.DecodeError, RecursionError):
            # What is no JSON goes to quarantine as it is, where it can be looked at.
            return found
        if not self._spare(value, "", found.stream):
            return found
        return msgspec.structs.replace(found, payload=_encode(value))

    def _spare(self, value: Any, role: str, within: str) -> bool:
        """Leave out in place; True if anything was."""
        if isinstance(value, list):
            return max([self._spare(each, role, within) for each in value], default=False)
        if not isinstance(value, dict):
            return False
        gone = set(BODIES.get(within, ())) | self._of_a_change(value)
        if is_person(value, role):
            gone |= {*PICTURES, *(() if self.keeps_names else self._names(value))}
        gone &= set(value)
        for name in gone:
            del value[name]
        is_talk = str(value.get("type")) in TALK
        inside: dict[str, str] = {"data": TALK_DATA} if is_talk else {}
        parts = [
            self._spare(each, name, inside.get(name, str(name))) for name, each in value.items()
        ]
        return bool(gone) or any(parts)

    def _names(self, value: Mapping[str, Any]) -> tuple[str, ...]:
        # `name` is the account on Jira Data Center, and the person's name on Asana
        return (*NAMES, "name") if "gid" in value else NAMES

    def _of_a_change(self, value: Mapping[str, Any]) -> set[str]:
        """The names beside the accounts in a change of Jira's history."""
        is_of_people = str(value.get("field")) in _PEOPLE_FIELDS and "toString" in value
        return {"fromString", "toString"} if is_of_people and not self.keeps_names else set()
