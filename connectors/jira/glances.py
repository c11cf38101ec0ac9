"""As much of an issue as reading it takes."""

from __future__ import annotations

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


class _Issue(msgspec.Struct):
    id: Id
    fields: _Fields | None = None
    changelog: _Changelog | None = None


_NO_FIELDS, _NO_COMMENTS = _Fields(), _Comments()
_decode = msgspec.json.Decoder(_Issue).decode


class Glance(msgspec.Struct, frozen=True):
    """An issue's id and what decides how it is read. Times are naive UTC."""

    id: str
    created_as_told: Moment | None = None
    updated_as_told: Moment | None = None
    updated: datetime | None = None
    project: str = ""
    is_archived: bool = False
    comments: int = 0
    comments_listed: int = 0
    entries: list[msgspec.Raw] = []

    @property
    def created(self) -> datetime | None:
        """When it was created; raises ResponseError if that is no time."""
        try:
            return instant(self.created_as_told) if self.created_as_told else None
        except (ValueError, OverflowError) as fault:
            raise _unknown(fault) from None

    @property
    def has_changed(self) -> bool:
        """Whether it was touched after its creation."""
        return self.created_as_told != self.updated_as_told


def glance(payload: bytes | msgspec.Raw) -> Glance:
    """Look at an issue of any answer.

    Raises:
        ResponseError: If it has no id, or a last change that is no time.
    """
    try:
        issue = _decode(payload)
        fields = issue.fields or _NO_FIELDS
        comments = fields.comment or _NO_COMMENTS
        return Glance(
            str(issue.id),
            fields.created,
            fields.updated,
            instant(fields.updated) if fields.updated else None,
            str(fields.project.id) if fields.project else "",
            bool(fields.archiveddate),
            comments.total or 0,
            len(comments.comments),
            issue.changelog.histories if issue.changelog else [],
        )
    except (msgspec.DecodeError, ValueError, OverflowError) as fault:
        raise _unknown(fault) from None


def _unknown(fault: Exception) -> ResponseError:
    return ResponseError(f"Jira sent an issue of an unknown form: {fault}. Report it.")
