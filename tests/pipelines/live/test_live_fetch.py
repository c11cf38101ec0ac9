"""What fetching a live source comes to: its state, since when, what it cost, what stays."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime

import jsonschema
import pytest

from pipelines.home.schemas import write_schemas
from pipelines.warehouse.ingest_tables import run_tables
from pipelines.warehouse.places import Places
from pipelines.warehouse.readings import recall
from tests.pipelines.live.conftest import ASANA, JIRA, TRELLO, fetch, landed, readings_of, reports
from tests.simulators.server import FOR_EVER, Fault

FIRST_NIGHT = datetime(2026, 3, 7, 2)


def test_a_quiet_night_lands_nothing(live_home, jira) -> None:
    home = live_home(JIRA % jira.address)
    fetch(home)
    jira.advance(24 * 3600)
    before = {name for name in landed(home, "ops") if name.endswith(".zst")}

    report = fetch(home)["ops"]

    assert report.state == "fresh"
    assert {name for name in landed(home, "ops") if name.endswith(".zst")} == before
    assert sum(report.landed.values()) == 0
    assert report.data_as_of and report.data_as_of > FIRST_NIGHT


def test_a_source_that_cannot_be_asked_keeps_the_day_of_each_scope(live_home, jira) -> None:
    home = live_home(JIRA % jira.address)
    good = fetch(home)["ops"]
    jira.night(1)
    jira.faults.append(Fault("status", times=FOR_EVER, details={"status": 401}))

    report = fetch(home)["ops"]

    assert report.state == "stale"
    assert report.data_as_of == good.data_as_of == FIRST_NIGHT
    assert report.in_landing == good.in_landing
    assert {each.state for each in report.scopes} == {"unread"}
    assert [each.last_good_read_at for each in report.scopes] == [
        each.last_good_read_at for each in good.scopes
    ]


def test_a_project_that_fails_leaves_the_others_fresh_and_is_named(live_home, jira) -> None:
    home = live_home(JIRA % jira.address)
    good = fetch(home)["ops"]
    jira.night(1)
    project = max(good.scopes, key=lambda each: each.items)
    pattern = rf"search.*project = {project.scope}\b"
    jira.faults.append(Fault("status", pattern, 0, FOR_EVER, {"status": 400}))

    report = fetch(home)["ops"]

    assert report.state == "partial"
    behind = {each.name for each in report.scopes if each.state == "partial"}
    assert behind == {project.name}
    assert f"{project.name} (partial, last good read 2026-03-07 02:00 UTC)" in report.detail
    assert report.data_as_of == FIRST_NIGHT


def test_what_a_source_reports_stands_beside_what_was_read(live_home, jira) -> None:
    report = fetch(live_home(JIRA % jira.address))["ops"]

    told = [each for each in report.scopes if each.expected is not None]
    assert told
    assert all(each.found == each.expected for each in told)
    assert all(each.reported["issues"] == each.read["issues"] for each in told)
    by_scope = sum(each.landed.get("issues", 0) for each in report.scopes)
    assert by_scope == report.in_landing["issues"]


def test_what_was_read_adds_up_over_scopes_and_streams(live_home, jira) -> None:
    home = live_home(JIRA % jira.address)
    fetch(home)
    [reading] = readings_of(home)

    tables = run_tables([reading])

    streams, scopes = tables["streams"].to_pylist(), tables["scopes"].to_pylist()
    landed = Counter()
    for row in streams:
        landed[row["stream"]] += row["records_landed"]
    assert landed == reading.report.in_landing
    assert {row["scope"] for row in streams} <= {row["scope"] for row in scopes}
    assert sum(row["records_reported"] or 0 for row in streams) == sum(
        row["expected"] or 0 for row in scopes
    )
    assert [row["scope"] for row in scopes].count("(none)") == 1
    assert {row["last_good_read_at"] for row in scopes} == {FIRST_NIGHT}
    assert sum(row["items"] for row in scopes) == landed["issues"]


def test_files_are_one_scope_of_their_source(toy_home) -> None:
    home = toy_home()
    fetch(home)
    [reading] = readings_of(home)

    tables = run_tables([reading])

    [scope] = tables["scopes"].to_pylist()
    assert (scope["scope"], scope["state"], scope["items"]) == ("(none)", "fresh", None)
    assert {row["scope"] for row in tables["streams"].to_pylist()} == {"(none)"}


def test_only_the_source_named_is_asked(live_home, jira, trello, monkeypatch) -> None:
    home = live_home(JIRA % jira.address, TRELLO % trello.address)
    fetch(home)
    asked = len(trello.requests)
    monkeypatch.delenv("OLD_TOKEN")

    found = fetch(home, only="ops")

    assert len(trello.requests) == asked
    assert {name: each.state for name, each in found.items()} == {"ops": "fresh", "old": "fresh"}


def test_a_missing_variable_makes_a_source_stale_and_is_named(live_home, jira, monkeypatch) -> None:
    home = live_home(JIRA % jira.address)
    fetch(home)
    monkeypatch.delenv("OPS_TOKEN")

    report = fetch(home)["ops"]

    assert report.state == "stale"
    assert "OPS_TOKEN" in report.detail


def test_a_budget_that_is_spent_leaves_the_rest_to_the_next_run(live_home, jira) -> None:
    few = JIRA.replace("}", ", max_requests: 15}")
    home = live_home(few % jira.address)

    found = [fetch(home)["ops"].state for _ in range(6)]

    assert found[0] in ("failed", "partial")
    assert found[-1] == "fresh"


def test_quiet_hours_ask_nobody(live_home, jira) -> None:
    quiet = JIRA.replace("}", ", quiet_hours: '00:00-23:59'}")

    report = fetch(live_home(quiet % jira.address))["ops"]

    assert report.state == "failed"
    assert "quiet hours" in report.detail
    assert jira.requests == []


def test_what_was_held_back_goes_when_a_person_confirms_it(live_home, jira) -> None:
    home = live_home(JIRA % jira.address)
    good = fetch(home)["ops"]
    lost = good.scopes[-1].name
    jira.play([jira.world._tell("hide_container", lost)])
    jira.advance(24 * 3600)

    held = fetch(home)["ops"]
    confirmed = fetch(home, confirmed="ops")["ops"]

    assert held.state == "partial"
    assert "--confirm-removals ops" in held.detail
    assert confirmed.state == "fresh"
    assert [each.name for each in confirmed.scopes if each.state == "absent"] == [lost]


def test_the_report_of_a_run_says_what_each_slice_cost(live_home, jira) -> None:
    home = live_home(JIRA % jira.address)
    fetch(home)

    [report] = reports(home, "ops")
    slices = [each for scope in report["scopes"] for each in scope["slices"]]
    issues = [each for each in slices if each["stream"] == "issues"]
    assert report["coverage"] == 100.0
    assert sum(each["new"] for each in issues) == report["landed"]["issues"]
    assert all(each["asked"]["requests"] and each["asked"]["bytes"] for each in issues)
    assert all(each["found"] >= each["expected"] for each in issues)
    assert report["asked"]["retries"] == {}


def test_the_report_of_a_run_is_as_its_json_schema_says(live_home, jira, tmp_path) -> None:
    home = live_home(JIRA % jira.address)
    fetch(home)
    jira.faults.append(Fault("status", times=FOR_EVER, details={"status": 401}))
    fetch(home)
    write_schemas(tmp_path / "schemas")
    schema = json.loads((tmp_path / "schemas" / "extraction.schema.json").read_text())

    jsonschema.Draft202012Validator.check_schema(schema)

    good, bad = reports(home, "ops")
    jsonschema.validate(good, schema)
    jsonschema.validate(bad, schema)
    assert (bad["state"], bad["scopes"]) == ("failed", [])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**good, "state": "splendid"}, schema)


def test_what_is_remembered_of_a_source_is_what_was_read(live_home, jira) -> None:
    home = live_home(JIRA % jira.address)

    report = fetch(home)["ops"]

    assert recall(Places(home), "ops") == report


@pytest.mark.parametrize("status", [500, 503])
def test_a_tracker_that_is_down_makes_its_source_stale(live_home, jira, status) -> None:
    home = live_home(JIRA % jira.address)
    fetch(home)
    fault = Fault("status", times=FOR_EVER, details={"status": status})
    fault.details["headers"] = {"Retry-After": "0"}
    jira.faults.append(fault)

    report = fetch(home)["ops"]

    assert report.state == "stale"
    assert str(status) in report.detail


def test_a_token_that_dies_on_the_way_keeps_what_was_read_and_goes_on_later(
    live_home, jira
) -> None:
    home = live_home(JIRA % jira.address)
    dead = Fault("status", "changelog", 1, FOR_EVER, {"status": 401})
    jira.faults.append(dead)

    first = fetch(home)["ops"]
    jira.faults.clear()
    second = fetch(home)["ops"]

    assert first.state in ("failed", "partial")
    assert "its token is no longer taken; the next run goes on from there." in first.detail
    assert second.state == "fresh"
    assert second.in_landing["issues"] == sum(1 for _ in jira.state.searchable())


def test_one_project_out_of_many_that_fails_is_all_that_is_behind(live_home, jira) -> None:
    for _ in range(40):
        jira.play(jira.world._new_container())
    home = live_home(JIRA % jira.address)
    pattern = r"search.*project = 10005\b"
    jira.faults.append(Fault("status", pattern, 0, FOR_EVER, {"status": 403}))

    report = fetch(home)["ops"]

    states = Counter(each.state for each in report.scopes)
    assert report.state == "partial"
    assert states["complete"] == 43
    assert [each.scope for each in report.scopes if each.state != "complete"] == ["10005"]
    assert report.detail.startswith("1 of 44 scopes are behind: C5 (access_lost, never read): ")


def test_a_run_names_a_misspelt_project_of_jira_with_the_nearest(live_home, jira) -> None:
    [first, *_] = [each.key for each in jira.state.roster()]
    home = live_home(JIRA.replace("}", f", projects: [{first}, {first}X]}}") % jira.address)

    report = fetch(home)["ops"]

    assert report.state == "partial"
    assert f"{first}X (access_lost, never read): No project {first}X may be seen" in report.detail
    assert f"The nearest that can be seen is {first}." in report.detail
    assert report.in_landing["issues"]


def test_a_run_names_a_misspelt_project_of_asana_with_the_nearest(live_home, asana) -> None:
    home = live_home(ASANA.replace("}", ", projects: [Area C1, Area C22]}") % asana.address)

    report = fetch(home)["ops"]

    assert report.state == "partial"
    assert "Area C22 (access_lost, never read): No project Area C22 may be seen" in report.detail
    assert "The nearest that can be seen is Area C2." in report.detail


@pytest.mark.parametrize("by", ["name", "short link"])
def test_a_run_names_a_misspelt_board_of_trello_with_the_nearest(live_home, trello, by) -> None:
    good, other, *_ = [each.data for each in trello.story.boards.values()]
    link = other["shortLink"]
    wrong = f"{other['name']}s" if by == "name" else link[:-1] + ("x" if link[-1] != "x" else "y")
    boards = f", boards: [{good['shortLink']}, '{wrong}']}}"

    report = fetch(live_home(TRELLO.replace("}", boards) % trello.address))["old"]

    assert report.state == "partial"
    assert f"{wrong} (access_lost, never read): " in report.detail
    assert f"The nearest that can be seen is {link} ({other['name']})." in report.detail
    assert report.in_landing["cards"]


def test_when_a_token_ends_is_remembered_until_another_one_signs_in(live_home, trello) -> None:
    home = live_home(TRELLO % trello.address)
    trello.token_expires = "2026-03-10T00:00:00.000Z"
    first = fetch(home)["old"]
    dead = Fault("status", "members/me", 0, FOR_EVER, {"status": 401})
    trello.faults.append(dead)
    second = fetch(home)["old"]
    trello.faults.clear()
    trello.token_expires = None
    third = fetch(home)["old"]

    assert first.token_ends == second.token_ends == "2026-03-10T00:00:00"
    assert any("ends on 2026-03-10" in each for each in first.warnings)
    assert (second.state, third.state, third.token_ends) == ("stale", "fresh", "")
