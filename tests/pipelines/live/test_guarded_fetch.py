"""What goes wrong with a tracker shows no secret, costs no row, and is told at once."""

from __future__ import annotations

import logging
import re
import shutil
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests

from connectors.transport import Timeouts
from pipelines.home.home import load_home
from pipelines.warehouse import steps
from pipelines.warehouse.night import begun
from pipelines.warehouse.places import Places
from pipelines.warehouse.readings import reading_path
from tests.connectors.kernel.test_encryption import certificate, served
from tests.drills.asked import ASKED, documented, is_documented
from tests.drills.secrets import leaks
from tests.drills.trackers import TRACKERS, StillClock
from tests.figures import IS_DRILL
from tests.pipelines.live.conftest import (
    AS_OF,
    JIRA,
    JIRA_SECRETS,
    TRELLO,
    fetch,
    landed,
)
from tests.simulators.server import FOR_EVER, Fault, Simulator
from tests.simulators.world import World

SECRETS = [secret for tracker in TRACKERS.values() for secret in tracker.hidden]


@pytest.fixture
def in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits take no time, and a server that says nothing is left at once."""
    monkeypatch.setattr("connectors.http.Clock", StillClock)
    monkeypatch.setattr("pipelines.warehouse.side_by_side.Clock", StillClock)
    monkeypatch.setattr("connectors.http.Timeouts", lambda: Timeouts(1, 1, 1))


@contextmanager
def everything_logged(path: Path) -> Iterator[None]:
    """The log of every library, down to DEBUG, in a file of the home."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler, root = logging.FileHandler(path), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        handler.close()


def no_such_host(name: str) -> Callable[..., Any]:
    """What looks up names, and knows all but one."""
    known = socket.getaddrinfo

    def look_up(host: object, *more: Any, **named: Any) -> Any:
        if host == name:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return known(host, *more, **named)  # type: ignore[arg-type]

    return look_up


@contextmanager
def spoilt(
    how: str, site: Simulator, given: Sequence[str], tmp_path: Path, monkeypatch
) -> Iterator[str]:
    """The address of a tracker that cannot be read, in that way; it tells what it was given."""
    echo = {"body": {"errorMessages": [f"no {secret}" for secret in given]}}
    if how == "DNS":
        monkeypatch.setattr(socket, "getaddrinfo", no_such_host("no-such-host.example"))
        yield "https://no-such-host.example"
        return
    if how == "TLS":
        with served(*certificate(tmp_path, "localhost", 2)) as address:
            yield address
        return
    if how == "timeout":
        site.faults.append(Fault("hang", times=FOR_EVER, details={"seconds": 2}))
    elif how in ("reset", "cut"):
        site.faults.append(Fault(how, times=FOR_EVER))
    elif how.isdigit():
        details = {"status": int(how), **echo}
        site.faults.append(Fault("status", "", 3, FOR_EVER, details))
    yield site.address


WAYS = ("nothing", "401", "403", "500", "DNS", "TLS", "timeout", "reset", "cut", "unforeseen")
EVERY = [(how, name) for how in WAYS for name in TRACKERS]
CELLS = EVERY if IS_DRILL else [(how, list(TRACKERS)[at % 4]) for at, how in enumerate(WAYS)]
"""In the suite each way with one of the trackers, each in turn."""


def broken(*_: object, **_named: object) -> None:
    """What fails in a way that nobody foresaw; its words would tell all secrets."""
    raise RuntimeError(f"unforeseen: {SECRETS} {' '.join(SECRETS)}")


@pytest.mark.needs_program("openssl")
@pytest.mark.requirement("S01", "canaries over all that is written, whatever fails: 0 hits")
@pytest.mark.parametrize(("how", "name"), CELLS)
def test_no_secret_is_written_whatever_goes_wrong(
    live_home, in_no_time, tmp_path: Path, monkeypatch, capfd, how: str, name: str, figure
) -> None:
    tracker = TRACKERS[name]
    for variable, value in tracker.environment().items():
        monkeypatch.setenv(variable, value)
    if how == "unforeseen":
        monkeypatch.setattr("pipelines.warehouse.live_ingest.extract", broken)
    site = tracker.make(World(7, items=16, people=3, containers=2))
    with site.serving(), spoilt(how, site, tracker.hidden, tmp_path, monkeypatch) as address:
        monkeypatch.setattr("connectors.jira.client.PLATFORM", address)
        home = live_home(tracker.entry(address))
        read = load_home(home, date.fromisoformat(AS_OF))
        with (
            everything_logged(home / "data" / "libraries.log"),
            begun(read) as night,
            night.stage("fetch"),
        ):
            steps.fetch(night, read.sources[0])
    states = reading_path(Places(home), tracker.source).read_text()

    assert ('"state":"fresh"' in states) == (how == "nothing"), states[:500]
    printed = capfd.readouterr()
    assert (home / "data" / "libraries.log").stat().st_size > 0 or how in ("unforeseen", "DNS")
    assert leaks(home, SECRETS, printed.out, printed.err) == []
    figure.reached(f"{name}, {how}: 0 hits in raw, URL-encoded and base64")


