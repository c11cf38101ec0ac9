"""A source that changes its shape is named in the same run: source, field and first record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.quality.border import border_counts
from pipelines.quality.rules import Count
from tests.figures import Figure
from tests.pipelines.quality.exports import MAKERS, Json, two_nights

Change = Callable[[Json], object]


def part(record: Json, path: str) -> tuple[Json, str]:
    *outer, last = path.split(".")
    for name in outer:
        record = record[name]
    return record, last


def removed(path: str) -> Change:
    def change(record: Json) -> None:
        holder, name = part(record, path)
        del holder[name]

    return change


def renamed(path: str, to: str) -> Change:
    def change(record: Json) -> None:
        holder, name = part(record, path)
        holder[to] = holder.pop(name)

    return change


def given(path: str, value: object) -> Change:
    def change(record: Json) -> None:
        holder, name = part(record, path)
        holder[name] = value

    return change


CASES: list[tuple[str, str, Change, str]] = [
    ("jira", "removed", removed("fields.summary"), "title"),
    ("jira", "removed", removed("fields.created"), "created"),
    ("jira", "removed", removed("fields.status"), "status"),
    ("jira", "removed", removed("fields.project"), "project"),
    ("jira", "renamed", renamed("fields.summary", "heading"), "title"),
    ("jira", "renamed", renamed("fields.created", "createdAt"), "created"),
    ("jira", "retyped", given("fields.summary", {"text": "Issue"}), "summary"),
    ("jira", "retyped", given("fields.created", "yesterday"), "created"),
    ("jira", "retyped", given("fields.labels", "backend"), "labels"),
    ("jira", "nested", given("fields.status", {"current": {"name": "Doing"}}), "status"),
    ("jira", "nested", given("fields.assignee", [{"accountId": "a1"}]), "assignee"),
    ("jira", "enum", given("fields.status.statusCategory.key", "blocked"), "status_category_key"),
    ("jira", "enum", given("fields.creator.accountType", "robot"), "account_type"),
    ("trello", "removed", removed("name"), "name"),
    ("trello", "removed", removed("idList"), "idList"),
    ("trello", "removed", removed("dateLastActivity"), "updated_at"),
    ("trello", "renamed", renamed("name", "title"), "name"),
    ("trello", "renamed", renamed("shortLink", "short"), "short_link"),
    ("trello", "retyped", given("closed", "no"), "closed"),
    ("trello", "retyped", given("due", "soon"), "due"),
    ("trello", "nested", given("idMembers", [{"id": "5f1b"}]), "idMembers"),
    ("trello", "nested", given("labels", {"backend": True}), "labels"),
    ("asana", "removed", removed("created_at"), "created_at"),
    ("asana", "renamed", renamed("name", "title"), "title"),
    ("asana", "retyped", given("completed", "no"), "completed"),
    ("asana", "retyped", given("created_at", 20260105), "created_at"),
    ("asana", "nested", given("assignee", [{"gid": "9"}]), "assignee"),
    ("jira", "added", given("fields.rank", "0|i0"), ""),
    ("trello", "added", given("cover", {"color": "red"}), ""),
    ("asana", "added", given("actual_time", 3), ""),
]
FIRST = {"jira": "10031", "trello": f"5f1d{31:020x}", "asana": "70031"}


def broken(counts: list[Count]) -> list[Count]:
    return [count for count in counts if count.is_broken]


@pytest.mark.requirement("R34", "30 drift cases named with source, field and first record")
def test_a_change_of_shape_is_named_with_source_field_and_first_record(
    tmp_path: Path, figure: Figure
) -> None:
    unnamed = []
    for number, (tracker, kind, change, field) in enumerate(CASES):
        found = two_nights(tmp_path / str(number), tracker, change)
        told = [count.sentence for count in broken(border_counts([found]))]
        if kind == "added":
            is_named = not told
        else:
            is_named = any(
                field in each and FIRST[tracker] in each and each.startswith("eng/")
                for each in told
            )
        if not is_named:
            unnamed.append((tracker, kind, field, told))

    assert unnamed == []
    figure.reached(f"{len(CASES)} of {len(CASES)}")


@pytest.mark.parametrize("tracker", MAKERS)
def test_a_new_field_is_kept_as_it_came(tmp_path: Path, tracker: str) -> None:
    from connectors.landing import Landing

    two_nights(tmp_path, tracker, lambda record: record.update(brand_new={"deep": [1, 2]}))

    landing = Landing(tmp_path / "raw", "eng")
    lines = [line for page in landing.pages() for line in landing.lines(page)]
    assert sum(b'"brand_new": {"deep": [1, 2]}' in line for line in lines) == 30


@pytest.mark.parametrize("tracker", MAKERS)
def test_records_as_they_should_be_break_nothing(tmp_path: Path, tracker: str) -> None:
    found = two_nights(tmp_path, tracker, lambda record: None)

    assert broken(border_counts([found])) == []
