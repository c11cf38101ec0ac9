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
_HOLDERS = frozenset({dict, list})
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
        if type(value) not in _HOLDERS or not self._spare(value, "", found.stream):
            return found
        return msgspec.structs.replace(found, payload=_encode(value))

    def _spare(self, value: Any, role: str, within: str) -> bool:
        """Leave out in place; True if anything was. ``value`` is an object or a list."""
        is_changed = False
        if type(value) is list:
            for each in value:
                if type(each) in _HOLDERS and self._spare(each, role, within):
                    is_changed = True
            return is_changed
        gone = self._of_this(value, role, within)
        for name in gone:
            del value[name]
        data = TALK_DATA if "data" in value and str(value.get("type")) in TALK else "data"
        for name, each in value.items():
            # Most members are plain values: asking for each would take most of the time.
            if type(each) in _HOLDERS and self._spare(each, name, data if name == "data" else name):
                is_changed = True
        return is_changed or bool(gone)

    def _of_this(self, value: dict[str, Any], role: str, within: str) -> list[str]:
        """The members of an object that are left out."""
        unneeded = BODIES.get(within, ())
        if is_person(value, role):
            unneeded += PICTURES if self.keeps_names else PICTURES + self._names(value)
        if "toString" in value:
            unneeded += self._of_a_change(value)
        return [name for name in unneeded if name in value]

    def _names(self, value: Mapping[str, Any]) -> tuple[str, ...]:
        # `name` is the account on Jira Data Center, and the person's name on Asana
        return (*NAMES, "name") if "gid" in value else NAMES

    def _of_a_change(self, value: Mapping[str, Any]) -> tuple[str, ...]:
        """The names beside the accounts in a change of Jira's history."""
        is_of_people = str(value.get("field")) in _PEOPLE_FIELDS
        return ("fromString", "toString") if is_of_people and not self.keeps_names else ()
