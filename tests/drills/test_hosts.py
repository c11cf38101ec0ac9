"""Nobody is called but the tracker of the source, whatever its answers say."""

from __future__ import annotations

import json
import re
import socket
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from connectors.errors import ThroughlineError
from connectors.transport import Timeouts
from tests.connectors.kernel.test_addresses import TRICKS
from tests.connectors.kernel.test_client import Echo, client, echo  # noqa: F401 - a fixture
from tests.drills.peers import turned_to
from tests.drills.trackers import TRACKERS
from tests.figures import IS_DRILL, Figure
from tests.simulators.server import Answer, Request, Simulator
from tests.simulators.world import World

ADDRESS = re.compile(r'https?://[^/"\\?#\s]+')
ELSEWHERE = ("https://evil.example", "http://169.254.169.254", "http://127.0.0.2:9")


def host_of(simulator: Simulator) -> str:
    """Host and port of a simulator."""
    return urlsplit(simulator.address).netloc


def test_whoever_is_called_is_heard_of() -> None:
    with turned_to() as heard, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        with pytest.raises(OSError):
            socket.create_connection(("localhost", port), timeout=1)

    assert heard >= {f"localhost:{port}", f"127.0.0.1:{port}"}


@pytest.mark.requirement("S06", "30 tricks with addresses as redirects: 0 sockets outside the list")
def test_no_redirect_leads_elsewhere(echo: Echo, figure: Figure) -> None:  # noqa: F811 - the fixture
    tricks = [*TRICKS, "https://[::1/x", "https://acme.example.net]/x"]
    # no header can hold a new line: what follows it is waited for in vain
    tricks = [each for each in tricks if IS_DRILL or "\n" not in each]
    asking = client(echo, timeouts=Timeouts(1, 0.5, 0.5))
    with turned_to() as heard:
        for trick in tricks:
            for name in ("acme.example.net", host_of(echo)):
                target = trick.replace("acme.example.net", name).encode().decode("latin-1")
                moved = Answer("", 302, {"Location": target})
                echo.respond = lambda request, moved=moved: (  # type: ignore[method-assign]
                    moved if request.path == "/away" else Answer({})
                )
                with suppress(ThroughlineError):
                    asking.get("/away")

    assert heard == {host_of(echo)}
    assert len(echo.requests) >= 2 * len(tricks)
    figure.reached(f"{len(tricks)} tricks, nobody else was called")


def leading_to(simulator: Simulator, elsewhere: str) -> list[str]:
    """Let every address in every answer lead elsewhere; the addresses that were changed."""
    changed: list[str] = []
    respond = simulator.respond

    def answer(request: Request) -> Answer:
        found = respond(request)
        is_raw = isinstance(found.body, bytes)
        text = found.body.decode() if is_raw else json.dumps(found.body, ensure_ascii=False)
        changed.extend(ADDRESS.findall(text))
        return replace(found, body=ADDRESS.sub(elsewhere, text).encode())

    simulator.respond = answer  # type: ignore[method-assign]
    return changed


@pytest.mark.parametrize("elsewhere", ELSEWHERE if IS_DRILL else ELSEWHERE[:1])
@pytest.mark.parametrize("name", list(TRACKERS))
@pytest.mark.requirement("S06", "every address in every answer leads elsewhere: 0 sockets there")
def test_no_address_in_an_answer_is_called(
    tmp_path: Path, name: str, elsewhere: str, figure: Figure
) -> None:
    tracker = TRACKERS[name]
    simulator = tracker.make(World(3, figure.of(8, 25), 3, 2))
    tracker.cut(simulator, 2)
    changed = leading_to(simulator, elsewhere)
    with simulator.serving(), turned_to() as heard:
        allowed = host_of(simulator)
        for night in range(figure.of(1, 2)):
            if night:
                simulator.night(night)
            try:
                tracker.extract(simulator.address, tmp_path)
            except ThroughlineError as fault:
                assert "not one of this source" in str(fault)

    assert len(simulator.requests) > 5
    assert changed
    assert heard == {allowed}
    figure.reached(f"{len(changed)} addresses in {len(simulator.requests)} answers of {name}")
