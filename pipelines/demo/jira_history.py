"""What Jira remembers of an issue: who changed what, and when."""

from datetime import datetime
from hashlib import sha1
from typing import Any

from pipelines.demo.people import Person
from pipelines.demo.work import DOING, DONE, DROPPED, REVIEW, TODO, WAITING, Event, Item

RANK = "customfield_10019"
STATUSES = {
    TODO: ("10000", "To Do", "new"),
    DOING: ("3", "In Progress", "indeterminate"),
    WAITING: ("10010", "Waiting for Others", "new"),
    REVIEW: ("10011", "In Review", "indeterminate"),
    DONE: ("10002", "Done", "done"),
    DROPPED: ("10002", "Done", "done"),
}
RESOLUTIONS = {DONE: {"id": "10000", "name": "Done"}, DROPPED: {"id": "10001", "name": "Won't Do"}}


def account_id(person: Person) -> str:
    """The id of a person's account on this site."""
    digest = sha1(f"jira {person.number}".encode()).hexdigest()
    return f"712020:{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}"


def user(person: Person) -> dict[str, Any]:
    """A person as Jira shows one wherever it names one."""
    return {
        "accountId": account_id(person),
        "accountType": "app" if person.is_bot else "atlassian",
        "displayName": person.name,
        "emailAddress": person.email,
        "active": True,
        "timeZone": str(person.zone),
    }


def time_text(at: datetime) -> str:
    """An instant as Jira writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}+0000"


def changelog(item: Item, native: str) -> dict[str, Any]:
    """All entries of an issue, newest first, as search pages have them."""
    histories = []
    for number, event in enumerate(item.events):
        changes = _changes(item, event)
        if changes:
            histories.append(
                {
                    "id": f"{native}{number:04d}",
                    "author": user(event.actor),
                    "created": time_text(event.at),
                    "items": changes,
                }
            )
    histories.reverse()
    return {
        "startAt": 0,
        "maxResults": len(histories),
        "total": len(histories),
        "histories": histories,
    }


def _changes(item: Item, event: Event) -> list[dict[str, Any]]:
    """The rows of one changelog entry; comments make none."""
    if event.kind == "status":
        before, after = STATUSES[event.before], STATUSES[event.after]
        rows = [_change("status", before[0], before[1], after[0], after[1])]
        old, new = RESOLUTIONS.get(event.before, {}), RESOLUTIONS.get(event.after, {})
        if old != new:
            names = (old.get("id"), old.get("name"), new.get("id"), new.get("name"))
            rows.append(_change("resolution", *names))
        if event.after == DOING and item.number % 5 == 0:
            rows.append(_change("Rank", "", "", "", "Ranked higher") | {"fieldId": RANK})
        return rows
    if event.kind == "assignee":
        old, new = event.before, event.after
        return [
            _change(
                "assignee",
                account_id(old) if old else None,
                old.name if old else None,
                account_id(new),
                new.name,
            )
        ]
    if event.kind == "title":
        return [_change("summary", None, event.before, None, event.after)]
    if event.kind == "labels":
        return [_change("labels", None, "", None, event.after)]
    if event.kind == "log":
        return [
            _change("timespent", "0", "0", str(event.after), str(event.after)),
            _change("WorklogId", None, None, "1", "1"),
        ]
    return []


def _change(
    name: str, old: str | None, old_text: str | None, new: str | None, new_text: str | None
) -> dict[str, Any]:
    return {
        "field": name,
        "fieldtype": "jira",
        "fieldId": name,
        "from": old,
        "fromString": old_text,
        "to": new,
        "toString": new_text,
    }
