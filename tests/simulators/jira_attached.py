"""What hangs on an issue (comments, work logs, links), and its deletion, which takes it along."""

from __future__ import annotations

from tests.simulators import jira_catalogue as catalogue
from tests.simulators.jira_state import (
    Change,
    Comment,
    Issue,
    JiraState,
    Link,
    Worklog,
    issue_id,
    number_of,
)
from tests.simulators.world import Happening


def comment(state: JiraState, issue: Issue, happening: Happening) -> None:
    """Comment on an issue."""
    text, author = happening.details["text"], state.actor(happening)
    issue.comments.append(Comment(state.next_id(), text, author, happening.at))
    state.record(issue, happening, [])


def log_work(state: JiraState, issue: Issue, happening: Happening) -> None:
    """Log time on an issue."""
    details, author, at = happening.details, state.actor(happening), happening.at
    log_id, started = 10_000 + number_of(details["log"]), details["started"]
    log = Worklog(log_id, issue, author, details["seconds"], started, at, at, author)
    before = spent(issue)
    issue.worklogs[log_id] = state.worklogs[log_id] = log
    _spent(state, issue, happening, before, log_id)


def edit_log(state: JiraState, issue: Issue, happening: Happening) -> None:
    """Change the time of a work log."""
    log = issue.worklogs.get(10_000 + number_of(happening.details["log"]))
    if not log:
        return
    before = spent(issue)
    log.seconds, log.updated = happening.details["seconds"], happening.at
    log.update_author = state.actor(happening)
    _spent(state, issue, happening, before, log.id)


def delete_log(state: JiraState, issue: Issue, happening: Happening) -> None:
    """Delete a work log."""
    log_id = 10_000 + number_of(happening.details["log"])
    if log_id not in issue.worklogs:
        return
    before = spent(issue)
    del issue.worklogs[log_id], state.worklogs[log_id]
    state.worklog_deletions.append((log_id, happening.at, issue))
    _spent(state, issue, happening, before, log_id)


def spent(issue: Issue) -> int | None:
    """The seconds logged on an issue."""
    return sum(each.seconds for each in issue.worklogs.values()) if issue.worklogs else None


def _spent(
    state: JiraState, issue: Issue, happening: Happening, before: int | None, log: int
) -> None:
    texts = [None if each is None else str(each) for each in (before, spent(issue))]
    changes = [Change("timespent", "timespent", texts[0], texts[0], texts[1], texts[1])]
    if happening.what == "delete_log":
        changes.append(Change("WorklogId", None, str(log), str(log), None, None))
    state.record(issue, happening, changes)


def link(state: JiraState, issue: Issue, happening: Happening) -> None:
    """Link an issue to another; a second link between the two is ignored."""
    other = state.issues.get(issue_id(happening.details["other"]))
    if not other or not other.is_visible or other is issue:
        return
    if any(other in (link.source, link.target) for link in issue.links):
        return
    kind = catalogue.LINK_KINDS[(issue.id + other.id) % 2]
    link = Link(issue.id * 1_000_000 + other.id, kind, issue, other)
    issue.links.append(link)
    other.links.append(link)
    _linked(state, issue, other, kind["outward"], happening, True)
    _linked(state, other, issue, kind["inward"], happening, state.links_touch_both_ends)


def _linked(
    state: JiraState, issue: Issue, other: Issue, how: str, happening: Happening, touch: bool
) -> None:
    text = f"This issue {how} {other.key}"
    change = Change("Link", "issuelinks", None, None, other.key, text)
    state.record(issue, happening, [change], touch)


def delete(state: JiraState, issue: Issue, happening: Happening) -> None:
    """Delete an issue with its sub-tasks, work logs and links; ``worklog/deleted`` is not told."""
    for child in list(issue.children):
        if child.kind is catalogue.SUB_TASK:
            delete(state, child, happening)
    for link in issue.links:
        other = link.target if link.source is issue else link.source
        other.links.remove(link)
        state.record(other, happening, [], state.links_touch_both_ends)
    for log_id in issue.worklogs:
        del state.worklogs[log_id]
    if issue.parent:
        issue.parent.children.remove(issue)
    del state.issues[issue.id]
    state.deleted[issue.id] = happening.at
