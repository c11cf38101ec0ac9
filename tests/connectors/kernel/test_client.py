"""Asking a tracker: each failure by its cause, and nothing asked that may not be."""

from __future__ import annotations

import logging
import random
import socket
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import structlog

from connectors.addresses import Addresses
from connectors.errors import (
    DeferredError,
    Gone,
    Missing,
    Refused,
    ResponseError,
    SettingsError,
    TemporaryError,
    ThroughlineError,
)
from connectors.http import Answer as Heard
from connectors.http import Call, Client
from connectors.limits import Budget, Dialect, Pause
from connectors.live import Access
from connectors.secrets import Secret
from connectors.transport import Timeouts
from tests.connectors.kernel.shelf import CANARY, FakeClock
from tests.simulators.server import Answer, Fault, Request, Simulator
from tests.simulators.world import Happening, World


class Echo(Simulator):
    """Answers with what was asked."""

    headers: dict[str, str] = {}  # noqa: RUF012

    def happen(self, happening: Happening) -> None:
        pass

    def respond(self, request: Request) -> Answer:
        if request.path == "/moved":
            return Answer("", 302, {"Location": "/ok"})
        if request.path == "/away":
            return Answer("", 302, {"Location": f"http://localhost:1{request.path}"})
        if request.path == "/round":
            return Answer("", 302, {"Location": "/round"})
        return Answer({"path": request.path, "pad": "x" * 400}, headers=self.headers)


@pytest.fixture
def echo() -> Iterator[Echo]:
    found = Echo(World(1, items=1, people=1, containers=1))
    with found.serving():
        yield found


def client(
    echo: Echo,
    clock: FakeClock | None = None,
    dialect: Dialect | None = None,
    seed: int = 1,
    budget: Budget | None = None,
    timeouts: Timeouts | None = None,
    **named: Any,
) -> Client:
    headers = {"Authorization": Secret(f"Bearer {CANARY}")}
    clock = clock or FakeClock()
    return Client(
        "eng",
        Access(echo.address, headers, dialect or Dialect(), ("/search",)),
        (echo.address,),
        budget or Budget(clock, None),
        clock=clock,
        dice=random.Random(seed),
        timeouts=timeouts or Timeouts(2, 5, 5),
        **named,
    )


def status(code: int, times: int = 1, **headers: str) -> Fault:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    details = {"status": code, "headers": told, "body": f"no, {CANARY}"}
    return Fault("status", times=times, details=details)


@pytest.mark.parametrize("kind", ["reset", "cut", "half_json", "html", "empty"])
def test_a_fault_of_the_transport_is_asked_again(echo: Echo, kind: str) -> None:
    echo.faults = [Fault(kind, times=3)]

    assert client(echo).get("/ok").json(dict)["path"] == "/ok"
    assert len(echo.requests) == 4


@pytest.mark.parametrize("seed", range(100))
def test_an_answer_cut_anywhere_is_never_taken_for_whole(echo: Echo, seed: int) -> None:
    place = random.Random(seed).randrange(0, 400)
    echo.faults = [Fault("cut", details={"at": place})]

    assert len(client(echo).get("/ok").json(dict)["pad"]) == 400
    assert len(echo.requests) == 2


@pytest.mark.parametrize(
    ("kind", "error", "words"),
    [
        ("reset", TemporaryError, "reset"),
        ("html", ResponseError, "text/html.*Log in"),
        ("half_json", ResponseError, "no complete JSON"),
        ("empty", ResponseError, "no complete JSON"),
    ],
)
def test_five_tries_are_enough(echo: Echo, kind: str, error: type[Exception], words: str) -> None:
    echo.faults = [Fault(kind, times=99)]

    with pytest.raises(error, match=words):
        client(echo).get("/ok")
    assert len(echo.requests) == 5


@pytest.mark.parametrize(
    ("code", "error"),
    [(400, ResponseError), (401, Refused), (402, Refused), (403, Refused), (404, Missing),
     (410, Gone), (422, ResponseError)],
)  # fmt: skip
def test_what_asking_again_does_not_change_is_asked_once(
    echo: Echo, code: int, error: type[Exception]
) -> None:
    echo.faults = [status(code, 99)]

    with pytest.raises(error, match=str(code)) as caught:
        client(echo).get("/ok")
    assert len(echo.requests) == 1
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("seed", range(20))
def test_a_refusal_is_waited_out_wholly_and_hardly_longer(echo: Echo, seed: int) -> None:
    clock = FakeClock()
    echo.faults = [status(429, Retry_After="1847")]

    client(echo, clock, seed=seed).get("/ok")

    assert 1847 <= clock.seconds - 1000 <= 1847 * 1.1 + 1


