"""How each happening changes a Jira site."""

from __future__ import annotations

from collections.abc import Callable

from tests.simulators import jira_attached
from tests.simulators import jira_catalogue as catalogue
from tests.simulators.jira_catalogue import Status
from tests.simulators.jira_state import (
    Change,
    Issue,
    JiraState,
    Project,
    account,
    issue_id,
    milliseconds,
    number_of,
)
from tests.simulators.world import Happening

Told = Callable[[JiraState, Issue, Happening], None]


def happen(state: JiraState, happening: Happening) -> None:
    """Play one happening. What happens to a thing that is no longer there is ignored."""
    if happening.what in _OF_THE_SITE:
        _OF_THE_SITE[happening.what](state, happening)
        return
    told = _OF_AN_ISSUE[happening.what]
    issue = state.issues.get(issue_id(happening.thing))
    if issue and issue.is_visible and (not issue.archived or happening.what == "unarchive"):
        told(state, issue, happening)


def rename_project_key(state: JiraState, container: str, key: str) -> None:
    """Give a project another key: its issues keep their ids, and are not updated by it."""
    project = state.projects[container]
    project.former_keys.append(project.key)
    project.key = key
    for issue in state.issues.values():
        if issue.project is project:
            state.name_issue(issue, f"{key}-{issue.key.rpartition('-')[2]}")


def _add_person(state: JiraState, happening: Happening) -> None:
    number = number_of(happening.thing)
    # Every other person hides the address, as Cloud lets them.
    email = f"{happening.thing}@example.org" if number % 2 else ""
    state.accounts[happening.thing] = account(happening.thing, happening.details["name"], email)


def _add_container(state: JiraState, happening: Happening) -> None:
    project_id = 10_000 + number_of(happening.thing)
    project = Project(project_id, happening.thing.upper(), happening.details["name"])
    state.projects[happening.thing] = project


def _remove_container(state: JiraState, happening: Happening) -> None:
    state.projects[happening.thing].status = "deleted"


def _hide_container(state: JiraState, happening: Happening) -> None:
    state.projects[happening.thing].is_hidden = True


def _rename_field(state: JiraState, happening: Happening) -> None:
    state.field_names[catalogue.STORY_POINTS] = happening.details["name"]


def _create(state: JiraState, happening: Happening) -> None:
    details = happening.details
    project = state.projects[details["container"]]
    parent = state.issues.get(issue_id(details["parent"])) if details["parent"] else None
    if parent and parent.kind is catalogue.SUB_TASK:
        # Jira knows three levels: what is below a sub-task hangs beside it.
        parent = parent.parent
    number = issue_id(happening.thing)
    issue = Issue(
        id=number,
        key="",
        project=project,
        kind=_kind(number, parent),
        parent=parent,
        summary=details["title"],
        description=details["description"],
        status=project.status_named(details["status"]),
        creator=state.actor(happening),
        created=happening.at,
        category_changed=happening.at,
        touches=[milliseconds(happening.at)],
    )
    _number(state, issue, project)
    state.issues[number] = issue
    if parent:
        parent.children.append(issue)


def _kind(number: int, parent: Issue | None) -> catalogue.Kind:
    if parent and parent.kind is not catalogue.EPIC:
        return catalogue.SUB_TASK
    if not parent and number % 5 == 0:
        return catalogue.EPIC
    return (catalogue.STORY, catalogue.TASK, catalogue.BUG)[number % 3]


def _number(state: JiraState, issue: Issue, project: Project) -> None:
    project.issues_ever += 1
    state.name_issue(issue, f"{project.key}-{project.issues_ever}")


def _retitle(state: JiraState, issue: Issue, happening: Happening) -> None:
    before, issue.summary = issue.summary, happening.details["title"]
    change = Change("summary", "summary", None, before, None, issue.summary)
    state.record(issue, happening, [change])


def _describe(state: JiraState, issue: Issue, happening: Happening) -> None:
    before, issue.description = issue.description, happening.details["description"]
    change = Change("description", "description", None, before, None, issue.description)
    state.record(issue, happening, [change])


def _label(state: JiraState, issue: Issue, happening: Happening) -> None:
    label = happening.details["label"]
    if label in issue.labels:
        return
    before, issue.labels = issue.labels, [*issue.labels, label]
    change = Change("labels", "labels", "", " ".join(before), "", " ".join(issue.labels))
    state.record(issue, happening, [change])


