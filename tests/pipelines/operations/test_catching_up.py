"""After nights without a run, one run makes up for all of them and names them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from pipelines.warehouse.places import Places
from pipelines.warehouse.record import read_records
from tests.figures import IS_DRILL, Figure
from tests.homes import throughline
from tests.pipelines.cli.conftest import Called

FIRST = date(2026, 6, 1)
GAPS = (1, 3, 10)
"""Nights without a scheduler, one gap after another."""
SETTINGS = """\
organisation: {name: Example, timezone: UTC}
effort: {since: 2026-05-01}
privacy: {people: named, minimum_group: 1}
sources:
  - {name: old, type: jira, url: 'https://example.org', export: 'exports/*.json'}
"""
ANA = {"accountId": "a-1", "accountType": "atlassian", "emailAddress": "ana@example.org"}
HOUR = 0.125
"""An hour of eight, in person-days."""


def gaps() -> list[tuple[list[date], date]]:
    """For each gap the dates of its nights, and the date of the run after it."""
    found, last = [], FIRST
    for nights in GAPS:
        after = last + timedelta(days=nights + 1)
        found.append(([last + timedelta(days=night + 1) for night in range(nights)], after))
        last = after
    return found


def named(home: Path, missed: list[date]) -> str:
    """The sentence of the newest publication that names the nights, after a look at the record."""
    [record] = read_records(Places(home), 1)
    assert record["missed"] == [day.isoformat() for day in missed]
    manifest = json.loads((Places(home).current / "manifest.json").read_text())
    told = [each for each in manifest["warnings"] if "Nothing was published for" in each]
    assert len(told) == (1 if missed else 0)
    assert all(day.isoformat() in told[0] for day in missed)
    return told[0] if told else ""


@pytest.mark.requirement("R25", "1, 3 and 10 nights off: record and manifest of the run name them")
def test_the_run_after_missed_nights_names_them(
    call: Callable[..., Called], toy_home: Callable[..., Path], toy_project: Path, figure: Figure
) -> None:
    home, after = toy_home(), gaps()[: figure.of(1, 3)]
    for missed, day in ([], FIRST), *after, ([], after[-1][1] + timedelta(days=1)):
        called = call("run", "--home", home, "--as-of", day)
        assert called.code == 0, called.err
        assert bool(named(home, missed)) == bool(missed)

    figure.reached(f"{', '.join(str(len(missed)) for missed, _ in after)} nights, one run each")


def logged(until: date) -> str:
    """An export of one item on which an hour was logged each day before a date."""
    days = (until - FIRST).days + 1
    logs = [
        {
            "id": str(number),
            "author": ANA,
            "started": f"{FIRST + timedelta(days=number - 1)}T09:00:00.000+0000",
            "timeSpentSeconds": 3600,
        }
        for number in range(days)
    ]
    fields = {
        "summary": "Guided set-up [P-1]",
        "project": {"id": "1", "key": "APP", "name": "App"},
        "issuetype": {"id": "1", "name": "Task", "subtask": False},
        "status": {"id": "1", "name": "To Do", "statusCategory": {"key": "new"}},
        "created": "2026-05-01T09:00:00.000+0000",
        "updated": f"{until}T00:00:00.000+0000",
        "worklog": {"startAt": 0, "maxResults": days, "total": days, "worklogs": logs},
    }
    return json.dumps({"issues": [{"id": "1", "key": "APP-1", "fields": fields}]})


if IS_DRILL:

    @pytest.mark.timeout(3600)
    @pytest.mark.requirement(
        "R25", "1, 3, 10 nights off: one run has their effort, its report names them"
    )
    def test_one_run_brings_the_effort_of_all_nights_and_its_report_names_them(
        toy_home: Callable[..., Path], figure: Figure
    ) -> None:
        home = toy_home({}, settings=SETTINGS)
        (home / "teams.yml").write_text(
            "teams: [{id: platform, members: [{person: ana@example.org}]}]\n"
        )
        for missed, day in ([], FIRST), *gaps():
            (home / "exports" / "issues.json").write_text(logged(day))
            ran = throughline("run", "--home", home, "--as-of", day)
            assert ran.returncode == 0, ran.stderr[-3000:]
            sentence, current = named(home, missed), Places(home).current
            assert sentence in (current / "report" / "index.html").read_text()
            with duckdb.connect(str(current / "throughline.duckdb"), read_only=True) as tables:
                rows = tables.execute(
                    "select day, sum(person_days) from fct_allocation_day"
                    " where basis = 'logged' and day >= ? group by day",
                    [FIRST],
                ).fetchall()
            expected = [FIRST + timedelta(days=number) for number in range((day - FIRST).days)]
            assert dict(rows) == dict.fromkeys(expected, HOUR)

        figure.reached(f"{GAPS} nights: one run each, effort of every day, named in the report")