def test_a_pause_longer_than_the_budget_defers_at_once(echo: Echo) -> None:
    clock = FakeClock()
    echo.faults = [status(429, Retry_After="1847")]

    with pytest.raises(DeferredError, match=r"wait for 1[89].. s"):
        client(echo, clock, budget=Budget(clock, 30)).get("/ok")
    assert clock.seconds == 1000


def test_a_refusal_that_names_no_time_is_waited_out_by_chance(echo: Echo) -> None:
    waits = set()
    for seed in range(8):
        clock = FakeClock()
        echo.faults = [status(429, 4)]
        client(echo, clock, seed=seed).get("/ok")
        waits.add(clock.seconds - 1000)

    assert len(waits) == 8
    assert all(0 < wait < 2 + 4 + 8 + 16 + 4 for wait in waits)


@pytest.mark.parametrize(
    "told", ["2026-03-07T02:10:00Z", "2026-03-07T02:10Z", "Sat, 07 Mar 2026 02:10:00 GMT",
             "1772849400", "1772849400000", "600"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["Retry_After", "X_RateLimit_Reset"])
def test_the_end_of_a_pause_is_read_in_every_form(echo: Echo, name: str, told: str) -> None:
    clock = FakeClock()
    echo.faults = [status(429, **{name: told})]

    client(echo, clock).get("/ok")

    assert 600 <= clock.seconds - 1000 <= 661


def test_a_server_error_that_names_a_time_is_waited_out(echo: Echo) -> None:
    clock = FakeClock()
    echo.faults = [status(503, Retry_After="90")]

    client(echo, clock).get("/ok")

    assert 90 <= clock.seconds - 1000 <= 100


def test_a_pause_silences_its_kind_or_the_whole_source(echo: Echo) -> None:
    class Shouts(Dialect):
        def pause(self, answer: Heard) -> Pause | None:
            return Pause(100, whole_source="all" in answer.headers)

    clock = FakeClock()
    asking = client(echo, clock, Shouts())
    with pytest.raises(TemporaryError):
        echo.faults = [status(429, 5)]
        asking.get("/ok", kind="search")
    before = clock.seconds
    asking.get("/ok", kind="read")
    of_another_kind = clock.seconds - before
    with pytest.raises(TemporaryError):
        echo.faults = [status(429, 5, all="yes")]
        asking.get("/ok", kind="search")
    before = clock.seconds
    asking.get("/ok", kind="read")

    assert of_another_kind == 0
    assert clock.seconds - before >= 100


def test_no_more_than_half_of_a_published_limit_is_used(echo: Echo) -> None:
    class Paced(Dialect):
        rates = {"read": (40, 10.0)}  # noqa: RUF012

    clock = FakeClock()
    asking = client(echo, clock, Paced())
    times = []
    for _ in range(60):
        asking.get("/ok")
        times.append(clock.seconds)

    busiest = max(sum(start <= each < start + 10 for each in times) for start in times)
    assert 15 <= busiest <= 20


def test_the_pace_is_lowered_near_a_limit(echo: Echo) -> None:
    class Paced(Dialect):
        rates = {"read": (40, 10.0)}  # noqa: RUF012

    def seconds(**headers: str) -> float:
        clock = FakeClock()
        echo.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        asking = client(echo, clock, Paced())
        for _ in range(40):
            asking.get("/ok")
        return clock.seconds

    far = seconds() - 1000
    assert seconds(X_RateLimit_NearLimit="true") - 1000 > 1.8 * far
    assert seconds(X_RateLimit_Limit="100", X_RateLimit_Remaining="3") - 1000 > 1.8 * far
    assert seconds(X_RateLimit_Limit="100", X_RateLimit_Remaining="90") - 1000 == far


@pytest.mark.requirement("R17", "a wrong port is told as a refused connection")
def test_where_nobody_listens_the_connection_is_refused(echo: Echo) -> None:
    asking = client(echo, tries=1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    asking._addresses = Addresses(nobody, (nobody,))

    with pytest.raises(TemporaryError, match="the connection was refused"):
        asking.get("/ok")


@pytest.mark.requirement("R20", "a server that never answers is left")
def test_a_server_that_never_answers_is_left(echo: Echo) -> None:
    echo.faults = [Fault("hang", times=99)]

    with pytest.raises(TemporaryError, match="no answer came in time"):
        client(echo, timeouts=Timeouts(0.2, 0.2, 0.5)).get("/ok")
    assert len(echo.requests) == 5


@pytest.mark.requirement("R20", "an answer that drips is left")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_answer_that_drips_is_left(echo: Echo, capfd: pytest.CaptureFixture[str]) -> None:
    echo.faults = [Fault("drip", times=99, details={"seconds": 0.05})]

    with pytest.raises(TemporaryError, match="took too long"):
        client(echo, timeouts=Timeouts(1, 1, 0.3)).get("/ok")
    capfd.readouterr()


@pytest.mark.requirement("R21", "what unpacks to more than 64 MiB is refused, and asked for once")
def test_a_bomb_is_refused_before_it_is_unpacked(echo: Echo) -> None:
    psutil = pytest.importorskip("psutil")
    echo.faults = [Fault("bomb")]
    before = psutil.Process().memory_info().rss

    with pytest.raises(ResponseError, match="larger than 64 MiB"):
        client(echo, timeouts=Timeouts(5, 60, 60)).get("/ok")
    assert len(echo.requests) == 1
    # The server stands in this process too and packs 256 MiB; what it holds is given back.
    assert psutil.Process().memory_info().rss - before < 400 * 2**20


@pytest.mark.parametrize("content", [b"[" * 10_000 + b"]" * 10_000, b'{"a": NaN}'])
@pytest.mark.requirement("R21", "10,000 nested arrays and NaN: 0 crashes")
def test_hostile_json_is_a_fault_with_a_name(echo: Echo, content: bytes) -> None:
    echo.respond = lambda request: Answer(content)  # type: ignore[method-assign]

    with pytest.raises(ResponseError, match="but the body is"):
        client(echo).get("/ok")


@pytest.mark.parametrize("content", ["1" * 400, '"\\ud83d\\ude00"', '"\\u0000"', '"0001-01-01"'])
@pytest.mark.requirement("R21", "huge numbers, NUL, year 1: 0 crashes")
def test_strange_json_reaches_the_connector_byte_for_byte(echo: Echo, content: str) -> None:
    echo.respond = lambda request: Answer(content.encode())  # type: ignore[method-assign]

    assert bytes(client(echo).get("/ok").json(msgspec.Raw)) == content.encode()


@pytest.mark.parametrize(
    ("content", "mended"),
    [
        (r'["\ud800", 1.50]', r'["\ufffd", 1.50]'),
        (r'["\udc00\ud83d\ude00"]', r'["\ufffd\ud83d\ude00"]'),
        (r'["\ud800\\ud800\n"]', r'["\ufffd\\ud800\n"]'),
    ],
)
@pytest.mark.requirement("R21", "lone surrogates: 0 crashes")
def test_half_a_character_does_not_cost_the_page(echo: Echo, content: str, mended: str) -> None:
    echo.respond = lambda request: Answer(content.encode())  # type: ignore[method-assign]

    assert client(echo).get("/ok").content == mended.encode()
    assert len(echo.requests) == 1


@pytest.mark.requirement("S06", "a redirect to another host is refused")
def test_a_redirect_is_followed_on_the_same_host_only(echo: Echo) -> None:
    asking = client(echo)

    assert asking.get("/moved").json(dict)["path"] == "/ok"
    with pytest.raises(ResponseError, match="'localhost' is not one of this source"):
        asking.get("/away")
    with pytest.raises(ResponseError, match="more than 3 redirects"):
        asking.get("/round")


@pytest.mark.requirement("S07", "what is not listed as a search is not posted to")
def test_a_post_reads_or_is_not_sent(echo: Echo) -> None:
    asking = client(echo)

    assert asking.post("/search", {"a": 1}).status == 200
    for path in ("/other", "/search/", "/search/../other", "/search%2f..", "/"):
        with pytest.raises(ResponseError, match="not listed as a read"):
            asking.post(path, {})
    asking.post("/%73earch", {})
    assert [(each.method, each.path) for each in echo.requests] == [("POST", "/search")] * 2
    assert not {"put", "patch", "delete", "request"} & set(dir(asking))


@pytest.mark.requirement("S02", "a secret in an address is not sent")
def test_a_secret_is_in_no_address_error_or_log(
    echo: Echo, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    asking = client(echo, secrets=(Secret("user@example.org"),))
    told = []
    with structlog.testing.capture_logs() as logs:
        for code in (200, 302, 400, 401, 403, 404, 410, 429, 500):
            echo.faults = [status(code, 9)]
            with pytest.raises(ThroughlineError) as caught:
                asking.get("/ok")
            told.append(repr(caught.value) + repr(caught.value.__cause__))
        for query in (CANARY, "user@example.org"):
            with pytest.raises(ResponseError, match="show a secret in its address") as caught:
                asking.get("/ok", {"token": query})
            told.append(repr(caught.value))
    told += [str(logs), caplog.text, *capsys.readouterr(), repr(asking.__dict__["_access"])]

    assert not [text for text in told if CANARY in text or "7Yq2" in text]
    assert not [each for each in echo.requests if "token" in each.query]


def test_a_secret_is_struck_out_before_an_excerpt_is_cut(echo: Echo) -> None:
    for before in range(180, 201):
        fault = status(400)
        fault.details["body"] = "x" * before + CANARY
        echo.faults = [fault]

        with pytest.raises(ResponseError) as caught:
            client(echo).get("/ok")
        assert "canary" not in str(caught.value)


def test_a_secret_cannot_be_written_anywhere() -> None:
    secret = Secret(CANARY)

    assert f"{secret} {secret!r} {[secret]}" == "*** *** [***]"
    with pytest.raises(TypeError):
        msgspec.json.encode(secret)


def test_an_announced_end_is_told_once(echo: Echo) -> None:
    echo.headers = {"Deprecation": "@1772", "Sunset": "Sat, 07 Mar 2027 02:10:00 GMT"}
    asking = client(echo)
    for _ in range(3):
        asking.get("/ok")

    assert asking.warnings == [
        "The tracker announces the end of /ok: deprecation @1772 and sunset "
        "Sat, 07 Mar 2027 02:10:00 GMT. Update this program."
    ]


def test_the_id_of_a_failed_request_is_told(echo: Echo) -> None:
    echo.faults = [status(400, Atl_Traceid="abc123")]

    with (
        structlog.testing.capture_logs() as logs,
        pytest.raises(ResponseError, match="request abc123"),
    ):
        client(echo).get("/ok")
    assert logs[0]["atl-traceid"] == "abc123"


def test_many_answers_come_in_the_order_of_the_calls(echo: Echo) -> None:
    asking = client(echo, at_once=3)
    calls = [Call(f"/{number}") for number in range(20)]

    found = [answer.json(dict)["path"] for answer in asking.many(calls)]

    assert found == [call.path for call in calls]
    assert asking.tallies.whole.requests == 20


def test_one_of_many_that_fails_is_told(echo: Echo) -> None:
    fault = Fault("status", pattern="/7$|/7 ", times=9, details={"status": 404})
    echo.faults = [fault]
    calls = [Call(f"/{number}") for number in range(10)]

    with pytest.raises(Missing):
        client(echo).many(calls)
    fault.seen = 0
    passed = client(echo).many([Call(call.path, pass_through={404}) for call in calls])
    assert [answer.status for answer in passed].count(404) == 1


def test_the_requests_of_a_run_can_be_limited(echo: Echo) -> None:
    clock = FakeClock()
    asking = client(echo, clock, budget=Budget(clock, None, 3))
    for _ in range(3):
        asking.get("/ok")

    with pytest.raises(DeferredError, match="The 3 requests"):
        asking.get("/ok")


def test_the_clock_is_that_of_the_tracker(echo: Echo) -> None:
    asking = client(echo)
    with pytest.raises(ResponseError, match="tells no time"):
        asking.server_time()
    asking.get("/ok")

    assert asking.server_time().isoformat() == "2026-03-07T02:00:00"


def test_every_request_says_who_asks(echo: Echo) -> None:
    client(echo).get("/ok")

    assert echo.requests[0].headers["user-agent"].startswith("throughline/")
    assert "python" not in echo.requests[0].headers["user-agent"]


def test_neither_a_netrc_nor_a_cookie_replaces_what_signs_in(
    echo: Echo, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login other password other")
    monkeypatch.setenv("NETRC", str(netrc))
    echo.headers = {"Set-Cookie": "session=1"}
    asking = client(echo)
    asking.get("/ok")
    asking.get("/ok")

    assert echo.requests[1].headers["authorization"] == f"Bearer {CANARY}"
    assert "cookie" not in echo.requests[1].headers


def test_another_address_keeps_hosts_limits_and_counts(echo: Echo) -> None:
    asking = client(echo)
    below = asking.at(f"{echo.address}/ex/jira/1")

    assert below.get("/me").json(dict)["path"] == "/ex/jira/1/me"
    assert asking.tallies.whole.requests == 1
    with pytest.raises(ResponseError, match="not listed"):
        below.post("/other", {})
    with pytest.raises(SettingsError):
        asking.at("https://elsewhere.example")
