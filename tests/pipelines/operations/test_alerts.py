"""What is told of runs, how often, to whom, and what is never told."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.errors import AccessError, TemporaryError
from pipelines.home.home import Home, load_home
from pipelines.operations.sending import fault_of
from pipelines.operations.silence import silence_of, tell_silence
from pipelines.operations.watched import watched
from pipelines.warehouse.exits import Exit
from pipelines.warehouse.lock import LockHeldError
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import GateError, read_records
from tests.drills.peers import turned_to
from tests.figures import Figure
from tests.pipelines.conftest import SETTINGS
from tests.pipelines.operations.listener import Listener

ALERTS = SETTINGS + "alerts: [ALERT_HOOK]\n"
SECRETS = ("SeCrEtPaSs", "SeCrEtToKeN")


@pytest.fixture
def home(toy_home: Callable[..., Path]) -> Home:
    return load_home(toy_home(settings=ALERTS))


def fail(home: Home, fault: Exception) -> None:
    """A run that ends with a failure in its stage ``models``."""
    with pytest.raises(type(fault)), watched(home) as night, night.stage("models"):
        raise fault


def succeed(home: Home, code: Exit = Exit.PUBLISHED) -> None:
    """A run that ends as if it had published."""
    with watched(home) as night:
        old = {"source": "old", "data_as_of": "2026-06-29T02:00:00", "bad_records": 0}
        new = {"source": "new", "state": "fresh", "data_as_of": None, "bad_records": int(code)}
        night.record.sources = [{**old, "state": "stale" if code else "fresh"}, new]
        cause = "degraded" if code else ""
        night.record.end(night.places, "published", code, "Published.", cause)


def logs(home: Home) -> str:
    return "".join(path.read_text() for path in Places(home.folder).logs.glob("*.log"))


def test_each_fault_is_told_once(home: Home, listener: Listener, call: Callable) -> None:
    for _ in range(5):
        fail(home, TemporaryError("Trello cannot be reached."))
    for _ in range(3):
        call("status", "--home", home.folder, "--alert")

    assert len(listener.messages) == 5


def test_an_alert_says_what_failed_since_when_figures_stand_and_what_to_do(
    home: Home, listener: Listener
) -> None:
    fail(home, AccessError("Trello refused the token of ana@example.org."))

    [message] = listener.messages
    [record] = read_records(Places(home.folder), 1)
    assert message["title"] == "Throughline Example: nothing was published"
    assert message["type"] == "failure"
    body = message["message"]
    assert "refused the credentials" in body
    assert "Nothing has been published so far." in body
    assert f"throughline check --home {home.folder}" in body
    assert str(Places(home.folder).log(record["run_id"])) in body
    assert record["told_at"]


@pytest.mark.requirement("S01", "addresses of alerts are secrets: 0 hits in what is written")
@pytest.mark.parametrize(
    "fault", [KeyError("ana@example.org"), AccessError("for ana@example.org"), GateError("sums")]
)
def test_an_alert_names_no_person_and_no_secret_is_written(
    home: Home, listener: Listener, fault: Exception
) -> None:
    fail(home, fault)

    assert len(listener.messages) == 1
    assert "ana@" not in json.dumps(listener.messages)
    for path in Places(home.folder).data.rglob("*"):
        if path.is_file():
            assert not any(secret.encode() in path.read_bytes() for secret in SECRETS), path


@pytest.mark.parametrize("fault", ["down", "refuses"])
def test_an_endpoint_that_fails_leaves_the_record_as_it_is(
    home: Home, listener: Listener, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    listener.status = 503
    if fault == "down":
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
        monkeypatch.setenv("ALERT_HOOK", f"json://user:SeCrEtPaSs@127.0.0.1:{port}/SeCrEtToKeN")

    fail(home, GateError("A quality gate held: sums_to_one."))

    [record] = read_records(Places(home.folder), 1)
    assert (record["state"], record["exit_code"]) == ("refused", 1)
    expected = "HTTP status 503" if fault == "refuses" else "it could not be reached"
    assert "an alert could not be sent" in logs(home)
    assert expected in logs(home)
    assert not any(secret in logs(home) for secret in SECRETS)


def test_degraded_and_recovered_runs_are_told_and_whole_ones_are_not(
    home: Home, listener: Listener
) -> None:
    for code in (Exit.PUBLISHED, Exit.DEGRADED, Exit.PUBLISHED, Exit.PUBLISHED):
        succeed(home, code)

    assert [each["type"] for each in listener.messages] == ["warning", "success"]
    told = "old is stale, data of 2026-06-29 02:00 UTC; 3 records of new set aside."
    assert told in listener.messages[0]["message"]
    assert "whole again" in listener.messages[1]["title"]


def test_a_run_that_finds_another_under_way_is_no_failure(home: Home, listener: Listener) -> None:
    import subprocess
    import sys

    from tests.pipelines.publish.test_lock import HOLD

    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home.folder)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        with pytest.raises(LockHeldError), watched(home):
            pass
    finally:
        holder.kill()
        holder.communicate()

    assert listener.messages == []


def test_a_home_with_mistakes_is_told_of_without_its_texts(
    call: Callable, toy_home: Callable[..., Path], listener: Listener
) -> None:
    home = toy_home(settings=ALERTS.replace("old, type: trello", "ana, type: trella"))

    called = call("run", "--home", home)

    assert called.code == 2
    [message] = listener.messages
    assert "The home has mistakes" in message["message"]
    assert "trella" not in json.dumps(message)


@pytest.mark.requirement("R39", "no good run in 26 h: found outside the run, told once")
def test_silence_is_found_from_outside_and_told_once(
    home: Home, listener: Listener, figure: Figure
) -> None:
    places = Places(home.folder)
    assert silence_of(places, 26) is None
    succeed(home)
    now = datetime.now(UTC)

    assert silence_of(places, 26, now + timedelta(hours=25)) is None
    for hours in (27, 28, 60):
        tell_silence(home, now + timedelta(hours=hours))
    assert [each["title"] for each in listener.messages] == [
        "Throughline Example: silence for 26 hours"
    ]
    succeed(home)
    tell_silence(home, datetime.now(UTC) + timedelta(hours=27, seconds=5))
    figure.reached("25 h: none; 27, 28 and 60 h: 1 alert")


@pytest.mark.requirement("R39", "`status` ends with 1 after 26 h without a good run")
def test_status_ends_with_1_where_no_run_was_good_lately(
    call: Callable, home: Home, figure: Figure
) -> None:
    succeed(home)
    assert call("status", "--home", home.folder).code == 0
    [record] = read_records(Places(home.folder), 1)
    old = {**record, "ended_at": (datetime.now(UTC) - timedelta(hours=30)).isoformat()}
    Places(home.folder).record(record["run_id"]).write_text(json.dumps(old))

    called = call("status", "--home", home.folder)

    assert called.code == 1
    assert "No good run in 26 hours" in called.err
    figure.reached("30 h: exit code 1 and a sentence; just now: 0")


def test_a_test_message_says_what_each_address_answered(
    call: Callable, home: Home, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = call("alert", "test", "--home", home.folder)
    assert (called.code, called.out) == (0, "ALERT_HOOK: taken (delivered)\n")
    listener.status = 500

    called = call("alert", "test", "--home", home.folder)
    assert called.code == 1
    assert "ALERT_HOOK: not taken (HTTP status 500)" in called.err
    monkeypatch.setenv("ALERT_HOOK", "nonsense://SeCrEtToKeN")
    called = call("alert", "test", "--home", home.folder)
    assert called.code == 1
    assert "no address that Apprise knows" in called.err
    assert "SeCrEtToKeN" not in called.err
    assert "no address that Apprise knows" in call("check", "--home", home.folder).out


def test_an_address_in_the_settings_is_refused_and_not_shown(
    call: Callable, toy_home: Callable[..., Path]
) -> None:
    home = toy_home(settings=SETTINGS + "alerts: ['slack://tokenA/SeCrEtToKeN']\n")

    called = call("check", "--home", home)

    assert called.code == 2
    assert "the name of an environment variable" in called.err
    assert "SeCrEtToKeN" not in called.err


OPEN = {
    "json://user:SeCrEtPaSs@hooks.example/SeCrEtToKeN": "write jsons://",
    "xml://10.0.0.1/SeCrEtToKeN": "write xmls://",
    "form://hooks.example:8080/SeCrEtToKeN": "write forms://",
    "JSON://localhost.example/SeCrEtToKeN": "write jsons://",
    "mailto://ana:SeCrEtPaSs@mail.example": "write mailtos://",
    "toot://SeCrEtToKeN@social.example": "write toots://",
    "rsyslog://logs.example": "name another service",
    "jsons://hooks.example/SeCrEtToKeN?verify=no": "leave `verify` out",
    "jsons://127.0.0.1/SeCrEtToKeN?verify=no": "leave `verify` out",
}
ENCRYPTED = (
    *("jsons://hooks.example/x", "json://127.0.0.1:8080/x", "json://localhost/x", "json://[::1]/x"),
    *("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "mailtos://ana:x@mail.example"),
)


@pytest.mark.requirement("S05", "alerts go to other machines encrypted and verified, or not at all")
@pytest.mark.parametrize("address", OPEN)
def test_an_alert_is_not_sent_in_the_open(
    home: Home, monkeypatch: pytest.MonkeyPatch, call: Callable, address: str
) -> None:
    monkeypatch.setenv("ALERT_HOOK", address)
    with turned_to() as heard:
        fail(home, GateError("sums"))
    checked = call("check", "--home", home.folder)

    assert heard == set()
    assert OPEN[address] in logs(home)
    assert f"ALERT_HOOK: {fault_of('ALERT_HOOK')}" in checked.out
    assert OPEN[address] in checked.out
    assert not any(secret in logs(home) + checked.out + checked.err for secret in SECRETS)


@pytest.mark.parametrize("address", ENCRYPTED)
def test_an_encrypted_address_or_one_of_this_machine_is_taken(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("ALERT_HOOK", address)

    assert fault_of("ALERT_HOOK") == ""
