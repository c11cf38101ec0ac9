"""As much of an issue as reading it takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from connectors.errors import ResponseError
from connectors.jira.shapes import Id, Moment
from connectors.jira.times import instant


class _Project(msgspec.Struct):
    id: Id | None = None


class _Comments(msgspec.Struct):
    total: int | None = None
    comments: list[msgspec.Raw] = []


class _Fields(msgspec.Struct):
    created: Moment | None = None
    updated: Moment | None = None
    project: _Project | None = None
    archiveddate: str | None = None
    comment: _Comments | None = None


class _Changelog(msgspec.Struct):
    histories: list[msgspec.Raw] = []
    total: int | None = None


class _Issue(msgspec.Struct):
    id: Id
    fields: _Fields | None = None
    changelog: _Changelog | None = None


_decode = msgspec.json.Decoder(_Issue).decode


@dataclass(frozen=True)
class Glance:
    """An issue's id and what decides how it is read. Times are naive UTC."""

    id: str
    created: datetime | None
    updated: datetime | None
    project: str = ""
    is_archived: bool = False
    comments: int = 0
    comments_listed: int = 0
    entries: list[bytes] = field(default_factory=list)

    @property
    def has_changed(self) -> bool:
        """Whether it was touched after its creation."""
        return self.created != self.updated


def glance(payload: bytes | msgspec.Raw) -> Glance:
    """Look at an issue of any answer.

    Raises:
        ResponseError: If it has no id, or a time that is none.
    """
    try:
        issue = _decode(payload)
        fields = issue.fields or _Fields()
        comments, log = fields.comment or _Comments(), issue.changelog or _Changelog()
        return Glance(
            str(issue.id),
            instant(fields.created) if fields.created else None,
            instant(fields.updated) if fields.updated else None,
            str(fields.project.id) if fields.project else "",
            bool(fields.archiveddate),
            comments.total or 0,
            len(comments.comments),
            [bytes(each) for each in log.histories],
        )
    except (msgspec.DecodeError, ValueError, OverflowError) as fault:
        raise ResponseError(f"Jira sent an issue of an unknown form: {fault}. Report it.") from None
