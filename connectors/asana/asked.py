"""The fields that are asked of Asana, by kind of object. An answer holds these and the gid alone.

Of another object only the gid is asked where a catalogue tells its name: a name that is changed
there does not modify the tasks that bear it.
"""

from __future__ import annotations

TASK = (
    "name",
    "resource_subtype",
    "notes",
    "permalink_url",
    "parent.gid",
    "assignee.name",
    "created_by.name",
    "completed",
    "completed_at",
    "completed_by.name",
    "due_on",
    "due_at",
    "created_at",
    "modified_at",
    "actual_time_minutes",
    "num_subtasks",
    "memberships.project.gid",
    "memberships.section.gid",
    "tags.gid",
    "dependencies.gid",
    "custom_fields.gid",
    "custom_fields.asana_created_field",
    "custom_fields.enum_value.name",
    "custom_fields.multi_enum_values.name",
    "custom_fields.people_value.name",
    "custom_fields.reference_value.name",
    "custom_fields.date_value",
    "custom_fields.text_value",
    "custom_fields.number_value",
    "custom_fields.display_value",
)
HEAD = (
    "modified_at",
    "num_subtasks",
    "actual_time_minutes",
    "memberships.project.gid",
    "memberships.section.gid",
    "tags.gid",
)
STORY = (
    "resource_subtype",
    "type",
    "created_at",
    "created_by.name",
    "project.gid",
    "old_section.name",
    "new_section.name",
    "assignee.gid",
    "tag.gid",
    "custom_field.gid",
)
ENTRY = ("duration_minutes", "entered_on", "created_at", "created_by.name")
ENTRY_OF_TASK = (
    "duration_minutes",
    "entered_on",
    "created_by.gid",
    "task.projects.gid",
    "task.parent.projects.gid",
)
ABOVE = ("projects.gid", "parent.projects.gid")
PROJECT = ("name", "archived", "permalink_url", "created_at", "modified_at")
SECTION = ("name", "project.gid")
USER = ("name", "email")
TAG = ("name",)
FIELD = ("name", "type", "is_global_to_workspace", "enum_options.name")
PORTFOLIO = ("name",)
PORTFOLIO_ITEM = ("gid",)
GOAL = ("name", "notes", "status", "owner.gid")
RELATIONSHIP = ("resource_subtype", "supporting_resource.resource_type")
SETTING = tuple(f"custom_field.{name}" for name in FIELD)
EVENT = ("action", "type", "created_at", "resource.resource_type", "parent.resource_type")
ME = ("name", "workspaces.name")
COUNTS = ("num_tasks",)
ASKED = {
    "task": TASK,
    "story": STORY,
    "entry": ENTRY,
    "project": PROJECT,
    "section": SECTION,
    "user": USER,
    "tag": TAG,
    "field": FIELD,
    "portfolio": PORTFOLIO,
    "portfolio_item": PORTFOLIO_ITEM,
    "goal": GOAL,
    "goal_relationship": RELATIONSHIP,
    "setting": SETTING,
    "event": EVENT,
    "me": ME,
    "task_counts": COUNTS,
    "entry_of_task": ENTRY_OF_TASK,
    "task_above": ABOVE,
}
"""All fields that are asked for, by kind of object. The last four tell what to read, and do not
land; so do the heads of tasks, whose fields are among those of tasks.
"""
