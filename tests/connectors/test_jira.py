"""Jira's records in all their dialects."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from connectors.contract import ExportSettings, LandedRecord, Record, RecordError, Rejected
from connectors.jira import CONNECTOR
from connectors.jira.catalogue_rows import status_rows
from connectors.jira.issue_rows import issue_rows
from connectors.jira.text import plain_text, sprint, values
from connectors.jira.times import instant
from connectors.jira.worklog_rows import worklog_rows

ANA = {"accountId": "a1", "displayName": "Ana", "timeZone": "Europe/Lisbon", "accountType": "app"}
SPRINT = (
    "com.atlassian.greenhopper.service.sprint.Sprint@4a65[rapidViewId=<null>,state=CLOSED,"
    "name=Sprint 3, the [last],goal=Ship, at last,startDate=2014-01-06T15:17:30.953Z,id=8]"
)


def rows(issue: dict, timezone: str = "UTC") -> dict[str, list[tuple]]:
    record = LandedRecord(
        "eng", "issues", "1", "aa", json.dumps(issue).encode(), None, datetime(2026, 1, 1), timezone
    )
    found: dict[str, list[tuple]] = {}
    for table, row in issue_rows(record):
        found.setdefault(table, []).append(row)
    return found


def table_row(name: str, row: tuple) -> dict:
    (table,) = (
        t for s in CONNECTOR.streams for t in s.tables[:20] if t.name == name and s.name == "issues"
    )
    return dict(zip((column.name for column in table.columns), row, strict=True))


def issue(**fields: object) -> dict:
    return {
        "id": "1",
        "key": "PLAT-1",
        "fields": {"created": "2026-01-05T10:00:00.000+0100"} | fields,
    }


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2012-04-09T15:15:41.442-0500", datetime(2012, 4, 9, 20, 15, 41, 442000)),
        ("2012-04-09T15:15:41Z", datetime(2012, 4, 9, 15, 15, 41)),
        ("2012-04-09T15:15:41.5+05:30", datetime(2012, 4, 9, 9, 45, 41, 500000)),
        ("2012-04-09T15:15:41", datetime(2012, 4, 9, 13, 15, 41)),
        (1333984541442, datetime(2012, 4, 9, 15, 15, 41, 442000)),
        ("1333984541442", datetime(2012, 4, 9, 15, 15, 41, 442000)),
    ],
)
def test_a_time_may_be_written_in_many_ways(written: str | int, expected: datetime) -> None:
    assert instant(written, "Europe/Berlin") == expected


def test_rich_text_becomes_lines_of_its_blocks() -> None:
    def text(value: str) -> dict:
        return {"type": "text", "text": value}

    document = {
        "type": "doc",
        "content": [
            {"type": "paragraph", "content": [text("Serves KR-"), text("1.2")]},
            {"type": "bulletList", "content": [
                {"type": "listItem", "content": [{"type": "paragraph", "content": [text("one")]}]},
                {"type": "listItem", "content": [{"type": "paragraph", "content": [
                    {"type": "mention", "attrs": {"id": "a1", "text": "@Ana"}},
                    {"type": "hardBreak"},
                    {"type": "inlineCard", "attrs": {"url": "https://x.test/1"}},
                    {"type": "emoji", "attrs": {"shortName": ":tada:", "text": "🎉"}},
                    {"type": "date", "attrs": {"timestamp": "1767225600000"}},
                ]}]},
            ]},
            {"type": "blockCard", "attrs": {"url": "https://x.test/2"}},
            {"type": "rule"},
        ],
    }  # fmt: skip

    assert plain_text(document).split("\n") == [
        "Serves KR-1.2",
        "one",
        "@Ana",
        "https://x.test/1🎉2026-01-01",
        "https://x.test/2",
    ]


def test_a_sprint_is_known_in_the_forms_of_server_and_cloud() -> None:
    assert sprint(SPRINT) == ("8", "Sprint 3, the [last]", "closed")
    assert sprint({"id": 9, "name": "S", "state": "active", "boardId": 1}) == ("9", "S", "active")
    assert sprint({"id": "10", "value": "High"}) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("KR-1.2", ["KR-1.2"]),
        (["KR-1", "KR-2"], ["KR-1", "KR-2"]),
        ({"value": "Growth", "child": {"value": "G-1"}}, ["Growth", "G-1"]),
        ([{"value": "a", "id": "1"}, {"value": "b"}], ["a", "b"]),
        (5.0, ["5"]),
        (True, ["true"]),
        ({"accountId": "a1", "displayName": "Ana"}, ["Ana"]),
        ([SPRINT], ["Sprint 3, the [last]"]),
        (None, []),
    ],
)
def test_a_custom_field_gives_one_text_per_value(value: object, expected: list[str]) -> None:
    assert list(values(value)) == expected


def test_an_issue_of_server_and_one_of_cloud_give_the_same_row() -> None:
    common = {"status": {"id": "3", "name": "Doing", "statusCategory": {"id": 4}}, "labels": ["x"]}
    server = issue(description="Text", issuetype={"name": "Epic", "subtask": False}, **common)
    cloud = issue(
        description={"type": "doc", "content": [
            {"type": "paragraph", "content": [{"type": "text", "text": "Text"}]}]},
        issuetype={"name": "Epic", "hierarchyLevel": 1}, **common,
    )  # fmt: skip
    cloud["id"] = 1

    assert rows(server)["jira_issues"] == rows(cloud)["jira_issues"]
    row = table_row("jira_issues", rows(server)["jira_issues"][0])
    assert row["created_at"] == datetime(2026, 1, 5, 9)
    assert row["status_category_key"] == "indeterminate"
    assert (row["hierarchy_level"], row["project_key"], row["has_changelog"]) == (1, "PLAT", False)


def test_the_agile_shape_tells_epic_and_sprints() -> None:
    found = rows(
        issue(
            epic={"id": 7, "key": "PLAT-7"},
            sprint={"id": 3, "name": "S3", "state": "active"},
            closedSprints=[{"id": 2, "name": "S2", "state": "closed"}],
        )
    )

    assert table_row("jira_issues", found["jira_issues"][0])["parent_id"] == "7"
    assert found["jira_sprints"] == [("3", "S3", "active"), ("2", "S2", "closed")]


def test_histories_come_in_any_order_with_numbers_or_texts() -> None:
    item = {"field": "status", "from": "1", "fromString": "Open", "to": "3", "toString": "Doing"}
    given = issue()
    given["changelog"] = {"total": 3, "histories": [
        {"id": 12, "created": 1767607200000, "author": ANA, "items": [item, item]},
        {"id": "11", "created": "2026-01-05T09:30:00Z", "items": [item]},
    ]}  # fmt: skip
    changes = [table_row("jira_changes", row) for row in rows(given)["jira_changes"]]

    assert [(c["history_key"], c["position"], c["history_order"]) for c in changes] == [
        ("12", 0, 12),
        ("12", 1, 12),
        ("11", 0, 11),
    ]
    assert changes[0]["changed_at"] == datetime(2026, 1, 5, 10)
    assert (changes[0]["account_id"], changes[2]["account_id"]) == ("a1", None)
    row = table_row("jira_issues", rows(given)["jira_issues"][0])
    assert (row["changelog_total"], row["changelog_entries"]) == (3, 2)


def test_an_assignee_of_the_past_is_an_account_too() -> None:
    item = {"field": "assignee", "from": "bo", "fromString": "Bo B", "to": "a1", "toString": "Ana"}
    given = issue(assignee=ANA)
    given["changelog"] = {"histories": [{"id": "1", "created": 1767607200000, "items": [item]}]}
    accounts = {row[0]: row[3] for row in rows(given)["jira_accounts"]}

    assert accounts == {"a1": "Ana", "bo": "Bo B"}


def test_a_reporter_is_an_account_even_where_somebody_else_created_the_issue() -> None:
    cy = {"accountId": "c3", "displayName": "Cy", "emailAddress": "cy@example.org"}
    given = rows(issue(creator=ANA, reporter=cy))

    assert {row[0]: row[4] for row in given["jira_accounts"]}["c3"] == "cy@example.org"
    assert table_row("jira_issues", given["jira_issues"][0])["creator_id"] == "a1"


def test_a_link_has_the_phrase_that_is_seen_from_this_issue() -> None:
    kind = {"inward": "is served by", "outward": "contributes to"}
    found = rows(
        issue(
            issuelinks=[
                {"id": "5", "type": kind, "outwardIssue": {"id": "2", "key": "PLAT-2"}},
                {"id": "6", "type": kind, "inwardIssue": {"id": "3", "key": "PLAT-3"}},
            ]
        )
    )

    assert found["jira_links"] == [
        ("5", "contributes to", "is served by", "2", "PLAT-2"),
        ("6", "is served by", "contributes to", "3", "PLAT-3"),
    ]


def test_a_work_log_with_a_date_alone_has_no_instant() -> None:
    log = {"id": 5, "author": ANA, "timeSpentSeconds": 3600, "started": "2026-01-06"}
    (row,) = rows(issue(worklog={"worklogs": [log]}))["jira_worklogs"]

    assert row == ("1", "5", "a1", 3600.0, date(2026, 1, 6), None)


def test_a_work_log_may_come_by_itself() -> None:
    log = {"id": "5", "issueId": 1, "timeSpentSeconds": 60, "started": "2026-01-06T08:00:00Z"}
    payload = json.dumps(log).encode()
    record = LandedRecord("eng", "worklogs", "5", "aa", payload, None, datetime(2026, 1, 7))

    assert list(worklog_rows(record)) == [
        ("jira_worklogs", ("1", "5", None, 60.0, None, datetime(2026, 1, 6, 8)))
    ]


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"created": "yesterday"}, "fields.created"),
        ({"duedate": "soon"}, "fields.duedate"),
        ({"labels": "x"}, "fields.labels"),
        ({"worklog": {"worklogs": [{"started": "2026-01-06", "timeSpentSeconds": "1h"}]}},
         "fields.worklog.worklogs[0].timeSpentSeconds"),
        ({"worklog": {"worklogs": [{"started": "2026-01-06", "timeSpentSeconds": -1}]}},
         "fields.worklog.worklogs[0].timeSpentSeconds"),
    ],
)  # fmt: skip
def test_a_field_that_cannot_be_used_is_named_by_its_path(fields: dict, path: str) -> None:
    with pytest.raises(RecordError) as fault:
        rows(issue(**fields))

    assert fault.value.field_path == path


def test_catalogues_are_told_by_their_members(tmp_path: Path) -> None:
    (tmp_path / "issues.json").write_text(
        json.dumps({"names": {"customfield_1": "Goal"}, "issues": [issue(), {"key": "PLAT-2"}]})
    )
    (tmp_path / "fields.json").write_text(
        '[{"id": "customfield_1", "name": "Goal", "custom": true}]'
    )
    (tmp_path / "statuses.json").write_text(
        '[{"id": 3, "name": "Doing", "statusCategory": "IN_PROGRESS"}, {"id": 4, "name": "Odd"}]'
    )
    files = ("issues.json", "fields.json", "statuses.json")
    settings = ExportSettings("eng", tuple(tmp_path / name for name in files))
    found = list(CONNECTOR.read_exports(settings))

    assert [(each.stream, each.key) for each in found if isinstance(each, Record)] == [
        ("fields", "customfield_1"),
        ("issues", "1"),
        ("fields", "customfield_1"),
        ("statuses", "3"),
        ("statuses", "4"),
    ]
    assert [each.record_id for each in found if isinstance(each, Rejected)] == ["PLAT-2"]


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("IN_PROGRESS", "indeterminate"),
        ({"key": "done"}, "done"),
        ({"id": 2}, "new"),
        (None, None),
    ],
)
def test_a_status_tells_its_category_as_word_key_or_number(
    category: object, expected: str | None
) -> None:
    payload = json.dumps({"id": 3, "name": "Doing", "statusCategory": category}).encode()
    record = LandedRecord("eng", "statuses", "3", "aa", payload, None, datetime(2026, 1, 1))

    assert list(status_rows(record)) == [("jira_statuses", ("3", "Doing", expected))]


def test_what_any_place_of_an_issue_tells_of_an_account_counts() -> None:
    bare = {"accountId": "q1", "accountType": "atlassian"}
    found = rows(
        issue(reporter=bare, assignee={"accountId": "q1", "timeZone": "Pacific/Auckland"})
        | {"changelog": {"histories": [{"created": "2026-01-05T11:00:00Z", "author": bare}]}}
    )

    (account,) = (table_row("jira_accounts", row) for row in found["jira_accounts"])
    assert (account["time_zone"], account["account_type"]) == ("Pacific/Auckland", "atlassian")


def test_an_account_that_one_place_calls_an_app_is_an_app() -> None:
    app = {"accountId": "q2", "accountType": "app", "emailAddress": "a@example.org"}
    found = rows(
        issue(reporter={"accountId": "q2", "emailAddress": "a@example.org"})
        | {"changelog": {"histories": [{"created": "2026-01-05T11:00:00Z", "author": app}]}}
    )

    assert table_row("jira_accounts", found["jira_accounts"][0])["account_type"] == "app"


def test_an_estimate_that_stands_in_time_tracking_alone_is_the_estimate() -> None:
    found = rows(issue(timetracking={"originalEstimateSeconds": 28800}))

    assert table_row("jira_issues", found["jira_issues"][0])["estimate_seconds"] == 28800


def test_nothing_in_a_list_is_nothing() -> None:
    found = rows(
        issue(labels=[None, "KR-1"], issuelinks=[None], comment={"comments": [None]})
        | {"changelog": {"histories": [None]}}
    )

    assert found["jira_labels"] == [("KR-1",)]
    assert "jira_changes" not in found


def test_a_number_beyond_measure_in_a_field_is_text_alone() -> None:
    digits = "9" * 400
    payload = json.dumps(issue(customfield_1=7e20)).replace("7e+20", digits)
    record = LandedRecord("eng", "issues", "1", "aa", payload.encode(), None, datetime(2026, 1, 1))

    (value,) = (row for table, row in issue_rows(record) if table == "jira_field_values")
    assert value == ("customfield_1", 0, digits, None)


def test_a_level_of_an_issue_type_that_no_jira_has_is_refused() -> None:
    with pytest.raises(RecordError, match=r"fields\.issuetype\.hierarchyLevel"):
        rows(issue(issuetype={"name": "Epic", "hierarchyLevel": 3_000_000_000}))
