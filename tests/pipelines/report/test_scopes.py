"""A reader sees which projects and boards are behind, and since when."""

from __future__ import annotations

import re
from datetime import datetime

from pipelines.report.answer import answer
from pipelines.report.facts import Facts
from pipelines.report.figures import plain
from pipelines.report.page import page
from tests.pipelines.report.markup import parsed
from tests.pipelines.report.published import whole_rows

MARCH = datetime(2026, 3, 7, 2)


def facts(*scopes: dict) -> Facts:
    common = {"source": "eng", "tracker": "jira", "state": "partial", "stream": "issues"}
    rows = {"rpt_sources": [{**common, **scope} for scope in scopes]}
    return Facts(sources=whole_rows(rows, "rpt_sources"))


def scope(name: str, state: str, **more) -> dict:
    told = {"scope": name, "scope_name": name.upper(), "scope_state": state}
    return {**told, "last_good_read_at": MARCH, **more}


def strip(found: Facts) -> list[tuple[str, bool]]:
    return [(plain(check.text), check.is_well) for check in answer(found).checks]


def test_the_health_strip_says_since_when_scopes_are_behind():
    found = facts(
        scope("a", "complete"),
        scope("b", "access_lost"),
        scope("b", "access_lost", stream="absences"),
        scope("c", "partial", last_good_read_at=None),
    )

    assert ("2 of 3 projects and boards behind since 2026-03-07 02:00 UTC", False) in strip(found)


def test_scopes_that_are_up_to_date_are_counted():
    assert ("1 project or board up to date", True) in strip(facts(scope("a", "idle")))


def test_files_have_no_scopes_to_speak_of():
    found = facts({"scope": "(none)", "scope_state": "stale"})

    assert not [text for text, _ in strip(found) if "board" in text]


def test_the_page_names_each_scope_that_is_behind_with_its_reason():
    found = facts(
        scope("a", "complete"),
        scope("b", "partial", scope_detail="The tracker broke."),
        scope("c", "held", scope_detail="8 of 20 would go."),
        scope("d", "absent"),
    )

    text = re.sub(r"(<[^>]+>)+", "|", page(found, {"run_id": "run-1"}))

    assert "B|eng|failed|2026-03-07 02:00 UTC|The tracker broke." in text
    assert "C|eng|removals wait for a word|2026-03-07 02:00 UTC|8 of 20 would go." in text
    assert "D|eng" not in text


def test_of_very_many_only_the_longest_behind_are_shown():
    found = facts(
        *(
            scope(f"p{number:03}", "unread", last_good_read_at=MARCH.replace(hour=number % 24))
            for number in range(100)
        )
    )

    text = parsed(page(found, {"run_id": "run-1"})).text

    assert "longest behind first; 88 more are in tables.xlsx" in text
