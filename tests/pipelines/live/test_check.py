"""``throughline check`` asks each live source, briefly, and says what to fix."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from connectors.jira.reader import TOKEN_LIFE
from pipelines.home.home import load_home
from pipelines.warehouse.probe import probe_all
from tests.figures import IS_DRILL, Figure
from tests.pipelines.live.conftest import ASANA, JIRA, TRELLO, fetch
from tests.simulators.jira_cloud import SECRETS
from tests.simulators.server import FOR_EVER, Fault


def test_check_proves_that_a_source_can_be_read(call, live_home, jira) -> None:
    home = live_home(JIRA % jira.address)
    jira.time_zone = "Pacific/Kiritimati"

    called = call("check", "--home", home)

    assert called.code == 0, called.err
    assert "ops (jira): signed in as " in called.out
    assert "whose time zone is Pacific/Kiritimati (Jira Cloud" in called.out
    assert "ops (jira): 3 of 3 projects can be read" in called.out
    assert "ops (jira): the first load: about " in called.out
    assert "under a minute" in called.out
    assert not (home / "data").exists()


def test_check_tells_what_the_next_run_will_cost(call, live_home, jira) -> None:
    home = live_home(JIRA % jira.address)
    fetch(home)
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*")}

    called = call("check", "--home", home)

    assert "ops (jira): the next run: about " in called.out
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*")} == before


def test_a_token_that_is_not_taken_is_an_error_that_says_what_to_do(
    call, live_home, jira, monkeypatch
) -> None:
    monkeypatch.setenv("OPS_TOKEN", "wrong-token")
    home = live_home(JIRA % jira.address)

    called = call("check", "--home", home)

    assert called.code == 2
    assert "error: ops (jira): " in called.err
    assert "Jira refused the API token of the user of source `ops`" in called.err
    assert "wrong-token" not in called.err + called.out


def test_a_project_that_cannot_be_seen_is_named_with_the_nearest(call, live_home, jira) -> None:
    [first, *_] = [each.key for each in jira.state.roster()]
    home = live_home(JIRA.replace("}", f", projects: [{first}, {first}X]}}") % jira.address)

    called = call("check", "--home", home)

    assert called.code == 2
    assert f"{first}X: " in called.err
    assert f"The nearest that can be seen is {first}." in called.err


def test_a_board_that_cannot_be_seen_is_an_error(call, live_home, trello) -> None:
    home = live_home(TRELLO.replace("}", ", boards: [abcdefgh]}") % trello.address)

    called = call("check", "--home", home)

    assert called.code == 2
    assert "abcdefgh: " in called.err


def test_an_account_that_sees_nothing_is_an_error(call, live_home, trello) -> None:
    lost = [trello.world._tell("hide_container", each) for each in trello.world.containers]
    trello.play(lost)
    home = live_home(TRELLO % trello.address)

    called = call("check", "--home", home)

    assert called.code == 2
    assert "can be read: give the account access" in called.err


def test_a_token_that_ends_soon_is_warned_of(call, live_home, trello) -> None:
    trello.token_expires = "2026-03-10T00:00:00.000Z"

    called = call("check", "--home", live_home(TRELLO % trello.address))

    assert called.code == 0, called.err
    assert "warning: old (trello): " in called.out
    assert "2026-03-10" in called.out


def test_a_missing_variable_is_named(call, live_home, jira, monkeypatch) -> None:
    monkeypatch.delenv("OPS_TOKEN")

    called = call("check", "--home", live_home(JIRA % jira.address))

    assert called.code == 2
    assert "OPS_TOKEN" in called.err
    assert jira.requests == []


def test_a_server_that_never_answers_costs_at_most_ten_seconds(
    call, live_home, jira, trello
) -> None:
    jira.faults.append(Fault("hang", times=FOR_EVER))
    home = live_home(JIRA % jira.address, TRELLO % trello.address)
    began = time.monotonic()

    called = call("check", "--home", home)

    assert time.monotonic() - began < 10.5
    assert called.code == 2
    assert "error: ops (jira): " in called.err
    assert "old (trello): signed in as " in called.out


@pytest.mark.parametrize("kind", ["hang", "drip"])
def test_the_seconds_of_a_probe_are_kept_whatever_the_server_does(live_home, jira, kind) -> None:
    jira.faults.append(Fault(kind, times=FOR_EVER, details={"seconds": 0.4}))
    jira.faults[0].details["seconds"] = 30 if kind == "hang" else 0.4
    home = load_home(live_home(JIRA % jira.address))
    began = time.monotonic()

    [found] = probe_all(home, seconds=1.0)

    assert time.monotonic() - began < 2
    assert "did not answer in 1 seconds" in found.errors[0]
    assert jira.address in found.errors[0]


def test_a_pause_that_is_asked_for_is_no_reason_to_wait(live_home, jira) -> None:
    fault = Fault("status", times=FOR_EVER, details={"status": 429})
    fault.details["headers"] = {"Retry-After": "1847"}
    jira.faults.append(fault)
    home = load_home(live_home(JIRA % jira.address))
    began = time.monotonic()

    [found] = probe_all(home, seconds=5)

    assert time.monotonic() - began < 2
    assert "wants to be left alone" in found.errors[0]


def test_secrets_are_in_no_finding(live_home, jira, trello) -> None:
    home = load_home(live_home(JIRA % jira.address, TRELLO % trello.address))

    found = probe_all(home)

    assert SECRETS["token"] not in repr(found)


def test_a_project_of_asana_that_cannot_be_seen_is_named_with_the_nearest(
    call, live_home, asana
) -> None:
    home = live_home(ASANA.replace("}", ", projects: [Area C1, Area C22]}") % asana.address)

    called = call("check", "--home", home)

    assert called.code == 2
    assert "error: ops (asana): Area C22: " in called.err
    assert "The nearest that can be seen is Area C2." in called.err


ENDING = [(30, True), (31, False), *((days, True) for days in (14, 7, 1, 0)), (200, False)]


@pytest.mark.requirement("R38", "check warns 30, 14, 7 and 1 days before a token ends")
@pytest.mark.parametrize(("days", "is_told"), ENDING if IS_DRILL else ENDING[:3])
@pytest.mark.parametrize("tracker", ["jira", "trello"])
def test_check_warns_of_a_token_from_thirty_days_before_it_ends(
    call, live_home, jira, trello, tracker: str, days: int, is_told: bool, figure: Figure
) -> None:
    site = {"jira": jira, "trello": trello}[tracker]
    ends = (site.now + timedelta(days=days)).replace(hour=23)
    trello.token_expires = f"{ends:%Y-%m-%dT%H:%M:%S.000Z}"
    created = f", token_created: {ends.date() - TOKEN_LIFE}}}"
    source = {"jira": JIRA.replace("}", created), "trello": TRELLO}[tracker]
    home = live_home(source % site.address)

    called = call("check", "--home", home)
    name = {"jira": "ops (jira): The token of `ops` lives until ", "trello": "old (trello): "}
    warnings = [line for line in called.out.splitlines() if str(ends.date()) in line]

    assert called.code == 0, called.err
    assert len(warnings) == is_told, called.out
    assert all(line.startswith(f"warning: {name[tracker]}") for line in warnings)
    assert all("ake a new one" in line for line in warnings)
    figure.reached(f"{tracker}, {days} days before: {'warned' if is_told else 'silent'}")