def _assign(state: JiraState, issue: Issue, happening: Happening) -> None:
    before, after = issue.assignee, state.accounts.get(happening.details["person"] or "")
    if before == after:
        return
    issue.assignee = after
    names = [getattr(each, name, None) for each in (before, after) for name in ("id", "name")]
    state.record(issue, happening, [Change("assignee", "assignee", *names)])


def _move_status(state: JiraState, issue: Issue, happening: Happening) -> None:
    status = issue.project.status_named(happening.details["status"])
    if status == issue.status:
        return
    changes = [*_into_sprint(state, issue, happening)] if status.name == "In Progress" else []
    changes += _into_status(issue, status, happening)
    state.record(issue, happening, changes)


def _into_status(issue: Issue, status: Status, happening: Happening) -> list[Change]:
    before, issue.status = issue.status, status
    changes = [Change("status", "status", before.id, before.name, status.id, status.name)]
    if before.category != status.category:
        issue.category_changed = happening.at
    old, new = issue.resolution, catalogue.resolution_of(status)
    if old != new:
        issue.resolution, issue.resolved = new, happening.at if new else None
        ids = [catalogue.RESOLUTIONS.get(each or "") for each in (old, new)]
        changes.append(Change("resolution", "resolution", ids[0], old, ids[1], new))
    return changes


def _into_sprint(state: JiraState, issue: Issue, happening: Happening) -> list[Change]:
    """Take work that starts into the sprint of the day."""
    sprint = state.sprint_at(issue.project, happening.at)
    if not sprint or sprint in issue.sprints or issue.kind.level:
        return []
    before, issue.sprints = issue.sprints, [*issue.sprints, sprint]
    ids = [", ".join(str(each) for each in found) for found in (before, issue.sprints)]
    names = [
        ", ".join(state.sprint_name(each) for each in found) for found in (before, issue.sprints)
    ]
    return [Change("Sprint", catalogue.SPRINT, ids[0], names[0], ids[1], names[1])]


def _move_container(state: JiraState, issue: Issue, happening: Happening) -> None:
    before, after = issue.project, state.projects[happening.details["container"]]
    if before is after:
        return
    issue.project, key = after, issue.key
    _number(state, issue, after)
    moved = [str(before.id), before.name, str(after.id), after.name]
    changes = [Change("project", "project", *moved), Change("Key", None, "", key, "", issue.key)]
    status = after.status_named(issue.status.name)
    if status != issue.status:
        changes += _into_status(issue, status, happening)
    state.record(issue, happening, changes)


def _set_field(state: JiraState, issue: Issue, happening: Happening) -> None:
    before, issue.points = issue.points, float(happening.details["value"])
    if before == issue.points:
        return
    name = catalogue.name_of_field(catalogue.STORY_POINTS, state.field_names)
    texts = ["" if each is None else f"{each:g}" for each in (before, issue.points)]
    change = Change(name, catalogue.STORY_POINTS, None, texts[0], None, texts[1])
    state.record(issue, happening, [change])


def _archive(state: JiraState, issue: Issue, happening: Happening) -> None:
    issue.archived = happening.at


def _unarchive(state: JiraState, issue: Issue, happening: Happening) -> None:
    issue.archived = None
    state.record(issue, happening, [], state.unarchiving_touches)


def _restore(state: JiraState, issue: Issue, happening: Happening) -> None:
    """Do nothing: Jira cannot bring back what was deleted."""


_OF_THE_SITE = {
    "add_person": _add_person,
    "add_container": _add_container,
    "remove_container": _remove_container,
    "hide_container": _hide_container,
    "rename_field": _rename_field,
    "create": _create,
}
_OF_AN_ISSUE: dict[str, Told] = {
    "retitle": _retitle,
    "describe": _describe,
    "label": _label,
    "assign": _assign,
    "move_status": _move_status,
    "move_container": _move_container,
    "set_field": _set_field,
    "comment": jira_attached.comment,
    "log_work": jira_attached.log_work,
    "edit_log": jira_attached.edit_log,
    "delete_log": jira_attached.delete_log,
    "link": jira_attached.link,
    "archive": _archive,
    "unarchive": _unarchive,
    "delete": jira_attached.delete,
    "restore": _restore,
}
