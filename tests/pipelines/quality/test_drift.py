"""A source that changes its shape is named in the same run: source, field and first record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import structs

from connectors.landing import Landing
from pipelines.quality.border import border_counts
from pipelines.quality.examiner import Examiner
from pipelines.quality.rules import Count
from pipelines.quality.verdicts import checks_of
from tests.figures import Figure
from tests.pipelines.quality.exports import MAKERS, OTHERS, Json, two_nights

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
    ("trello/fields", "enum", given("type", "rating"), "field_type"),
    (
        "asana/goals",
        "enum",
        lambda goal: goal["goal_relationships"][0]["supporting_resource"].update(
            resource_type="mission"
        ),
        "supporting_type",
    ),
    ("jira", "added", given("fields.rank", "0|i0"), '"rank": "0|i0"'),
    ("trello", "added", given("cover", {"color": "red"}), '"cover": {"color": "red"}'),
    ("asana", "added", given("actual_time", 3), '"actual_time": 3'),
]
"""What is made, the kind of change, the change, and the field that is named or the text kept."""
FIRST = {"jira": "10031", "trello": f"5f1d{31:020x}", "asana": "70031"}


def broken(counts: list[Count]) -> list[Count]:
    return [count for count in counts if count.is_broken]


def kept(folder: Path, text: str) -> int:
    """How many landed lines have a text."""
    landing = Landing(folder / "raw", "eng")
    lines = [line for page in landing.pages() for line in landing.lines(page)]
    return sum(text.encode() in line for line in lines)


@pytest.mark.requirement("R34", "30 drift cases named with source, field and first record")
def test_a_change_of_shape_is_named_with_source_field_and_first_record(
    tmp_path: Path, figure: Figure
) -> None:
    counts: list[Count] = []
    for number, (made, _, change, _) in enumerate(CASES):
        found = border_counts([two_nights(tmp_path / str(number), made, change)])
        # Each case has suites of its own, so that one process judges all of them.
        counts += [structs.replace(count, suite=f"{number}: {count.suite}") for count in found]
    checks = checks_of(Examiner(tmp_path).examine(counts))

    unnamed = []
    for number, (made, kind, _, field) in enumerate(CASES):
        of_it = [check for check in checks if check.suite.startswith(f"{number}: eng/")]
        told = [count.sentence for check in of_it if not check.is_met for count in check.broken]
        if kind == "added":
            is_right = not told and kept(tmp_path / str(number), field) == 30
        else:
            first = FIRST[made.partition("/")[0]]
            is_right = any(field in each and first in each for each in told)
        if not (of_it and is_right):
            unnamed.append((made, kind, field, told))
    assert unnamed == []
    figure.reached(f"{len(CASES)} of {len(CASES)}, judged as in a night")


@pytest.mark.parametrize("tracker", MAKERS)
def test_a_new_field_is_kept_as_it_came(tmp_path: Path, tracker: str) -> None:
    two_nights(tmp_path, tracker, lambda record: record.update(brand_new={"deep": [1, 2]}))

    assert kept(tmp_path, '"brand_new": {"deep": [1, 2]}') == 30


@pytest.mark.parametrize("made", [*MAKERS, *OTHERS])
def test_records_as_they_should_be_break_nothing(tmp_path: Path, made: str) -> None:
    found = two_nights(tmp_path, made, lambda record: None)

    assert broken(border_counts([found])) == []
