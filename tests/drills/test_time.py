"""No request and no run can hang: whatever a tracker does, it is left in time."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from datetime import UTC, datetime
from functools import partial

import pytest

from connectors.transport import BrokenExchange, Timeouts, Transport
from pipelines.home.home import load_home
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import read_records
from tests.drills.trackers import TRACKERS
from tests.figures import IS_DRILL, Figure
from tests.homes import ROOT
from tests.pipelines.live.conftest import JIRA, TRELLO, jira, live_home, trello  # noqa: F401
from tests.simulators.server import FOR_EVER, Fault

TIMEOUTS = Timeouts() if IS_DRILL else Timeouts(0.4, 0.8, 2.0)
DRIP_SECONDS = 10.0 if IS_DRILL else 0.2
ROOM = 2.0
"""For a busy machine. What drips is left with the byte after its time."""
HEADERS = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n"
Behaviour = Callable[[socket.socket, threading.Event], None]


@contextmanager
def behaving(behaviour: Behaviour) -> Iterator[int]:
    """The port of a server on this machine that treats each connection like that."""
    over = threading.Event()
    with closing(socket.create_server(("127.0.0.1", 0))) as server, ThreadPoolExecutor() as pool:
        server.settimeout(0.1)

        def accept() -> None:
            while not over.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                pool.submit(behaviour, connection, over)

        pool.submit(accept)
        try:
            yield server.getsockname()[1]
        finally:
            over.set()


def silent(connection: socket.socket, over: threading.Event) -> None:
    """Take a request, and never answer."""
    with connection:
        over.wait()


def drips(content: bytes) -> Behaviour:
    """Send some bytes of an answer at once, and of what follows one byte at a time."""

    def drip(connection: socket.socket, over: threading.Event) -> None:
        with connection:
            connection.recv(1 << 16)
            connection.sendall(content)
            for byte in HEADERS if not content else b"[" * 9999:
                if over.wait(DRIP_SECONDS):
                    return
                connection.sendall(bytes([byte]))

    return drip


@contextmanager
def full() -> Iterator[int]:
    """The port of a server that accepts nobody, and whose queue is full."""
    with ExitStack() as stack:
        server = stack.enter_context(closing(socket.socket()))
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        while True:
            waiting = stack.enter_context(closing(socket.socket()))
            waiting.settimeout(0.5)
            try:
                waiting.connect(server.getsockname())
            except TimeoutError:
                break
        yield server.getsockname()[1]


Server = Callable[[], AbstractContextManager[int]]
CASES: dict[str, tuple[Server, str, float]] = {
    "connecting": (full, "connecting took too long", TIMEOUTS.connect),
    "silence": (partial(behaving, silent), "no answer came in time", TIMEOUTS.read),
    "headers that drip": (partial(behaving, drips(b"")), "took too long", TIMEOUTS.total),
    "a body that drips": (partial(behaving, drips(HEADERS)), "took too long", TIMEOUTS.total),
}


def asked(port: int) -> tuple[str, float]:
    """Ask once; what was said of it, and after how many seconds."""
    transport = Transport(1, TIMEOUTS)
    request = transport.prepared("GET", f"http://127.0.0.1:{port}/", None, None, {})
    began = time.monotonic()
    with closing(transport), pytest.raises(BrokenExchange) as broken:
        transport.send(request)
    return str(broken.value), time.monotonic() - began


@pytest.mark.timeout(600)
@pytest.mark.requirement("R20", "connect 10 s, read 60 s, 1 byte in 10 s: left in time")
def test_a_request_that_is_not_answered_is_left_in_time(figure: Figure) -> None:
    with ThreadPoolExecutor() as pool, ExitStack() as stack:
        ports = [stack.enter_context(server()) for server, *_ in CASES.values()]
        told = list(pool.map(asked, ports))

    for (what, (_, words, seconds)), (said, took) in zip(CASES.items(), told, strict=True):
        assert words in said, what
        assert seconds <= took + 0.1, what
        assert took <= seconds + DRIP_SECONDS + ROOM, what
        figure.reached(f"{what}: {took:.1f} s")


@pytest.mark.requirement("R20", "by default 10 s, 60 s, and 120 minutes for a run and a source")
def test_these_are_the_times_that_hold_by_default(
    live_home,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JIRA_CLOUD_USER", "x")
    monkeypatch.setenv("JIRA_CLOUD_TOKEN", "x")
    home = load_home(live_home(TRACKERS["jira_cloud"].entry("http://127.0.0.1:1")))

    assert (Timeouts().connect, Timeouts().read, Timeouts().total) == (10, 60, 300)
    assert home.settings.run.max_minutes == 120
    assert home.sources[0].options["max_minutes"] == 120


if IS_DRILL:

    @pytest.mark.timeout(600)
    @pytest.mark.requirement("R20", "a run of 1 minute, trackers that hang and drip: 60 s late")
    def test_a_run_of_a_minute_is_over_in_time(
        live_home,
        jira,
        trello,
        figure: Figure,
    ) -> None:
        home = live_home(JIRA % jira.address, TRELLO % trello.address)
        settings = home / "throughline.yml"
        settings.write_text(settings.read_text().replace("run: {", "run: {max_minutes: 1, "))
        jira.faults = [Fault("hang", "search/jql", times=FOR_EVER)]
        trello.faults = [Fault("drip", "cards/all", times=FOR_EVER)]
        done = subprocess.run(
            [sys.executable, "-m", "pipelines.cli", "run", "--home", str(home)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        ended = datetime.now(UTC)
        [record] = read_records(Places(home), 5)
        began = datetime.fromisoformat(record["started_at"])
        late = (ended - began).total_seconds() - 60

        assert done.returncode == 1, done.stderr
        assert (record["state"], record["cause"]) == ("failed", "budget"), done.stderr
        assert "in the stage `fetch " in record["sentence"]
        assert all(each.faults[0].seen for each in (jira, trello))
        assert 0 <= late <= 60
        figure.reached(f"over {late:.0f} s after its minute")
