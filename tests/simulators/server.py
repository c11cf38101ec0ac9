"""An HTTP server on loopback that gives a vendor's answers, and that can be at fault.

A simulator derives from ``Simulator`` and answers ``respond``. Faults of the transport (a cut body,
a reset, an answer that never comes, a wrong status) work for every simulator; faults in what an
answer says (a token twice, a walk that ends early) the simulator looks up with ``fault``.
"""

from __future__ import annotations

import gzip
import json
import re
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.simulators.world import Happening, World

FOR_EVER = 10**9


@dataclass(frozen=True)
class Request:
    """A request as it came. ``query`` holds every value of every name; header names are lower."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: Any = None

    def value(self, name: str, otherwise: str = "") -> str:
        """The first value of a query parameter."""
        return self.query.get(name, [otherwise])[0]


@dataclass(frozen=True)
class Answer:
    """An answer. ``body`` is sent as it is if it is bytes, as text if it is text, else as JSON."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Fault:
    """Something that goes wrong for requests that match, after some, a number of times.

    ``kind`` is one of ``TRANSPORT`` or one that a simulator knows. ``pattern`` is searched for in
    ``METHOD path`` and the JSON of the body.
    """

    kind: str
    pattern: str = ""
    after: int = 0
    times: int = 1
    details: dict[str, Any] = field(default_factory=dict)
    seen: int = 0

    def strikes(self, request: Request) -> bool:
        """Count a matching request; True if the fault falls on it."""
        told = f"{request.method} {request.path} {json.dumps(request.body, default=str)}"
        if not re.search(self.pattern, told):
            return False
        self.seen += 1
        return self.after < self.seen <= self.after + self.times


class Simulator:
    """One tracker over the world. Its clock stands still until it is moved."""

    def __init__(self, world: World) -> None:
        """Take the world's history in; the clock stands at the first night's run."""
        self.world = world
        self.now = world.run_at(0)
        self.faults: list[Fault] = []
        self.latency = 0.0
        self.requests: list[Request] = []
        self._guard = threading.RLock()
        self._stopping = threading.Event()
        self.play(world.history())

    def respond(self, request: Request) -> Answer:
        """Answer as the vendor does. Called with the state locked."""
        raise NotImplementedError

    def happen(self, happening: Happening) -> None:
        """Play one happening in the vendor's terms."""
        raise NotImplementedError

    def play(self, happenings: list[Happening]) -> None:
        """Play happenings in order."""
        with self._guard:
            for happening in happenings:
                self.happen(happening)

    def night(self, number: int) -> None:
        """Let a day pass: play what happened and set the clock to the run of that night."""
        self.play(self.world.night(number))
        self.now = self.world.run_at(number)

    def advance(self, seconds: float) -> None:
        """Move the clock."""
        self.now += timedelta(seconds=seconds)

    def fault(self, kind: str, request: Request) -> Fault | None:
        """The fault of that kind that falls on a request; None for none. Asking counts."""
        for each in self.faults:
            if each.kind == kind and each.strikes(request):
                return each
        return None

    @property
    def address(self) -> str:
        """The address without a path."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @contextmanager
    def serving(self, port: int = 0) -> Iterator[Simulator]:
        """Serve on loopback until the block ends."""
        handler = type("Handler", (_Handler,), {"simulator": self})
        self._stopping.clear()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._stopping.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def answer(self, request: Request) -> tuple[Answer, Fault | None]:
        """The answer to a request, and the fault of the transport that befalls it."""
        if self.latency:
            time.sleep(self.latency)
        with self._guard:
            self.requests.append(request)
            for each in self.faults:
                if each.kind in TRANSPORT and each.strikes(request):
                    if each.kind == "status":
                        return _status(each), None
                    return self.respond(request), each
            return self.respond(request), None

    def wait(self, seconds: float) -> None:
        """Wait, but not longer than the server is up."""
        self._stopping.wait(seconds)

    def date(self) -> str:
        """The clock as the ``Date`` header tells it."""
        return http_date(self.now)


TRANSPORT = ("reset", "cut", "half_json", "html", "empty", "hang", "drip", "bomb", "status")


def http_date(instant: datetime) -> str:
    """An instant as HTTP writes it."""
    return format_datetime(instant, usegmt=True)


def _status(fault: Fault) -> Answer:
    headers = dict(fault.details.get("headers", {}))
    return Answer(fault.details.get("body", ""), fault.details["status"], headers)


class _Handler(BaseHTTPRequestHandler):
    """Turns HTTP into requests and answers."""

    simulator: Simulator
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The simulator's clock, not the machine's."""
        return self.simulator.date()

    def __getattr__(self, name: str) -> Any:
        """Answer whatever the method is, so that none goes unnoticed."""
        if name.startswith("do_"):
            return partial(self._answer, name.removeprefix("do_"))
        raise AttributeError(name)

    def _answer(self, method: str) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        text = self.rfile.read(length) if length else b""
        address = urlsplit(self.path)
        try:
            body = json.loads(text) if text else None
        except ValueError:
            body = text
        request = Request(
            method,
            address.path,
            parse_qs(address.query, keep_blank_values=True),
            {name.lower(): value for name, value in self.headers.items()},
            body,
        )
        answer, fault = self.simulator.answer(request)
        self._send(answer, fault)

    def _send(self, answer: Answer, fault: Fault | None) -> None:
        kind, details = (fault.kind, fault.details) if fault else ("", {})
        content, headers = _spoilt(kind, *_content(answer))
        if kind == "hang":
            self.simulator.wait(details.get("seconds", 3600))
            self.close_connection = True
        elif kind == "reset":
            self._reset()
        else:
            self._head(answer.status, headers, len(content))
            self._content(kind, details, content)

    def _head(self, status: int, headers: dict[str, str], length: int) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def _content(self, kind: str, details: dict[str, Any], content: bytes) -> None:
        if kind == "cut":
            place = details.get("at", len(content) // 2)
            self.wfile.write(content[: min(place, max(0, len(content) - 1))])
            self._reset()
        elif kind == "drip":
            for byte in content:
                self.wfile.write(bytes([byte]))
                self.simulator.wait(details.get("seconds", 10))
        else:
            self.wfile.write(content)

    def _reset(self) -> None:
        """Close the connection so that the other side sees a reset."""
        self.close_connection = True
        self.wfile.flush()
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()


def _content(answer: Answer) -> tuple[bytes, dict[str, str]]:
    headers = dict(answer.headers)
    if isinstance(answer.body, bytes):
        headers.setdefault("Content-Type", "application/json")
        return answer.body, headers
    if isinstance(answer.body, str):
        headers.setdefault("Content-Type", "text/plain;charset=UTF-8")
        return answer.body.encode(), headers
    headers.setdefault("Content-Type", "application/json;charset=UTF-8")
    return json.dumps(answer.body, ensure_ascii=False).encode(), headers


def _spoilt(kind: str, content: bytes, headers: dict[str, str]) -> tuple[bytes, dict[str, str]]:
    """The body as a fault of the transport leaves it."""
    if kind == "half_json":
        return content[: max(1, len(content) // 2)], headers
    if kind == "html":
        return b"<html><body>Log in</body></html>", {**headers, "Content-Type": "text/html"}
    if kind == "empty":
        return b"", headers
    if kind == "bomb":
        packed = gzip.compress(b"[" + b" " * 2**28 + b"]", 9)
        return packed, {**headers, "Content-Encoding": "gzip"}
    return content, headers
