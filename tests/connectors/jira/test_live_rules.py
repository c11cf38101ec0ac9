"""Rules of the live reader that need no site: windows, fields, limits, comments, rows."""

from __future__ import annotations

import json
import random
from bisect import bisect_left
from datetime import datetime
from typing import Any

import pytest

from connectors.contract import LandedRecord, RecordError
from connectors.http import Answer
from connectors.jira.catalogue_rows import user_rows
from connectors.jira.comments import with_all_comments
from connectors.jira.dialect import JiraDialect
from connectors.jira.glances import glance
from connectors.jira.gone_rows import absence_rows, worklog_deletion_rows
from connectors.jira.history import with_history
from connectors.jira.shapes import Field, FieldSchema
from connectors.jira.times import instant
from connectors.jira.wanted_fields import OWN_FIELDS, wanted_fields
from connectors.jira.windows import LARGEST, MINUTE, Window, cut
from connectors.limits import Pause

FLOAT = "com.atlassian.jira.plugin.system.customfieldtypes:float"


def field(number: int, name: str, custom: str = FLOAT) -> Field:
    return Field(f"customfield_{number}", name, FieldSchema(custom))


def landed(stream: str, payload: dict[str, Any]) -> LandedRecord:
    return LandedRecord(
        "eng", stream, "1", "aa", json.dumps(payload).encode(), None, datetime(2026, 1, 1)
    )


class _Counter:
    """Counts issues by the times of their creation."""

    def __init__(self, created: list[int]) -> None:
        self.created = sorted(created)
        self.asked = 0

    def count(self, window: Window) -> int:
        start = 0 if window.created_from is None else window.created_from
        end = 10**15 if window.created_to is None else window.created_to
        return bisect_left(self.created, end) - bisect_left(self.created, start)

    def __call__(self, queries: list[str]) -> list[int]:
        self.asked += len(queries)
        return [self.count(_window(query)) for query in queries]


def _window(query: str) -> Window:
    words = query.split(" AND ")[1:]
    bounds = {word.rsplit(" ", 1)[0]: int(word.rsplit(" ", 1)[1]) for word in words}
    return Window("1", bounds.get("created >="), bounds.get("created <"))


@pytest.mark.parametrize("seed", range(12))
def test_windows_are_small_and_hold_every_issue_once(seed: int) -> None:
    dice = random.Random(seed)
    start = 1_600_000_000_000
    created = [start + dice.randrange(10**11) for _ in range(dice.randrange(6_000, 40_000))]
    created += [start + dice.randrange(10**8) for _ in range(dice.randrange(20_000))]
    counter = _Counter(created)

    windows = cut(Window("1"), min(created), max(created), counter)

    counts = [counter.count(each) for each in windows]
    assert sum(counts) == len(created)
    assert max(counts) <= LARGEST
    assert len(windows) <= 2 * len(created) / LARGEST + 2
    assert windows[0].created_from is None and windows[-1].created_to is None


def test_issues_of_one_import_that_share_a_minute_stay_together() -> None:
    counter = _Counter([1_600_000_000_000] * 12_000 + [1_600_000_000_000 + 10**9] * 10)

    windows = cut(Window("1"), 1_600_000_000_000, 1_600_000_000_000 + 10**9, counter)

    assert [counter.count(each) for each in windows if counter.count(each)] == [12_000, 10]
    assert counter.asked < 200


def test_what_a_bound_is_not_quite_right_for_is_in_the_outer_windows() -> None:
    created = [MINUTE * each for each in range(20_000)]
    counter = _Counter(created)

    windows = cut(Window("1"), created[500], created[-500], counter)

    assert sum(counter.count(each) for each in windows) == len(created)


def test_a_query_has_no_upper_bound_of_the_last_change() -> None:
    window = Window("10001", updated_from=5, created_from=1, created_to=9)

    assert window.jql() == "project = 10001 AND updated >= 5 AND created >= 1 AND created < 9"


def test_sprints_and_epics_go_by_the_kind_of_the_field_and_sizes_by_name() -> None:
    found = wanted_fields(
        [
            field(1, "Lauf", "com.pyxis.greenhopper.jira:gh-sprint"),
            field(2, "Epos", "com.pyxis.greenhopper.jira:gh-epic-link"),
            field(3, "story points"),
            field(4, "Budget"),
            field(5, "Goal"),
        ],
        {"link_fields": (" goal ", "customfield_4")},
    )

    custom = [f"customfield_{number}" for number in (1, 2, 3, 4, 5)]
    assert found.ids == (*OWN_FIELDS, *custom)
    assert found.warnings == ()


def test_a_named_size_counts_before_the_known_names() -> None:
    fields = [field(1, "Story Points"), field(2, "Size"), field(3, "Hours")]

    found = wanted_fields(fields, {"points": "size", "estimate": "customfield_3"})

    assert found.ids == (*OWN_FIELDS, "customfield_2", "customfield_3")


