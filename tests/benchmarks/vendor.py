"""A simulated Jira in a process of its own that is never what a benchmark waits for.

The first time that something is asked, the simulator answers, and the answer's bytes are kept;
every other time they are sent as they lie there. It prints its address, and ends with its input.
Besides Jira it answers ``GET /bench/start/0.05``: from now on each answer waits so many seconds,
and a new count begins; ``GET /bench/asked``: what was asked in this count, in order;
``GET /bench/flight``: how many requests there were since then or since this was asked last, and
how many were in flight.
"""

from __future__ import annotations

import asyncio
import json
import sys
from urllib.parse import parse_qs, urlsplit

from tests.benchmarks.in_flight import InFlight
from tests.simulators import jira_search
from tests.simulators.jira_cloud import JiraCloud
from tests.simulators.server import Answer, Request
from tests.simulators.world import World

SEED, PEOPLE, PROJECTS = 7, 50, 10
_KEPT_SEARCHES = 1_000

Key = tuple[str, str, bytes]


class Site(JiraCloud):
    """A Jira that is served by something else."""

    @property
    def address(self) -> str:
        """Where it would be."""
        return "http://127.0.0.1"


class Vendor:
    """The answers to all that was ever asked, as they go over the wire."""

    def __init__(self, items: int) -> None:
        """Play a world of so many items."""
        self.site = Site(World(SEED, items, PEOPLE, PROJECTS))
        self.latency = 0.0
        self.flight = InFlight()
        self.asked: list[Key] = []
        self.is_noting = True
        self.answers: dict[Key, bytes] = {}

    def answer(self, key: Key, headers: dict[str, str]) -> bytes:
        """The answer to a request, headers and all."""
        if self.is_noting:
            self.asked.append(key)
        if key not in self.answers:
            method, target, body = key
            address = urlsplit(target)
            query = parse_qs(address.query, keep_blank_values=True)
            told = json.loads(body) if body else None
            answer = self.site.respond(Request(method, address.path, query, headers, told))
            self.answers[key] = self._wired(answer)
        return self.answers[key]

    def told(self, path: str) -> bytes:
        """The answer to a question about the benchmark itself."""
        what, _, value = path.removeprefix("/bench/").partition("/")
        found: object = None
        if what == "start":
            self.latency, self.flight = float(value), InFlight()
            self.asked, self.is_noting = [], True
        elif what == "flight":
            found, self.flight = self.flight.summary(), InFlight()
        else:
            # The download asks for this before it begins: what it asks for is not noted again.
            self.is_noting = False
            found = [[method, target, body.decode()] for method, target, body in self.asked]
        return self._wired(Answer(json.dumps(found).encode()))

    def _wired(self, answer: Answer) -> bytes:
        is_bytes = isinstance(answer.body, bytes)
        body = answer.body if is_bytes else json.dumps(answer.body, ensure_ascii=False).encode()
        head = [
            f"HTTP/1.1 {answer.status} -",
            f"Date: {self.site.date()}",
            "Content-Type: application/json;charset=UTF-8",
            *(f"{name}: {value}" for name, value in answer.headers.items()),
            f"Content-Length: {len(body)}",
        ]
        return "\r\n".join(head).encode() + b"\r\n\r\n" + body


class Wire(asyncio.Protocol):
    """One connection: a request, its answer after the latency, the next request."""

    def __init__(self, vendor: Vendor) -> None:
        self._vendor = vendor
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, rest = self._received.partition(b"\r\n\r\n")
        if not found:
            return
        lines = head.decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines[1:])
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        length = int(headers.get("content-length", 0))
        if len(rest) < length:
            return
        self._received = rest[length:]
        method, target, _ = lines[0].split(" ")
        if target.startswith("/bench/"):
            self._transport.write(self._vendor.told(target))  # type: ignore[attr-defined]
            return
        self._vendor.flight.begin()
        answer = self._vendor.answer((method, target, rest[:length]), headers)
        asyncio.get_running_loop().call_later(self._vendor.latency, self._send, answer)

    def _send(self, answer: bytes) -> None:
        self._vendor.flight.end()
        if not self._transport.is_closing():
            self._transport.write(answer)  # type: ignore[attr-defined]


async def serve(vendor: Vendor) -> None:
    """Serve until the input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Wire(vendor), "127.0.0.1", 0, backlog=128)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    jira_search.REMEMBERED = _KEPT_SEARCHES
    asyncio.run(serve(Vendor(int(sys.argv[1]))))
