"""A working day at one desk, and what programs and administrators do to many items at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from pipelines.demo.people import Person
from pipelines.demo.work import DOING, DONE, DROPPED, REVIEW, TODO, WAITING, Item, instant

if TYPE_CHECKING:
    from pipelines.demo.world import World

_LOGGING_TEAM = "ticketing"
_CLEAN_UP = {date(2025, 11, 28): DROPPED, date(2026, 2, 12): "labels", date(2026, 5, 21): DONE}


@dataclass
class Desk:
    """What one person has in hand, and until when they do work that no tracker sees."""

    person: Person
    items: list[Item] = field(default_factory=list)
    in_review: list[Item] = field(default_factory=list)
    reopening: list[tuple[date, Item]] = field(default_factory=list)
    unseen_until: date = date(2024, 12, 31)


def work_a_day(world: World, desk: Desk, day: date) -> None:
    """One person's day: close what was reviewed, take something up, get on with it."""
    chance, person = world.chance, desk.person
    if not person.works_on(day):
        if day.weekday() > 4 and desk.items and chance.random() < 0.02:
            desk.items[0].note(instant(person, day, chance, 10, 20), "comment", person)
        return
    _close_reviewed(world, desk, day)
    _reopen(world, desk, day)
    if day > desk.unseen_until:
        _take_up(world, desk, day)
    elif not desk.items and chance.random() < 0.12:
        _finish_at_once(world, desk, day)
    for item in list(desk.items):
        _get_on(world, desk, item, day)


def _close_reviewed(world: World, desk: Desk, day: date) -> None:
    for item in desk.in_review:
        actor = world.chance.choice([p for p in world.people if p.team == item.team])
        item.note(instant(desk.person, day, world.chance, 9, 12), "status", actor, DONE)
        for child in item.children:
            if child.status != DONE:
                child.note(item.last_at, "status", actor, DONE)
        if world.chance.random() < 0.05:
            later = day + timedelta(days=world.chance.randint(2, 12))
            desk.reopening.append((later, item))
    desk.in_review.clear()


def _reopen(world: World, desk: Desk, day: date) -> None:
    for due, item in list(desk.reopening):
        if due <= day:
            desk.reopening.remove((due, item))
            item.note(instant(desk.person, day, world.chance, 9, 10), "status", desk.person, DOING)
            item.left = world.chance.uniform(0.5, 2.5)
            desk.items.append(item)


def _take_up(world: World, desk: Desk, day: date) -> None:
    """Begin something where nothing is in hand, sometimes a second or third thing beside it."""
    chance, person = world.chance, desk.person
    waiting = world.waiting[person.team.id]
    wanted = not desk.items or (len(desk.items) < 3 and chance.random() < 0.14 / len(desk.items))
    if not wanted or not waiting:
        return
    item = waiting.pop(chance.randrange(min(6, len(waiting))))
    at = instant(person, day, chance, 9, 11)
    if chance.random() < 0.02:
        item.note(at, "status", person, DROPPED)
        return
    item.note(at, "assignee", person, person)
    item.note(at, "status", person, DOING)
    if item.children:
        item.children[0].note(at, "assignee", person, person)
        item.children[0].note(at, "status", person, DOING)
    desk.items.append(item)


def _finish_at_once(world: World, desk: Desk, day: date) -> None:
    """A small thing that goes from the pile to done without ever being in progress."""
    waiting = world.waiting[desk.person.team.id]
    small = [item for item in waiting if item.size < 2 and not item.children]
    if small:
        waiting.remove(small[0])
        at = instant(desk.person, day, world.chance, 10, 16)
        small[0].note(at, "assignee", desk.person, desk.person)
        small[0].note(at, "status", desk.person, DONE)


def _get_on(world: World, desk: Desk, item: Item, day: date) -> None:
    """A day's share of work on one item, with the traces that it leaves."""
    chance, person = world.chance, desk.person
    if chance.random() < 0.003:
        desk.items.remove(item)  # left lying as it is: the idle pile
        return
    item.left -= person.capacity / len(desk.items)
    _leave_traces(world, desk, item, day)
    _next_child(item, person, instant(person, day, chance, 13, 16))
    if item.left > 0:
        return
    desk.items.remove(item)
    if chance.random() < 0.7:
        item.note(instant(person, day, chance, 14, 17), "status", person, REVIEW)
        desk.in_review.append(item)
    else:
        item.note(instant(person, day, chance, 14, 17), "status", person, DONE)
        for child in item.children:
            if child.status != DONE:
                child.note(item.last_at, "status", person, DONE)
    if not desk.items and chance.random() < 0.65:
        desk.unseen_until = day + timedelta(days=chance.randint(2, 6))


def _leave_traces(world: World, desk: Desk, item: Item, day: date) -> None:
    chance, person = world.chance, desk.person
    if chance.random() < 0.13:
        mate = chance.choice([p for p in world.people if p.team == person.team])
        item.note(instant(person, day, chance, 9, 16), "comment", mate)
    if chance.random() < 0.012 and not item.title.endswith("round"):
        item.note(
            instant(person, day, chance, 9, 16), "title", person, f"{item.title}, second round"
        )
    if chance.random() < 0.01:
        item.note(instant(person, day, chance, 9, 12), "status", person, WAITING)
        item.note(instant(person, day, chance, 13, 16), "status", person, DOING)
    if person.team.id == _LOGGING_TEAM and chance.random() < 0.8:
        seconds = int(7.0 * 3600 * person.capacity / len(desk.items) / 900) * 900
        item.note(instant(person, day, chance, 15, 17), "log", person, seconds)


def _next_child(item: Item, person: Person, at: datetime) -> None:
    """Close one sub-task and begin the next as the work gets on."""
    if not item.children or item.size <= 0:
        return
    due = int((1 - max(item.left, 0) / item.size) * len(item.children))
    for place, child in enumerate(item.children[:due]):
        if child.status != DOING:
            continue
        child.note(at, "status", person, DONE)
        if place + 1 < len(item.children):
            child = item.children[place + 1]
            child.note(at, "assignee", person, person)
            child.note(at, "status", person, DOING)
        return


def chores_of_the_day(world: World, day: date) -> None:
    """Bulk edits of an administrator, and a program that comments after each release."""
    chance = world.chance
    if day in _CLEAN_UP:
        _clean_up(world, day, _CLEAN_UP[day])
    if day.weekday() == 3:
        robot = world.people[62]
        crew = [item for item in world.items[-400:] if item.team.id == "platform"]
        for item in crew:
            if item.status == REVIEW and chance.random() < 0.6:
                item.note(instant(robot, day, chance, 18, 19), "comment", robot)


def _clean_up(world: World, day: date, to: str) -> None:
    """One administrator goes through old Jira items, one every few seconds."""
    admin = next(person for person in world.people if person.team.id == "platform")
    now = datetime(day.year, day.month, day.day, 16, 2, tzinfo=UTC)
    old = [
        item
        for item in world.items
        if item.team.tracker == "jira"
        and item.status == TODO
        and item.kind != "Sub-task"
        and not item.children
        and item.created_at < now - timedelta(days=20)
    ][: 60 if to == "labels" else 35]
    for number, item in enumerate(old):
        at = now + timedelta(seconds=4 * number)
        if to == "labels":
            item.labels.append("backlog-review")
            item.note(at, "labels", admin, "backlog-review")
        else:
            item.note(at, "status", admin, to)
            waiting = world.waiting[item.team.id]
            world.waiting[item.team.id] = [other for other in waiting if other is not item]