def test_a_field_made_anew_under_the_same_name_is_a_new_field() -> None:
    before = wanted_fields([field(1, "Goal")], {"link_fields": ("Goal",)})
    after = wanted_fields([field(8, "Goal")], {"link_fields": ("Goal",)})

    assert after.with_those(before.ids) == (*OWN_FIELDS, "customfield_8")


def test_a_field_keeps_being_asked_for_under_another_name() -> None:
    before = wanted_fields([field(1, "Goal")], {"link_fields": ("Goal",)})
    after = wanted_fields([field(1, "Aim")], {"link_fields": ("Goal",)})

    assert after.with_those(before.ids) == (*OWN_FIELDS, "customfield_1")
    assert len(after.warnings) == 1


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"retry-after": "7", "ratelimit-reason": "jira-burst-based"}, Pause(7.0, False)),
        (
            {"retry-after": "1847", "ratelimit-reason": "jira-quota-global-based"},
            Pause(1847.0, True),
        ),
        ({"retry-after": "5", "ratelimit-reason": "jira-cost-based"}, Pause(5.0, True)),
        ({"retry-after": "5"}, Pause(5.0, True)),
        ({"x-ratelimit-interval-seconds": "60", "x-ratelimit-remaining": "0"}, Pause(60.0, True)),
        ({}, None),
    ],
)
def test_a_refusal_stops_its_endpoint_or_everything(
    headers: dict[str, str], expected: Pause | None
) -> None:
    assert JiraDialect().pause(Answer(429, headers, b"")) == expected


def test_the_moment_of_a_reset_may_lack_its_seconds() -> None:
    headers = {"date": "Thu, 23 Apr 2026 10:00:00 GMT", "x-ratelimit-reset": "2026-04-23T10:02Z"}

    assert JiraDialect().pause(Answer(429, headers, b"")) == Pause(120.0, True)


@pytest.mark.parametrize("told", ["true", "True"])
def test_jira_says_when_a_limit_is_near(told: str) -> None:
    assert JiraDialect().is_near(Answer(200, {"x-ratelimit-nearlimit": told}, b""))
    assert not JiraDialect().is_near(Answer(200, {}, b""))


class _Comments:
    """Answers for the comments of an issue, three at a time."""

    def __init__(self, total: int) -> None:
        self.all = [{"id": str(number), "created": "2026-01-05"} for number in range(total)]

    def get(self, path: str, query: dict[str, Any]) -> Answer:
        page = self.all[query["startAt"] : query["startAt"] + 3]
        return Answer(200, {}, json.dumps({"total": len(self.all), "comments": page}).encode())


@pytest.mark.parametrize("told", [1492070429000, "1492070429000", 1492070429, "1492070429"])
def test_a_time_as_a_number_is_in_milliseconds_unless_it_is_too_small(told: int | str) -> None:
    assert instant(told) == datetime(2017, 4, 13, 8, 0, 29)


def test_comments_that_a_search_does_not_list_are_asked_for() -> None:
    asked = _Comments(8)
    listed = {"comments": asked.all[:2], "maxResults": 2, "total": 8, "startAt": 0}
    issue = {"id": "1", "fields": {"summary": 'a "comment"', "comment": listed, "labels": ["x"]}}
    payload = json.dumps(issue, separators=(",", ":")).encode()

    found = with_all_comments(asked, "/rest/api/3", payload, glance(payload))  # type: ignore[arg-type]

    every = {"startAt": 0, "maxResults": 8, "total": 8, "comments": asked.all}
    assert json.loads(found) == {"id": "1", "fields": {**issue["fields"], "comment": every}}


def test_a_history_is_joined_to_the_bytes_of_its_issue() -> None:
    joined = with_history(b'{"id":"1","fields":{"x":1.50}}', [b'{"id":"7","created":1}'])

    assert joined == (
        b'{"id":"1","fields":{"x":1.50},"changelog":{"startAt":0,"maxResults":1,"total":1,'
        b'"histories":[{"id":"7","created":1}]}}'
    )


def test_a_deleted_work_log_becomes_a_row() -> None:
    payload = {"worklogId": 77, "updatedTime": 1767610800000}

    rows = list(worklog_deletion_rows(landed("worklog_deletions", payload)))

    assert rows == [("jira_worklog_deletions", ("77", datetime(2026, 1, 5, 11)))]


def test_what_became_of_an_issue_becomes_a_row() -> None:
    payload = {"id": "1", "outcome": "deleted", "at": "2026-01-05T11:00:00", "evidence": "asked"}

    rows = list(absence_rows(landed("absences", payload)))

    assert rows == [("jira_absences", ("deleted", datetime(2026, 1, 5, 11), "asked"))]


def test_an_unknown_outcome_is_refused() -> None:
    with pytest.raises(RecordError):
        list(absence_rows(landed("absences", {"outcome": "gone", "at": "2026-01-05"})))


def test_a_person_becomes_an_account() -> None:
    payload = {"accountId": "a1", "displayName": "Ana", "emailAddress": "ana@x.test"}

    rows = list(user_rows(landed("users", payload)))

    assert rows == [("jira_accounts", ("a1", None, None, "Ana", "ana@x.test", None, None))]