@pytest.mark.requirement("S02", "no request of any connector has a secret in path or query")
@pytest.mark.requirement("S07", "no PUT, PATCH, DELETE; POST only to what is listed as a search")
@pytest.mark.parametrize("name", list(TRACKERS))
def test_no_request_shows_a_secret_or_could_change_anything(
    tmp_path: Path, name: str, figure
) -> None:
    tracker = TRACKERS[name]
    simulator = tracker.make(World(3, items=25, people=4, containers=3))
    with simulator.serving():
        reads = tracker.connector.access(tracker.settings(simulator.address)).reads
        for number in range(3):
            if number:
                simulator.night(number)
            found = tracker.extract(simulator.address, tmp_path, confirm_removals=True)
            assert found.state == "fresh", found.reason
    sent = simulator.requests
    posted = {request.path for request in sent if request.method == "POST"}
    shown = [
        request.path
        for request in sent
        if leaks(tmp_path / "none", tracker.hidden, f"{request.path} {request.query}")
    ]

    assert {request.method for request in sent} <= {"GET", "POST"}
    assert posted <= {f"{tracker.path}{read}" for read in reads}
    assert shown == []
    calls = {f"{each.method} {each.path.removeprefix(tracker.path)}" for each in sent}
    known = documented(tracker.kind)
    assert [call for call in sorted(calls) if not is_documented(call, known)] == []
    figure.reached(f"{len(sent)} requests of {name}, {len(posted)} paths posted to")


@pytest.mark.requirement("S07", "a request of any method is noted")
def test_no_method_goes_unnoticed(jira) -> None:
    methods = ["GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "DELETE", "TRACE"]
    for method in methods:
        requests.request(method, f"{jira.address}/x", timeout=10)

    assert [each.method for each in jira.requests] == methods


@pytest.mark.requirement("S07", "scopes documented per call")
@pytest.mark.parametrize("name", list(ASKED))
def test_every_call_has_its_scope_in_the_readme(name: str) -> None:
    tracker = TRACKERS[name]
    calls = [call.replace(" ", tracker.path) for call in documented(tracker.kind)]
    known = [re.sub(r"\{\w+\}", "12", call) for call in calls]

    assert len(known) > 10
    for asked in ASKED[name]:
        path, space, _ = asked.pattern.partition(" ")
        ends = "$" if space else ""
        assert any(re.search(path + ends, call) for call in known), asked


@pytest.mark.requirement("R16", "a source fails at 0, 10, 50, 90, 99 % of its pages: rows stay")
def test_a_half_read_source_is_never_taken_for_whole(
    live_home, jira, trello, in_no_time, figure
) -> None:
    home = live_home(JIRA % jira.address, TRELLO % trello.address)
    good = fetch(home)["ops"]
    jira.night(1)
    trello.night(1)
    copy = shutil.copytree(home, home.with_name("counted"))
    jira.requests.clear()
    whole = fetch(Path(copy))["ops"]
    asked = len([each for each in jira.requests if "search" in each.path])
    assert whole.state == "fresh" and asked > 3
    shares = (0, 10, 50, 90, 99)[:: figure.of(3, 1)]
    for share in shares:
        half = Path(shutil.copytree(home, home.with_name(f"half {share}")))
        before = landed(half, "ops")
        after = min(asked * share // 100, asked - 1)
        jira.faults = [Fault("status", "search", after, FOR_EVER, {"status": 500})]
        found = fetch(half)
        jira.faults = []
        behind = [each for each in found["ops"].scopes if each.state not in ("complete", "idle")]

        assert found["ops"].state in ("stale", "partial"), share
        assert found["old"].state == "fresh", share
        assert behind and found["ops"].detail
        known = {each.scope: each.last_good_read_at for each in good.scopes}
        for each in behind:
            assert each.last_good_read_at == known.get(each.scope), (share, each.scope)
        assert found["ops"].data_as_of == good.data_as_of, share
        pages = {name: text for name, text in before.items() if name.endswith(".zst")}
        assert pages.items() <= landed(half, "ops").items(), share
        assert fetch(half)["ops"].state == "fresh"
    figure.reached(f"{len(shares)} of {len(shares)} shares")


@pytest.mark.requirement("R17", "wrong host, token, project, no permission: told in 10 s, no page")
def test_what_is_wrong_is_told_within_ten_seconds_and_before_any_page(
    call, live_home, jira, trello, monkeypatch, figure
) -> None:
    [first, *_] = [each.key for each in jira.state.roster()]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    silent = Fault("hang", times=FOR_EVER, details={"seconds": 30})
    forbidden = Fault("status", "search|project|count", 0, FOR_EVER, {"status": 403})
    cases = {
        "host": (JIRA % nobody, [], "ops"),
        "silence": (JIRA % jira.address, [silent], jira.address),
        "token": (JIRA % jira.address, [], "refused the API token"),
        "project": (JIRA.replace("}", f", projects: [{first}X]}}") % jira.address, [], f"{first}X"),
        "permission": (JIRA % jira.address, [forbidden], "403"),
    }
    slowest = 0.0
    for what, (source, faults, named) in cases.items():
        home = live_home(source)
        jira.faults, wrong = list(faults), "a-wrong-token"
        jira.requests.clear()
        monkeypatch.setenv("OPS_TOKEN", wrong if what == "token" else JIRA_SECRETS["token"])
        began = time.monotonic()
        called = call("check", "--home", home)
        slowest = max(slowest, time.monotonic() - began)

        assert called.code == 2, (what, called.out)
        assert named in called.err, (what, called.err)
        assert not any("search/jql" in each.path for each in jira.requests), what
        assert not (home / "data").exists()
    assert slowest < 11, slowest
    figure.reached(f"{len(cases)} of {len(cases)}, the slowest in {slowest:.1f} s")
