"""Typed table of Asana's stories: what happened to a task, by whom and when.

The ``text`` of a story is prose in the language of whoever asked for it; what happened is told by
its ``resource_subtype`` and the fields that belong to that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from connectors.asana.tables import USERS, Named
from connectors.contract import Column, LandedRecord, RecordError, Rows, Table, Value
from connectors.decoding import decoded, instant

STORIES = Table(
    "stories",
    "One row per copy of a task and story of it.",
    (
        Column("task_id", "text", "Task."),
        Column("story_id", "text", "Story; made from its content where the gid is missing."),
        Column("position", "integer", "Place among the stories of the task."),
        Column("kind", "text", "changed, commented, deleted or none."),
        Column("subtype", "text", "The resource_subtype."),
        Column("field", "text", "What was changed; customField:<gid> for a custom field."),
        Column("project_id", "text", "Project that the task joined, left or moved within."),
        Column("old_section_id", "text", "Section before."),
        Column("old_section_name", "text", "Its name."),
        Column("new_section_id", "text", "Section after."),
        Column("new_section_name", "text", "Its name."),
        Column("assignee_id", "text", "Person named by an assigned or unassigned story."),
        Column("tag_id", "text", "Tag that came or went."),
        Column("creator_id", "text", "Person who did it."),
        Column("acted_at", "instant", "When."),
    ),
)

_FIELD_OF = {
    "section_changed": "section",
    "marked_complete": "completed",
    "marked_incomplete": "completed",
    "assigned": "assignee",
    "reassigned": "assignee",
    "unassigned": "assignee",
    "added_to_project": "projects",
    "removed_from_project": "projects",
    "name_changed": "name",
    "notes_changed": "notes",
    "due_date_changed": "due",
    "start_date_changed": "start",
    "added_to_tag": "tags",
    "removed_from_tag": "tags",
}
_DELETED = {"deleted", "task_deleted"}
# Notices about time or about another task, and what is no change of this one.
_NO_CHANGE = {
    "created",
    "task_created",
    "due_today",
    "dependency_marked_complete",
    "dependency_marked_incomplete",
    "dependency_due_date_changed",
    "mentioned",
    "comment_liked",
    "completion_liked",
    "liked",
    "hearted",
}


class Story(msgspec.Struct):
    """The part of a story that is used."""

    gid: str | None = None
    resource_subtype: str | None = None
    type: str | None = None
    created_at: str | None = None
    created_by: Named | None = None
    project: Named | None = None
    old_section: Named | None = None
    new_section: Named | None = None
    assignee: Named | None = None
    tag: Named | None = None
    custom_field: Named | None = None
    target: Named | None = None
    task: Named | None = None


_story = msgspec.json.Decoder(Story)


def story_rows(record: LandedRecord) -> Rows:
    """Yield the rows of a story that stands by itself and names its task as ``target``."""
    story = decoded(_story, record.payload)
    target = story.target or story.task
    if target is None or not target.gid:
        raise RecordError("target.gid", "expected the gid of a task, found nothing")
    yield from rows_of_stories(target.gid, [story], {}, record.timezone, "")


def rows_of_stories(
    task_id: str,
    stories: Sequence[Story | None],
    project_of: Mapping[str, str],
    timezone: str,
    place: str,
) -> Rows:
    """Yield the rows of stories and of the people in them.

    Args:
        task_id: The task they belong to.
        stories: In the order of the record.
        project_of: The project of each section, as far as the task tells.
        timezone: For times without an offset.
        place: The member that holds the stories, for faults.
    """
    for position, story in enumerate(stories):
        if story is None:
            continue
        path = f"{place}[{position}].created_at" if place else "created_at"
        acted_at = instant(story.created_at, timezone, path)
        if acted_at is None:
            raise RecordError(path, "expected an ISO 8601 time, found nothing")
        kind, field = _kind_and_field(story)
        old, new = story.old_section or Named(), story.new_section or Named()
        row: tuple[Value, ...] = (
            task_id,
            story.gid or _made_id(task_id, story),
            position,
            kind,
            story.resource_subtype,
            field,
            _project(story, project_of),
            old.gid,
            old.name,
            new.gid,
            new.name,
            story.assignee.gid if story.assignee else None,
            story.tag.gid if story.tag else None,
            story.created_by.gid if story.created_by else None,
            acted_at,
        )
        yield STORIES.name, row
        yield from people((story.created_by, story.assignee))


def people(named: Sequence[Named | None]) -> Iterator[tuple[str, tuple[Value, ...]]]:
    """Yield a row for each person that is named."""
    for person in named:
        if person is not None and person.gid:
            yield USERS.name, (person.gid, person.name, person.email)


def _kind_and_field(story: Story) -> tuple[str, str]:
    subtype = story.resource_subtype or ""
    if subtype.startswith("comment_added") or (not subtype and story.type == "comment"):
        return "commented", "comment"
    if subtype in _DELETED:
        return "deleted", "deleted"
    if subtype in _NO_CHANGE or "time_tracking" in subtype:
        return "none", subtype
    if subtype.endswith("custom_field_changed"):
        return "changed", f"customField:{story.custom_field.gid if story.custom_field else ''}"
    return "changed", _FIELD_OF.get(subtype, subtype or "unknown")


def _project(story: Story, project_of: Mapping[str, str]) -> str | None:
    if story.project and story.project.gid:
        return story.project.gid
    for section in (story.new_section, story.old_section):
        if section and section.gid and section.gid in project_of:
            return project_of[section.gid]
    return None


def _made_id(task_id: str, story: Story) -> str:
    """Return an id for a story without one: the same content gives the same id in every copy."""
    content = msgspec.json.encode(story)
    return hashlib.blake2b(task_id.encode() + content, digest_size=12).hexdigest()
