"""Typed tables of Asana's tasks and of what stands inside them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import msgspec

from connectors.asana.fields import TASK_FIELDS, CustomField, estimated_minutes, texts
from connectors.asana.stories import STORIES, Story, people, rows_of_stories
from connectors.asana.tables import USERS, Named
from connectors.contract import Column, LandedRecord, RecordError, Rows, Table, Value
from connectors.decoding import day, decoded, instant

TASKS = Table(
    "tasks",
    "One row per copy of a task.",
    (
        Column("subtype", "text", "resource_subtype, such as default_task or milestone."),
        Column("title", "text", "Name."),
        Column("description", "text", "Notes."),
        Column("url", "text", "Address."),
        Column("parent_id", "text", "Task that it is a sub-task of."),
        Column("assignee_id", "text", "Assignee."),
        Column("creator_id", "text", "Person who made it."),
        Column("estimated_minutes", "number", "Estimate, from Asana's own field.", is_amount=True),
        Column("is_completed", "flag", "Marked complete."),
        Column("has_stories", "flag", "The copy has a list of stories, be it empty."),
        Column("has_time_entries", "flag", "The copy has a list of time entries, be it empty."),
        Column("due_on", "day", "Due date.", lies_ahead=True),
        Column("created_at", "instant", "When it was made."),
        Column("updated_at", "instant", "When it was last modified."),
        Column("completed_at", "instant", "When it was marked complete."),
    ),
)
MEMBERSHIPS = Table(
    "memberships",
    "One row per copy of a task, project and section it is in.",
    (
        Column("project_id", "text", "Project."),
        Column("project_name", "text", "Its name."),
        Column("section_id", "text", "Section."),
        Column("section_name", "text", "Its name."),
    ),
)
TASK_TAGS = Table(
    "task_tags",
    "One row per copy of a task and tag on it.",
    (Column("tag_id", "text", "Tag."), Column("tag_name", "text", "Its name.")),
)
TASK_GOALS = Table(
    "task_goals",
    "One row per copy of a task and goal that it supports.",
    (Column("goal_id", "text", "Goal."), Column("goal_name", "text", "Its name.")),
)
TASK_RELATIONS = Table(
    "task_relations",
    "One row per copy of a task and task that it depends on or blocks.",
    (Column("related_id", "text", "The other task."), Column("phrase", "text", "How.")),
)
TIME_ENTRIES = Table(
    "time_entries",
    "One row per copy of a task and entry of time spent on it.",
    (
        Column("entry_id", "text", "Entry."),
        Column("creator_id", "text", "Person whose time it is."),
        Column("duration_minutes", "number", "Minutes.", is_amount=True),
        Column("entered_on", "day", "The day it was spent."),
        Column("created_at", "instant", "When it was written down."),
    ),
)
SUBTASKS = Table(
    "subtasks",
    "One row per copy of a task and sub-task named in it.",
    (Column("subtask_id", "text", "The sub-task."),),
)
TASK_TABLES = (
    TASKS,
    MEMBERSHIPS,
    TASK_TAGS,
    TASK_FIELDS,
    TASK_GOALS,
    TASK_RELATIONS,
    TIME_ENTRIES,
    SUBTASKS,
    STORIES,
    USERS,
)
_TAG = re.compile(r"<[^>]*>")


class _Membership(msgspec.Struct):
    project: Named | None = None
    section: Named | None = None


class _Goal(msgspec.Struct):
    gid: str | None = None
    name: str | None = None
    goal: Named | None = None
    supported_goal: Named | None = None


class _Entry(msgspec.Struct):
    gid: str
    duration_minutes: float
    entered_on: str | None = None
    created_at: str | None = None
    created_by: Named | None = None


class _Task(msgspec.Struct):
    gid: str
    name: str | None = None
    resource_subtype: str | None = None
    notes: str | None = None
    html_notes: str | None = None
    permalink_url: str | None = None
    parent: Named | None = None
    assignee: Named | None = None
    created_by: Named | None = None
    completed_by: Named | None = None
    followers: list[Named] | None = None
    estimated_time_minutes: float | None = None
    completed: bool | None = None
    due_on: str | None = None
    due_at: str | None = None
    created_at: str | None = None
    modified_at: str | None = None
    completed_at: str | None = None
    memberships: list[_Membership | None] | None = None
    projects: list[Named] | None = None
    tags: list[Named | str | None] | None = None
    custom_fields: list[CustomField] | None = None
    goals: list[_Goal] | None = None
    goal_relationships: list[_Goal] | None = None
    dependencies: list[Named] | None = None
    dependents: list[Named] | None = None
    time_tracking_entries: list[_Entry] | None = None
    subtasks: list[Named] | None = None
    stories: list[Story | None] | None = None
    comments: list[Story | None] | None = None


_task = msgspec.json.Decoder(_Task)


def task_rows(record: LandedRecord) -> Rows:
    """Yield the rows of a task and of everything that stands inside it."""
    task = decoded(_task, record.payload)
    yield TASKS.name, _task_row(task, record.timezone)
    yield from _membership_rows(task)
    for tag in filter(None, task.tags or ()):
        yield TASK_TAGS.name, (tag, None) if isinstance(tag, str) else (tag.gid, tag.name)
    for field in task.custom_fields or ():
        for text in texts(field):
            yield TASK_FIELDS.name, (field.gid, field.name, text, field.number_value)
    for goal in (*(task.goals or ()), *(task.goal_relationships or ())):
        named = goal.supported_goal or goal.goal or goal
        yield TASK_GOALS.name, (named.gid, named.name)
    for phrase, others in (("is blocked by", task.dependencies), ("blocks", task.dependents)):
        for other in others or ():
            yield TASK_RELATIONS.name, (other.gid, phrase)
    yield from _time_rows(task, record.timezone)
    for subtask in task.subtasks or ():
        yield SUBTASKS.name, (subtask.gid,)
    project_of = _project_of_sections(task)
    for place, stories in (("stories", task.stories), ("comments", task.comments)):
        yield from rows_of_stories(task.gid, stories or (), project_of, record.timezone, place)
    yield from people((task.assignee, task.created_by, task.completed_by, *(task.followers or ())))


def _task_row(task: _Task, timezone: str) -> tuple[Value, ...]:
    completed_at = instant(task.completed_at, timezone, "completed_at")
    due_on = day(task.due_on, "due_on") or day(task.due_at, "due_at")
    return (
        task.resource_subtype,
        task.name,
        task.notes if task.notes is not None else _plain_text(task.html_notes),
        task.permalink_url,
        task.parent.gid if task.parent else None,
        task.assignee.gid if task.assignee else None,
        task.created_by.gid if task.created_by else None,
        estimated_minutes(task.estimated_time_minutes, task.custom_fields or ()),
        completed_at is not None if task.completed is None else task.completed,
        task.stories is not None,
        task.time_tracking_entries is not None,
        due_on,
        instant(task.created_at, timezone, "created_at"),
        instant(task.modified_at, timezone, "modified_at"),
        completed_at,
    )


def _membership_rows(task: _Task) -> Iterator[tuple[str, tuple[Value, ...]]]:
    """Yield projects and sections; ``memberships`` may be empty objects, ``projects`` are not."""
    seen: set[str | None] = {None}
    for membership in filter(None, task.memberships or ()):
        project, section = membership.project or Named(), membership.section or Named()
        if project.gid or section.gid:
            seen.add(project.gid)
            yield MEMBERSHIPS.name, (project.gid, project.name, section.gid, section.name)
    for project in task.projects or ():
        if project.gid not in seen:
            yield MEMBERSHIPS.name, (project.gid, project.name, None, None)


def _time_rows(task: _Task, timezone: str) -> Iterator[tuple[str, tuple[Value, ...]]]:
    for position, entry in enumerate(task.time_tracking_entries or ()):
        path = f"time_tracking_entries[{position}]"
        if entry.duration_minutes < 0:
            raise RecordError(f"{path}.duration_minutes", "expected a number of 0 or more")
        created_at = instant(entry.created_at, timezone, f"{path}.created_at")
        entered_on = day(entry.entered_on, f"{path}.entered_on")
        creator = entry.created_by.gid if entry.created_by else None
        row = (entry.gid, creator, entry.duration_minutes, entered_on, created_at)
        yield TIME_ENTRIES.name, row
        yield from people((entry.created_by,))


def _project_of_sections(task: _Task) -> dict[str, str]:
    """Return the project of each section, as far as the task tells.

    A story about sections may leave the project out. A section lies in one project and a move
    stays within it, so a known section says it of the one that the task came from or went to. If
    the task was never in more than one project, all sections lie there.
    """
    known: dict[str, str] = {}
    projects = {each.gid for each in task.projects or () if each.gid}
    for member in filter(None, task.memberships or ()):
        if member.project and member.project.gid:
            projects.add(member.project.gid)
            if member.section and member.section.gid:
                known[member.section.gid] = member.project.gid
    moves = []
    for story in filter(None, task.stories or ()):
        project = story.project.gid if story.project else None
        projects |= {project} if project else set()
        pair = [each.gid for each in (story.old_section, story.new_section) if each and each.gid]
        known.update(dict.fromkeys(pair, project) if project else {})
        moves.append(pair)
    for _ in moves:
        for pair in moves:
            found = next((known[each] for each in pair if each in known), None)
            if found:
                known.update({each: found for each in pair if each not in known})
    if len(projects) == 1:
        only = projects.pop()
        known.update({each: only for pair in moves for each in pair if each not in known})
    return known


def _plain_text(markup: str | None) -> str | None:
    """Return the text of rich notes without its markup."""
    return None if markup is None else html.unescape(_TAG.sub(" ", markup)).strip()
